//! The words of one stream in order, as a generator of `rand`.

use std::convert::Infallible;

use rand::rand_core::utils;
use rand::{SeedableRng, TryRng};

use super::{philox, words};

/// Philox4x32-10 over the counters `(low, stream, replica, high)`, `low` and `high` being the halves of the
/// block's number from 0 on: 2⁶⁶ words. The word of a counter is the same whoever draws it.
///
/// As a `rand` generator it is portable: the same words on every machine. A seed is the key, and names
/// stream 0 of replica 0. Not for cryptography.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Philox {
    key: [u32; 2],
    stream: u32,
    replica: u32,
    block: u64,
    drawn: [u32; 4],
    used: usize,
}

impl Philox {
    /// The stream `stream` of a replica under a key, from its first word on.
    #[must_use]
    pub const fn new(key: [u32; 2], stream: u32, replica: u32) -> Self {
        Self { key, stream, replica, block: 0, drawn: [0; 4], used: 4 }
    }
}

impl TryRng for Philox {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == 4 {
            let [low, high] = words(self.block);
            self.drawn = philox([low, self.stream, self.replica, high], self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        Ok(self.drawn[self.used - 1])
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        utils::next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        utils::fill_bytes_via_next_word(dst, || self.try_next_u32())
    }
}

impl SeedableRng for Philox {
    type Seed = [u8; 8];

    fn from_seed(seed: [u8; 8]) -> Self {
        Self::new(words(u64::from_le_bytes(seed)), 0, 0)
    }
}
