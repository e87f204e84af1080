//! CPU twin: lane = point; what is nearer than the worst of the list is inserted one by one.

use super::Params;
use crate::shared::split::{Split, WORDS, tiled};
use crate::simd::{self, Body, Isa, F32, LANES};
use crate::spec;

/// Above every separation.
const FAR: f32 = 3e38;

/// Points nearest to a query so far, nearest first.
struct List<'a> {
    rows: &'a mut [u32],
    separations: &'a mut [f32],
    filled: usize,
}

impl List<'_> {
    /// What a separation has to be below to enter.
    fn worst(&self) -> f32 {
        let kept = self.separations.len();
        if self.filled < kept { FAR } else { self.separations[kept - 1] }
    }

    /// Puts a point behind all that are as near; rows come in ascending order.
    fn insert(&mut self, row: u32, s: f32) {
        let mut slot = self.filled.min(self.rows.len() - 1);
        while slot > 0 && s < self.separations[slot - 1] {
            self.separations[slot] = self.separations[slot - 1];
            self.rows[slot] = self.rows[slot - 1];
            slot -= 1;
        }
        self.separations[slot] = s;
        self.rows[slot] = row;
        self.filled = (self.filled + 1).min(self.rows.len());
    }
}

struct Run<'a> {
    points: usize,
    kept: usize,
    tiles: &'a [[F32; WORDS]],
    queries: &'a [[f32; WORDS]],
    rows: &'a mut [u32],
    separations: &'a mut [f32],
}

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Self { points, kept, tiles, queries, rows, separations } = self;
        let lists = rows.chunks_exact_mut(kept).zip(separations.chunks_exact_mut(kept));
        for (query, (rows, separations)) in queries.iter().zip(lists) {
            let query = Split::<S>::spread(query);
            let mut list = List { rows, separations, filled: 0 };
            let mut worst = list.worst();
            for (number, tile) in tiles.iter().enumerate() {
                let s = query.separation(Split::lanes(tile)).store();
                if !below(&s, worst) {
                    continue;
                }
                let first = number * LANES;
                for (lane, s) in s.0.into_iter().enumerate().take(points - first) {
                    if s < worst {
                        list.insert((first + lane) as u32, s);
                        worst = list.worst();
                    }
                }
            }
        }
    }
}

/// Whether a lane is below `bound`.
#[inline(always)]
fn below(lanes: &F32, bound: f32) -> bool {
    let mut below = false;
    let mut lane = 0;
    while lane < LANES {
        below |= lanes.0[lane] < bound;
        lane += 1;
    }
    below
}

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let Params { items, points, kept, .. } = spec::params(params);
    let ([planes, queries], [rows, separations]) = (inputs, outputs) else {
        unreachable!("the plan binds two inputs and two outputs");
    };
    let [items, points, kept] = [items, points, kept].map(|n| n as usize);
    let queries: &[f32] = bytemuck::cast_slice(queries);
    simd::dispatch(Run {
        points,
        kept,
        tiles: &tiled(bytemuck::cast_slice(planes), points),
        queries: &queries.as_chunks().0[..items],
        rows: &mut rows[..items * kept],
        separations: &mut bytemuck::cast_slice_mut(separations)[..items * kept],
    });
}
