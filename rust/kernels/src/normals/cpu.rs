//! CPU twin: lane = block.

use super::Params;
use crate::shared::ln::ln_uniform;
use crate::shared::philox::philox;
use crate::shared::turn::sincos_turn;
use crate::simd::{self, Body, F32, Isa, LANES, U32};
use crate::spec;

struct Run<'a> {
    params: Params,
    blocks: &'a [u32],
    words: &'a mut [u32],
    normals: &'a mut [u32],
}

/// Tiles between the three passes over them, each a loop of its own: the shuffles of one pass
/// would break the lanes of another apart.
const GROUP: usize = 8;

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let p = &self.params;
        let mut tiles = [[U32::splat(0); 4]; GROUP];
        let groups = self.blocks.chunks(GROUP * LANES);
        let words = self.words.chunks_mut(4 * GROUP * LANES);
        let normals = self.normals.chunks_mut(4 * GROUP * LANES);
        for ((blocks, words), normals) in groups.zip(words).zip(normals) {
            let tiles = &mut tiles[..blocks.len().div_ceil(LANES)];
            for (tile, blocks) in tiles.iter_mut().zip(blocks.chunks(LANES)) {
                let counter = [
                    U32::load_part(blocks),
                    U32::splat(p.stream),
                    U32::splat(p.time_lo),
                    U32::splat(p.time_hi),
                ];
                *tile = philox::<S>(counter, [p.key_lo, p.key_hi]);
            }
            write::<S>(tiles, words);
            for tile in &mut *tiles {
                let [w0, w1, w2, w3] = *tile;
                let ((z0, z1), (z2, z3)) = (box_muller::<S>(w0, w1), box_muller::<S>(w2, w3));
                *tile = [z0.to_bits(), z1.to_bits(), z2.to_bits(), z3.to_bits()];
            }
            write::<S>(tiles, normals);
        }
    }
}

/// Writes the words of the tiles, four per item, as many as `to` holds.
#[inline(always)]
fn write<S: Isa>(tiles: &[[U32; 4]], to: &mut [u32]) {
    let (whole, rest) = to.as_chunks_mut();
    for (tile, to) in tiles.iter().zip(whole) {
        S::interleave(*tile, to);
    }
    if !rest.is_empty() {
        let mut last = [0; 4 * LANES];
        S::interleave(tiles[tiles.len() - 1], &mut last);
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

#[inline(always)]
fn box_muller<S: Isa>(radius: U32, angle: U32) -> (F32, F32) {
    let length = (ln_uniform::<S>(radius) * F32::splat(-2.0)).sqrt();
    let (sine, cosine) = sincos_turn::<S>(angle);
    (length * cosine, length * sine)
}

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = spec::params(params);
    let ([blocks], [words, normals]) = (inputs, outputs) else {
        unreachable!("the plan binds one input and two outputs");
    };
    let items = params.items as usize;
    simd::dispatch(Run {
        params,
        blocks: &blocks[..items],
        words: &mut words[..4 * items],
        normals: &mut normals[..4 * items],
    });
}
