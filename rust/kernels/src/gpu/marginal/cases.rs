//! Sample cases.

use bytemuck::{bytes_of, cast_vec};

use super::Params;
use crate::shared::hyperbolic::{EUCLIDEAN, HYPERBOLIC, planes};
use crate::shared::sample::Sample;
use crate::spec::Case;

const ROWS: u32 = 200;
const PAST_WINDOW: f32 = 1920.0;

/// Points and votes of a stream of bars.
struct Stream {
    points: Vec<[f64; 4]>,
    votes: Vec<f32>,
}

impl Stream {
    /// Votes are four words: weighted labels, weights, labels, nearest (which is not read).
    fn random(seed: u32, radius: f64, weight: f64, lean: f64) -> Self {
        let mut sample = Sample::new(seed);
        let points = (0..ROWS).map(|_| sample.point(radius)).collect();
        let votes = (0..ROWS)
            .flat_map(|_| {
                let weights = sample.uniform(0.1, 1.0) * weight;
                let weighted = weights * sample.uniform(-lean, lean);
                [weighted, weights, sample.uniform(-50.0, 50.0), 0.0].map(|x| x as f32)
            })
            .collect();
        Self { points, votes }
    }

    fn case(
        &self,
        name: &'static str,
        (metric, power): (u32, f32),
        open: u32,
        temperature: f32,
        newest: impl Iterator<Item = u32>,
    ) -> Case {
        let row: Vec<u32> = newest.collect();
        let params = Params {
            items: row.len() as u32,
            open,
            rows: ROWS,
            metric,
            power,
            temperature,
            horizon: 6.0,
            past_window: PAST_WINDOW,
        };
        Case {
            name,
            params: bytes_of(&params).to_vec(),
            items: row.len(),
            inputs: vec![
                cast_vec(planes(&self.points)),
                cast_vec(self.votes.clone()),
                row.clone(),
                row,
            ],
        }
    }
}

pub(super) fn all() -> Vec<Case> {
    let plain = Stream::random(11, 8.0, 60.0, 0.3);
    let near = Stream::random(12, 0.5, 600.0, 0.05);
    let mut huge = Stream::random(13, 4.0, 1.0, 1.0);
    for (i, vote) in huge.votes.chunks_exact_mut(4).enumerate() {
        vote.copy_from_slice(&[if i % 3 == 0 { -1920.0 } else { 1920.0 }, 1920.0, 0.0, 0.0]);
    }
    let mut free = Stream::random(14, 2.0, 100.0, 0.3);
    free.votes.fill(0.0);
    let mut one_label = Stream::random(18, 3.0, 400.0, 0.3);
    for vote in one_label.votes.chunks_exact_mut(4) {
        vote[0] = vote[1];
        vote[2] = PAST_WINDOW;
    }
    let mut same = Stream::random(15, 8.0, 60.0, 0.3);
    same.points.fill([8.0, 0.0, 1.0, 0.0]);
    let mut antipodal = Stream::random(16, 8.0, 60.0, 0.3);
    for (i, point) in antipodal.points.iter_mut().enumerate() {
        *point = [8.0, if i % 2 == 0 { 1.0 } else { -1.0 }, 0.0, 0.0];
    }
    let mut sample = Sample::new(17);
    let scattered: Vec<u32> = (0..53).map(|_| 11 + sample.below(ROWS - 11)).collect();
    let scattered = || scattered.iter().copied();

    let h = |power| (HYPERBOLIC, power);
    let e = |power| (EUCLIDEAN, power);
    vec![
        plain.case("six open, p = 2", h(2.0), 6, 1.25, 5..133),
        plain.case("one open", h(2.0), 1, 1.25, 0..37),
        plain.case("two open", h(2.0), 2, 1.25, 1..38),
        plain.case("five open, scattered, p = 1", h(1.0), 5, 1.25, scattered()),
        plain.case("seven open, p = 4", h(4.0), 7, 1.25, 6..71),
        plain.case("twelve open, power 3.3", h(3.3), 12, 1.25, 11..76),
        plain.case("twelve open, Euclidean", e(2.0), 12, 1.25, scattered()),
        near.case("nine open, strongly coupled, cold", h(2.0), 9, 0.5, 8..60),
        near.case("twelve open, strongly coupled, Euclidean", e(0.7), 12, 1.0, 11..60),
        huge.case("huge fields", h(2.0), 12, 1.25, 11..75),
        huge.case("huge fields, cold", h(1.0), 8, 0.25, 11..75),
        plain.case("twelve open, mixed fields, coldest", h(2.0), 12, 0.2, 11..75),
        near.case("twelve open, strongly coupled, coldest", h(2.0), 12, 0.2, 11..60),
        one_label.case("all labels equal", h(2.0), 7, 1.25, 6..39),
        free.case("no field", h(2.0), 12, 1.25, 11..44),
        same.case("identical points", h(2.0), 12, 1.25, 11..28),
        antipodal.case("antipodes at r = 8", h(2.0), 10, 1.25, 9..40),
        plain.case("a single candle", h(2.0), 12, 1.25, 199..200),
        plain.case("hot", h(2.0), 11, 50.0, 10..42),
    ]
}
