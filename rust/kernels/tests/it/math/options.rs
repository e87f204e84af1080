//! Options against mpmath, QuantLib and pysabr, and identities that hold for any of them.
#![allow(clippy::float_cmp)] // equal bits are meant

use crate::common::{cases, close, number, reference};
use hyperphysics_kernels::math::options::black_scholes::{MEASURES, NAMES, Options, measures, one};
use hyperphysics_kernels::math::options::implied::{self, Quote};
use hyperphysics_kernels::math::options::sabr::Smile;
use hyperphysics_kernels::math::options::smile::{Quotes, fit};
use proptest::prelude::*;

/// The measure `name` of values in the order of [`NAMES`].
fn of(values: &[f64; MEASURES], name: &str) -> f64 {
    values[NAMES.iter().position(|known| *known == name).unwrap()]
}

#[test]
fn measures_agree_with_mpmath() {
    let Some(file) = reference("black_scholes") else { return };
    for case in cases(&file) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let sign = if case["id"] == "call" { 1.0 } else { -1.0 };
        let [s, k, t, v, r, q] =
            ["S", "K", "T", "sigma", "r", "q"].map(|name| number(&inputs[name]));
        let got = one([s, k, t, v, r, q, sign]);
        for (name, got) in NAMES.iter().zip(got) {
            let name = if *name == "phi" { "phi_dividend_rho" } else { name };
            let want = number(&outputs[name]);
            close(got, want, 1e-11 * want.abs(), &format!("{inputs}: {name}"));
        }
        // Against the natural scale, where the formula is conditioned well.
        let total = v * t.sqrt();
        if total > 0.1 {
            let scales = [
                ("price", s),
                ("delta", 1.0),
                ("gamma", 1.0 / (s * total)),
                ("vega", s * t.sqrt()),
            ];
            for (name, scale) in scales {
                close(
                    of(&got, name),
                    number(&outputs[name]),
                    1e-14 * scale,
                    &format!("{inputs}: {name}"),
                );
            }
        }
    }
}

#[test]
fn smiles_agree_with_quantlib_and_pysabr() {
    let Some(file) = reference("sabr") else { return };
    for case in cases(&file) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let [forward, strike, years, alpha, beta, rho, nu] =
            ["F", "K", "T", "alpha", "beta", "rho", "nu"].map(|name| number(&inputs[name]));
        let smile = Smile { forward, years, alpha, beta, rho, nu };
        let want = number(&outputs["lognormal_vol_obloj2008"]);
        close(smile.volatility(strike), want, 1e-12 * want, &format!("{inputs}"));
        let want = number(&outputs["geodesic_distance"]);
        close(smile.distance(strike).abs(), want, 1e-13 * want, &format!("{inputs}"));
    }
}

#[test]
fn without_volatility_of_volatility_sabr_is_black_scholes() {
    for strike in [1.0, 99.999, 100.0, 250.0, 1e6] {
        let smile = Smile { forward: 100.0, years: 3.0, alpha: 0.37, beta: 1.0, rho: 0.3, nu: 0.0 };
        assert_eq!(smile.volatility(strike), 0.37);
    }
}

#[test]
fn the_limits_are_those_of_the_forward() {
    for (years, volatility) in [(0.0, 0.5), (0.0, 0.0), (1.0, 0.0), (1e-70, 1e-2)] {
        for (spot, sign, price, delta) in [
            (110.0, 1.0, 10.0, 1.0),
            (110.0, -1.0, 0.0, 0.0),
            (90.0, 1.0, 0.0, 0.0),
            (90.0, -1.0, 10.0, -1.0),
            (100.0, 1.0, 0.0, 0.5),
            (100.0, -1.0, 0.0, -0.5),
        ] {
            let got = one([spot, 100.0, years, volatility, 0.0, 0.0, sign]);
            assert_eq!((got[0], got[1]), (price, delta), "{spot} {sign} {years} {volatility}");
            for name in ["gamma", "vega", "vanna", "speed", "color", "ultima"] {
                assert_eq!(of(&got, name), 0.0, "{name}");
            }
        }
    }
    // The limit is approached.
    let near = one([110.0, 100.0, 2.0, 1e-9, 0.05, 0.01, 1.0]);
    let still = one([110.0, 100.0, 2.0, 0.0, 0.05, 0.01, 1.0]);
    for (name, (near, still)) in NAMES.iter().zip(near.into_iter().zip(still)) {
        close(near, still, 1e-12 * still.abs(), name);
    }
}

