//! The complexity index against emcee, geoopt and mpmath, and closed forms.

use crate::common::{cases, close, number, numbers, reference};
use hyperphysics_kernels::math::complexity::{
    Error, autocorrelation, ball_dimension, coherence, composite, correlation_sum, gain,
    independent_coherence, index, slope, takens, volume_radius,
};
use hyperphysics_kernels::math::geometry;
use proptest::prelude::*;
use serde_json::Value;

/// The file's own tolerance for f64.
fn relative(got: f64, want: &Value, what: &str) {
    let want = number(want);
    close(got, want, 1e-9 * want.abs(), what);
}

fn integer(value: &Value) -> usize {
    value.as_u64().and_then(|n| usize::try_from(n).ok()).expect("a count")
}

fn pair_distances(points: &Value) -> Vec<f64> {
    let points = crate::common::ball_points(points);
    let distances = geometry::ball_distances(&points).expect("points of the ball");
    geometry::pairs(&distances, points.len())
}

#[test]
fn reference_numbers() {
    let Some(file) = reference("complexity_index") else { return };
    let mut seen = [0; 4];
    for case in cases(&file) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let kind = ["tau", "corrdim", "uniform", "composite"];
        let kind = kind.iter().position(|k| what.starts_with(k)).expect("a known case");
        seen[kind] += 1;
        match kind {
            0 => {
                let series = numbers(&inputs["series"]);
                let found = autocorrelation(&[series], number(&inputs["window_constant"]));
                let found = found.expect("a series that varies");
                // emcee sums by Fourier transform: its lags are off by rounding of their own.
                relative(2.0 * found.time, &outputs["tau_emcee_1_plus_2sum"], what);
                relative(found.time, &outputs["tau_half_plus_sum"], what);
                assert_eq!(found.window, integer(&outputs["window"]), "{what}");
                for (got, want) in found.lags.iter().zip(numbers(&outputs["acf_lag0_4"])) {
                    close(*got, want, 1e-12, what);
                }
            }
            1 => {
                let distances = pair_distances(&inputs["positions_ball"]);
                let found = takens(&distances).expect("more than 50 pairs");
                relative(found.dimension, &outputs["takens_D"], what);
                relative(found.median, &outputs["median_distance_r0"], what);
                assert_eq!(found.pairs, integer(&outputs["pairs_below_r0"]), "{what}");
                let volumes: Vec<f64> = distances.iter().map(|&d| volume_radius(d)).collect();
                let corrected = takens(&volumes).expect("as many pairs");
                relative(corrected.dimension, &outputs["takens_D_volume_corrected"], what);
                relative(corrected.median, &outputs["volume_radius_median"], what);
                let radii = numbers(&outputs["gp_radii"]);
                let sums = correlation_sum(&distances, &radii);
                for (got, want) in sums.iter().zip(numbers(&outputs["gp_C"])) {
                    close(*got, want, 1e-15, what);
                }
                let ln = |v: &[f64]| v.iter().map(|x| x.ln()).collect::<Vec<_>>();
                let slope = slope(&ln(&radii), &ln(&sums));
                relative(slope, &outputs["grassberger_procaccia_slope"], what);
            }
            2 => {
                let want = outputs["dlnV_dlnr"].as_array().expect("numbers");
                for (r, want) in numbers(&inputs["r"]).iter().zip(want) {
                    relative(ball_dimension(*r), want, &format!("{what} {r}"));
                }
            }
            _ => {
                let [d, g, c, tau, alpha, beta] =
                    ["D", "G", "C", "tau", "alpha", "beta"].map(|name| number(&inputs[name]));
                let found = composite(alpha, [d, g, c], beta, tau);
                relative(found, &outputs["CI"], what);
            }
        }
    }
    assert!(seen.iter().all(|&n| n > 0), "{seen:?}");
}

/// ⟨|2B - N|⟩/N over all 2^N outcomes.
#[test]
fn coherence_of_independent_spins_is_exact() {
    for n in 1..=16_u32 {
        let sum: u32 = (0..1_u32 << n).map(|s| (2 * s.count_ones()).abs_diff(n)).sum();
        let want = f64::from(sum) / f64::from(n) / f64::from(1 << n);
        close(independent_coherence(n as usize), want, 1e-15, &format!("{n} spins"));
    }
    // √(2/(πN)) for many, with a relative error of 1/(4N).
    let many = independent_coherence(100_000);
    let limit = (2.0 / std::f64::consts::PI / 1e5).sqrt();
    close(many, limit, 5e-6 * limit, "many");
    assert_eq!(coherence(1, 1.0).to_bits(), 0);
    close(coherence(48, 48.0), 1.0, 1e-15, "ordered");
    assert_eq!(coherence(48, 0.0).to_bits(), 0);
    close(gain(48, 48.0), 1.0, 1e-15, "largest gain");
}

