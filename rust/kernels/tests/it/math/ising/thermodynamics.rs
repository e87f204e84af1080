//! Exact thermodynamics against dimod, dwave-samplers and mpmath; identities; approximations.

use crate::common::{cases, close, number, numbers, reference};
use hyperphysics_kernels::math::ising::{
    Error, Lattice, Thermodynamics, exponential, harmonic, largest_eigenvalue, mean_field, sparse,
    tap, thermodynamics, uniform,
};
use proptest::prelude::*;
use serde_json::Value;

/// Couplings `J0 exp(-d/λ)` of the points of a case, in the given fields.
fn dense(inputs: &Value, fields: Vec<f64>) -> Lattice {
    Lattice::new(crate::common::couplings(inputs), fields).expect("valid input")
}

fn all_close(got: &[f64], want: &Value, tolerance: f64, what: &str) {
    let want = numbers(want);
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(&want).enumerate() {
        close(*got, *want, tolerance, &format!("{what}[{i}]"));
    }
}

/// The file's tolerance for exact algorithms, with a floor for values near 0.
fn relative(got: f64, want: &Value, what: &str) {
    let want = number(want);
    close(got, want, 1e-9 * want.abs().max(1e-3), what);
}

#[test]
fn dense_networks_equal_dimod() {
    let Some(file) = reference("ising_exact") else { return };
    let mut compared = 0;
    for case in cases(&file).iter().filter(|case| case["inputs"]["positions_ball"].is_array()) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let temperature = number(&inputs["T"]);
        let lattice = dense(inputs, numbers(&inputs["h"]));
        let n = lattice.nodes();
        let exact = thermodynamics(&lattice, temperature).expect("valid input");
        for (got, name) in [
            (exact.log_partition, "log_Z"),
            (exact.free_energy, "free_energy"),
            (exact.energy, "mean_energy"),
            (exact.entropy, "entropy"),
            (exact.heat_capacity, "heat_capacity"),
            (exact.susceptibility, "susceptibility"),
            (exact.ground_energy, "ground_energy"),
            (exact.magnetisation, "mean_M_per_spin"),
            (exact.abs_magnetisation, "mean_abs_M_per_spin"),
            (exact.magnetisation_2, "mean_M2_per_spin2"),
            (exact.magnetisation_4, "mean_M4_per_spin4"),
        ] {
            relative(got, &outputs[name], &format!("{what} {name}"));
        }
        all_close(&exact.mean, &outputs["mean_spin"], 1e-9, what);
        all_close(&exact.pairs[..n], &outputs["pair_corr_row0"], 1e-9, what);
        let connected = |at: usize| exact.pairs[at] - exact.mean[at / n] * exact.mean[at % n];
        let sum = (0..n * n).map(connected).sum::<f64>() / n as f64;
        relative(sum, &outputs["sum_connected_corr_over_n"], what);
        compared += 1;
    }
    assert!(compared >= crate::common::least(&file, 6), "{compared}");
}

#[test]
fn nearest_neighbour_lattices_equal_the_tree_decomposition() {
    let Some(file) = reference("ising_exact") else { return };
    let mut compared = 0;
    for case in cases(&file).iter().filter(|case| case["inputs"]["edges"].is_array()) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let fields = numbers(&inputs["h"]);
        let n = fields.len();
        let edges: Vec<[usize; 2]> =
            serde_json::from_value(inputs["edges"].clone()).expect("pairs of nodes");
        let mut couplings = vec![0.0; n * n];
        for ([a, b], j) in edges.iter().zip(numbers(&inputs["J_edge"])) {
            couplings[a * n + b] = j;
            couplings[b * n + a] = j;
        }
        let lattice = Lattice::new(couplings, fields).expect("valid input");
        let exact = sparse(&lattice, number(&inputs["T"])).expect("a planar lattice");
        for (got, name) in [
            (exact.log_partition, "log_Z"),
            (exact.free_energy, "free_energy"),
            (exact.energy, "mean_energy"),
            (exact.entropy, "entropy"),
        ] {
            relative(got, &outputs[name], &format!("{what} {name}"));
        }
        all_close(&exact.mean, &outputs["mean_spin"], 1e-9, what);
        let (pairs, correlations): (Vec<_>, Vec<f64>) = exact.edges.into_iter().unzip();
        assert_eq!(pairs, edges, "{what}");
        all_close(&correlations, &outputs["edge_corr"], 1e-9, what);
        compared += 1;
    }
    assert!(compared >= crate::common::least(&file, 4), "{compared}");
}

