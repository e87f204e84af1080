//! What the kernel recorded, as numbers.

use std::ops::Range;

use super::{NODES, Params};
use crate::math::ising::Sample;
use crate::spec::LANES;

/// Outputs of the kernel.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Parameters that it ran with.
    pub params: Params,
    /// Output `magnetisation`.
    pub magnetisation: &'a [u32],
    /// Output `energy`.
    pub energy: &'a [u32],
    /// Output `conditional`.
    pub conditional: &'a [u32],
    /// Output `states`.
    pub states: &'a [u32],
}

impl Record<'_> {
    /// `M` after each recorded sweep of a chain.
    ///
    /// # Panics
    /// Panics if there is no such chain.
    pub fn magnetisation(&self, chain: usize) -> impl Iterator<Item = i8> {
        let words = self.params.magnetisations();
        let bytes = self.magnetisation[chain * words..][..words].iter();
        let sweeps = self.params.sweeps as usize;
        bytes.flat_map(|word| word.to_le_bytes()).map(u8::cast_signed).take(sweeps)
    }

    /// Energy in quanta after each recorded sweep of a chain.
    ///
    /// # Panics
    /// Panics if there is no such chain.
    pub fn energy(&self, chain: usize) -> impl Iterator<Item = i32> {
        let sweeps = self.params.sweeps as usize;
        self.energy[chain * sweeps..][..sweeps].iter().map(|word| word.cast_signed())
    }

    /// Sum over the sweeps of a batch of a node's conditional mean, `2 P(+1) - 1`.
    ///
    /// # Panics
    /// Panics if there is no such chain, batch or node.
    #[must_use]
    pub fn conditional(&self, chain: usize, batch: usize, node: usize) -> f64 {
        assert!(node < NODES && batch < self.params.batches());
        let row = (chain / LANES * self.params.batches() + batch) * NODES + node;
        // Each term was rounded down to 2^-16; half of that is the mean of what was lost.
        let sweeps = f64::from(self.params.length(batch));
        let sum = f64::from(self.conditional[row * LANES + chain % LANES]) + 0.5 * sweeps;
        sum / 32_768.0 - sweeps
    }

    /// Spins of a chain at its end, 1 or -1.
    ///
    /// # Panics
    /// Panics if there is no such chain.
    pub fn state(&self, chain: usize) -> impl Iterator<Item = i8> {
        let words: [u32; 2] = [self.states[2 * chain], self.states[2 * chain + 1]];
        let up = move |node: usize| words[node / 32] >> (node % 32) & 1 == 1;
        (0..self.params.nodes as usize).map(move |node| if up(node) { 1 } else { -1 })
    }

    /// The chains of one lattice as a sample, at its temperature and quantum.
    ///
    /// # Panics
    /// Panics if there is no chain, or none of those numbers.
    #[must_use]
    pub fn sample(&self, chains: Range<usize>, temperature: f64, quantum: f64) -> Sample {
        let nodes = self.params.nodes as usize;
        let means = |chain, batch| (0..nodes).map(move |node| self.conditional(chain, batch, node));
        let each = |chain| {
            let batch = move |b| (f64::from(self.params.length(b)), means(chain, b).collect());
            (0..self.params.batches()).map(batch)
        };
        let batches: Vec<(f64, Vec<f64>)> = chains.clone().flat_map(each).collect();
        Sample::recorded(
            temperature,
            &batches,
            chains.clone().map(|c| self.magnetisation(c).map(f64::from).collect()).collect(),
            chains.clone().map(|c| self.energy(c).map(|e| f64::from(e) * quantum).collect()).collect(),
            chains.map(|c| self.state(c).collect()).collect(),
        )
    }
}
