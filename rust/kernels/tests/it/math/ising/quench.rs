//! Small lattices that change at once, against dimod, plain enumeration and driven protocols.
#![allow(clippy::float_cmp)] // equal bits are meant

use std::f64::consts::LN_2;
use std::sync::atomic::AtomicBool;

use crate::common::{cases, close, least, number, numbers, reference};
use hyperphysics_kernels::math::ising::{
    Lattice, Lattices, Protocol, QUENCH_MAX, Quench, drive_exactly, quench, thermodynamics,
};
use proptest::prelude::*;

/// A lattice in one lane; the other lanes hold free spins.
fn lanes(lane: usize, lattice: &Lattice) -> Lattices {
    let n = lattice.nodes();
    let mut lanes = Lattices::new(n);
    for k in 0..n {
        lanes.expose(lane, k, lattice.fields()[k]);
        for l in 0..k {
            lanes.couple(lane, k, l, lattice.couplings()[k * n + l]);
        }
    }
    lanes
}

fn step(t: f64, before: &Lattice, after: &Lattice) -> Quench {
    quench(t, &lanes(3, before), &lanes(3, after))[3]
}

/// What the temperature is a multiple of: the Rayleigh quotient of J + I after 20 products.
fn unit(lattice: &Lattice) -> f64 {
    let n = lattice.nodes();
    let times = |v: &[f64]| -> Vec<f64> {
        let row = |k: usize| &lattice.couplings()[k * n..(k + 1) * n];
        (0..n).map(|k| v[k] + row(k).iter().zip(v).map(|(j, v)| j * v).sum::<f64>()).collect()
    };
    let vector = (0..19).fold(vec![1.0; n], |v, _| times(&v));
    let cross: f64 = times(&vector).iter().zip(&vector).map(|(a, b)| a * b).sum();
    cross / vector.iter().map(|v| v * v).sum::<f64>()
}

#[test]
fn equilibrium_equals_dimod() {
    let Some(file) = reference("ising_exact") else { return };
    let mut compared = 0;
    for case in cases(&file).iter().filter(|case| case["inputs"]["positions_ball"].is_array()) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let lattice =
            Lattice::new(crate::common::couplings(inputs), numbers(&inputs["h"])).unwrap();
        if lattice.nodes() > QUENCH_MAX || lattice.couplings().iter().any(|j| *j < 0.0) {
            continue;
        }
        let (n, temperature) = (lattice.nodes() as f64, number(&inputs["T"]));
        let got = step(temperature / unit(&lattice), &lattice, &lattice);
        for (got, want) in [
            (got.energy, number(&outputs["mean_energy"]) / temperature),
            (got.free_energy, number(&outputs["free_energy"]) / temperature),
            (got.entropy, number(&outputs["entropy"])),
            (got.response, number(&outputs["susceptibility"]) * temperature),
        ] {
            // Relative to a value of the order of n.
            close(got, want, 1e-10 * n, case["id"].as_str().unwrap());
        }
        assert_eq!((got.dissipation, got.erased), (0.0, 0.0), "nothing changed");
        compared += 1;
    }
    assert!(compared >= least(&file, 2), "{compared} cases");
}

#[test]
fn free_spins_know_nothing() {
    for spins in 1..=QUENCH_MAX {
        let free = Lattices::new(spins);
        let n = spins as f64;
        for lane in quench(1.25, &free, &free) {
            close(lane.entropy, n * LN_2, 1e-12, "entropy");
            close(lane.free_energy, -n * LN_2, 1e-12, "free energy");
            close(lane.response, 1.0, 1e-12, "response");
            assert_eq!((lane.energy, lane.dissipation, lane.erased), (0.0, 0.0, 0.0));
        }
    }
}

/// Setting a free bit costs the entropy of a bit, and in one step ln 2 more.
#[test]
fn erasing_a_bit_costs_landauers_bound_and_more() {
    let free = Lattices::new(1);
    let mut set = Lattices::new(1);
    set.expose(0, 0, 40.0);
    let got = quench(1.0, &free, &set)[0];
    close(got.erased, LN_2, 1e-12, "erased");
    // ½ ln(½/p) + ½ ln(½/(1 - p)) with 1 - p = e^-80.
    close(got.dissipation, 40.0 - LN_2, 1e-12, "dissipated");
    assert!(got.erased + got.dissipation >= LN_2);
}