#[test]
fn uniform_networks_equal_mpmath() {
    let Some(file) = reference("ising_exact") else { return };
    let mut compared = 0;
    for case in cases(&file).iter().filter(|case| case["inputs"]["n"].is_u64()) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let [n, j, h, t] = ["n", "J_ij", "h_all", "T"].map(|name| number(&inputs[name]));
        let exact = uniform(n as usize, j, h, t).expect("valid input");
        for (got, name) in [
            (exact.log_partition, "log_Z"),
            (exact.energy, "mean_energy"),
            (exact.magnetisation, "mean_M_per_spin"),
            (exact.abs_magnetisation, "mean_abs_M_per_spin"),
            (exact.magnetisation_2, "mean_M2_per_spin2"),
            (exact.magnetisation_4, "mean_M4_per_spin4"),
        ] {
            relative(got, &outputs[name], &format!("{what} {name}"));
        }
        compared += 1;
    }
    assert!(compared >= crate::common::least(&file, 3), "{compared}");
}

#[test]
fn mean_field_and_tap_reach_their_fixed_points() {
    let Some(file) = reference("transductive") else { return };
    // The package carries the marginals alone.
    for case in cases(&file).iter().filter(|case| case["outputs"]["tap"].is_array()) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let labels = numbers(&inputs["labels"]);
        let gamma = number(&inputs["gamma"]);
        let lattice = dense(inputs, labels.iter().map(|y| gamma * y).collect());
        let temperature = number(&inputs["T"]);
        let naive = mean_field(&lattice, temperature).expect("a fixed point");
        all_close(&naive.mean, &outputs["naive_mean_field"], 1e-9, what);
        let tap = tap(&lattice, temperature).expect("a fixed point");
        all_close(&tap.mean, &outputs["tap"], 1e-9, what);
        assert!(naive.residual.max(tap.residual) < 1e-12, "{what}");
        // Gibbs, Bogoliubov and Feynman: from above.
        let exact = thermodynamics(&lattice, temperature).expect("valid input");
        assert!(naive.free_energy > exact.free_energy, "{what}");

        let known: Vec<Option<f64>> = labels.iter().map(|&y| (y != 0.0).then_some(y)).collect();
        let harmonic = harmonic(&lattice, &known).expect("reached labels");
        let open: Vec<f64> =
            harmonic.iter().zip(&known).filter(|(_, y)| y.is_none()).map(|(f, _)| *f).collect();
        all_close(&open, &outputs["harmonic_unlabelled"], 1e-9, what);
        let row = &lattice.couplings()[..labels.len()];
        let votes = row.iter().zip(&labels).map(|(w, y)| w * y).sum::<f64>();
        let weights = row.iter().zip(&labels).map(|(w, y)| w * y.abs()).sum::<f64>();
        relative(votes / weights, &outputs["nadaraya_watson_node0"], what);
    }
}

#[test]
fn eigenvalues_of_known_graphs() {
    let lattice = |n: usize, j: &dyn Fn(usize, usize) -> f64| {
        let couplings = (0..n * n).map(|at| j(at / n, at % n)).collect();
        Lattice::new(couplings, vec![0.0; n]).expect("valid input")
    };
    // Complete graph: (n - 1) J; with negative couplings its largest eigenvalue is |J|, n - 1
    // times over, far from the one of largest magnitude.
    close(largest_eigenvalue(&lattice(7, &|_, _| 0.5)), 3.0, 1e-12, "complete");
    close(largest_eigenvalue(&lattice(7, &|_, _| -0.5)), 0.5, 1e-11, "antiferromagnet");
    // Path: 2 cos(π/(n + 1)); its spectrum is symmetric, where no shift would oscillate.
    let path = lattice(9, &|a, b| f64::from(u8::from(a.abs_diff(b) == 1)));
    let want = 2.0 * (std::f64::consts::PI / 10.0).cos();
    close(largest_eigenvalue(&path), want, 1e-12, "path");
    assert_eq!(largest_eigenvalue(&lattice(3, &|_, _| 0.0)).to_bits(), 0);
}

#[test]
fn wrong_input_is_named() {
    let pair = Lattice::new(vec![9.0, 1.0, 1.0, 9.0], vec![0.0; 2]).expect("valid input");
    assert_eq!(pair.couplings(), [0.0, 1.0, 1.0, 0.0]);
    assert_eq!(Lattice::new(vec![], vec![]), Err(Error::Empty));
    assert_eq!(thermodynamics(&pair, 0.0), Err(Error::Temperature(0.0)));
    let large = Lattice::new(vec![0.5; 441], vec![0.0; 21]).expect("valid input");
    assert_eq!(thermodynamics(&large, 1.0), Err(Error::TooMany { open: 21 }));
    let dense = Lattice::new(vec![0.5; 576], vec![0.0; 24]).expect("valid input");
    assert_eq!(sparse(&dense, 1.0), Err(Error::Dense { width: 23 }));

    let text = |error: Result<Vec<f64>, Error>| error.expect_err("wrong input").to_string();
    let scale = exponential(&[0.0; 4], 2, 1.0, 0.0);
    assert_eq!(text(scale), "lambda is 0, expected a positive finite number");
    let strength = exponential(&[0.0; 4], 2, f64::NAN, 1.0);
    assert_eq!(text(strength), "J0 is NaN, expected a finite number");
    let shape = exponential(&[0.0; 3], 2, 1.0, 1.0);
    assert_eq!(text(shape), "distances has 3 values, expected 4 for 2 nodes");
    let none = harmonic(&pair, &[None, None]);
    assert_eq!(text(none), "node 1 has no label and no weight to a labelled node, expected one");
    // Two spins that repel in equal fields: full steps would swap them for ever, half steps
    // settle; where the couplings are too strong for those too, it is said.
    let repel = |j: f64| Lattice::new(vec![0.0, -j, -j, 0.0], vec![1.0; 2]).expect("valid input");
    let settled = mean_field(&repel(2.0), 1.0).expect("a fixed point");
    close(settled.mean[0], (1.0 - 2.0 * settled.mean[1]).tanh(), 1e-12, "repelled");
    let lost = mean_field(&repel(50.0), 1.0).expect_err("no fixed point");
    assert!(matches!(lost, Error::NoFixedPoint { .. }), "{lost}");
}

