//! Integrated information against PhiToolbox, JIDT and PhiID, and its bounds on random covariances.

use crate::common::{cases, close, number, reference};
use hyperphysics_kernels::math::phi::{self, Integration, Windows, at, bipartition, bipartitions};
use hyperphysics_kernels::math::shrinkage;
use hyperphysics_kernels::shared::rng;
use hyperphysics_kernels::simd::F64;
use proptest::prelude::*;
use serde_json::Value;

fn matrix(value: &Value) -> Vec<Vec<f64>> {
    let row = |row: &Value| row.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    value.as_array().unwrap().iter().map(row).collect()
}

/// The packed joint covariance of a case.
fn joint(inputs: &Value) -> (usize, Vec<f64>) {
    let [past, across, present] =
        ["cov_past", "cov_past_present", "cov_present"].map(|name| matrix(&inputs[name]));
    (past.len(), phi::pack(&past, &across, &present))
}

/// One covariance in every lane.
fn spread(joint: &[f64]) -> Vec<F64> {
    joint.iter().map(|v| F64::splat(*v)).collect()
}

#[test]
fn measures_agree_with_three_libraries() {
    let Some(file) = reference("phi_gaussian") else { return };
    let mut seen = 0;
    for case in cases(&file) {
        let id = case["id"].as_str().unwrap();
        let outputs = &case["outputs"];
        let (d, joint) = joint(&case["inputs"]);
        for want in outputs["bipartitions"].as_array().unwrap() {
            let mask = want["mask"].as_u64().unwrap() as u32;
            let got = bipartition(d, &joint, mask).expect("positive definite");
            let [[own_1, across_12], [across_21, own_2]] = got.information;
            for (name, got) in [
                ("I_11", own_1),
                ("I_12", across_12),
                ("I_21", across_21),
                ("I_22", own_2),
                ("phi_wms", got.phi_wms),
                ("phi_r", got.phi_r),
                ("phi_si", got.phi_si),
            ] {
                close(got, number(&want[name]), 1e-9, &format!("{id}, mask {mask}: {name}"));
                seen += 1;
            }
        }
        // The tree and the factors are two ways to the same determinants.
        let found = phi::integrate(d, &spread(&joint));
        let tdmi = number(&outputs["tdmi"]);
        let phi_r = number(&outputs["phi_at_mib_unnormalised"]["phi_r"]);
        for got in found {
            close(got.tdmi, tdmi, 1e-9, id);
            close(got.phi_r, phi_r, 1e-9, id);
            // Which of equal bipartitions is the least is decided by rounding.
            let there = bipartition(d, &joint, got.mask).unwrap();
            close(there.phi_r, phi_r, 1e-9, id);
            close(got.phi_wms, there.phi_wms, 1e-9, id);
        }
    }
    assert!(seen >= crate::common::least(&file, 1000), "{seen}");
}

#[test]
fn searched_measures_agree_with_phi_toolbox() {
    let Some(file) = reference("phi_gaussian") else { return };
    let (mut sharp, mut loose) = (0, 0);
    for case in cases(&file) {
        let id = case["id"].as_str().unwrap();
        let (d, joint) = joint(&case["inputs"]);
        for want in case["outputs"]["bipartitions"].as_array().unwrap() {
            if want["phi_g"].is_null() {
                continue;
            }
            let mask = want["mask"].as_u64().unwrap() as u32;
            let what = format!("{id}, mask {mask}");
            let star = phi::decoding(d, &joint, mask).unwrap();
            close(star, number(&want["phi_star"]), 1e-7, &format!("{what}: phi_star"));
            let got = phi::geometric(d, &joint, mask).unwrap();
            if want["phi_g_unambiguous"].as_bool().unwrap() {
                close(got, number(&want["phi_g"]), 1e-6, &format!("{what}: phi_g"));
                sharp += 1;
            } else {
                // An upper bound: no worse than the worse of the library's solvers, which differ by up
                // to 0.2 nats.
                let toolbox = ["phi_g_toolbox_AL", "phi_g_toolbox_LI"].map(|n| number(&want[n]));
                let worse = toolbox[0].max(toolbox[1]);
                assert!(got <= worse + 1e-6, "{what}: phi_g {got}, toolbox {toolbox:?}");
                loose += 1;
            }
        }
    }
    assert!(sharp >= crate::common::least(&file, 200), "{sharp} and {loose}");
}

