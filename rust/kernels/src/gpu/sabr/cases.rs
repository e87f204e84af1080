//! Sample cases.

use bytemuck::{bytes_of, cast_vec};

use super::{Params, SMILE};
use crate::shared::sample::Sample;
use crate::spec::{Case, LANES, tiles};

/// x, a, `1 - β`, ρ, ν, T.
type Option = [f64; SMILE - 1];

fn case(name: &'static str, options: &[Option]) -> Case {
    // A spare option is a flat smile.
    let spare = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    let mut words = Vec::with_capacity(tiles(options.len()) * LANES * SMILE);
    for tile in options.chunks(LANES) {
        let lanes = |word: usize| {
            let of = |[x, a, rest, rho, nu, years]: &Option| {
                [*x, *a, *rest, *rho, 1.0 - rho * rho, *nu, *years][word] as f32
            };
            let there = tile.iter().map(of);
            there.chain(std::iter::repeat(spare[word])).take(LANES).collect::<Vec<f32>>()
        };
        words.extend((0..SMILE).flat_map(lanes));
    }
    Case {
        name,
        params: bytes_of(&Params { items: options.len() as u32, ..Params::default() }).to_vec(),
        items: options.len(),
        inputs: vec![cast_vec(words)],
    }
}

fn random(seed: u32, count: usize, reach: f64, rho: f64) -> Vec<Option> {
    let mut sample = Sample::new(seed);
    let mut one = || {
        let [x, a] = [sample.uniform(-reach, reach), sample.uniform(0.05, 1.5)];
        let rest = [0.0, 0.3, 1.0][sample.below(3) as usize];
        let [nu, years] = [sample.uniform(0.0, 3.0), sample.uniform(0.01, 2.0)];
        [x, a, rest, sample.uniform(-rho, rho), nu, years]
    };
    (0..count).map(|_| one()).collect()
}

/// Every combination with each of `smiles`, which are a, `1 - β`, ρ, ν, T.
fn grid(xs: &[f64], smiles: &[[f64; 5]]) -> Vec<Option> {
    let with = |x: &f64| {
        let x = *x;
        smiles.iter().map(move |[a, rest, rho, nu, years]| [x, *a, *rest, *rho, *nu, *years])
    };
    xs.iter().flat_map(with).collect()
}

pub(super) fn all() -> Vec<Case> {
    let near = [-1e-3, -1e-7, -1e-30, 0.0, 1e-30, 1e-7, 1e-3, 0.5];
    vec![
        case("bench: 4096 options", &random(1, 4096, 0.8, 0.9)),
        case("no multiple of 16, near the money", &random(2, 77, 1e-4, 0.9)),
        case("flat smiles", &grid(&near, &[[0.4, 0.0, 0.3, 0.0, 2.0], [0.4, 0.0, -0.9, 0.0, 0.0]])),
        case("at the money to the last bits", &grid(&near, &[[0.3, 0.5, -0.6, 1.0, 1.0], [2.0, 1.0, 0.8, 0.1, 0.5]])),
        case("far strikes", &grid(&[-20.0, -3.0, 3.0, 20.0], &[[0.5, 0.0, -0.5, 0.8, 0.2], [0.5, 1.0, 0.5, 0.8, 0.2]])),
        case("no correlation is too strong", &grid(&[-2.0, -0.1, 0.1, 2.0], &[[0.5, 0.0, -0.99, 1.0, 0.5], [0.5, 0.0, 0.99, 1.0, 0.5]])),
        case("small and large volatilities", &grid(&[-0.5, 0.5], &[[1e-6, 0.0, 0.2, 1e-3, 1.0], [1e4, 0.0, 0.2, 1e-3, 1e-3], [0.1, 0.0, -0.2, 10.0, 1e-3]])),
        case("one option", &random(3, 1, 0.5, 0.5)),
    ]
}
