//! CPU twin: lane = candle.

use std::array::from_fn;

use super::Params;
use crate::simd::{Body, F32, Floats, Isa, LANES, dispatch};
use crate::spec::params;

/// Paths whose chains overlap.
const UNROLL: usize = 2;

/// Residual and volatility multiplier of one row of the window, for sixteen candles.
#[derive(Clone, Copy)]
struct Row {
    residual: F32,
    multiplier: F32,
}

struct Paths<'a> {
    params: Params,
    residuals: &'a [f32],
    draws: &'a [u32],
    start: &'a [u32],
    affine: &'a [[f32; 2]],
    seasons: &'a [f32],
    sums: &'a mut [f32],
}

pub(super) fn run(bytes: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = params(bytes);
    let items = params.items as usize;
    dispatch(Paths {
        params,
        residuals: bytemuck::cast_slice(inputs[0]),
        draws: &inputs[1][..params.paths as usize * params.horizon as usize],
        start: &inputs[2][..items],
        affine: &bytemuck::cast_slice(inputs[3])[..items],
        seasons: &bytemuck::cast_slice(inputs[4])[..items * params.horizon as usize],
        sums: bytemuck::cast_slice_mut(outputs[0]),
    });
}

impl Body for Paths<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let (horizon, paths) = (self.params.horizon as usize, self.params.paths as usize);
        let mut table = Vec::with_capacity(self.params.window as usize);
        let tiles = self.start.chunks(LANES).zip(self.affine.chunks(LANES));
        let tiles = tiles.zip(self.seasons.chunks(LANES * horizon));
        for (((start, affine), seasons), sums) in tiles.zip(self.sums.chunks_mut(paths * LANES)) {
            fill::<S>(&mut table, &self.params, self.residuals, start, affine);
            let last = start.len() - 1;
            let lanes = |step: usize| from_fn(|i| seasons[i.min(last) * horizon + step]);
            let seasons: Vec<F32> = (0..horizon).map(|step| F32(lanes(step))).collect();
            walk::<S, UNROLL>(&table, self.draws, &seasons, sums);
        }
    }
}

/// Fills the table for up to sixteen candles; spare lanes repeat the last.
#[inline(always)]
fn fill<S: Isa>(
    table: &mut Vec<Row>,
    params: &Params,
    residuals: &[f32],
    start: &[u32],
    affine: &[[f32; 2]],
) {
    let last = start.len() - 1;
    let lane = |i: usize| i.min(last);
    let window = params.window as usize;
    let scale = Floats::<S>::load(&from_fn(|i| affine[lane(i)][0]));
    let shift = Floats::load(&from_fn(|i| affine[lane(i)][1]));
    let windows: [&[f32]; LANES] = from_fn(|i| &residuals[start[lane(i)] as usize..][..window]);
    let (lambda, rest) = (Floats::splat(params.lambda), Floats::splat(1.0 - params.lambda));
    table.clear();
    #[allow(clippy::needless_range_loop)] // across sixteen slices, not along one
    for at in 0..window {
        let raw = Floats::load(&from_fn(|i| windows[i][at]));
        let residual = raw.fma(scale, shift);
        let multiplier = (residual * rest).fma(residual, lambda).sqrt();
        table.push(Row { residual: residual.store(), multiplier: multiplier.store() });
    }
}

/// Sums of the paths in groups of `N`, whose chains overlap; the rest one by one.
#[inline(always)]
fn walk<S: Isa, const N: usize>(table: &[Row], draws: &[u32], seasons: &[F32], sums: &mut [f32]) {
    let horizon = seasons.len();
    let mut groups = draws.chunks_exact(N * horizon);
    let (whole, rest) = sums.split_at_mut(groups.len() * N * LANES);
    for (draws, sums) in groups.by_ref().zip(whole.chunks_exact_mut(N * LANES)) {
        let path: [&[u32]; N] = from_fn(|i| &draws[i * horizon..][..horizon]);
        let mut sum = [Floats::<S>::splat(0.0); N];
        for step in (0..horizon).rev() {
            let season = Floats::load(&seasons[step].0);
            for i in 0..N {
                let row = &table[path[i][step] as usize];
                let residual = Floats::load(&row.residual.0) * season;
                sum[i] = Floats::load(&row.multiplier.0).fma(sum[i], residual);
            }
        }
        for (sum, to) in sum.into_iter().zip(sums.chunks_exact_mut(LANES)) {
            sum.store().store(to);
        }
    }
    if N > 1 {
        walk::<S, 1>(table, groups.remainder(), seasons, rest);
    }
}
