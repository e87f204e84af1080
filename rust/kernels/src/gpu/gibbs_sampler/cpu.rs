//! CPU twin: lane = chain.

use super::tile::{Tile, sweep};
use super::{CHAIN, NODES, Params, THRESHOLDS};
use crate::simd::{Body, Isa, LANES, dispatch};
use crate::spec;

/// Tiles of sixteen chains that take turns: one looks its threshold up while the other adds.
const TURNS: usize = 2;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = spec::params(params);
    let [magnetisation, energy, conditional, states] = outputs else {
        unreachable!("the plan binds four outputs");
    };
    dispatch(Chains {
        params,
        couplings: inputs[0],
        lattices: inputs[1],
        thresholds: inputs[2].first_chunk().expect("1024 thresholds"),
        words: &inputs[3].as_chunks().0[..params.items as usize],
        magnetisation,
        energy,
        conditional,
        states: states.as_chunks_mut().0,
    });
}

struct Chains<'a, 'b> {
    params: Params,
    couplings: &'a [u32],
    lattices: &'a [u32],
    thresholds: &'a [u32; THRESHOLDS],
    words: &'a [[u32; CHAIN]],
    magnetisation: &'b mut [u32],
    energy: &'b mut [u32],
    conditional: &'b mut [u32],
    states: &'b mut [[u32; 2]],
}

impl Body for Chains<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(mut self) {
        let mut tiles = vec![Tile::empty(); TURNS];
        let count = self.words.len();
        for first in (0..count).step_by(TURNS * LANES) {
            let few = (count - first).div_ceil(LANES).min(TURNS);
            for (turn, tile) in tiles[..few].iter_mut().enumerate() {
                let first = first + turn * LANES;
                // Lanes past the end repeat the last chain.
                let mut chains = [[0; CHAIN]; LANES];
                for (lane, chain) in chains.iter_mut().enumerate() {
                    *chain = self.words[(first + lane).min(count - 1)];
                }
                tile.fill::<S>(self.couplings, self.lattices, &chains);
            }
            if let Some(tiles) = tiles[..few].first_chunk_mut::<TURNS>() {
                self.walk::<S, TURNS>(first, tiles);
            } else if let Some(tile) = tiles.first_chunk_mut::<1>() {
                self.walk::<S, 1>(first, tile);
            }
        }
    }
}

impl Chains<'_, '_> {
    /// Runs the chains of `N` tiles, the first of which is item `first`.
    #[inline(always)]
    fn walk<S: Isa, const N: usize>(&mut self, first: usize, tiles: &mut [Tile; N]) {
        let Params { nodes, burn_in, sweeps, batch, .. } = self.params;
        // The first is the one at infinite temperature.
        for number in 0..=burn_in + sweeps {
            let recorded = number.wrapping_sub(burn_in + 1);
            if number > burn_in && recorded.is_multiple_of(batch) {
                for tile in &mut *tiles {
                    tile.clear();
                }
            }
            sweep::<S, N>(tiles, number, self.thresholds, nodes);
            if number > burn_in {
                for (turn, tile) in tiles.iter().enumerate() {
                    self.record::<S>(first + turn * LANES, tile, recorded);
                }
            }
        }
        for (turn, tile) in tiles.iter().enumerate() {
            let states = self.states[first + turn * LANES..].iter_mut().zip(0..LANES);
            for (state, lane) in states {
                *state = tile.state(lane, nodes);
            }
        }
    }

    /// Records sweep `recorded` of a tile, the first of which is item `first`.
    #[inline(always)]
    fn record<S: Isa>(&mut self, first: usize, tile: &Tile, recorded: u32) {
        let Params { nodes, sweeps, batch, .. } = self.params;
        let (own, words) = (self.params.batches() * NODES, self.params.magnetisations());
        let live = LANES.min(self.words.len() - first);
        let (magnetisation, energy) = tile.measure::<S>(nodes);
        let (word, shift) = (recorded as usize / 4, recorded % 4 * 8);
        for lane in 0..live {
            let to = &mut self.magnetisation[(first + lane) * words + word];
            *to = if shift == 0 { 0 } else { *to } | (magnetisation.0[lane] & 0xff) << shift;
            self.energy[(first + lane) * sweeps as usize + recorded as usize] = energy.0[lane];
        }
        if (recorded + 1).is_multiple_of(batch) || recorded + 1 == sweeps {
            let at = first * own + (recorded / batch) as usize * NODES * LANES;
            self.conditional[at..][..NODES * LANES].copy_from_slice(tile.sums());
        }
    }
}
