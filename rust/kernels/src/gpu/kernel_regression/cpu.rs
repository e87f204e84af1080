//! CPU twin: lane = bar.

use std::array::from_fn;

use bytemuck::cast_slice;

use super::{BLOCK, FAR, Params, VOTES};
use crate::shared::hyperbolic::{self, Affinity, Gather, PLANES, Planes, Points, WithAffinity};
use crate::simd::{Body, F32, Isa, LANES, U32, dispatch};
use crate::spec;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let p: Params = spec::params(params);
    hyperbolic::choose(p.metric, p.power, Field {
        items: p.items as usize,
        past_window: p.past_window as usize,
        rows: p.rows as usize,
        points: cast_slice(inputs[0]),
        labels: cast_slice(inputs[1]),
        row: inputs[2],
        start: inputs[3],
        votes: outputs[0],
    });
}

struct Field<'a, 'b> {
    items: usize,
    past_window: usize,
    rows: usize,
    points: &'a [f32],
    labels: &'a [f32],
    row: &'a [u32],
    start: &'a [u32],
    votes: &'b mut [u32],
}

impl WithAffinity for Field<'_, '_> {
    type Output = ();

    fn with<A: Affinity>(self, affinity: A) {
        dispatch(Sums { field: self, affinity });
    }
}

struct Sums<'a, 'b, A> {
    field: Field<'a, 'b>,
    affinity: A,
}

impl<A: Affinity> Body for Sums<'_, '_, A> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Self { field, affinity } = self;
        let mut table = Table::EMPTY;
        for first in (0..field.items).step_by(LANES) {
            // Lanes past the end repeat the last bar.
            let (mut row, mut start) = ([0; LANES], [0; LANES]);
            for lane in 0..LANES {
                let item = (first + lane).min(field.items - 1);
                row[lane] = field.row[item] as usize;
                start[lane] = field.start[item] as usize;
            }
            let own = Gather { points: field.points, rows: field.rows, at: row };
            let votes = field.tile::<S, A>(affinity, &affinity.points(&own), &start, &mut table);
            let mut words = [0; VOTES * LANES];
            S::interleave(votes, &mut words);
            let live = VOTES * LANES.min(field.items - first);
            field.votes[VOTES * first..][..live].copy_from_slice(&words[..live]);
        }
    }
}

impl Field<'_, '_> {
    /// Votes on the bars `own` of the past windows that begin at `start`.
    #[inline(always)]
    fn tile<S: Isa, A: Affinity>(
        &self,
        affinity: A,
        own: &Points,
        start: &[usize; LANES],
        table: &mut Table,
    ) -> [U32; VOTES] {
        let consecutive = (1..LANES).all(|lane| start[lane] == start[0] + lane);
        let mut total = Votes::NONE;
        for from in (0..self.past_window).step_by(BLOCK) {
            let steps = BLOCK.min(self.past_window - from);
            let block = if consecutive && steps == BLOCK {
                Run::new(self, start[0] + from).votes::<S, A>(affinity, own, BLOCK)
            } else {
                table.fill::<S>(self, &start.map(|s| s + from));
                table.votes::<S, A>(affinity, own, steps)
            };
            total.weighted = total.weighted + block.weighted;
            total.weights = total.weights + block.weights;
            total.labels = total.labels + block.labels;
            total.nearest = total.nearest.min(block.nearest);
        }
        [total.weighted, total.weights, total.labels, total.nearest].map(F32::to_bits)
    }
}

/// Sums over the rows of a past window.
struct Votes {
    weighted: F32,
    weights: F32,
    labels: F32,
    nearest: F32,
}

impl Votes {
    const NONE: Self = Self {
        weighted: F32::splat(0.0),
        weights: F32::splat(0.0),
        labels: F32::splat(0.0),
        nearest: F32::splat(FAR),
    };
}