#[test]
fn hard_corners_stay_finite() {
    let spots = [1e-100, 1e-3, 100.0, 1e100];
    for spot in spots {
        for strike in spots {
            for years in [1e-12, 1.0, 100.0] {
                for volatility in [1e-15, 1e-3, 1.0, 100.0] {
                    for sign in [1.0, -1.0] {
                        let got = one([spot, strike, years, volatility, 0.05, -0.02, sign]);
                        let named = NAMES.iter().zip(got);
                        for (name, value) in named.take(9) {
                            let what =
                                format!("{name} of {spot} {strike} {years} {volatility} {sign}");
                            assert!(value.is_finite() || *name == "gamma", "{what}: {value}");
                        }
                        assert!(got[0] >= 0.0);
                    }
                }
            }
        }
    }
}

#[test]
fn a_missing_input_touches_its_row_and_no_other() {
    let spot: Vec<f64> =
        (0..40).map(|i| if i == 17 { f64::NAN } else { 90.0 + f64::from(i) }).collect();
    let every = Options {
        spot: &spot,
        strike: &[100.0],
        years: &[0.5],
        volatility: &[0.4],
        rate: &[0.03],
        dividend: &[0.0],
        sign: &[-1.0],
    };
    let mut columns = vec![vec![0.0; 33]; MEASURES];
    let mut at = columns.iter_mut();
    let mut to = std::array::from_fn(|_| at.next().map(Vec::as_mut_slice));
    measures(&every, 7, &mut to);
    for (row, value) in spot[7..].iter().enumerate() {
        let alone = one([*value, 100.0, 0.5, 0.4, 0.03, 0.0, -1.0]);
        for (column, alone) in columns.iter().zip(alone) {
            assert_eq!(column[row].to_bits(), alone.to_bits(), "row {row}");
            assert_eq!(column[row].is_nan(), row == 10);
        }
    }
    for input in 0..7 {
        let mut option = [100.0, 90.0, 0.5, 0.4, 0.03, 0.0, 1.0];
        option[input] = f64::NAN;
        assert!(one(option).iter().all(|value| value.is_nan()), "input {input}");
    }
}

#[test]
fn a_smile_is_found_again() {
    let strikes: Vec<f64> = (0..15).map(|i| 60.0 + 6.0 * f64::from(i)).collect();
    for (beta, alpha, rho, nu) in
        [(1.0, 0.6, -0.3, 1.4), (1.0, 0.2, 0.6, 0.3), (0.5, 4.0, -0.7, 0.9)]
    {
        let smile = Smile { forward: 100.0, years: 0.3, alpha, beta, rho, nu };
        let volatilities: Vec<f64> = strikes.iter().map(|k| smile.volatility(*k)).collect();
        let weights = vec![1.0; strikes.len()];
        let quotes = Quotes {
            forward: 100.0,
            years: 0.3,
            strikes: &strikes,
            volatilities: &volatilities,
            weights: &weights,
        };
        let found = fit(&quotes, beta).expect("a smile");
        assert!(found.converged && found.rms < 1e-9, "{found:?}");
        close(found.smile.alpha, alpha, 1e-6 * alpha, "alpha");
        close(found.smile.rho, rho, 1e-6, "rho");
        close(found.smile.nu, nu, 1e-6, "nu");
    }
}

#[test]
fn a_negative_density_is_flagged() {
    // The left wing of a long expiry, where the first order in T is known to fail.
    let smile = Smile { forward: 0.03, years: 10.0, alpha: 0.05, beta: 0.5, rho: -0.3, nu: 0.5 };
    assert!(smile.density(0.0005) < 0.0 && !smile.sound(0.0005));
    let calm = Smile { forward: 100.0, years: 0.1, alpha: 0.5, beta: 1.0, rho: -0.3, nu: 1.0 };
    assert!(calm.sound(100.0));
    // It is a density: what it adds up to.
    let total: f64 = (1..4000).map(|i| calm.density(f64::from(i) * 0.1) * 0.1).sum();
    close(total, 1.0, 2e-3, "the density's integral");
}

/// A smile with one parameter moved.
type Move = fn(Smile, f64) -> Smile;

