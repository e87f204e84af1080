//! Sample cases.

use super::{Params, keys};
use crate::shared::sample::Sample;
use crate::spec::Case;

/// Bars of the streams.
const ROWS: u32 = 700;

/// Channels of which the second has many ties, the third is constant for half of its bars and the fourth
/// rises without end.
fn streams(channels: usize) -> Vec<u32> {
    let mut sample = Sample::new(21);
    let stream = |channel: usize| {
        let value = |row: u32| match channel % 4 {
            1 => f64::from(sample.below(5)),
            2 if row < ROWS / 2 => 3.0,
            3 => f64::from(row),
            _ => sample.uniform(-1.0, 1.0),
        };
        keys(&(0..ROWS).map(value).collect::<Vec<f64>>())
    };
    (0..channels).flat_map(stream).collect()
}

fn case(name: &'static str, channels: u32, window: u32, end: Vec<u32>) -> Case {
    let params = Params { items: end.len() as u32, rows: ROWS, window, channels };
    Case {
        name,
        params: bytemuck::bytes_of(&params).to_vec(),
        items: end.len(),
        inputs: vec![streams(channels as usize), end],
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut sample = Sample::new(22);
    let scattered = (0..71).map(|_| 99 + sample.below(ROWS - 99)).collect();
    let gaps = (255..ROWS).filter(|row| row % 37 > 2).collect();
    vec![
        case("bench: window of 256", 6, 256, (255..511).collect()),
        case("with gaps", 5, 256, gaps),
        case("scattered", 3, 100, scattered),
        case("backwards", 2, 64, (63..230).rev().collect()),
        case("one bar repeated", 4, 33, vec![40; 70]),
        case("whole stream", 1, ROWS, vec![ROWS - 1]),
        case("two bars", 7, 2, (1..130).collect()),
        case("one bar", 1, 1, (0..65).collect()),
        case("a single window", 8, 300, vec![299]),
    ]
}
