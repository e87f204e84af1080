//! Thermodynamic integration beside exact free energies.

use std::sync::atomic::AtomicBool;

use crate::common::{close, number, numbers, reference};
use hyperphysics_kernels::math::geometry::polar_distances;
use hyperphysics_kernels::math::ising::{
    Error, Estimate, Integration, Lattice, exponential, integrate, largest_eigenvalue, sparse,
    thermodynamics, uniform,
};
use hyperphysics_kernels::math::tessellation::Tessellation;

static GO: AtomicBool = AtomicBool::new(false);

/// Standard errors that a sample may be off.
const ERRORS: f64 = 4.0;

/// What the quadrature may be off, of ln Z; `integrate`'s own tests find less.
const QUADRATURE: f64 = 1e-5;

const HOW: Integration =
    Integration { panels: 1, sweeps: 1500, burn_in: 100, replicas: 6, seed: 5 };

#[track_caller]
fn near(found: Estimate, want: f64, scale: f64, what: &str) {
    assert!(found.error < 0.1 * scale.max(1.0), "{what}: ± {}", found.error);
    close(found.value, want, ERRORS * found.error + QUADRATURE * scale, what);
}

#[test]
fn dense_lattices_agree_with_enumeration() {
    let region = Tessellation::region();
    for (nodes, t, panels) in [(1, 1.0, 1), (7, 0.8, 1), (16, 1.25, 1), (16, 1.25, 3), (20, 2.0, 1)]
    {
        let distances = polar_distances(&region.polar()[..nodes]).expect("points of space");
        let couplings = exponential(&distances, nodes, 1.0, 1.0).expect("valid input");
        let fields = (0..nodes).map(|i| 0.3 - 0.04 * i as f64).collect();
        let lattice = Lattice::new(couplings, fields).expect("valid input");
        let temperature = t * largest_eigenvalue(&lattice).max(0.5);
        let exact = thermodynamics(&lattice, temperature).expect("few nodes");
        let how = Integration { panels, ..HOW };
        let found = integrate(&lattice, temperature, &how, &GO).expect("valid input");
        near(found.log_partition, exact.log_partition, 1.0, "ln Z");
        near(found.free_energy, exact.free_energy, temperature, "F");
        near(found.energy, exact.energy, temperature, "U");
        near(found.entropy, exact.entropy, 1.0, "S");
        assert!(found.quadrature < 0.1, "{}", found.quadrature);
    }
}

#[test]
fn forty_eight_equal_nodes_agree_with_the_sum() {
    let (n, j) = (48, 1.0 / 48.0);
    let lattice = Lattice::new(vec![j; n * n], vec![0.02; n]).expect("valid input");
    for temperature in [1.5, 1.1] {
        let exact = uniform(n, j, 0.02, temperature).expect("valid input");
        let found = integrate(&lattice, temperature, &HOW, &GO).expect("valid input");
        near(found.log_partition, exact.log_partition, 1.0, "ln Z");
        near(found.energy, exact.energy, temperature, "U");
        let entropy = exact.energy / temperature + exact.log_partition;
        near(found.entropy, entropy, 1.0, "S");
    }
}

#[test]
fn sparse_lattices_of_the_reference_agree_with_elimination() {
    let Some(file) = reference("ising_exact") else { return };
    let mut compared = 0;
    for case in crate::common::cases(&file).iter().filter(|case| case["inputs"]["edges"].is_array())
    {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let (fields, t) = (numbers(&inputs["h"]), number(&inputs["T"]));
        let n = fields.len();
        let mut couplings = vec![0.0; n * n];
        let edges = inputs["edges"].as_array().expect("edges").iter().map(numbers);
        for (edge, j) in edges.zip(numbers(&inputs["J_edge"])) {
            let [a, b] = [edge[0] as usize, edge[1] as usize];
            (couplings[a * n + b], couplings[b * n + a]) = (j, j);
        }
        let lattice = Lattice::new(couplings, fields).expect("valid input");
        let found = integrate(&lattice, t, &HOW, &GO).expect("valid input");
        near(found.log_partition, number(&outputs["log_Z"]), 10.0, "ln Z");
        near(found.entropy, number(&outputs["entropy"]), 10.0, "S");
        let exact = sparse(&lattice, t).expect("few couplings");
        near(found.energy, exact.energy, 10.0 * t, "U");
        compared += 1;
    }
    assert!(compared >= crate::common::least(&file, 4), "{compared}");
}

/// Errors cover what they should: over many seeds the error in units of itself is about 1.
#[test]
fn errors_are_neither_too_small_nor_too_large() {
    let lattice = Lattice::new(vec![0.0, 0.6, 0.6, 0.0], vec![0.2, -0.1]).expect("valid input");
    let exact = thermodynamics(&lattice, 1.0).expect("few nodes");
    let off = |seed| {
        let how = Integration { sweeps: 400, replicas: 2, seed, ..HOW };
        let found = integrate(&lattice, 1.0, &how, &GO).expect("valid input").entropy;
        ((found.value - exact.entropy) / found.error).powi(2)
    };
    let mean = (0..200).map(off).sum::<f64>() / 200.0;
    assert!((0.6..1.7).contains(&mean), "{mean}");
}

#[test]
fn wrong_input_is_named() {
    let lattice = Lattice::new(vec![0.0], vec![0.0]).expect("valid input");
    let text =
        |how: &Integration, t| integrate(&lattice, t, how, &GO).expect_err("wrong").to_string();
    assert_eq!(text(&HOW, 0.0), "temperature is 0, expected a positive finite number");
    assert_eq!(text(&Integration { panels: 0, ..HOW }, 1.0), "panels is 0, expected at least 1");
    assert_eq!(
        text(&Integration { panels: 1001, ..HOW }, 1.0),
        "panels is 1001, expected at most 1000"
    );
    assert_eq!(text(&Integration { sweeps: 0, ..HOW }, 1.0), "sweeps is 0, expected at least 1");
    assert_eq!(
        text(&Integration { replicas: 0, ..HOW }, 1.0),
        "replicas is 0, expected at least 1"
    );
    let stopped = AtomicBool::new(true);
    assert_eq!(integrate(&lattice, 1.0, &HOW, &stopped), Err(Error::Cancelled));
    // Free nodes: nothing to integrate, and nothing uncertain.
    let free = integrate(&lattice, 1.0, &HOW, &GO).expect("valid input");
    assert_eq!((free.entropy.value, free.entropy.error), (std::f64::consts::LN_2, 0.0));
}