proptest! {
    #[test]
    fn identities_hold(
        moneyness in -1.0..1.0_f64,
        years in 0.01..5.0_f64,
        volatility in 0.05..2.0_f64,
        rate in -0.1..0.2_f64,
        dividend in -0.1..0.2_f64,
    ) {
        let (spot, strike) = (100.0 * moneyness.exp(), 100.0);
        let option = |sign| one([spot, strike, years, volatility, rate, dividend, sign]);
        let (call, put) = (option(1.0), option(-1.0));
        let (forward, discounted) = (spot * (-dividend * years).exp(), strike * (-rate * years).exp());
        // Parity, to the last bits of the larger price.
        let larger = call[0].max(put[0]).max(forward).max(discounted);
        close(call[0] - put[0], forward - discounted, 1e-15 * larger, "parity");
        close(of(&call, "delta") - of(&put, "delta"), (-dividend * years).exp(), 1e-15, "delta");
        for values in [call, put] {
            let measure = |name| of(&values, name);
            // The equation of Black and Scholes.
            let terms = [
                measure("theta"),
                0.5 * (volatility * spot).powi(2) * measure("gamma"),
                (rate - dividend) * spot * measure("delta"),
                -rate * measure("price"),
            ];
            let scale: f64 = terms.iter().map(|term| term.abs()).sum();
            close(terms.iter().sum(), 0.0, 1e-13 * scale.max(1e-3), "the equation");
            let vega = spot * spot * measure("gamma") * volatility * years;
            close(measure("vega"), vega, 1e-13 * vega.abs(), "vega");
            prop_assert!(measure("price") >= 0.0 && measure("gamma") >= 0.0);
        }
        // A call is worth more for more volatility and less for a higher strike.
        let more = one([spot, strike, years, volatility * 1.01, rate, dividend, 1.0]);
        let higher = one([spot, strike * 1.01, years, volatility, rate, dividend, 1.0]);
        prop_assert!(more[0] >= call[0] && higher[0] <= call[0]);
        // A put is a call with spot and strike, rate and yield exchanged.
        let mirror = one([strike, spot, years, volatility, dividend, rate, 1.0]);
        close(mirror[0], put[0], 2e-14 * larger, "symmetry");
    }

    #[test]
    fn a_price_gives_its_volatility_back(
        moneyness in -1.5..1.5_f64,
        years in 0.01..3.0_f64,
        volatility in 0.05..2.0_f64,
        rate in -0.1..0.2_f64,
    ) {
        let (spot, strike) = (100.0 * moneyness.exp(), 100.0);
        let out = if moneyness + rate * years < 0.0 { 1.0 } else { -1.0 };
        for (sign, call) in [(out, out > 0.0), (-out, out < 0.0)] {
            let values = one([spot, strike, years, volatility, rate, 0.0, sign]);
            let price = values[0];
            let got = implied::volatility(&Quote { price, spot, strike, years, rate, dividend: 0.0, call });
            // What an error of the last bits of the price, and of ln(F/K), makes of it.
            let vega = of(&values, "vega");
            let lost = if sign == out { 1e-13 * price } else { 4e-16 * price.max(spot).max(strike) };
            if lost < 1e-4 * vega * volatility && price > 1e-250 {
                close(got, volatility, 1e-12 * volatility + 2.0 * lost / vega, "implied volatility");
            }
        }
    }

    #[test]
    fn slopes_are_differences(
        moneyness in -0.8..0.8_f64,
        beta in 0.0..1.0_f64,
        rho in -0.9..0.9_f64,
        nu in 0.01..2.0_f64,
    ) {
        let smile = Smile { forward: 100.0, years: 0.5, alpha: 0.4 * 100_f64.powf(1.0 - beta), beta, rho, nu };
        let strike = 100.0 * moneyness.exp();
        let slopes = smile.slopes(strike);
        prop_assert_eq!(slopes.volatility, smile.volatility(strike));
        let moved: [(f64, Move, f64); 4] = [
            (slopes.by_forward, |s, h| Smile { forward: s.forward + h, ..s }, 1e-3),
            (slopes.by_alpha, |s, h| Smile { alpha: s.alpha + h, ..s }, 1e-5 * smile.alpha),
            (slopes.by_rho, |s, h| Smile { rho: s.rho + h, ..s }, 1e-5),
            (slopes.by_nu, |s, h| Smile { nu: s.nu + h, ..s }, 1e-5),
        ];
        for (slope, moved, h) in moved {
            let (above, below) = (moved(smile, h), moved(smile, -h));
            let difference = (above.volatility(strike) - below.volatility(strike)) / (2.0 * h);
            close(slope, difference, 1e-7 * difference.abs() + 1e-9, "slope");
        }
    }
}
