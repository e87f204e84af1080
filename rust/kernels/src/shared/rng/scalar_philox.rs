//! Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011), one counter at a time.

use crate::shared::philox::{MULTIPLIERS, ROUNDS, WEYL};

/// The four words of `counter` under `key`; word 0 is the least significant of both.
#[must_use]
pub const fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    let mut round = 0;
    while round < ROUNDS {
        let first = c0 as u64 * MULTIPLIERS[0] as u64;
        let second = c2 as u64 * MULTIPLIERS[1] as u64;
        (c0, c1) = ((second >> 32) as u32 ^ c1 ^ k0, second as u32);
        (c2, c3) = ((first >> 32) as u32 ^ c3 ^ k1, first as u32);
        (k0, k1) = (k0.wrapping_add(WEYL[0]), k1.wrapping_add(WEYL[1]));
        round += 1;
    }
    [c0, c1, c2, c3]
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo).
#[must_use]
pub const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

/// A 64-bit number as Philox key, low word first.
#[must_use]
pub const fn words(x: u64) -> [u32; 2] {
    [x as u32, (x >> 32) as u32]
}

/// Key of one series under a seed: the seed xor the hash of `"PAIR:timeframe"`.
#[must_use]
pub const fn key(seed: u64, series: &str) -> [u32; 2] {
    words(seed ^ fnv1a(series.as_bytes()))
}
