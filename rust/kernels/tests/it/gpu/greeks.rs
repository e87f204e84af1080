//! Options in single precision, by the CPU twins, against mpmath, QuantLib and double precision.
#![allow(clippy::float_cmp)] // equal bits are meant

use crate::common::{cases, close, number, reference, run};
use hyperphysics_kernels::gpu::greeks::natural::{prepare, widen};
use hyperphysics_kernels::gpu::greeks::{self, OPTION};
use hyperphysics_kernels::gpu::sabr::{self, SLOPES};
use hyperphysics_kernels::gpu::sabr::{SPARE, smile_words};
use hyperphysics_kernels::math::options::black_scholes::{MEASURES, NAMES, Options, one};
use hyperphysics_kernels::math::options::sabr::Smile;
use hyperphysics_kernels::spec::{Case, Kernel, LANES, tiles};
use proptest::prelude::*;

fn twin(kernel: &Kernel, items: usize, inputs: Vec<Vec<f32>>) -> Vec<Vec<f32>> {
    let params = greeks::Params { items: items as u32, ..greeks::Params::default() };
    let case = Case {
        name: "options",
        params: bytemuck::bytes_of(&params).to_vec(),
        items,
        inputs: inputs.into_iter().map(bytemuck::cast_vec).collect(),
    };
    run(kernel, &case).into_iter().map(bytemuck::cast_vec).collect()
}

/// All measures of each option; arguments as in [`one`].
fn single(options: &[[f64; 7]]) -> Vec<[f64; MEASURES]> {
    let columns: Vec<Vec<f64>> =
        (0..7).map(|at| options.iter().map(|option| option[at]).collect()).collect();
    let [spot, strike, years, volatility, rate, dividend, sign] =
        [0, 1, 2, 3, 4, 5, 6].map(|at| columns[at].as_slice());
    let options = Options { spot, strike, years, volatility, rate, dividend, sign };
    let (rows, padded) = (spot.len(), tiles(spot.len()) * LANES);
    let (mut words, mut totals) = (vec![0.0; OPTION * padded], vec![0.0; padded]);
    prepare(&options, 0, rows, &mut words, &mut totals);
    let found = twin(&greeks::KERNEL, rows, vec![words, totals]);
    let mut block = vec![vec![0.0; rows]; MEASURES];
    let mut at = block.iter_mut();
    let mut to = std::array::from_fn(|_| at.next().map(Vec::as_mut_slice));
    widen(&options, 0, [&found[0], &found[1]], &mut to);
    (0..rows).map(|row| std::array::from_fn(|measure| block[measure][row])).collect()
}

/// The natural scale of each measure, for options of moderate rates.
fn scales([s, k, t, v, r, q, _]: [f64; 7]) -> [f64; MEASURES] {
    let (root, total) = (t.sqrt(), v * t.sqrt());
    let drift = 1.0 + (r - q).abs() * t / total;
    let gamma = 1.0 / (s * total);
    [
        s,
        1.0,
        gamma,
        s * root,
        s * v / root + (r.abs() + q.abs()) * s.max(k),
        s.max(k) * t,
        s * t,
        1.0 / v,
        s * root / v,
        drift / t,
        gamma / (s * total),
        gamma / v,
        drift * gamma / t,
        drift * s * root / t,
        s * root / (v * v),
    ]
}

/// Options of a reference file, and what it says of them.
fn referenced(file: &serde_json::Value) -> (Vec<[f64; 7]>, Vec<[f64; MEASURES]>) {
    let each = |case: &serde_json::Value| {
        let sign = if case["id"] == "call" { 1.0 } else { -1.0 };
        let [s, k, t, v, r, q] =
            ["S", "K", "T", "sigma", "r", "q"].map(|name| number(&case["inputs"][name]));
        let name = |name: &'static str| if name == "phi" { "phi_dividend_rho" } else { name };
        ([s, k, t, v, r, q, sign], NAMES.map(|known| number(&case["outputs"][name(known)])))
    };
    cases(file).iter().map(each).unzip()
}

