//! Sample cases of `var_es`.

use super::Params;
use crate::shared::sample::Sample;
use crate::spec::{Case, LANES, tiles};

/// A case of `items` samples; `value` maps (uniform in (-1, 1), row, item) to a value.
fn case(
    name: &'static str,
    items: usize,
    samples: u32,
    value: impl Fn(f32, usize, usize) -> f32,
) -> Case {
    let n = samples as usize;
    let mut sample = Sample::new(samples);
    let mut words = vec![0; tiles(items) * LANES * n];
    for (at, word) in words.iter_mut().enumerate() {
        let (row, lane) = (at / LANES % n, at % LANES);
        let item = (at / (LANES * n) * LANES + lane).min(items - 1);
        *word = value(sample.uniform(-1.0, 1.0) as f32, row, item).to_bits();
    }
    let params = Params { items: items as u32, ..Params::new(samples) };
    Case { name, params: bytemuck::bytes_of(&params).to_vec(), items, inputs: vec![words] }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("bench: 64 samples of 10 000", 64, 10_000, |u, _, _| u * u * u / (1.01 - u.abs())),
        case("uniform, several tiles", 100, 4000, |u, _, item| 3.0 * u + 0.01 * item as f32),
        case("heavy tails of every scale", 33, 2500, |u, _, item| {
            u * u * u / (1.0001 - u.abs()) * 10f32.powi(item as i32 - 16)
        }),
        case("ties on a coarse grid", 17, 3000, |u, _, item| (u * (1 + item) as f32).floor()),
        case("constants, signs and zero", 16, 1500, |_, _, item| item as f32 - 8.0),
        case("zeros of both signs", 3, 2100, |u, _, item| if item == 2 { -0.0 } else { 0.0 * u }),
        case("denormal, huge and tiny", 4, 2200, |u, row, item| match (row + item) % 4 {
            0 => u * 1e-40,
            1 => u * 1e31,
            2 => -1e32,
            _ => u * 1e-20,
        }),
        case("ascending and descending rows", 2, 5001, |_, row, item| {
            if item == 0 { row as f32 } else { -(row as f32) }
        }),
        case("tail hidden in a few rows", 5, 6000, |u, row, item| {
            if row / 300 == item { u - 50.0 } else { u }
        }),
        case("tail in one partial sum", 18, 4096, |u, row, item| {
            if row % LANES == item % LANES { u - 9.0 } else { u }
        }),
        case("rows of the guess unlike the rest", 20, 6400, |u, row, item| {
            if row % 100 < 16 && item % 3 == 0 { u - 9.0 } else { u }
        }),
        case("tiny sample", 20, 7, |u, _, _| u),
        case("one value", 1, 1, |u, _, _| u),
    ]
}