#[test]
fn shrinkage_agrees_with_scikit_learn() {
    let Some(file) = reference("shrinkage") else { return };
    for case in cases(&file) {
        let mut rows = matrix(&case["inputs"]["X_rows_are_samples"]);
        let (n, p) = (rows.len(), rows[0].len());
        for column in 0..p {
            let mean = rows.iter().map(|row| row[column]).sum::<f64>() / n as f64;
            for row in &mut rows {
                row[column] -= mean;
            }
            let square: f64 = rows.iter().map(|row| row[column].powi(2)).sum();
            let deviation = (square / (n - 1) as f64).sqrt();
            for row in &mut rows {
                row[column] /= deviation;
            }
        }
        let id = case["id"].as_str().unwrap();
        let outputs = &case["outputs"];
        let oas = shrinkage::oas_of(&rows);
        close(oas, number(&outputs["oas_shrinkage"]), 1e-10, id);
        let ledoit_wolf = shrinkage::ledoit_wolf(&rows);
        close(ledoit_wolf, number(&outputs["ledoit_wolf_shrinkage"]), 1e-10, id);
    }
}

/// A random covariance of `d` channels: a Gram matrix of normals, near singular for few samples.
fn gram(d: usize, samples: usize, seed: u64) -> Vec<f64> {
    let n = 2 * d;
    let key = rng::words(seed);
    let count = (n * samples).div_ceil(4) as u32;
    let z: Vec<f64> =
        (0..count).flat_map(|b| rng::normals(rng::philox([b, 0, 0, 0], key))).collect();
    let mut joint = vec![0.0; at(n, 0)];
    for i in 0..n {
        for j in 0..=i {
            joint[at(i, j)] = (0..samples).map(|k| z[i * samples + k] * z[j * samples + k]).sum();
        }
    }
    joint
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// 0 <= Φ_R <= I - max(I_11, I_22), proven for every covariance.
    #[test]
    fn phi_lies_within_its_bounds(d in 2usize..=8, more in 1usize..40, seed in any::<u64>()) {
        let joint = gram(d, 2 * d + more, seed);
        for mask in 1..=bipartitions(d) {
            let got = bipartition(d, &joint, mask).unwrap();
            let most = got.tdmi - got.information[0][0].max(got.information[1][1]);
            prop_assert!(got.phi_r >= -1e-9 && got.phi_r <= most + 1e-9, "{got:?}");
        }
        let least = (1..=bipartitions(d))
            .map(|mask| bipartition(d, &joint, mask).unwrap().phi_r)
            .fold(f64::INFINITY, f64::min);
        let found = phi::integrate(d, &spread(&joint))[3];
        prop_assert!((found.phi_r - least).abs() < 1e-8, "{found:?}, {least}");
    }

    /// 0 <= Φ_G <= min(I, Φ_SI) and 0 <= Φ_* <= I, and both vanish between independent parts.
    #[test]
    fn searched_measures_lie_within_their_bounds(
        d in 2usize..=5,
        more in 1usize..40,
        seed in any::<u64>(),
    ) {
        let mut joint = gram(d, 2 * d + more, seed);
        for mask in 1..=bipartitions(d) {
            let closed = bipartition(d, &joint, mask).unwrap();
            let least = phi::geometric(d, &joint, mask).unwrap();
            let star = phi::decoding(d, &joint, mask).unwrap();
            let most = closed.tdmi.min(closed.phi_si);
            prop_assert!((0.0..=most + 1e-9).contains(&least), "{least} {closed:?}");
            prop_assert!((0.0..=closed.tdmi + 1e-9).contains(&star), "{star} {closed:?}");
        }
        // Channel 0 apart from the others: mask 2^(d - 1) - 1.
        for i in 2..2 * d {
            joint[at(i, 0)] = 0.0;
            joint[at(i, 1)] = 0.0;
        }
        let apart = bipartitions(d);
        prop_assert!(phi::geometric(d, &joint, apart).unwrap() < 1e-9);
        prop_assert!(phi::decoding(d, &joint, apart).unwrap() < 1e-9);
    }

    /// Neither the scale of a channel nor the order of the channels matters.
    #[test]
    fn phi_does_not_depend_on_units_or_order(seed in any::<u64>()) {
        let d = 5;
        let joint = gram(d, 40, seed);
        let order = [3, 0, 4, 1, 2];
        let scale = [1e-6, 3.0, 1e4, 1.0, 0.2];
        let mut other = joint.clone();
        for i in 0..2 * d {
            for j in 0..=i {
                let from = |k: usize| 2 * order[k / 2] + k % 2;
                let (a, b) = (from(i).max(from(j)), from(i).min(from(j)));
                other[at(i, j)] = joint[at(a, b)] * scale[i / 2] * scale[j / 2];
            }
        }
        let [one, two] = [&joint, &other].map(|joint| phi::integrate(d, &spread(joint))[0]);
        prop_assert!((one.phi_r - two.phi_r).abs() < 1e-9);
        prop_assert!((one.tdmi - two.tdmi).abs() < 1e-9);
    }
}