#[test]
fn measures_agree_with_mpmath() {
    let Some(file) = reference("black_scholes") else { return };
    let (options, wanted) = referenced(&file);
    for ((option, want), got) in options.iter().zip(&wanted).zip(single(&options)) {
        for (at, scale) in scales(*option).into_iter().enumerate() {
            // The file allows 5e-6.
            close(got[at], want[at], 3e-7 * scale, &format!("{option:?}: {}", NAMES[at]));
        }
    }
}

#[test]
fn the_limits_are_those_of_double_precision() {
    let mut options = Vec::new();
    for (years, volatility) in [(0.0, 0.5), (0.0, 0.0), (1.0, 0.0), (1e-70, 1e-2)] {
        for spot in [110.0, 90.0, 100.0, 1e-100, 1e100] {
            for rate in [0.0, 0.05] {
                options.extend(
                    [1.0, -1.0].map(|sign| [spot, 100.0, years, volatility, rate, 0.0, sign]),
                );
            }
        }
    }
    for (option, got) in options.iter().zip(single(&options)) {
        for ((name, got), want) in NAMES.iter().zip(got).zip(one(*option)) {
            // At the money the rate, in single precision, counts half.
            let tolerance = if *name == "theta" { 1e-7 } else { 1e-15 };
            close(got, want, tolerance * want.abs(), &format!("{option:?}: {name}"));
        }
    }
}

#[test]
fn hard_corners_stay_numbers() {
    let spots = [1e-100, 1e-3, 100.0, 1e100];
    let mut options = Vec::new();
    for spot in spots {
        for strike in spots {
            for years in [1e-12, 1.0, 100.0] {
                for volatility in [1e-15, 1e-3, 1.0, 100.0] {
                    options.extend(
                        [1.0, -1.0]
                            .map(|sign| [spot, strike, years, volatility, 0.05, -0.02, sign]),
                    );
                }
            }
        }
    }
    for (option, got) in options.iter().zip(single(&options)) {
        for ((name, got), want) in NAMES.iter().zip(got).zip(one(*option)) {
            assert!(!got.is_nan() || want.is_nan(), "{option:?}: {name} is {got}");
        }
        let price = one(*option)[0];
        let scale = option[0].max(option[1]).max(price);
        close(got[0], price, 1e-6 * scale, &format!("{option:?}: price"));
    }
}

#[test]
fn a_missing_input_touches_its_row_and_no_other() {
    let whole = [100.0, 90.0, 0.5, 0.4, 0.03, 0.0, 1.0];
    let mut options = vec![whole; 40];
    for input in 0..7 {
        options[3 * input][input] = f64::NAN;
    }
    let found = single(&options);
    let alone = single(&[whole])[0];
    for (row, got) in found.iter().enumerate() {
        if row % 3 == 0 && row < 21 {
            assert!(got.iter().all(|value| value.is_nan()), "row {row}");
        } else {
            assert_eq!(got.map(f64::to_bits), alone.map(f64::to_bits), "row {row}");
        }
    }
    assert!(single(&[]).is_empty());
}

/// Volatility, distance, and derivatives by ln F, ln α, ρ and ν.
fn slopes(smiles: &[(Smile, f64)]) -> Vec<[f64; SLOPES]> {
    let words: Vec<_> = smiles.iter().map(|(smile, strike)| smile_words(smile, *strike)).collect();
    let mut tiled = Vec::new();
    for tile in words.chunks(LANES) {
        for word in 0..SPARE.len() {
            let lane =
                |lane: usize| tile.get(lane).map_or(SPARE, |words| words.expect("in range"))[word];
            tiled.extend((0..LANES).map(lane));
        }
    }
    let found = twin(&sabr::KERNEL, smiles.len(), vec![tiled]);
    let of =
        |row: usize, word: usize| found[1][(row / LANES * SLOPES + word) * LANES + row % LANES];
    (0..smiles.len()).map(|row| std::array::from_fn(|word| of(row, word).into())).collect()
}

#[test]
fn smiles_agree_with_quantlib_and_pysabr() {
    let Some(file) = reference("sabr") else { return };
    for case in cases(&file) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let [forward, strike, years, alpha, beta, rho, nu] =
            ["F", "K", "T", "alpha", "beta", "rho", "nu"].map(|name| number(&inputs[name]));
        let got = slopes(&[(Smile { forward, years, alpha, beta, rho, nu }, strike)])[0];
        // The file allows 2e-5.
        let want = number(&outputs["lognormal_vol_obloj2008"]);
        close(got[0], want, 1e-6 * want, &format!("{inputs}"));
        let want = number(&outputs["geodesic_distance"]);
        close(got[1].abs(), want, 1e-6 * want, &format!("{inputs}"));
    }
}

