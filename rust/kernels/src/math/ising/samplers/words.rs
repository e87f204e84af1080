//! The random words of one replica, in the order in which they are used.

use rand::Rng;

use crate::shared::rng::{self, Philox};

/// Which sampler draws: each has a stream of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    /// States to start from.
    Start,
    /// Updates of [`sample`](super::sample()).
    Sample,
    /// Updates of [`anneal`](super::anneal()).
    Anneal,
    /// Waits and flips of [`relax`](super::relax()).
    Relax,
    /// Updates of [`drive`](super::drive()).
    Drive,
    /// Updates of [`integrate`](super::integrate()).
    Integrate,
}

/// Words of Philox: key = seed, counter = (block, stream, replica, upper half of block). Reference files pin
/// what is made of them, so each word is used as it is and none goes through a distribution of `rand`.
pub(super) struct Words(Philox);

impl Words {
    pub(super) fn new(seed: u64, stream: Stream, replica: u32) -> Self {
        let stream = rng::stream(rng::LATTICE, stream as u16);
        Self(Philox::new(rng::words(seed), stream, replica))
    }

    /// The next word.
    pub(super) fn next(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// True with probability `p`, to 2^-32: the word is below `⌊p 2³²⌋`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        u64::from(self.next()) < (p * 4_294_967_296.0) as u64
    }

    /// Independent fair spins.
    pub(super) fn spins(&mut self, nodes: usize) -> Vec<f64> {
        (0..nodes).map(|_| if self.next() >> 31 == 0 { -1.0 } else { 1.0 }).collect()
    }
}
