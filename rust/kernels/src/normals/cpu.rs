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
        let (blocks, rest) = self.blocks.as_chunks::<LANES>();
        let (words, words_rest) = self.words.as_chunks_mut::<{ 4 * LANES }>();
        let (normals, normals_rest) = self.normals.as_chunks_mut::<{ 4 * LANES }>();
        for ((blocks, words), normals) in blocks.iter().zip(words).zip(normals) {
            let (w, z) = block::<S>(&self.params, blocks);
            S::interleave(w, words);
            S::interleave(z, normals);
        }
        if !rest.is_empty() {
            let mut tile = [0; LANES];
            tile[..rest.len()].copy_from_slice(rest);
            let (w, z) = block::<S>(&self.params, &tile);
            let mut tile = [0; 4 * LANES];
            S::interleave(w, &mut tile);
            words_rest.copy_from_slice(&tile[..4 * rest.len()]);
            S::interleave(z, &mut tile);
            normals_rest.copy_from_slice(&tile[..4 * rest.len()]);
        }
    }
}

/// Words and normals of sixteen blocks, in bits.
#[inline(always)]
fn block<S: Isa>(params: &Params, blocks: &[u32; LANES]) -> ([U32; 4], [U32; 4]) {
    let of = [params.stream, params.time_lo, params.time_hi].map(U32::splat);
    let words = philox::<S>([U32(*blocks), of[0], of[1], of[2]], [params.key_lo, params.key_hi]);
    let (z0, z1) = box_muller::<S>(words[0], words[1]);
    let (z2, z3) = box_muller::<S>(words[2], words[3]);
    (words, [z0.to_bits(), z1.to_bits(), z2.to_bits(), z3.to_bits()])
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