#[test]
fn without_volatility_of_volatility_sabr_is_black_scholes() {
    for strike in [1.0, 99.999, 100.0, 250.0, 1e6] {
        let smile =
            Smile { forward: 100.0, years: 3.0, alpha: 0.375, beta: 1.0, rho: 0.3, nu: 0.0 };
        assert_eq!(slopes(&[(smile, strike)])[0][0], 0.375);
    }
}

#[test]
fn what_single_precision_cannot_hold_has_no_words() {
    let smile = Smile { forward: 100.0, years: 1.0, alpha: 0.4, beta: 1.0, rho: 0.0, nu: 1.0 };
    assert!(smile_words(&smile, 100.0).is_some());
    assert!(smile_words(&smile, 100.0 * 21_f64.exp()).is_none());
    assert!(smile_words(&Smile { alpha: 1e-7, ..smile }, 100.0).is_none());
    assert!(smile_words(&Smile { forward: f64::NAN, ..smile }, 100.0).is_none());
    assert!(smile_words(&Smile { beta: 0.0, alpha: 1e7, ..smile }, 100.0).is_none());
    // 1 + T c is 2e-4.
    let cancelled = Smile {
        forward: 61.2556,
        years: 1.7571,
        alpha: 0.98199,
        rho: -0.88564,
        nu: 2.26881,
        ..smile
    };
    assert!(smile_words(&cancelled, 100.0).is_none());
}

proptest! {
    #[test]
    fn single_precision_follows_double(
        moneyness in -3.0..3.0_f64,
        years in 0.01..5.0_f64,
        volatility in 0.05..2.0_f64,
        rate in -0.1..0.2_f64,
        dividend in -0.1..0.2_f64,
    ) {
        let option = |sign| [100.0 * moneyness.exp(), 100.0, years, volatility, rate, dividend, sign];
        let [call, put] = [1.0, -1.0].map(|sign| single(&[option(sign)])[0]);
        for (sign, got) in [(1.0, call), (-1.0, put)] {
            let want = one(option(sign));
            for ((at, name), scale) in NAMES.iter().enumerate().zip(scales(option(sign))) {
                close(got[at], want[at], 1e-6 * scale, name);
            }
        }
        let (forward, discounted) =
            (option(1.0)[0] * (-dividend * years).exp(), 100.0 * (-rate * years).exp());
        let larger = call[0].max(put[0]).max(forward).max(discounted);
        close(call[0] - put[0], forward - discounted, 1e-15 * larger, "parity");
        close(call[1] - put[1], (-dividend * years).exp(), 1e-15, "parity of delta");
    }

    #[test]
    fn slopes_follow_double(
        moneyness in -2.0..2.0_f64,
        beta in 0.0..1.0_f64,
        rho in -0.9..0.9_f64,
        nu in 0.0..10.0_f64,
        level in 0.05..1.5_f64,
        years in 0.0..10.0_f64,
    ) {
        let alpha = level * 50_f64.powf(1.0 - beta);
        let smile = Smile { forward: 50.0, years, alpha, beta, rho, nu };
        let strike = 50.0 * moneyness.exp();
        if smile_words(&smile, strike).is_none() {
            return Ok(());
        }
        let want = smile.slopes(strike);
        let got = slopes(&[(smile, strike)])[0];
        let scale = want.volatility.abs();
        close(got[0], want.volatility, 1e-6 * scale, "volatility");
        close(got[1], smile.distance(strike), 1e-6 * got[1].abs(), "distance");
        let growth = 1.0 + nu * nu * years;
        for (got, want, name) in [
            (got[2], want.by_forward * 50.0, "by ln F"),
            (got[3], want.by_alpha * alpha, "by ln α"),
            (got[4], want.by_rho, "by ρ"),
            (got[5], want.by_nu, "by ν"),
        ] {
            close(got, want, 3e-6 * growth * (scale + want.abs()), name);
        }
    }
}
