//! Exact enumeration against dimod, closed forms and symmetries.

use crate::common::{cases, close, number, numbers, reference};
use hyperphysics_kernels::math::ising::{Error, Exact, OPEN_MAX, enumerate, enumerate_clamped};
use proptest::prelude::*;
use serde_json::Value;

/// `J0 exp(-d/λ)` between points of the ball.
fn couplings(inputs: &Value) -> Vec<f64> {
    let points: Vec<Vec<f64>> =
        inputs["positions_ball"].as_array().expect("points").iter().map(numbers).collect();
    let (j0, lambda) = (number(&inputs["J0"]), number(&inputs["lambda"]));
    let square = |a: &[f64]| a.iter().map(|x| x * x).sum::<f64>();
    let distance = |a: &[f64], b: &[f64]| {
        let gap: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        2.0 * (square(&gap) / ((1.0 - square(a)) * (1.0 - square(b)))).sqrt().asinh()
    };
    let coupling = |a: &[f64], b: &[f64]| j0 * (-distance(a, b) / lambda).exp();
    points.iter().flat_map(|a| points.iter().map(|b| coupling(a, b))).collect()
}

fn all_close(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        close(*got, *want, tolerance, &format!("{what}[{i}]"));
    }
}

#[test]
fn soft_and_clamped_labels_equal_dimod() {
    let Some(file) = reference("transductive") else { return };
    for case in cases(&file) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let couplings = couplings(inputs);
        let labels = numbers(&inputs["labels"]);
        let temperature = number(&inputs["T"]);

        let soft: Vec<f64> = labels.iter().map(|y| number(&inputs["gamma"]) * y).collect();
        let exact = enumerate(&couplings, &soft, temperature).expect("valid input");
        all_close(&exact.mean, &numbers(&outputs["soft_exact_mean_spin"]), 1e-9, what);

        let clamped: Vec<i8> = labels.iter().map(|&y| y as i8).collect();
        let none = vec![0.0; labels.len()];
        let exact =
            enumerate_clamped(&couplings, &none, &clamped, temperature).expect("valid input");
        let want = numbers(&outputs["hard_clamped_mean_spin_unlabelled"]);
        all_close(&exact.mean[..want.len()], &want, 1e-9, what);
        assert_eq!(exact.mean[want.len()..], labels[want.len()..], "{what}: held spins");
    }
}

#[test]
fn thermodynamics_equal_dimod() {
    let Some(file) = reference("ising_exact") else { return };
    let dense = |case: &&Value| case["inputs"]["positions_ball"].is_array();
    let mut compared = 0;
    for case in cases(&file).iter().filter(dense) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let fields = numbers(&inputs["h"]);
        let exact = enumerate(&couplings(inputs), &fields, number(&inputs["T"]));
        let Exact { mean, log_partition, energy } = exact.expect("valid input");
        all_close(&mean, &numbers(&outputs["mean_spin"]), 1e-9, what);
        let relative = |want: f64| 1e-9 * want.abs();
        let want = number(&outputs["log_Z"]);
        close(log_partition, want, relative(want), what);
        let want = number(&outputs["mean_energy"]);
        close(energy, want, relative(want), what);
        compared += 1;
    }
    assert!(compared > 0, "no dense case");
}

#[test]
fn closed_forms() {
    // No spins: one empty state.
    let empty = enumerate(&[], &[], 1.0).expect("valid input");
    assert_eq!(empty, Exact { mean: vec![], log_partition: 0.0, energy: 0.0 });

    // Free spins: tanh(h/T), Z = Π 2 cosh(h/T).
    let fields = [0.3, -1.7, 0.0];
    let free = enumerate(&[0.0; 9], &fields, 0.7).expect("valid input");
    let want: Vec<f64> = fields.iter().map(|h| (h / 0.7).tanh()).collect();
    all_close(&free.mean, &want, 1e-15, "free");
    let log_z: f64 = fields.iter().map(|h| (2.0 * (h / 0.7).cosh()).ln()).sum();
    close(free.log_partition, log_z, 1e-14, "free ln Z");

    // A field beyond the range of exp.
    let cold = enumerate(&[0.0], &[-1e6], 1e-3).expect("valid input");
    assert_eq!(cold.mean, [-1.0]);
    close(cold.log_partition, 1e9, 1e-6, "cold ln Z");

    // A pair: <s0 s1> shows in the mean of one when the other is held.
    let pair = enumerate_clamped(&[9.0, 0.4, 0.4, 9.0], &[0.0; 2], &[0, -1], 0.5);
    close(pair.expect("valid input").mean[0], -(0.4_f64 / 0.5).tanh(), 1e-15, "pair");

    // All held: a single state with its energy.
    let held = enumerate_clamped(&[0.0, 0.4, 0.4, 0.0], &[1.0, 0.5], &[1, -1], 2.0);
    let held = held.expect("valid input");
    assert_eq!(held.mean, [1.0, -1.0]);
    close(held.energy, 0.4 - 0.5, 1e-15, "held energy");
    close(held.log_partition, 0.05, 1e-15, "held ln Z");
}

