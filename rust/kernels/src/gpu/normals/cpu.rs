//! CPU twin: lane = block.

use super::Params;
use crate::shared::ln::ln_uniform;
use crate::shared::philox::philox;
use crate::shared::turn::sincos_turn;
use crate::simd::{self, Body, Floats, Isa, LANES, Words};
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
        let blocks = self.blocks.chunks(LANES);
        let words = self.words.chunks_mut(4 * LANES);
        let normals = self.normals.chunks_mut(4 * LANES);
        for ((blocks, words), normals) in blocks.zip(words).zip(normals) {
            if let (Some(blocks), Some(words), Some(normals)) =
                (blocks.first_chunk(), words.first_chunk_mut(), normals.first_chunk_mut())
            {
                tile::<S>(&self.params, blocks, words, normals);
            } else {
                let (mut lanes, mut w, mut z) = ([0; LANES], [0; 4 * LANES], [0; 4 * LANES]);
                lanes[..blocks.len()].copy_from_slice(blocks);
                tile::<S>(&self.params, &lanes, &mut w, &mut z);
                words.copy_from_slice(&w[..words.len()]);
                normals.copy_from_slice(&z[..normals.len()]);
            }
        }
    }
}

/// Words and normals of sixteen blocks.
#[inline(always)]
fn tile<S: Isa>(
    params: &Params,
    blocks: &[u32; LANES],
    words: &mut [u32; 4 * LANES],
    normals: &mut [u32; 4 * LANES],
) {
    let counter = [
        Words::<S>::load(blocks),
        Words::splat(params.stream),
        Words::splat(params.time_lo),
        Words::splat(params.time_hi),
    ];
    let w = philox(counter, [params.key_lo, params.key_hi]);
    S::interleave([w[0].store(), w[1].store(), w[2].store(), w[3].store()], words);
    let (z0, z1) = box_muller(w[0], w[1]);
    let (z2, z3) = box_muller(w[2], w[3]);
    let z = [z0.to_bits(), z1.to_bits(), z2.to_bits(), z3.to_bits()];
    S::interleave([z[0].store(), z[1].store(), z[2].store(), z[3].store()], normals);
}

/// Two standard normals from a word for the radius and a word for the angle.
#[inline(always)]
#[must_use]
pub fn box_muller<S: Isa>(radius: Words<S>, angle: Words<S>) -> (Floats<S>, Floats<S>) {
    let length = (ln_uniform(radius) * Floats::splat(-2.0)).sqrt();
    let (sine, cosine) = sincos_turn(angle);
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
