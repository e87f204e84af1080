//! The complexity index of the 48-node region in its three limits, from the heat bath.

use std::sync::atomic::AtomicBool;

use hyperphysics_kernels::math::complexity::{Index, index};
use hyperphysics_kernels::math::geometry::{pairs, polar_distances};
use hyperphysics_kernels::math::ising::{
    Lattice, Rule, Sampling, exponential, largest_eigenvalue, sample,
};
use hyperphysics_kernels::math::tessellation::Tessellation;

const REFERENCE: f64 = 5.0;

/// The region with couplings exp(-d) in a uniform field, and its pair distances.
fn region(field: f64) -> (Lattice, Vec<f64>) {
    let points = Tessellation::region().polar();
    let n = points.len();
    let all = polar_distances(&points).expect("points");
    let pairs = pairs(&all, n);
    let couplings = exponential(&all, n, 1.0, 1.0).expect("valid input");
    (Lattice::new(couplings, vec![field; n]).expect("valid input"), pairs)
}

/// The index at `t` times the largest eigenvalue of the couplings.
fn at(field: f64, t: f64) -> Index {
    let (lattice, pairs) = region(field);
    let sampling = Sampling {
        temperature: t * largest_eigenvalue(&lattice),
        sweeps: 12_000,
        burn_in: 500,
        // One: frozen replicas may sit on either side of a weak field, which is no response.
        replicas: 1,
        seed: 3,
        rule: Rule::HeatBath,
    };
    let found = sample(&lattice, &sampling, &AtomicBool::new(false)).expect("valid input");
    index(lattice.nodes(), &pairs, &found.magnetisation, REFERENCE).expect("valid input")
}

/// `T → ∞`: free spins. g = 1, so G = ln 2 / ln 49; no coherence; τ = ½.
#[test]
fn hot_lattices_have_no_coherence() {
    let hot = at(0.0, 1e6);
    // Standard errors: of g = Var(M)/N over 12 000 independent sweeps √(2/12000) = 0.013; of
    // ⟨|M|⟩/N √((1 - 2/π)/48/12000) = 0.0008; of τ about √(2(2·5 + 1)/12000)/2 = 0.02.
    assert!((hot.response - 1.0).abs() < 4.0 * 0.013, "{hot:?}");
    assert!(hot.coherence < 4.0 * 0.0008 / 0.88, "{hot:?}");
    assert!((hot.time - 0.5).abs() < 4.0 * 0.02, "{hot:?}");
    assert!(hot.index < 1e-3, "{hot:?}");
}

/// `T → 0` with a field: one state, no response.
#[test]
fn cold_lattices_in_a_field_do_not_respond() {
    let cold = at(0.05, 0.02);
    assert_eq!((cold.response, cold.index), (0.0, 0.0));
    assert!((cold.coherence - 1.0).abs() < 1e-12);
}

/// Between them a peak, where M is bimodal.
#[test]
fn the_index_peaks_between() {
    let temperatures = [0.05, 0.2, 0.5, 0.7, 0.85, 1.0, 1.25, 2.0, 5.0, 50.0];
    let found = temperatures.map(|t| at(0.05, t).index);
    assert!(found.iter().all(|i| (0.0..1.0).contains(i)), "{found:?}");
    let peak = found.iter().copied().fold(0.0, f64::max);
    let place = found.iter().position(|&i| i >= peak).expect("a peak");
    assert!((2..=6).contains(&place), "{found:?}");
    assert!(peak > 20.0 * found[0].max(found[9]), "{found:?}");
}
