//! Sample cases.

use bytemuck::bytes_of;

use super::{Batch, CHAIN, Params, STREAM, chain, quantise, thresholds};
use crate::shared::rng;
use crate::shared::sample::Sample;
use crate::spec::Case;

/// Key of a pair, as a candle has it.
const KEY: [u32; 2] = rng::key(7, "BTC/USDT:5m");

/// Couplings and fields, uniform up to `strength` and `field` in size.
fn network(sample: &mut Sample, nodes: usize, strength: f64, field: f64) -> (Vec<f64>, Vec<f64>) {
    let mut couplings = vec![0.0; nodes * nodes];
    for i in 0..nodes {
        for j in 0..i {
            let coupling = sample.uniform(-0.6 * strength, strength);
            couplings[i * nodes + j] = coupling;
            couplings[j * nodes + i] = coupling;
        }
    }
    (couplings, (0..nodes).map(|_| sample.uniform(-field, field)).collect())
}

/// `count` lattices of `nodes` nodes at the temperatures in turn.
fn batch(nodes: usize, count: usize, strength: f64, field: f64, temperatures: &[f64]) -> Batch {
    let mut sample = Sample::new(nodes as u32);
    let mut batch = Batch::with_capacity(count);
    for number in 0..count {
        let (couplings, fields) = network(&mut sample, nodes, strength, field);
        let temperature = temperatures[number % temperatures.len()];
        batch.push(&quantise(&couplings, &fields, temperature).expect("a valid lattice"));
    }
    batch
}

fn case(name: &'static str, params: Params, batch: &Batch, chains: &[[u32; CHAIN]]) -> Case {
    let params = Params { items: chains.len() as u32, ..params };
    Case {
        name,
        params: bytes_of(&params).to_vec(),
        items: chains.len(),
        inputs: vec![
            batch.couplings().to_vec(),
            batch.lattices().to_vec(),
            thresholds(),
            chains.as_flattened().to_vec(),
        ],
    }
}

/// A chain for each candle of a series, the lattices in turn.
fn candles(lattices: u32, count: u32) -> Vec<[u32; CHAIN]> {
    let time = |candle| 1_700_000_000_000 + 300_000 * u64::from(candle);
    let stream = rng::stream(rng::LATTICE, STREAM);
    (0..count).map(|candle| chain(candle % lattices, KEY, stream, time(candle))).collect()
}

pub(super) fn all() -> Vec<Case> {
    let one = |temperature| batch(1, 1, 1.0, 0.7, &[temperature]);
    let replicas = |lattice, count| -> Vec<[u32; CHAIN]> {
        (0..count).map(|replica| chain(lattice, [3, 0], 0, replica)).collect()
    };
    vec![
        case(
            "a lattice for each of 70 candles",
            Params::new(48, 3, 9, 9),
            &batch(48, 70, 0.2, 0.3, &[1.0, 2.0, 5.0]),
            &candles(70, 70),
        ),
        case(
            "replicas of few lattices, in any order, in batches",
            Params::new(13, 0, 11, 4),
            &batch(13, 3, 1.0, 0.5, &[4.0]),
            &candles(3, 37),
        ),
        case("one node, one sweep", Params::new(1, 0, 1, 1), &one(1.0), &replicas(0, 1)),
        case("fields far beyond the thresholds", Params::new(5, 2, 30, 7), &{
            let mut batch = Batch::with_capacity(2);
            for field in [1e5, -1e5] {
                let couplings = [0.3; 25];
                batch.push(&quantise(&couplings, &[field; 5], 1.0).expect("a valid lattice"));
            }
            batch
        }, &replicas(1, 17)),
        case(
            "as cold as it goes, and as hot",
            Params::new(30, 1, 12, 12),
            &batch(30, 16, 1.0, 0.0, &[0.126, 1e9]),
            &candles(16, 16),
        ),
        case(
            "bench: 64 lattices of 48 nodes, 200 sweeps",
            Params::new(48, 0, 200, 200),
            &batch(48, 64, 0.2, 0.3, &[2.0]),
            &candles(64, 64),
        ),
    ]
}
