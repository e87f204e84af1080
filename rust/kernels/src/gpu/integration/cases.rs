//! Sample cases.

use super::{Inputs, Params};
use crate::math::phi::Windows;
use crate::gpu::ranks::keys;
use crate::shared::sliding::Sliding;
use crate::shared::sample::Sample;
use crate::spec::Case;

/// Value of a channel at a bar, from the values of all channels one bar before.
type Step<'a> = &'a dyn Fn(usize, usize, &[f64], f64) -> f64;

/// Streams that go on for `bars` bars, each bar by `step` of channel, bar, the bar before and noise.
fn streams(seed: u32, channels: usize, bars: usize, step: Step<'_>) -> Vec<Vec<f64>> {
    let mut sample = Sample::new(seed);
    let mut last = vec![0.0; channels];
    let mut streams = vec![Vec::new(); channels];
    for bar in 0..bars {
        let noise: Vec<f64> = last.iter().map(|_| sample.uniform(-1.0, 1.0)).collect();
        last = (0..channels).map(|c| step(c, bar, &last, noise[c])).collect();
        for (stream, value) in streams.iter_mut().zip(&last) {
            stream.push(*value);
        }
    }
    streams
}

fn case(name: &'static str, window: usize, permutations: usize, streams: &[Vec<f64>]) -> Case {
    let (channels, items) = (streams.len(), streams[0].len() - window + 1);
    let keys: Vec<Vec<u32>> = streams.iter().map(|stream| keys(stream)).collect();
    let mut ranks = Vec::new();
    for end in window - 1..streams[0].len() {
        for pair in keys.chunks(2) {
            let own = |stream: &Vec<u32>| Sliding::new(stream, window, end).at(end).to_vec();
            let high = pair.get(1).map_or_else(|| vec![0; window], own);
            ranks.extend(own(&pair[0]).iter().zip(high).map(|(low, high)| low | high << 16));
        }
    }
    let Inputs { table, pairings } = Inputs::new(&Windows::new(window, permutations, 3));
    let params = Params {
        items: items as u32,
        channels: channels as u32,
        window: window as u32,
        permutations: permutations as u32,
    };
    Case {
        name,
        params: bytemuck::bytes_of(&params).to_vec(),
        items,
        inputs: vec![ranks, bytemuck::cast_vec(table), pairings],
    }
}

pub(super) fn cases() -> Vec<Case> {
    // Each channel follows its neighbour.
    let ring = |follow: f64| {
        move |c: usize, _: usize, last: &[f64], noise: f64| follow * last[(c + 1) % last.len()] + noise
    };
    let noise = |_: usize, _: usize, _: &[f64], noise: f64| noise;
    let walk = |c: usize, _: usize, last: &[f64], noise: f64| last[c] + noise;
    let rising = |c: usize, bar: usize, _: &[f64], noise: f64| bar as f64 + 0.01 * noise * c as f64;
    let ties = |c: usize, _: usize, last: &[f64], noise: f64| {
        let value = 0.5 * last[(c + 1) % last.len()] + 2.0 * noise;
        if c.is_multiple_of(2) { value.round() } else { value }
    };
    // Channel 1 stands still but for one bar, which then is the edge of a window.
    let still = |c: usize, bar: usize, _: &[f64], noise: f64| {
        if c == 1 { f64::from(u8::from(bar == 90)) } else { noise }
    };
    let copies = |c: usize, _: usize, last: &[f64], noise: f64| {
        if c == 0 { 0.7 * last[1] + noise } else { last[c - 1] }
    };
    let near = |c: usize, _: usize, last: &[f64], noise: f64| {
        let own = if c == 0 { 1.0 } else { 1e-2 };
        0.9 * last[0] + own * noise
    };
    let mut same = streams(9, 6, 330, &ring(0.4));
    let first = same[0].clone();
    same[3..].fill(first);
    vec![
        case("bench: six channels of 256", 256, 8, &streams(1, 6, 511, &ring(0.5))),
        case("noise", 256, 8, &streams(2, 6, 300, &noise)),
        case("two channels", 128, 8, &streams(3, 2, 200, &ring(0.6))),
        case("three channels, ties", 64, 3, &streams(4, 3, 130, &ties)),
        case("four channels", 100, 1, &streams(5, 4, 140, &ring(0.8))),
        case("five channels, twenty permutations", 128, 20, &streams(6, 5, 150, &ring(0.5))),
        case("longest window, no permutation", 512, 0, &streams(7, 6, 530, &ring(0.3))),
        case("shortest window", 24, 8, &streams(8, 6, 60, &ring(0.7))),
        case("equal channels", 256, 8, &same),
        case("random walks", 256, 8, &streams(10, 6, 280, &walk)),
        case("rising together", 512, 8, &streams(11, 6, 520, &rising)),
        case("a shift register", 256, 4, &streams(12, 6, 290, &copies)),
        case("nearly one channel", 256, 8, &streams(13, 6, 290, &near)),
        case("constant but for a bar", 64, 2, &streams(14, 4, 180, &still)),
        case("a single window", 32, 9, &streams(15, 6, 32, &ring(0.5))),
    ]
}
