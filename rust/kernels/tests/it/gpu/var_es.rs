//! The `fhs_paths` and `var_es` twins against plain definitions and the simulations of `risk.json`.

use bytemuck::{bytes_of, cast_slice, cast_slice_mut};
use hyperphysics_kernels::gpu::{fhs_paths, var_es};
use hyperphysics_kernels::math::risk;
use hyperphysics_kernels::shared::rng;
use hyperphysics_kernels::spec::{Case, LANES, params, tiles};
use proptest::prelude::*;
use serde_json::Value;

const LEVELS: [(&str, u32); 3] = [("0.05", 20), ("0.025", 40), ("0.01", 100)];

/// Samples as the kernel reads them: tiles of sixteen, the last one filled up with its last sample.
fn tiled(samples: &[Vec<f32>]) -> Vec<f32> {
    let n = samples[0].len();
    let lane = |tile: usize, i: usize| &samples[(tile * LANES + i).min(samples.len() - 1)];
    (0..tiles(samples.len()))
        .flat_map(|tile| (0..n).flat_map(move |row| (0..LANES).map(move |i| lane(tile, i)[row])))
        .collect()
}

fn measures(samples: &[Vec<f32>]) -> Vec<[f32; var_es::MEASURES]> {
    let n = samples[0].len() as u32;
    let params = var_es::Params { items: samples.len() as u32, ..var_es::Params::new(n) };
    let mut out = vec![[0.0f32; var_es::MEASURES]; samples.len()];
    let input = tiled(samples);
    (var_es::KERNEL.cpu)(
        bytes_of(&params),
        &[cast_slice(&input)],
        &mut [cast_slice_mut(out.as_flattened_mut())],
    );
    out
}

/// The definition, on a sorted copy and in f64.
fn by_sorting(sample: &[f32]) -> [f64; var_es::MEASURES] {
    let mut sorted: Vec<f64> = sample.iter().map(|x| f64::from(*x)).collect();
    sorted.sort_by(f64::total_cmp);
    let mut out = [0.0; var_es::MEASURES];
    for (level, (_, part)) in LEVELS.into_iter().enumerate() {
        let mass = sorted.len() as f64 / f64::from(part);
        let quantile = sorted[sorted.len().div_ceil(part as usize) - 1];
        let below = sorted.iter().take_while(|x| **x < quantile);
        let (count, sum) = below.fold((0.0, 0.0), |(n, sum), x| (n + 1.0, sum + x));
        out[level] = -quantile;
        out[level + 3] = -(sum + (mass - count) * quantile) / mass;
    }
    out
}

/// VaR exactly; ES to the rounding of a tail's sum: sixteen partial sums of at most n / 16 values in
/// f32, whose error is below the sum of the magnitudes times (n / 320 + 8) half ulps.
fn check(sample: &[f32], found: &[f32; var_es::MEASURES]) {
    let expected = by_sorting(sample);
    let worst = sample.iter().fold(0.0f64, |worst, x| worst.max(f64::from(-*x)));
    let rounding = (sample.len() as f64 / 320.0 + 8.0) * f64::from(f32::EPSILON);
    for level in 0..3 {
        let apart = (f64::from(found[level]) - expected[level]).abs();
        assert!(apart <= 0.0, "{level}: {found:?} {expected:?}");
        let error = (f64::from(found[level + 3]) - expected[level + 3]).abs();
        let size = worst.max(expected[level + 3].abs()).max(expected[level].abs());
        assert!(error <= rounding * size, "{level}: {found:?} {expected:?}");
    }
}

#[test]
fn cases_agree_with_sorting() {
    for case in (var_es::KERNEL.cases)() {
        let n = params::<var_es::Params>(&case.params).samples as usize;
        let words: &[f32] = cast_slice(&case.inputs[0]);
        let out = crate::common::run(&var_es::KERNEL, &case).remove(0);
        let found: &[[f32; var_es::MEASURES]] = cast_slice(&out);
        for (item, found) in found.iter().enumerate().take(case.items) {
            let tile = &words[item / LANES * LANES * n..][..LANES * n];
            let sample: Vec<f32> = tile.iter().skip(item % LANES).step_by(LANES).copied().collect();
            check(&sample, found);
        }
    }
}

