//! Calibrations on disk: one small text file per device, driver and version.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use super::Calibration;

/// The user's cache folder, after the XDG base directory specification.
fn home() -> Option<PathBuf> {
    let set = |name| env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    set("XDG_CACHE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .or_else(|| Some(set("HOME")?.join(".cache")))
}

fn file(folder: Option<&Path>, key: &str) -> Option<PathBuf> {
    let folder = folder.map(Path::to_owned).or_else(|| Some(home()?.join("hyperphysics")))?;
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = key.chars().take(120).map(plain).collect();
    Some(folder.join(format!("calibration-{name}.txt")))
}

/// The calibration stored under `key`, if it is there and whole.
pub(super) fn load(folder: Option<&Path>, key: &str) -> Option<Calibration> {
    parse(&fs::read_to_string(file(folder, key)?).ok()?, key)
}

/// Stores a calibration; a folder that cannot be written costs a measurement next time.
pub(super) fn save(folder: Option<&Path>, key: &str, calibration: &Calibration) {
    let Some(path) = file(folder, key) else { return };
    let fresh = path.with_extension(format!("{}.tmp", process::id()));
    let parent = path.parent().map(fs::create_dir_all);
    if parent.is_some_and(|made| made.is_ok()) && fs::write(&fresh, text(key, calibration)).is_ok()
    {
        // Renamed, so that no reader sees half a file.
        let _ = fs::rename(&fresh, &path);
    }
}

fn text(key: &str, c: &Calibration) -> String {
    let mut text = format!("key {key}\n");
    let fields = [c.overhead, c.bandwidth, c.speed, c.cpu];
    for (name, value) in ["overhead", "bandwidth", "speed", "cpu"].iter().zip(fields) {
        let _ = writeln!(text, "{name} {value:e}");
    }
    text
}

fn parse(text: &str, key: &str) -> Option<Calibration> {
    let field = |name: &str| text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' '));
    let number = |name| {
        let value: f64 = field(name)?.trim().parse().ok()?;
        (value.is_finite() && value > 0.0).then_some(value)
    };
    (field("key")? == key).then_some(())?;
    Some(Calibration {
        overhead: number("overhead")?,
        bandwidth: number("bandwidth")?,
        speed: number("speed")?,
        cpu: number("cpu")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const C: Calibration = Calibration { overhead: 6e-5, bandwidth: 2e10, speed: 7.3e12, cpu: 0.9 };

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = env::temp_dir().join(format!("hyperphysics-cache-{}", process::id()));
        assert_eq!(load(Some(&folder), "card / driver"), None);
        save(Some(&folder), "card / driver", &C);
        assert_eq!(load(Some(&folder), "card / driver"), Some(C));
        assert_eq!(load(Some(&folder), "card / newer driver"), None);
        fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn damaged_files_are_ignored() {
        let whole = text("k", &C);
        assert_eq!(parse(&whole, "k"), Some(C));
        for end in 0..whole.len() - 3 {
            assert_eq!(parse(&whole[..end], "k").filter(|c| *c == C), None, "cut at {end}");
        }
        for bad in ["NaN", "-1", "0", "inf", "x"] {
            assert_eq!(parse(&whole.replace("2e10", bad), "k"), None, "{bad}");
        }
        assert_eq!(parse(&whole, "other"), None);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_failure() {
        save(Some(Path::new("/dev/null/x")), "k", &C);
        assert_eq!(load(Some(Path::new("/dev/null/x")), "k"), None);
    }
}