/// On the complete graph with equal couplings Z is a binomial sum over the number of spins up.
#[test]
fn twenty_uniform_spins() {
    let (n, j, h, t) = (OPEN_MAX, 0.11, 0.07, 1.3);
    let exact = enumerate(&vec![j; n * n], &vec![h; n], t).expect("valid input");
    let (mut z, mut up_sum, mut binomial) = (0.0, 0.0, 1.0);
    for up in 0..=n {
        let m = 2.0 * up as f64 - n as f64;
        let weight = binomial * ((0.5 * j * (m * m - n as f64) + h * m) / t).exp();
        z += weight;
        up_sum += weight * m / n as f64;
        binomial *= (n - up) as f64 / (up + 1) as f64;
    }
    all_close(&exact.mean, &vec![up_sum / z; n], 1e-11, "mean");
    close(exact.log_partition, z.ln(), 1e-10, "ln Z");
}

#[test]
fn wrong_input_is_named() {
    let error = |couplings: &[f64], fields: &[f64], clamped: &[i8], t| {
        enumerate_clamped(couplings, fields, clamped, t).expect_err("wrong input").to_string()
    };
    let two = [0.0; 2];
    assert_eq!(
        error(&[0.0; 3], &two, &[0; 2], 1.0),
        "couplings has 3 values, expected 4 for 2 nodes"
    );
    assert_eq!(
        error(&[0.0; 4], &two, &[0; 3], 1.0),
        "clamped has 3 values, expected 2 for 2 nodes"
    );
    assert_eq!(
        error(&[0.0, f64::NAN, 0.0, 0.0], &two, &[0; 2], 1.0),
        "couplings[1] is NaN, expected a finite number"
    );
    assert_eq!(
        error(&[0.0; 4], &[0.0, f64::INFINITY], &[0; 2], 1.0),
        "fields[1] is inf, expected a finite number"
    );
    assert_eq!(
        error(&[0.0, 1.0, 2.0, 0.0], &two, &[0; 2], 1.0),
        "couplings differ between (0, 1) and (1, 0), expected equal"
    );
    assert_eq!(
        error(&[0.0; 4], &two, &[0, 3], 1.0),
        "clamped[1] is 3, expected 1, -1, or 0 for an open spin"
    );
    for t in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = enumerate(&[0.0; 4], &two, t).expect_err("wrong input");
        assert!(matches!(error, Error::Temperature(_)), "{error}");
    }
    let n = OPEN_MAX + 1;
    let error = enumerate(&vec![0.0; n * n], &vec![0.0; n], 1.0).expect_err("wrong input");
    assert_eq!(error.to_string(), "21 open spins, at most 20 can be enumerated");
}

/// Symmetric couplings, fields and a temperature of up to seven spins.
fn lattice() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, f64)> {
    (1_usize..8).prop_flat_map(|n| {
        (prop::collection::vec(-2.0..2.0, n * n), prop::collection::vec(-2.0..2.0, n), 0.2..5.0)
            .prop_map(move |(mut j, h, t)| {
                for a in 0..n {
                    for b in 0..a {
                        j[a * n + b] = j[b * n + a];
                    }
                }
                (j, h, t)
            })
    })
}

proptest! {
    /// Flipping all fields flips all means; turning spins over together with their bonds and
    /// fields (gauge) turns over their means; Z stays.
    #[test]
    fn symmetries((j, h, t) in lattice(), turned in any::<u8>()) {
        let n = h.len();
        let exact = enumerate(&j, &h, t).unwrap();
        prop_assert!(exact.mean.iter().all(|m| m.abs() <= 1.0));

        let side = |i: usize| if turned >> i & 1 == 1 { -1.0 } else { 1.0 };
        let j: Vec<f64> = (0..n * n).map(|at| j[at] * side(at / n) * side(at % n)).collect();
        let h: Vec<f64> = (0..n).map(|i| -h[i] * side(i)).collect();
        let gauge = enumerate(&j, &h, t).unwrap();
        for i in 0..n {
            prop_assert!((gauge.mean[i] + exact.mean[i] * side(i)).abs() < 1e-12);
        }
        prop_assert!((gauge.log_partition - exact.log_partition).abs() < 1e-11);
    }

    /// Holding a spin at both values and weighing by Z gives the open lattice.
    #[test]
    fn clamping_is_conditioning((j, h, t) in lattice()) {
        let exact = enumerate(&j, &h, t).unwrap();
        let mut clamped = vec![0; h.len()];
        let [down, up] = [-1, 1].map(|spin| {
            clamped[0] = spin;
            enumerate_clamped(&j, &h, &clamped, t).unwrap()
        });
        let difference = down.log_partition - up.log_partition;
        let p = 1.0 / (1.0 + difference.exp());
        prop_assert!((exact.mean[0] - (2.0 * p - 1.0)).abs() < 1e-12);
        for (i, mean) in exact.mean.iter().enumerate() {
            let mixed = p * up.mean[i] + (1.0 - p) * down.mean[i];
            prop_assert!((mean - mixed).abs() < 1e-12);
        }
        let log_z = up.log_partition + difference.exp().ln_1p();
        prop_assert!((exact.log_partition - log_z).abs() < 1e-11);
    }
}
