//! CPU twin: lane = candle.

use super::Params;
use crate::simd::{Body, F32, Isa, LANES, dispatch};
use crate::spec::params;

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
        sums: bytemuck::cast_slice_mut(outputs[0]),
    });
}

impl Body for Paths<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let (horizon, paths) = (self.params.horizon as usize, self.params.paths as usize);
        let empty = Row { residual: F32::splat(0.0), multiplier: F32::splat(0.0) };
        let mut table = vec![empty; self.params.window as usize];
        let tiles = self.start.chunks(LANES).zip(self.affine.chunks(LANES));
        for ((start, affine), sums) in tiles.zip(self.sums.chunks_mut(paths * LANES)) {
            fill::<S>(&mut table, self.params.lambda, self.residuals, start, affine);
            for (draws, sum) in self.draws.chunks(horizon).zip(sums.chunks_mut(LANES)) {
                path::<S>(&table, draws).store(sum);
            }
        }
    }
}

/// Fills the table for up to sixteen candles; spare lanes repeat the last.
#[inline(always)]
fn fill<S: Isa>(
    table: &mut [Row],
    lambda: f32,
    residuals: &[f32],
    start: &[u32],
    affine: &[[f32; 2]],
) {
    let last = start.len() - 1;
    let lane = |i: usize| i.min(last);
    let scale = F32(std::array::from_fn(|i| affine[lane(i)][0]));
    let shift = F32(std::array::from_fn(|i| affine[lane(i)][1]));
    let windows: [&[f32]; LANES] =
        std::array::from_fn(|i| &residuals[start[lane(i)] as usize..][..table.len()]);
    let (lambda, rest) = (F32::splat(lambda), F32::splat(1.0 - lambda));
    for (row, entry) in table.iter_mut().enumerate() {
        let raw = F32(std::array::from_fn(|i| windows[i][row]));
        let residual = raw.fma::<S>(scale, shift);
        let multiplier = (residual * rest).fma::<S>(residual, lambda).sqrt();
        *entry = Row { residual, multiplier };
    }
}

/// Sum of one path, from its last step to its first.
#[inline(always)]
fn path<S: Isa>(table: &[Row], draws: &[u32]) -> F32 {
    let mut sum = F32::splat(0.0);
    for &draw in draws.iter().rev() {
        let row = &table[draw as usize];
        sum = row.multiplier.fma::<S>(sum, row.residual);
    }
    sum
}