/// The rows of a block, sixteen past windows side by side.
trait Block {
    /// Points of row `j` of each past window.
    fn points(&self, j: usize) -> impl Planes;

    /// Labels of row `j` of each past window.
    fn labels(&self, j: usize) -> F32;

    /// Sums over the first `steps` rows.
    #[inline(always)]
    fn votes<S: Isa, A: Affinity>(&self, affinity: A, own: &Points, steps: usize) -> Votes {
        let mut votes = Votes::NONE;
        for j in 0..steps {
            let s2 = affinity.separation::<S>(own, &affinity.points(&self.points(j)));
            let weight = affinity.weight::<S>(s2);
            let label = self.labels(j);
            votes.weighted = weight.fma::<S>(label, votes.weighted);
            votes.weights = votes.weights + weight;
            votes.labels = votes.labels + label;
            votes.nearest = votes.nearest.min(s2);
        }
        votes
    }
}

/// Rows that sixteen past windows one row apart visit in a block.
const SPAN: usize = BLOCK + LANES - 1;

/// Past windows one row apart: every load is contiguous.
struct Run<'a> {
    planes: [&'a [f32; SPAN]; PLANES],
    labels: &'a [f32; SPAN],
}

impl<'a> Run<'a> {
    #[inline(always)]
    fn new(field: &Field<'a, '_>, first: usize) -> Self {
        let span = |from: &'a [f32]| from[first..].first_chunk().expect("a block lies in its plane");
        Self {
            planes: from_fn(|plane| span(&field.points[plane * field.rows..])),
            labels: span(field.labels),
        }
    }
}

impl Block for Run<'_> {
    #[inline(always)]
    fn points(&self, j: usize) -> impl Planes {
        RunAt { run: self, j }
    }

    #[inline(always)]
    fn labels(&self, j: usize) -> F32 {
        F32::load(&self.labels[j..])
    }
}

struct RunAt<'a> {
    run: &'a Run<'a>,
    j: usize,
}

impl Planes for RunAt<'_> {
    #[inline(always)]
    fn plane(&self, plane: usize) -> F32 {
        F32::load(&self.run.planes[plane][self.j..])
    }
}

/// Words of a block of one plane, lane beside lane.
const SLAB: usize = BLOCK * LANES;

/// Past windows anywhere: a copy of their rows, lane beside lane.
struct Table {
    /// Planes, then labels.
    slabs: [[f32; SLAB]; PLANES + 1],
}

impl Table {
    const EMPTY: Self = Self { slabs: [[0.0; SLAB]; PLANES + 1] };

    /// Copies the rows of a block that begin at `at`; past the stream stand zeros.
    #[inline(always)]
    fn fill<S: Isa>(&mut self, field: &Field<'_, '_>, at: &[usize; LANES]) {
        let planes = field.points.chunks_exact(field.rows).chain([field.labels]);
        let mut tile = [0.0; LANES * LANES];
        for (plane, slab) in planes.zip(&mut self.slabs) {
            for (rows, to) in slab.chunks_exact_mut(LANES * LANES).enumerate() {
                for (lane, to) in tile.chunks_exact_mut(LANES).enumerate() {
                    let first = (at[lane] + rows * LANES).min(plane.len());
                    F32::load_part(&plane[first..]).store(to);
                }
                S::transpose(&tile, LANES, to, LANES);
            }
        }
    }
}

impl Block for Table {
    #[inline(always)]
    fn points(&self, j: usize) -> impl Planes {
        TableAt { table: self, j }
    }

    #[inline(always)]
    fn labels(&self, j: usize) -> F32 {
        F32::load(&self.slabs[PLANES][j * LANES..])
    }
}

struct TableAt<'a> {
    table: &'a Table,
    j: usize,
}

impl Planes for TableAt<'_> {
    #[inline(always)]
    fn plane(&self, plane: usize) -> F32 {
        F32::load(&self.table.slabs[plane][self.j * LANES..])
    }
}
