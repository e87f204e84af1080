//! Sample cases.

use bytemuck::{bytes_of, cast_vec};

use super::Params;
use crate::shared::hyperbolic::{EUCLIDEAN, HYPERBOLIC, planes};
use crate::shared::sample::Sample;
use crate::spec::Case;

/// A stream of bars, each a point and a label, and what to ask about it.
struct Stream {
    points: Vec<[f64; 4]>,
    labels: Vec<f32>,
}

impl Stream {
    fn random(seed: u32, rows: usize, radius: f64) -> Self {
        let mut sample = Sample::new(seed);
        Self {
            points: (0..rows).map(|_| sample.point(radius)).collect(),
            labels: (0..rows).map(|_| sample.uniform(-1.0, 1.0) as f32).collect(),
        }
    }

    fn case(
        &self,
        name: &'static str,
        (metric, power): (u32, f32),
        past_window: u32,
        own: impl Iterator<Item = (u32, u32)>,
    ) -> Case {
        let (row, start): (Vec<u32>, Vec<u32>) = own.unzip();
        let params = Params {
            items: row.len() as u32,
            past_window,
            rows: self.points.len() as u32,
            metric,
            power,
            _pad: [0; 3],
        };
        Case {
            name,
            params: bytes_of(&params).to_vec(),
            items: row.len(),
            inputs: vec![
                cast_vec(planes(&self.points)),
                cast_vec(self.labels.clone()),
                row,
                start,
            ],
        }
    }
}

/// Bars whose past windows of `past_window` rows end right before them, one row apart.
fn consecutive(items: u32, past_window: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..items).map(move |i| (i + past_window, i))
}

pub(super) fn all() -> Vec<Case> {
    let long = Stream::random(8, 2048, 3.0);
    let plain = Stream::random(1, 400, 8.0);
    let near = Stream::random(2, 400, 1.0);
    let mut same = Stream::random(3, 96, 8.0);
    same.points.fill([5.0, 0.6, 0.0, 0.8]);
    let mut origin = Stream::random(4, 96, 3.0);
    for point in origin.points.iter_mut().step_by(2) {
        *point = [0.0; 4];
    }
    let mut antipodal = Stream::random(5, 96, 8.0);
    for (i, point) in antipodal.points.iter_mut().enumerate() {
        *point = [8.0, 0.0, 0.0, if i % 2 == 0 { 1.0 } else { -1.0 }];
    }
    let mut one_label = Stream::random(6, 160, 4.0);
    one_label.labels.fill(1.0);
    let mut sample = Sample::new(7);
    let scattered: Vec<_> = (0..77).map(|_| (sample.below(400), sample.below(300))).collect();
    let scattered = || scattered.iter().copied();
    // Rows shift by one, except that a gap falls inside every tile.
    let gaps = || (0..130).map(|i| (i + i / 7 + 200, i + i / 7));

    let h = |power| (HYPERBOLIC, power);
    let e = |power| (EUCLIDEAN, power);
    vec![
        long.case("bench: 64 bars, past windows of 1920", (HYPERBOLIC, 2.0), 1920, consecutive(64, 1920)),
        plain.case("consecutive bars, p = 2", h(2.0), 250, consecutive(128, 250)),
        plain.case("scattered bars, p = 2", h(2.0), 100, scattered()),
        plain.case("gaps inside tiles, p = 1", h(1.0), 181, gaps()),
        plain.case("general power 3.3", h(3.3), 97, consecutive(50, 97)),
        plain.case("scattered, power 3.3", h(3.3), 97, scattered()),
        plain.case("p = 4", h(4.0), 64, consecutive(65, 64)),
        plain.case("Euclidean, p = 2", e(2.0), 250, consecutive(128, 250)),
        plain.case("Euclidean, scattered, power 0.7", e(0.7), 33, scattered()),
        near.case("small radii, p = 2", h(2.0), 320, consecutive(70, 320)),
        near.case("small radii, Euclidean", e(1.0), 320, consecutive(70, 320)),
        same.case("identical points", h(2.0), 63, consecutive(33, 63)),
        same.case("identical points, Euclidean", e(2.0), 63, consecutive(33, 63)),
        origin.case("half at the origin", h(2.0), 50, consecutive(17, 50)),
        origin.case("half at the origin, Euclidean", e(4.0), 50, consecutive(17, 50)),
        antipodal.case("antipodes at r = 8, p = 1", h(1.0), 32, consecutive(48, 32)),
        antipodal.case("antipodes at r = 8, power 3.3", h(3.3), 32, consecutive(48, 32)),
        one_label.case("all labels equal", h(2.0), 96, consecutive(64, 96)),
        plain.case("past window of one", h(2.0), 1, consecutive(19, 1)),
        plain.case("a single bar", h(2.0), 100, std::iter::once((399, 300))),
    ]
}
