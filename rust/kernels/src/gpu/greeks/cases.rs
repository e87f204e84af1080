//! Sample cases.

use bytemuck::{bytes_of, cast_vec};

use super::{OPTION, Params, STILL};
use crate::shared::sample::Sample;
use crate::spec::{Case, LANES, tiles};

/// x, `rτ`, `qτ`, and s.
type Option = [f64; OPTION + 1];

fn case(name: &'static str, options: &[Option]) -> Case {
    let mut words = vec![0_f32; tiles(options.len()) * LANES * OPTION];
    let mut totals = vec![STILL; tiles(options.len()) * LANES];
    for (at, option) in options.iter().enumerate() {
        for (word, value) in option[..OPTION].iter().enumerate() {
            words[(at / LANES * OPTION + word) * LANES + at % LANES] = *value as f32;
        }
        totals[at] = option[OPTION] as f32;
    }
    Case {
        name,
        params: bytes_of(&Params { items: options.len() as u32, ..Params::default() }).to_vec(),
        items: options.len(),
        inputs: vec![cast_vec(words), cast_vec(totals)],
    }
}

/// Options with x within `reach` standard deviations and total volatilities of `10^lowest` to `10^highest`.
fn random(seed: u32, count: usize, reach: f64, [lowest, highest]: [f64; 2]) -> Vec<Option> {
    let mut sample = Sample::new(seed);
    let mut one = || {
        let total = 10.0_f64.powf(sample.uniform(lowest, highest));
        let [rate, dividend] = [sample.uniform(-0.05, 0.1), sample.uniform(-0.05, 0.1)];
        [total * sample.uniform(-reach, reach), rate, dividend, total]
    };
    (0..count).map(|_| one()).collect()
}

/// Every combination of x and s.
fn grid(xs: &[f64], totals: &[f64], rate: f64) -> Vec<Option> {
    let mut options = Vec::new();
    for x in xs {
        for total in totals {
            options.push([*x, rate, 0.5 * rate, *total]);
        }
    }
    options
}

pub(super) fn all() -> Vec<Case> {
    vec![
        case("bench: 4096 options", &random(1, 4096, 2.0, [-1.5, 0.3])),
        case("no multiple of 16, short expiries", &random(2, 77, 3.0, [-3.0, -1.0])),
        case("far out of the money", &random(3, 200, 13.0, [-1.0, 0.0])),
        case("expired or without volatility", &grid(&[-1900.0, -0.1, 0.0, 1e-9, 3.0], &[1e-30], 0.05)),
        case("the smallest volatility", &grid(&[-1e-3, 0.0, 1e-3], &[1.1e-30, 1e-12], 0.0)),
        case("volatilities of thousands of percent", &grid(&[-60.0, -0.1, 0.0, 2.0], &[10.0, 60.0, 1000.0, 1e9], 10.0)),
        case("strikes without reach", &grid(&[-1900.0, -100.0, -87.0, 88.0, 1900.0], &[0.1, 3.0, 20.0], 700.0)),
        case("one option", &random(4, 1, 1.0, [-1.0, 0.0])),
    ]
}