#[test]
fn strong_and_weak_fields_stay_finite() {
    for field in [-300.0, -1e-300, 0.0, 1e-12, 300.0] {
        let (mut before, mut after) = (Lattices::new(12), Lattices::new(12));
        for k in 0..12 {
            before.expose(5, k, field);
            after.expose(5, k, if k % 2 == 0 { field } else { -field });
            for l in 0..k {
                before.couple(5, k, l, 1.0);
                after.couple(5, k, l, 0.5);
            }
        }
        let got = quench(0.2, &before, &after)[5];
        let values = [got.energy, got.free_energy, got.entropy, got.response, got.dissipation];
        assert!(values.iter().all(|v| v.is_finite()) && got.erased.is_finite(), "{got:?}");
        assert!((-1e-12..=12.0 * LN_2 + 1e-12).contains(&got.entropy), "{got:?}");
    }
}

#[test]
fn a_lane_without_numbers_leaves_the_others_alone() {
    let clean = |lane: usize| {
        let mut lattices = Lattices::new(3);
        lattices.couple(lane, 0, 2, 0.5);
        lattices.expose(lane, 1, -0.3);
        lattices
    };
    let want = quench(1.0, &Lattices::new(3), &clean(4));
    let mut with_nan = clean(4);
    with_nan.couple(7, 0, 1, f64::NAN);
    with_nan.expose(8, 2, f64::NAN);
    let got = quench(1.0, &Lattices::new(3), &with_nan);
    for lane in 0..16 {
        if lane == 7 || lane == 8 {
            assert!(got[lane].dissipation.is_nan() && got[lane].entropy.is_nan());
        } else {
            assert_eq!(got[lane], want[lane], "lane {lane}");
        }
    }
}

fn networks() -> impl Strategy<Value = (Lattice, Lattice, f64)> {
    (1..=8usize).prop_flat_map(|n| {
        let couplings = || prop::collection::vec(0.0..1.0f64, n * n);
        let fields = || prop::collection::vec(-2.0..2.0f64, n);
        let lattice = move |(mut j, h): (Vec<f64>, Vec<f64>)| {
            for k in 0..n {
                for l in 0..k {
                    j[l * n + k] = j[k * n + l];
                }
            }
            Lattice::new(j, h).unwrap()
        };
        let one = move || (couplings(), fields()).prop_map(lattice);
        (one(), one(), 0.3..3.0f64)
    })
}

/// The lattice in units of its temperature.
fn reduced(lattice: &Lattice, t: f64) -> Lattice {
    let by = 1.0 / (t * unit(lattice));
    let scale = |values: &[f64]| values.iter().map(|v| v * by).collect();
    Lattice::new(scale(lattice.couplings()), scale(lattice.fields())).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Equilibrium by plain enumeration; what is dissipated by following the distribution of all states.
    #[test]
    fn sums_are_those_of_the_definition((before, after, t) in networks()) {
        let got = step(t, &before, &after);
        let [old, new] = [reduced(&before, t), reduced(&after, t)];
        let [a, b] = [&old, &new].map(|lattice| thermodynamics(lattice, 1.0).unwrap());
        let n = new.nodes() as f64;
        let tolerance = 1e-11 * (1.0 + b.free_energy.abs() + n);
        close(got.energy, b.energy, tolerance, "energy");
        close(got.free_energy, b.free_energy, tolerance, "free energy");
        close(got.entropy, b.entropy, tolerance, "entropy");
        close(got.response, b.susceptibility, tolerance * n, "response");
        close(got.erased, a.entropy - b.entropy, tolerance, "erased");
        let protocol = Protocol { path: vec![old, new], sweeps: 1, temperature: 1.0 };
        let driven = drive_exactly(&protocol, &AtomicBool::new(false)).unwrap();
        close(got.dissipation, driven.dissipated_work, 20.0 * tolerance, "dissipation");
        prop_assert!(got.dissipation >= 0.0 && got.response >= 0.0);
        prop_assert!((0.0..=n * LN_2 + 1e-9).contains(&got.entropy));
    }
}