/// One path, step by step in f64, from the first to the last.
fn path(residuals: &[f64], draws: &[u32], seasons: &[f32], lambda: f64) -> f64 {
    let mut volatility = 1.0;
    draws.iter().zip(seasons).fold(0.0, |sum, (draw, season)| {
        let residual = residuals[*draw as usize];
        let sum = sum + volatility * f64::from(*season) * residual;
        volatility *= (lambda + (1.0 - lambda) * residual * residual).sqrt();
        sum
    })
}

/// The twin adds from the last step to the first and rounds each to f32: an error of some ulps of
/// the largest term per step.
#[test]
fn paths_agree_with_the_recursion() {
    for case in (fhs_paths::KERNEL.cases)() {
        let p: fhs_paths::Params = params(&case.params);
        let (horizon, count) = (p.horizon as usize, p.paths as usize);
        let residuals: &[f32] = cast_slice(&case.inputs[0]);
        let affine: &[[f32; 2]] = cast_slice(&case.inputs[3]);
        let seasons: &[f32] = cast_slice(&case.inputs[4]);
        let out = crate::common::run(&fhs_paths::KERNEL, &case).remove(0);
        let sums: &[f32] = cast_slice(&out);
        for item in [0, case.items / 2, case.items - 1] {
            let [scale, shift] = affine[item].map(f64::from);
            let first = case.inputs[2][item] as usize;
            let window: Vec<f64> = residuals[first..][..p.window as usize]
                .iter()
                .map(|z| f64::from(*z) * scale + shift)
                .collect();
            for at in (0..count).step_by(1 + count / 200) {
                let draws = &case.inputs[1][at * horizon..][..horizon];
                let seasons = &seasons[item * horizon..][..horizon];
                let expected = path(&window, draws, seasons, f64::from(p.lambda));
                let found = sums[item / LANES * LANES * count + at * LANES + item % LANES];
                let bound = 2e-6 * horizon as f64 * expected.abs().max(1.0);
                crate::common::close(found.into(), expected, bound, case.name);
            }
        }
    }
}

/// EWMA residuals of the reference series, its standardised last thousand and the next σ.
fn window(series: &[f64], inputs: &Value) -> (Vec<f64>, f64) {
    let [lambda, initial] =
        ["lambda", "initial_variance"].map(|name| crate::common::number(&inputs[name]));
    let variances = risk::ewma(series, lambda, initial);
    let residuals: Vec<f64> = series.iter().zip(&variances).map(|(r, v)| r / v.sqrt()).collect();
    let size = crate::common::number(&inputs["residual_window"]) as usize;
    (residuals[series.len() - size..].to_vec(), variances[series.len()].sqrt())
}

