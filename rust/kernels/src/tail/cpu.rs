//! CPU twin.

use super::{MEASURES, Params};
use crate::spec::{LANES, params};

pub(super) fn run(bytes: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = params(bytes);
    let n = params.samples as usize;
    let sample: &[f32] = bytemuck::cast_slice(inputs[0]);
    let measures: &mut [f32] = bytemuck::cast_slice_mut(outputs[0]);
    for (item, out) in
        measures.chunks_exact_mut(MEASURES).take(params.items as usize).enumerate()
    {
        let tile = &sample[item / LANES * n * LANES..];
        let values: Vec<f32> = (0..n).map(|row| tile[row * LANES + item % LANES]).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f32::total_cmp);
        let levels = [
            (params.rank_95, params.mass_95),
            (params.rank_97, params.mass_97),
            (params.rank_99, params.mass_99),
        ];
        for (level, (rank, mass)) in levels.into_iter().enumerate() {
            let q = sorted[rank as usize - 1];
            let mut part = [0.0f32; LANES];
            let mut below = 0u32;
            for (row, &x) in values.iter().enumerate() {
                if x < q {
                    part[row % LANES] += x;
                    below += 1;
                }
            }
            for half in [8, 4, 2, 1] {
                for p in 0..half {
                    part[p] += part[p + half];
                }
            }
            out[level] = -q;
            out[3 + level] = -((mass - below as f32).mul_add(q, part[0]) * (1.0 / mass));
        }
    }
}
