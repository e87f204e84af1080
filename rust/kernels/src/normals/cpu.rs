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

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Params { stream, time_lo, time_hi, key_lo, key_hi, .. } = self.params;
        let compute = |blocks: &[u32; LANES]| {
            let counter = [U32(*blocks), U32::splat(stream), U32::splat(time_lo), U32::splat(time_hi)];
            let words = philox::<S>(counter, [key_lo, key_hi]);
            let (z0, z1) = box_muller::<S>(words[0], words[1]);
            let (z2, z3) = box_muller::<S>(words[2], words[3]);
            (words, [z0, z1, z2, z3].map(F32::to_bits))
        };
        let (blocks, rest) = self.blocks.as_chunks::<LANES>();
        let (words, words_rest) = self.words.as_chunks_mut::<{ 4 * LANES }>();
        let (normals, normals_rest) = self.normals.as_chunks_mut::<{ 4 * LANES }>();
        for ((blocks, words), normals) in blocks.iter().zip(words).zip(normals) {
            let (w, z) = compute(blocks);
            S::interleave(w, words);
            S::interleave(z, normals);
        }
        if !rest.is_empty() {
            let mut tile = [0; LANES];
            tile[..rest.len()].copy_from_slice(rest);
            let (w, z) = compute(&tile);
            let mut tile = [0; 4 * LANES];
            S::interleave(w, &mut tile);
            words_rest.copy_from_slice(&tile[..4 * rest.len()]);
            S::interleave(z, &mut tile);
            normals_rest.copy_from_slice(&tile[..4 * rest.len()]);
        }
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