/// Symmetric couplings, fields and a temperature of up to seven nodes.
fn networks() -> impl Strategy<Value = (Lattice, f64)> {
    (1_usize..8).prop_flat_map(|n| {
        (prop::collection::vec(-2.0..2.0, n * n), prop::collection::vec(-2.0..2.0, n), 0.3..5.0)
            .prop_map(move |(mut j, h, t)| {
                for a in 0..n {
                    for b in 0..a {
                        j[a * n + b] = j[b * n + a];
                    }
                }
                (Lattice::new(j, h).expect("valid input"), t)
            })
    })
}

/// The network with all fields raised by `by`.
fn raised(lattice: &Lattice, by: f64) -> Lattice {
    let fields = lattice.fields().iter().map(|h| h + by).collect();
    Lattice::new(lattice.couplings().to_vec(), fields).expect("valid input")
}

fn exact(lattice: &Lattice, t: f64) -> Thermodynamics {
    thermodynamics(lattice, t).expect("valid input")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Derivatives of F and U give the fluctuations; entropy lies between 0 and N ln 2.
    #[test]
    fn fluctuations_are_responses((lattice, t) in networks()) {
        let n = lattice.nodes() as f64;
        let here = exact(&lattice, t);
        prop_assert!((here.free_energy - (here.energy - t * here.entropy)).abs() < 1e-11);
        let full = n * std::f64::consts::LN_2;
        prop_assert!(here.entropy > -1e-12 && here.entropy < full + 1e-12);
        prop_assert!(here.ground_energy <= here.energy);

        // Central differences: the error is the third derivative times step²/6, of order
        // N³/T³ · step², and rounding 1e-13/step.
        let step = 1e-5 * t;
        let allowed = 1e-6 * n.powi(3) * (1.0 + t.recip()).powi(3);
        let (up, down) = (exact(&raised(&lattice, step), t), exact(&raised(&lattice, -step), t));
        let slope = (up.magnetisation - down.magnetisation) / (2.0 * step);
        prop_assert!((slope - here.susceptibility).abs() < allowed);
        let slope = (down.free_energy - up.free_energy) / (2.0 * step);
        prop_assert!((slope - n * here.magnetisation).abs() < allowed);
        let (hot, cool) = (exact(&lattice, t + step), exact(&lattice, t - step));
        let slope = (hot.energy - cool.energy) / (2.0 * step);
        prop_assert!((slope - here.heat_capacity).abs() < allowed);
    }

    /// Elimination and enumeration agree, whatever the couplings.
    #[test]
    fn elimination_is_enumeration((lattice, t) in networks()) {
        let (whole, parts) = (exact(&lattice, t), sparse(&lattice, t).unwrap());
        prop_assert!((whole.log_partition - parts.log_partition).abs() < 1e-11);
        prop_assert!((whole.energy - parts.energy).abs() < 1e-10);
        prop_assert!((whole.entropy - parts.entropy).abs() < 1e-10);
        for (a, b) in whole.mean.iter().zip(&parts.mean) {
            prop_assert!((a - b).abs() < 1e-12);
        }
        for ([i, j], c) in parts.edges {
            prop_assert!((whole.pairs[i * lattice.nodes() + j] - c).abs() < 1e-11);
        }
    }

    /// Both approximations are exact to their order at high temperature: the error of the naive
    /// mean field falls with 1/T³, that of TAP with 1/T⁴.
    #[test]
    fn approximations_are_exact_when_hot((lattice, _) in networks()) {
        let t = 200.0;
        let want = exact(&lattice, t).mean;
        let norm = (lattice.nodes() as f64).powi(3) * 16.0;
        let (naive, tap) = (mean_field(&lattice, t).unwrap(), tap(&lattice, t).unwrap());
        for (i, want) in want.iter().enumerate() {
            prop_assert!((naive.mean[i] - want).abs() < norm / t.powi(3));
            prop_assert!((tap.mean[i] - want).abs() < norm * 16.0 / t.powi(4));
        }
    }
}
