//! No module of a crate imports, by whatever way round, from a module that imports from it.
//!
//! Modules are compared with their siblings, at the crate's root and in each folder, by every path that begins
//! with `crate`, `super` or `self`; a name that a module re-exports counts as its own module's. A parent and its
//! children may use each other. Between crates Cargo keeps order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Path of a module from the crate's root, and its text.
type Modules = BTreeMap<Vec<String>, String>;

/// Folders of the crates.
const CRATES: [&str; 6] = ["kernels", "engine", "market", "python", "rdna2", "bench"];

fn read(folder: &Path, path: &[String], modules: &mut Modules) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let file = entry.expect("an entry").path();
        let name = file.file_stem().expect("a name").to_str().expect("UTF-8").to_owned();
        let own = match name.as_str() {
            "lib" | "mod" => path.to_vec(),
            "tests" | "main" => continue,
            _ => [path, &[name]].concat(),
        };
        if file.is_dir() {
            read(&file, &own, modules);
        } else if file.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&file).expect("a source");
            modules.insert(own, code(&text));
        }
    }
}

/// A source without comments and without its unit tests, which stand at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().map(|l| l.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every path in `text` that begins with `head` and `::`, groups taken apart.
fn paths(text: &str, head: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(&format!("{head}::")) {
        let inside = |c: char| c.is_alphanumeric() || "_:$".contains(c);
        if !text[..at].ends_with(inside) {
            parse(&mut text[at..].chars().peekable(), &mut Vec::new(), &mut found);
        }
    }
    found
}

/// Reads one path, or the paths of a group, each with what stands in front of it.
fn parse(
    text: &mut std::iter::Peekable<std::str::Chars<'_>>,
    front: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) {
    let depth = front.len();
    loop {
        while text.next_if(|c| c.is_whitespace()).is_some() {}
        let mut word = String::new();
        while let Some(c) = text.next_if(|&c| c.is_alphanumeric() || c == '_') {
            word.push(c);
        }
        if !word.is_empty() {
            front.push(word);
        }
        if text.next_if_eq(&'{').is_some() {
            loop {
                let known = front.len();
                parse(text, front, found);
                front.truncate(known);
                // Past `as` and the new name.
                while text.next_if(|c| !",}".contains(*c)).is_some() {}
                if text.next() != Some(',') {
                    break;
                }
            }
            front.truncate(depth);
            return;
        }
        let mut colons = text.clone();
        if colons.next() == Some(':') && colons.next() == Some(':') {
            *text = colons;
        } else {
            break;
        }
    }
    if front.len() > depth {
        found.push(front.clone());
    }
    front.truncate(depth);
}

/// The module that a path from `from` leads to: as deep as there are modules, through re-exports.
fn target(modules: &Modules, from: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut at = match path[0].as_str() {
        "crate" => Vec::new(),
        "self" => from.to_vec(),
        "super" => from.split_last()?.1.to_vec(),
        _ => return None,
    };
    for name in &path[1..] {
        if name == "self" {
            continue;
        }
        if name == "super" {
            at.pop()?;
            continue;
        }
        let child = [&at[..], std::slice::from_ref(name)].concat();
        if modules.contains_key(&child) {
            at = child;
        } else {
            return Some(exported(modules, &at, name).unwrap_or(at));
        }
    }
    Some(at)
}

/// The module that a name comes from which `module` re-exports.
fn exported(modules: &Modules, module: &[String], name: &str) -> Option<Vec<String>> {
    let text = &modules[module];
    text.split(';').filter_map(|item| item.split_once("use ")).find_map(|(front, item)| {
        front.trim_end().ends_with(|c| c == 'b' || c == ')').then_some(())?; // pub, pub(crate)
        let mut found = Vec::new();
        parse(&mut item.chars().peekable(), &mut vec![], &mut found);
        let path = found.into_iter().find(|path| path.last().is_some_and(|last| last == name))?;
        let own = [vec!["self".to_owned()], path.clone()].concat();
        let child = [module, &path[..1]].concat();
        let path = if modules.contains_key(&child) { own } else { path };
        target(modules, module, &path)
    })
}

/// Circles between siblings: each as the names of its modules.
fn circles(modules: &Modules) -> Vec<String> {
    let mut uses: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for (from, text) in modules {
        let all = ["crate", "super", "self"].map(|head| paths(text, head)).concat();
        for to in all.iter().filter_map(|path| target(modules, from, path)) {
            let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if shared < from.len() && shared < to.len() {
                let (from, to) = (from[..=shared].to_vec(), to[..=shared].to_vec());
                uses.entry(from).or_default().insert(to);
            }
        }
    }
    let reached = |from: &Vec<String>| {
        let (mut open, mut seen) = (vec![from], BTreeSet::new());
        while let Some(module) = open.pop() {
            let next = uses.get(module).into_iter().flatten();
            open.extend(next.filter(|module| seen.insert((*module).clone())));
        }
        seen
    };
    let in_circle: Vec<_> =
        uses.keys().filter(|module| reached(module).contains(*module)).collect();
    in_circle
        .iter()
        .map(|module| {
            let to: Vec<_> = uses[*module].iter().filter(|to| in_circle.contains(to)).collect();
            let to: Vec<_> = to.iter().map(|to| to.join("::")).collect();
            format!("{} uses {}", module.join("::"), to.join(", "))
        })
        .collect()
}

#[test]
fn no_crate_has_a_circle_of_imports() {
    for name in CRATES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
        let mut modules = Modules::new();
        read(&folder, &[], &mut modules);
        let found = circles(&modules);
        assert!(found.is_empty(), "crate `{name}`:\n{}", found.join("\n"));
    }
}

fn crate_of(sources: &[(&str, &str)]) -> Modules {
    let path = |name: &str| name.split("::").filter(|s| !s.is_empty()).map(Into::into).collect();
    sources.iter().map(|(name, text)| (path(name), code(text))).collect()
}

#[test]
fn circles_are_found_however_they_are_written() {
    let around = |a: &str, b: &str| {
        let root = "mod a; mod b; pub use a::{Left, other}; pub(crate) use b::Right;";
        circles(&crate_of(&[("", root), ("a", a), ("b", b), ("a::deep", "")]))
    };
    assert!(around("use crate::b::x;", "").is_empty());
    assert!(around("use crate::Right;", "// use crate::a::y;\nuse std::fmt;").is_empty());
    assert!(around("use crate::b;", "#[cfg(test)]\nmod tests { use crate::a; }").is_empty());
    for (a, b) in [
        ("use crate::b::x;", "use crate::a::y;"),
        ("use super::{std as s, b::{self, x}};", "fn f() -> super::a::deep::Y {}"),
        ("use crate::{Right};", "use crate::{\n    Left,\n};"),
        ("fn f() { let x: crate::Right = g(); }", "use super::other;"),
        ("fn f() { crate::b::x() }", "use crate::a::deep;"),
    ] {
        assert_eq!(around(a, b), ["a uses b", "b uses a"], "{a} {b}");
    }
}

#[test]
fn a_circle_of_three_is_found_and_a_child_may_use_its_parent() {
    let three =
        [("", ""), ("a", "use crate::b;"), ("b", "use super::c::x;"), ("c", "use crate::a::y;")];
    assert_eq!(circles(&crate_of(&three)), ["a uses b", "b uses c", "c uses a"]);
    let family =
        [("", ""), ("a", "use self::deep::x; use crate::a::deep;"), ("a::deep", "use super::Y;")];
    assert!(circles(&crate_of(&family)).is_empty());
}
