//! The program where there is nothing to compile with: clear words and status 2.

use crate::Test;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![
    broken_wgsl_shows_the_place,
    shaders_outside_the_contract_are_refused,
    wrong_arguments_show_the_usage
];

/// Those that need the dynamic linker of Linux.
#[cfg(target_os = "linux")]
pub(crate) const LINUX: &[Test] = &tests![a_missing_loader_is_named, a_missing_driver_is_named];

const WGSL: &str = "@compute @workgroup_size(64) fn main() {}";

/// A folder of its own with `name` in it.
fn file(folder: &str, name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tool").join(folder);
    fs::create_dir_all(&folder).expect("a temporary folder");
    let file = folder.join(name);
    fs::write(&file, text).expect("a temporary file");
    file
}

fn tool() -> Command {
    Command::new(env!("CARGO_BIN_EXE_hyperphysics-rdna2"))
}

fn fails(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is missing in: {said}");
    }
}

#[cfg(target_os = "linux")]
fn a_missing_loader_is_named() {
    let shader = file("loader", "empty.wgsl", WGSL);
    // The dynamic linker stops at a file of this name that is no library.
    let loader = file("loader", "libvulkan.so.1", "");
    let output = tool()
        .env("LD_LIBRARY_PATH", loader.parent().expect("its folder"))
        .args(["--wgsl", &format!("empty={}", shader.display())])
        .output();
    fails(
        &output.expect("the program runs"),
        &["the Vulkan loader cannot be opened", "libvulkan1"],
    );
}

#[cfg(target_os = "linux")]
fn a_missing_driver_is_named() {
    let shader = file("driver", "empty.wgsl", WGSL);
    let output = tool()
        .env("VK_DRIVER_FILES", "/nonexistent/radeon_icd.json")
        .args(["--wgsl", &format!("empty={}", shader.display())])
        .output();
    fails(&output.expect("the program runs"), &["VK_DRIVER_FILES", "mesa-vulkan-drivers"]);
}

fn broken_wgsl_shows_the_place() {
    let shader =
        file("wgsl", "broken.wgsl", "@compute @workgroup_size(64) fn main() { let x = ; }");
    let output = tool().args(["--wgsl", &format!("broken={}", shader.display())]).output();
    fails(&output.expect("the program runs"), &["shader `broken`", "let x = ;"]);
}

fn shaders_outside_the_contract_are_refused() {
    for (text, why) in [
        ("@compute @workgroup_size(64) fn other() {}", "no compute entry point `main`"),
        (
            "@group(1) @binding(1) var<storage, read> far: array<f32>;\n\
             @compute @workgroup_size(64) fn main() { _ = far[0]; }",
            "`far` is not params",
        ),
        ("@compute @workgroup_size(64) fn main() { var x = 1.0lf; x *= x; }", "FLOAT64"),
    ] {
        let shader = file("contract", "shader.wgsl", text);
        let output = tool().args(["--wgsl", &format!("shader={}", shader.display())]).output();
        fails(&output.expect("the program runs"), &[why]);
    }
}

fn wrong_arguments_show_the_usage() {
    for arguments in [&["--assembly"][..], &["--asm"], &["--wgsl", "file.wgsl"]] {
        let output = tool().args(arguments).output().expect("the program runs");
        fails(&output, &["usage: hyperphysics-rdna2"]);
    }
    let output = tool().arg("no_such_kernel").output().expect("the program runs");
    fails(&output, &["no kernel `no_such_kernel`"]);
}
