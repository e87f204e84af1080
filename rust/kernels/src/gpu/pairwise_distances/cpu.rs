//! CPU twin: lane = column of the matrix.

use super::Params;
use crate::shared::split::{Split, WORDS, tiled};
use crate::simd::{self, Body, F32, Isa, LANES};
use crate::spec;

struct Run<'a> {
    points: usize,
    tiles: &'a [[F32; WORDS]],
    queries: &'a [[f32; WORDS]],
    matrix: &'a mut [f32],
}

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Self { points, tiles, queries, matrix } = self;
        for (query, row) in queries.iter().zip(matrix.chunks_exact_mut(points)) {
            let query = Split::<S>::spread(query);
            for (tile, to) in tiles.iter().zip(row.chunks_mut(LANES)) {
                let s = query.separation(Split::lanes(tile));
                let y = s + s.fma(s, s).sqrt();
                let distances = (y + y).ln1p().store();
                to.copy_from_slice(&distances.0[..to.len()]);
            }
        }
    }
}

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let Params { items, points, .. } = spec::params(params);
    let ([planes, queries], [matrix]) = (inputs, outputs) else {
        unreachable!("the plan binds two inputs and one output");
    };
    let (items, points) = (items as usize, points as usize);
    let queries: &[f32] = bytemuck::cast_slice(queries);
    simd::dispatch(Run {
        points,
        tiles: &tiled(bytemuck::cast_slice(planes), points),
        queries: &queries.as_chunks().0[..items],
        matrix: &mut bytemuck::cast_slice_mut(matrix)[..items * points],
    });
}
