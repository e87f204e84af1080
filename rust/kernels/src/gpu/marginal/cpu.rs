//! CPU twin: lane = candle.

use bytemuck::{cast_slice, cast_slice_mut};

use super::lattice::{Lattice, bond, lanes_only};
use super::{OPEN, Params};
use crate::gpu::kernel_regression::VOTES;
use crate::shared::hyperbolic::{self, Affinity, Gather, Points, WithAffinity};
use crate::simd::{Body, F32, Isa, LANES, dispatch};
use crate::spec;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = spec::params(params);
    assert!((1..=OPEN as u32).contains(&params.open), "1 to {OPEN} open spins");
    hyperbolic::choose(params.metric, params.power, Marginal {
        params,
        points: cast_slice(inputs[0]),
        votes: cast_slice(inputs[1]),
        row: inputs[2],
        at: inputs[3],
        spin: cast_slice_mut(outputs[0]),
    });
}

struct Marginal<'a, 'b> {
    params: Params,
    points: &'a [f32],
    votes: &'a [f32],
    row: &'a [u32],
    at: &'a [u32],
    spin: &'b mut [f32],
}

impl WithAffinity for Marginal<'_, '_> {
    type Output = ();

    fn with<A: Affinity>(self, affinity: A) {
        dispatch(Spins { marginal: self, affinity });
    }
}

struct Spins<'a, 'b, A> {
    marginal: Marginal<'a, 'b>,
    affinity: A,
}

impl<A: Affinity> Body for Spins<'_, '_, A> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Self { marginal, affinity } = self;
        let Params { items, open, temperature, .. } = marginal.params;
        let items = items as usize;
        let mut lattice = Lattice::new(open as usize);
        for first in (0..items).step_by(LANES) {
            // Lanes past the end repeat the last candle.
            let (mut row, mut at) = ([0; LANES], [0; LANES]);
            for lane in 0..LANES {
                let item = (first + lane).min(items - 1);
                row[lane] = marginal.row[item] as usize;
                at[lane] = marginal.at[item] as usize;
            }
            marginal.couple::<S, A>(affinity, &row, &mut lattice);
            marginal.expose::<S>(&at, &mut lattice);
            lattice.weigh::<S>(temperature);
            let live = LANES.min(items - first);
            marginal.spin[first..][..live].copy_from_slice(&lattice.newest::<S>().0[..live]);
        }
    }
}

impl Marginal<'_, '_> {
    /// Couplings of the candles at `row`.
    #[inline(always)]
    fn couple<S: Isa, A: Affinity>(
        &self,
        affinity: A,
        row: &[usize; LANES],
        lattice: &mut Lattice,
    ) {
        let rows = self.params.rows as usize;
        let mut newer = [Points::ORIGIN; OPEN];
        for l in 0..lattice.open {
            let at = row.map(|row| row - l);
            let point = affinity.points(&Gather { points: self.points, rows, at });
            for (k, newer) in newer[..l].iter().enumerate() {
                lanes_only();
                let s2 = affinity.separation::<S>(newer, &point);
                lattice.bonds[bond(k, l)] = affinity.weight::<S>(s2);
            }
            newer[l] = point;
        }
    }

    /// Fields of the candles with votes `at`.
    #[inline(always)]
    fn expose<S: Isa>(&self, at: &[usize; LANES], lattice: &mut Lattice) {
        let per_label = F32::splat(1.0 / self.params.past_window);
        let per_bar = F32::splat(1.0 / self.params.horizon);
        for (k, field) in lattice.down.iter_mut().enumerate().take(lattice.open) {
            let word = |word| F32(at.map(|at| self.votes[(at - k) * VOTES + word]));
            let mean = word(2) * per_label;
            *field = (-mean).fma::<S>(word(1), word(0)) * per_bar;
        }
    }
}

