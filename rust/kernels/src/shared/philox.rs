//! Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011), sixteen counters under one key.

use crate::simd::{Isa, Words};

/// Multipliers of the two products of a round.
pub const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// Increments of the key from round to round.
pub const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
/// Rounds.
pub const ROUNDS: usize = 10;

/// The four words of each counter; word 0 is the least significant of both.
#[inline(always)]
#[must_use]
pub fn philox<S: Isa>(counter: [Words<S>; 4], key: [u32; 2]) -> [Words<S>; 4] {
    let [c0, c1, c2, c3] = counter;
    let (mut c0, mut c1, mut c2, mut c3) = (c0.widen(), c1.widen(), c2.widen(), c3.widen());
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let (high0, low0) = S::mul_wide(c0, MULTIPLIERS[0]);
        let (high1, low1) = S::mul_wide(c2, MULTIPLIERS[1]);
        (c0, c1) = (S::xor_wide(high1, c1, k0), low1);
        (c2, c3) = (S::xor_wide(high0, c3, k1), low0);
        (k0, k1) = (k0.wrapping_add(WEYL[0]), k1.wrapping_add(WEYL[1]));
    }
    [Words::narrow(c0), Words::narrow(c1), Words::narrow(c2), Words::narrow(c3)]
}