#[test]
fn missing_values() {
    assert_eq!(autocorrelation::<Vec<f64>>(&[], 5.0), None);
    assert_eq!(autocorrelation(&[vec![3.0; 10]], 5.0), None);
    assert_eq!(autocorrelation(&[vec![3.0, f64::NAN]], 5.0), None);
    assert_eq!(takens(&[1.0; 99]), None);
    assert_eq!(takens(&[]), None);
    assert_eq!(takens(&[f64::NAN; 200]), None);

    let distances: Vec<f64> = (1..=200).map(f64::from).collect();
    let frozen = index(20, &distances, &[vec![20.0; 400]], 5.0).expect("valid input");
    assert_eq!((frozen.index, frozen.gain, frozen.coherence), (0.0, 0.0, 1.0));
    assert!(frozen.time.is_nan() && frozen.dwell.is_nan());

    // A series of a few autocorrelation times gives no dwell time and no index.
    let slow: Vec<f64> = (0..400).map(|k| if k < 200 { 20.0 } else { -20.0 }).collect();
    let slow = index(20, &distances, &[slow], 5.0).expect("valid input");
    assert!(slow.index.is_nan() && slow.dwell.is_nan() && slow.time > 8.0);
    let few = index(20, &distances[..20], &[vec![1.0, -1.0]], 5.0).expect("valid input");
    assert!(few.index.is_nan() && few.dimension.is_nan());
}

/// Replicas stuck in different states are one slow series, not two quick ones.
#[test]
fn stuck_replicas_show_a_long_time() {
    let noise = |k: u32| f64::from(k.wrapping_mul(2_654_435_761) >> 31);
    let state = |m: f64| (0..500).map(|k| m + noise(k)).collect::<Vec<_>>();
    let apart = autocorrelation(&[state(20.0), state(-20.0)], 5.0).expect("varies");
    let alone = autocorrelation(&[state(20.0)], 5.0).expect("varies");
    assert!(apart.time > 20.0 && alone.time < 3.0, "{} {}", apart.time, alone.time);
}

#[test]
fn wrong_input_is_named() {
    let error = |nodes, distances: &[f64], m: &[Vec<f64>], reference| {
        index(nodes, distances, m, reference).expect_err("wrong input").to_string()
    };
    let m = [vec![1.0, -1.0]];
    assert_eq!(error(1, &[], &m, 5.0), "1 nodes, expected at least 2");
    assert_eq!(
        error(2, &[1.0, -1.0], &m, 5.0),
        "distances[1] is -1, expected a finite number of at least 0"
    );
    assert_eq!(error(2, &[], &[], 5.0), "magnetisation[0] has 0 sweeps, expected at least 1");
    assert_eq!(
        error(2, &[], &[vec![0.0; 2], vec![0.0]], 5.0),
        "magnetisation[1] has 1 sweeps, expected as many as the first series"
    );
    assert_eq!(error(2, &[], &[vec![0.0, 3.0]], 5.0), "magnetisation[0][1] is 3, expected -2 to 2");
    assert_eq!(
        error(2, &[], &m, 0.0),
        "reference time is 0, expected a positive finite number of sweeps"
    );
    assert!(matches!(index(2, &[], &m, f64::NAN), Err(Error::Reference(_))));
}

proptest! {
    /// Every factor stays in its range, and the index below each of them.
    #[test]
    fn factors_are_shares(
        series in prop::collection::vec(-6..=6_i32, 60..400),
        distances in prop::collection::vec(0.01..9.0_f64, 120..300),
    ) {
        let series: Vec<f64> = series.into_iter().map(f64::from).collect();
        let found = index(6, &distances, &[series], 5.0).unwrap();
        for factor in [found.dimension, found.gain, found.coherence, found.dwell] {
            prop_assert!(factor.is_nan() || (0.0..=1.0).contains(&factor));
            prop_assert!(found.index.is_nan() || found.index <= factor);
        }
        prop_assert!(found.time >= 0.5);
    }

    /// Dimension and time know no unit of distance and no scale of M.
    #[test]
    fn scales_do_not_matter(
        values in prop::collection::vec(-1.0..1.0_f64, 120..300),
        scale in 0.1..10.0_f64,
    ) {
        let sizes: Vec<f64> = values.iter().map(|v| v.abs() + 0.01).collect();
        let scaled: Vec<f64> = sizes.iter().map(|d| d * scale).collect();
        let [a, b] = [&sizes, &scaled].map(|d| takens(d).unwrap().dimension);
        prop_assert!((a - b).abs() <= 1e-12 * a);
        let scaled: Vec<f64> = values.iter().map(|v| v * scale + 1.0).collect();
        let [a, b] = [values, scaled].map(|s| autocorrelation(&[s], 5.0).unwrap());
        prop_assert!((a.time - b.time).abs() <= 1e-10);
    }
}
