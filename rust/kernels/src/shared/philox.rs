//! Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011), sixteen counters under one key.

use crate::simd::{Isa, U32};

/// Multipliers of the two products of a round.
pub const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// Increments of the key from round to round.
pub const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
/// Rounds.
pub const ROUNDS: usize = 10;

/// The four words of each counter; word 0 is the least significant of both.
#[inline(always)]
#[must_use]
pub fn philox<S: Isa>(counter: [U32; 4], key: [u32; 2]) -> [U32; 4] {
    let [c0, c1, c2, c3] = counter;
    let (mut c0, mut c1, mut c2, mut c3) = (S::words(c0), S::words(c1), S::words(c2), S::words(c3));
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let (high0, low0) = S::mul_wide(c0, MULTIPLIERS[0]);
        let (high1, low1) = S::mul_wide(c2, MULTIPLIERS[1]);
        (c0, c1) = (S::xor(high1, c1, k0), low1);
        (c2, c3) = (S::xor(high0, c3, k1), low0);
        (k0, k1) = (k0.wrapping_add(WEYL[0]), k1.wrapping_add(WEYL[1]));
    }
    [S::lanes(c0), S::lanes(c1), S::lanes(c2), S::lanes(c3)]
}