/// Filtered historical simulation by the two twins, within four combined standard errors of the
/// reference's four million paths.
#[test]
fn simulation_agrees_with_the_reference() {
    const PATHS: u32 = 400_000;
    let Some(file) = crate::common::reference("risk") else { return };
    if file["series"].is_null() {
        return eprintln!("skipped: simulations are not carried");
    }
    let series = crate::common::numbers(&file["series"]);
    let simulated = ["fhs_ewma094_h12", "fhs_ewma094_h48"];
    let chosen =
        crate::common::cases(&file).iter().filter(|c| simulated.iter().any(|id| c["id"] == *id));
    let mut compared = 0;
    for case in chosen {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let (residuals, sigma) = window(&series, inputs);
        let n = residuals.len();
        let affine = risk::Rolling::new(&residuals, n, n - 1).at(n - 1).affine();
        let stream: Vec<f32> = residuals.iter().map(|z| *z as f32).collect();
        let horizon = crate::common::number(&inputs["horizon"]) as u32;
        let lambda = crate::common::number(&inputs["lambda"]) as f32;
        let mut params = fhs_paths::Params::new(n as u32, horizon, PATHS, lambda);
        params.items = 1;
        let simulation = Case {
            name: "simulation",
            params: bytes_of(&params).to_vec(),
            items: 1,
            inputs: vec![
                cast_slice(&stream).to_vec(),
                rng::draws(7, PATHS as usize, horizon as usize, n),
                vec![0],
                cast_slice(&affine).to_vec(),
                vec![1f32.to_bits(); horizon as usize],
            ],
        };
        let sums = crate::common::run(&fhs_paths::KERNEL, &simulation).remove(0);
        let selection = Case {
            name: "selection",
            params: bytes_of(&var_es::Params { items: 1, ..var_es::Params::new(PATHS) }).to_vec(),
            items: 1,
            inputs: vec![sums],
        };
        let out = crate::common::run(&var_es::KERNEL, &selection).remove(0);
        let found: &[f32] = cast_slice(&out);
        for (level, (name, _)) in LEVELS.into_iter().enumerate() {
            for (at, measure) in [(level, "VaR"), (level + 3, "ES")] {
                let want = crate::common::number(&outputs[name][measure]);
                let theirs = crate::common::number(&outputs[name][format!("{measure}_se")]);
                let ours = theirs * (4e6 / f64::from(PATHS)).sqrt();
                let bound = 4.0 * theirs.hypot(ours);
                crate::common::close(
                    sigma * f64::from(found[at]),
                    want,
                    bound,
                    &format!("{name} {measure}"),
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 12);
}

/// Values with ties, of one scale or of many.
fn values() -> impl Strategy<Value = Vec<f32>> {
    let value = prop_oneof![
        -8.0f32..8.0,
        (-20i32..20).prop_map(|x| x as f32),
        (-1.0f32..1.0, -30i32..30).prop_map(|(x, e)| x * 2f32.powi(e)),
    ];
    let long = prop_oneof![1usize..40, 2048usize..2600];
    long.prop_flat_map(move |n| prop::collection::vec(value.clone(), n))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_sample_agrees_with_sorting(sample in values(), turn in 0usize..1000) {
        let mut turned = sample.clone();
        turned.rotate_left(turn % sample.len());
        for (sample, found) in [&sample, &turned].into_iter().zip(measures(&[sample.clone(), turned.clone()])) {
            check(sample, &found);
        }
    }

    /// A sample's measures are bit for bit the same whatever shares its tile.
    #[test]
    fn neighbours_do_not_matter(sample in values(), scale in -9i32..9) {
        let alone = measures(std::slice::from_ref(&sample))[0];
        let other: Vec<f32> = sample.iter().rev().map(|x| x * 2f32.powi(scale) - 1.0).collect();
        let together = measures(&[other, sample]);
        prop_assert_eq!(alone.map(f32::to_bits), together[1].map(f32::to_bits));
    }

    #[test]
    fn estimators_are_coherent(mut sample in prop::collection::vec(-8.0f64..8.0, 1..400), scale in 0.01f64..100.0) {
        sample.sort_by(f64::total_cmp);
        let scaled: Vec<f64> = sample.iter().map(|x| scale * x).collect();
        let (mut least_var, mut least_es) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for level in [0.5, 0.1, 0.05, 0.025, 0.01, 0.001] {
            let (var, es) = (risk::value_at_risk(&sample, level), risk::shortfall(&sample, level));
            // Rounding of a sum of at most 400 values of magnitude 8.
            prop_assert!(es >= var - 1e-12 && var >= least_var && es >= least_es - 1e-12);
            prop_assert!((risk::value_at_risk(&scaled, level) - scale * var).abs() <= 1e-12 * scale);
            prop_assert!((risk::shortfall(&scaled, level) - scale * es).abs() <= 1e-11 * scale);
            (least_var, least_es) = (var, es);
        }
    }
}
