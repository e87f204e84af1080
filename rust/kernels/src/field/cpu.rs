//! CPU twin: lane = bar.

use std::array::from_fn;

use bytemuck::{cast_slice, cast_slice_mut};

use super::{BLOCK, Params, VOTES};
use crate::shared::hyperbolic::{self, Affinity, WithAffinity};
use crate::simd::{Body, F32, Isa, LANES, dispatch};
use crate::spec;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let p: Params = spec::params(params);
    hyperbolic::choose(p.metric, p.power, Field {
        items: p.items as usize,
        library: p.library as usize,
        rows: p.rows as usize,
        points: cast_slice(inputs[0]),
        labels: cast_slice(inputs[1]),
        row: inputs[2],
        start: inputs[3],
        votes: cast_slice_mut(outputs[0]),
    });
}

struct Field<'a, 'b> {
    items: usize,
    library: usize,
    rows: usize,
    points: &'a [f32],
    labels: &'a [f32],
    row: &'a [u32],
    start: &'a [u32],
    votes: &'b mut [f32],
}

impl WithAffinity for Field<'_, '_> {
    type Output = ();

    fn with<A: Affinity>(self, affinity: A) {
        dispatch(WithKernel { field: self, affinity });
    }
}

struct WithKernel<'a, 'b, A> {
    field: Field<'a, 'b>,
    affinity: A,
}

impl<A: Affinity> Body for WithKernel<'_, '_, A> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Self { field, affinity } = self;
        for first in (0..field.items).step_by(LANES) {
            // Lanes past the end repeat the last bar.
            let items: [usize; LANES] = from_fn(|lane| (first + lane).min(field.items - 1));
            let sums = field.tile::<S, A>(affinity, &items);
            for (lane, votes) in
                field.votes[first * VOTES..].chunks_exact_mut(VOTES).take(LANES).enumerate()
            {
                votes.copy_from_slice(&sums.map(|sum| sum.0[lane]));
            }
        }
    }
}

impl Field<'_, '_> {
    /// The four sums of sixteen bars.
    #[inline(always)]
    fn tile<S: Isa, A: Affinity>(&self, affinity: A, items: &[usize; LANES]) -> [F32; VOTES] {
        let gather = |from: &[f32], at: [usize; LANES]| F32(at.map(|i| from[i]));
        let start = items.map(|i| self.start[i] as usize);
        let row = items.map(|i| self.row[i] as usize);
        let own = affinity.points(|plane| gather(&self.points[plane * self.rows..], row));
        let zero = F32::splat(0.0);
        let mut total = [zero; 3];
        let mut nearest = F32::splat(3.0e38);
        for from in (0..self.library).step_by(BLOCK) {
            let mut block = [zero; 3];
            for j in from..(from + BLOCK).min(self.library) {
                let at = start.map(|s| s + j);
                let other = affinity.points(|plane| gather(&self.points[plane * self.rows..], at));
                let s2 = affinity.separation::<S>(&own, &other);
                let k = affinity.weight::<S>(s2);
                let y = gather(self.labels, at);
                block = [k.fma::<S>(y, block[0]), block[1] + k, block[2] + y];
                nearest = nearest.min(s2);
            }
            total = from_fn(|i| total[i] + block[i]);
        }
        [total[0], total[1], total[2], nearest]
    }
}
