//! Reference files and tolerances that the integration tests share.

use std::path::{Path, PathBuf};
use std::process::Command;

use hyperphysics_kernels::math::{geometry, ising};
use hyperphysics_kernels::spec::{Access, Case, Extent, Kernel, LANES, tiles};
use serde_json::Value;

/// Set in a process that runs one test alone.
const ALONE: &str = "HYPERPHYSICS_TEST_ALONE";

/// Runs the test `name` in a process of its own; false in that process, which has the work to do.
///
/// # Panics
/// Panics if the test fails there, or is not there.
pub(crate) fn ran_alone(name: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return false;
    }
    let program = std::env::current_exe().expect("this program");
    let run = Command::new(program).args(["--exact", name]).env(ALONE, "1").output();
    let run = run.expect("the program runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
    true
}

/// The reference file `name` (without `.json`), or `None` after saying that there is none.
///
/// Looked for in `$HYPERPHYSICS_SHARED/reference`, else in `../shared/reference` beside the
/// repository, else among the shorter files that the package carries.
///
/// # Panics
/// Panics if `HYPERPHYSICS_SHARED` is set and the file is not there, or if it is not JSON.
pub(crate) fn reference(name: &str) -> Option<Value> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("HYPERPHYSICS_SHARED").map(PathBuf::from);
    reference_among(shared.as_deref(), &home.join("../../../shared"), name)
}

/// As [`reference`], with the folder that was named, and the one beside the repository.
///
/// # Panics
/// As [`reference`].
pub(crate) fn reference_among(named: Option<&Path>, beside: &Path, name: &str) -> Option<Value> {
    let carried =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../strategies/hyperphysics/verification/numbers");
    let folders = match named {
        Some(folder) => vec![folder.join("reference")],
        None => vec![beside.join("reference"), carried.into()],
    };
    let file = |folder: &PathBuf| folder.join(name).with_extension("json");
    let found = folders.iter().map(file).find(|path| path.is_file());
    let Some(path) = found else {
        assert!(named.is_none(), "{} is not there", file(&folders[0]).display());
        eprintln!("skipped: no {name}.json in {folders:?}");
        return None;
    };
    let text = std::fs::read_to_string(path).expect("a reference file is readable");
    Some(serde_json::from_str(&text).expect("a reference file is JSON"))
}

/// How many comparisons a file must give: `whole` of a complete one, any of a carried one, which states no
/// tolerance.
pub(crate) fn least(file: &Value, whole: usize) -> usize {
    if file["tolerance"].is_null() { 1 } else { whole }
}

/// The cases of a reference file.
///
/// # Panics
/// Panics if there is none.
pub(crate) fn cases(file: &Value) -> &[Value] {
    let cases = file["cases"].as_array().expect("a reference file has cases");
    assert!(!cases.is_empty(), "a reference file has cases");
    cases
}

/// A JSON number; integers are converted.
///
/// # Panics
/// Panics if it is no number.
pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// A JSON list of numbers.
///
/// # Panics
/// Panics if it is no such list.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list of numbers").iter().map(number).collect()
}

/// A JSON list of 32-bit words.
///
/// # Panics
/// Panics if it is no such list.
pub(crate) fn words(value: &Value) -> Vec<u32> {
    let word = |v: &Value| v.as_u64().and_then(|w| u32::try_from(w).ok()).expect("a 32-bit word");
    value.as_array().expect("a list of words").iter().map(word).collect()
}

/// Asserts `|got - want| <= tolerance`, with the case named.
///
/// # Panics
/// Panics if it does not hold, as with a NaN.
#[track_caller]
pub(crate) fn close(got: f64, want: f64, tolerance: f64, what: &str) {
    let error = (got - want).abs();
    assert!(error <= tolerance, "{what}: {got:e}, expected {want:e}: {error:e} > {tolerance:e}");
}

/// Outputs of the CPU twin for a case, in binding order, each as long as whole tiles of items
/// need (words behind the last item are zero where the kernel does not fill its last tile).
///
/// # Panics
/// Panics if an output is shared.
pub(crate) fn run(kernel: &Kernel, case: &Case) -> Vec<Vec<u32>> {
    let inputs: Vec<&[u32]> = case.inputs.iter().map(Vec::as_slice).collect();
    let bindings = kernel.bindings.iter().zip((kernel.extents)(&case.params));
    let mut outputs: Vec<Vec<u32>> = bindings
        .filter(|(binding, _)| binding.access == Access::Write)
        .map(|(binding, extent)| match extent {
            Extent::PerItem(n) => vec![0; n * tiles(case.items) * LANES],
            Extent::Shared => panic!("{}: an output is per item", binding.name),
        })
        .collect();
    let mut slices: Vec<&mut [u32]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    (kernel.cpu)(&case.params, &inputs, &mut slices);
    outputs
}

/// The points of the ball that a case lists, in three dimensions.
pub(crate) fn ball_points(points: &Value) -> Vec<[f64; 3]> {
    let point = |p| numbers(p).try_into().expect("a point of space");
    points.as_array().expect("points").iter().map(point).collect()
}

/// Row-major couplings `J0 exp(-d/λ)` of the points of a case.
pub(crate) fn couplings(inputs: &Value) -> Vec<f64> {
    let points = ball_points(&inputs["positions_ball"]);
    let distances = geometry::ball_distances(&points).expect("points of the ball");
    let (strength, scale) = (number(&inputs["J0"]), number(&inputs["lambda"]));
    ising::exponential(&distances, points.len(), strength, scale).expect("valid input")
}
