//! CPU twin: lane = sample.

use super::kept::{Kept, Row};
use super::{MEASURES, Params};
use crate::simd::{Body, F32, Isa, LANES, dispatch};
use crate::spec::params;

struct Tail<'a> {
    params: Params,
    sample: &'a [Row],
    measures: &'a mut [[f32; MEASURES]],
}

pub(super) fn run(bytes: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = params(bytes);
    let measures: &mut [[f32; MEASURES]] = bytemuck::cast_slice_mut(outputs[0]);
    dispatch(Tail {
        params,
        sample: bytemuck::cast_slice(inputs[0]),
        measures: &mut measures[..params.items as usize],
    });
}

impl Body for Tail<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let p = self.params;
        let levels = [(p.rank_95, p.mass_95), (p.rank_97, p.mass_97), (p.rank_99, p.mass_99)];
        let mut kept = Kept::new();
        let tiles = self.sample.chunks_exact(p.samples as usize);
        for (tile, measures) in tiles.zip(self.measures.chunks_mut(LANES)) {
            let tail = kept.fill::<S>(tile, p.rank_95);
            let mut bracket = tail;
            // From the rarest level up: each quantile is a lower end for the next.
            for (level, &(rank, mass)) in levels.iter().enumerate().rev() {
                bracket.reopen(&tail);
                let quantile = kept.select::<S>(&mut bracket, rank);
                let sum = kept.sum_below::<S>(quantile);
                let rest = F32(bracket.below().map(|below| mass - below as f32));
                let shortfall = rest.fma::<S>(quantile, sum) * F32::splat(1.0 / mass);
                for (i, measures) in measures.iter_mut().enumerate() {
                    measures[level] = -quantile.0[i];
                    measures[3 + level] = -shortfall.0[i];
                }
            }
        }
    }
}