#[test]
fn what_is_not_positive_definite_is_null() {
    let mut lanes = spread(&gram(3, 20, 1));
    let fine = phi::integrate(3, &lanes)[0];
    // One lane gets a channel that repeats another, one a negative variance.
    for i in 0..6 {
        lanes[at(i.max(4), i.min(4))].0[5] = lanes[at(i.max(2), i.min(2))].0[5];
    }
    lanes[at(4, 4)].0[5] = lanes[at(2, 2)].0[5];
    lanes[at(4, 2)].0[5] = lanes[at(2, 2)].0[5];
    lanes[at(1, 1)].0[9] = -1.0;
    lanes[at(3, 0)].0[11] = f64::NAN;
    let found = phi::integrate(3, &lanes);
    for (lane, got) in found.into_iter().enumerate() {
        if [5, 9, 11].contains(&lane) {
            let Integration { phi_r, phi_wms, tdmi, mask, .. } = got;
            assert!(phi_r.is_nan() && phi_wms.is_nan() && tdmi.is_nan() && mask == 0, "{lane}");
        } else {
            assert_eq!(got, fine);
        }
    }
}

/// Channels of a first-order autoregression in which each follows its neighbour.
fn ring(d: usize, bars: usize, follow: f64) -> Vec<Vec<f64>> {
    let key = rng::words(11);
    let mut x = vec![vec![0.0; bars]; d];
    for bar in 1..bars {
        let noise = (0..2).flat_map(|b| rng::normals(rng::philox([b, 1, bar as u32, 0], key)));
        for (channel, noise) in noise.take(d).enumerate() {
            x[channel][bar] = follow * x[(channel + 1) % d][bar - 1] + noise;
        }
    }
    x
}

#[test]
fn windows_see_integration_and_only_where_it_is() {
    let windows = Windows::new(256, 8, 0);
    let bars: Vec<usize> = (300..2000).step_by(53).collect();
    let mean = |follow: f64| {
        let x = ring(6, 2000, follow);
        let channels: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
        let found = windows.measure(&channels, &bars);
        assert_eq!(found.len(), bars.len());
        let mean = |at: usize| found.iter().map(|m| m[at]).sum::<f64>() / found.len() as f64;
        (mean(0), mean(1))
    };
    let (integrated, excess) = mean(0.6);
    let (noise, chance) = mean(0.0);
    assert!(integrated > 5.0 * noise, "{integrated} {noise}");
    assert!(excess > 0.05 && chance.abs() < 0.004, "{excess} {chance}");
}

#[test]
fn a_window_knows_nothing_of_its_surroundings() {
    let x = ring(4, 700, 0.4);
    let channels: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
    let windows = Windows::new(128, 2, 5);
    let bits = |m: &[f64; phi::MEASURES]| m.map(f64::to_bits);
    let bars: Vec<usize> = (200..700).collect();
    let all = windows.measure(&channels, &bars);
    for bar in [200, 201, 333, 699] {
        let cut: Vec<&[f64]> = channels.iter().map(|x| &x[bar - 127..=bar]).collect();
        assert_eq!(bits(&all[bar - 200]), bits(&windows.measure(&cut, &[127])[0]), "bar {bar}");
    }
    let some = windows.measure(&channels, &[250, 400, 401]);
    assert_eq!(bits(&some[1]), bits(&all[200]));
    assert!(windows.measure(&channels, &[]).is_empty());
}

#[test]
fn ties_and_constants() {
    let mut x = ring(4, 400, 0.3);
    // Ranks of ties are shared, and a monotone map changes none.
    x[1].iter_mut().for_each(|v| *v = v.round());
    let windows = Windows::new(200, 1, 0);
    let measure = |x: &[Vec<f64>]| {
        let channels: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
        windows.measure(&channels, &[250, 399])
    };
    let before = measure(&x);
    assert!(before.iter().flatten().all(|v| v.is_finite()));
    let mut mapped = x.clone();
    mapped[1].iter_mut().for_each(|v| *v = 1e-8 * v.exp());
    mapped[2].iter_mut().for_each(|v| *v *= 1e12);
    assert_eq!(before, measure(&mapped));
    x[3][150..300].fill(7.0);
    let after = measure(&x);
    assert!(after[0].iter().all(|v| v.is_finite()));
    x[3][51..=250].fill(7.0);
    assert!(measure(&x)[0].iter().all(|v| v.is_nan()));
}

/// The normal scores of three values, by hand: Φ⁻¹ of 1/6, 1/2 and 5/6.
#[test]
fn scores_are_quantiles_of_ranks() {
    let table = phi::normal_scores(3);
    let mut scores = phi::Scores::new(&[3.0, 1.0, 2.0, 2.0, 9.0], &table, 2);
    let outer = 0.967_421_566_101_701;
    for (end, want) in [(2, [outer, -outer, 0.0]), (4, [-0.430_727_299_295_457_5; 3])] {
        for (i, (got, want)) in scores.at(end).zip(want).enumerate() {
            // Two equal values share the ranks 1 and 2: Φ⁻¹(1/3).
            let want = if end == 4 && i == 2 { outer } else { want };
            close(got, want, 1e-12, "score");
        }
    }
}
