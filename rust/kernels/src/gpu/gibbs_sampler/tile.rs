//! Sixteen chains of the CPU twin.

use super::{ALL_UP, CHAIN, COUPLINGS, LATTICE, LIMIT, MULTIPLIER, NODES, THRESHOLDS, WORDS, place};
use crate::shared::rng;
use crate::simd::{Isa, LANES, U32, Words};

/// Byte of a node that is up; 0 is down. Even, so that a sum over nodes gives twice that over
/// those that are up, and `Σ J s = 2 Σ_up J - Σ J`.
const UP: u32 = 2;

const ZERO: U32 = U32::splat(0);

/// Sixteen chains, a lane each.
#[derive(Clone)]
pub(super) struct Tile {
    /// Rows of the lattices.
    couplings: Vec<[U32; WORDS]>,
    /// Fields, plus the limit, less the sum of the row's couplings.
    bias: [U32; NODES],
    /// Bytes of four nodes a word, [`UP`] or 0; twice, so that the words from any on lie in a row.
    spins: [U32; 2 * WORDS],
    /// All bits where a node is up.
    up: [U32; NODES],
    /// Sums of thresholds.
    sums: [U32; NODES],
    /// State of the generator.
    random: [U32; 3],
    multiplier: U32,
    limit: U32,
    all_up: U32,
    /// Half of the energy above that with all nodes up, plus the limit for each that is down.
    risen: U32,
}

impl Tile {
    /// No chains yet.
    pub(super) fn empty() -> Self {
        Self {
        couplings: vec![[ZERO; WORDS]; NODES],
        bias: [ZERO; NODES],
        spins: [ZERO; 2 * WORDS],
        up: [ZERO; NODES],
        sums: [ZERO; NODES],
        random: [ZERO; 3],
        multiplier: ZERO,
        limit: ZERO,
        all_up: ZERO,
        risen: ZERO,
    }
    }

    /// Takes chains, with all nodes up.
    #[inline(always)]
    pub(super) fn fill<S: Isa>(
        &mut self,
        couplings: &[u32],
        lattices: &[u32],
        chains: &[[u32; CHAIN]; LANES],
    ) {
        self.gather(couplings, chains);
        for (lane, chain) in chains.iter().enumerate() {
            let words = &lattices[place(chain[0] as usize, LATTICE)..];
            for (node, bias) in self.bias.iter_mut().enumerate() {
                bias.0[lane] = words[node * LANES];
            }
            self.multiplier.0[lane] = words[MULTIPLIER * LANES];
            self.limit.0[lane] = words[LIMIT * LANES];
            self.all_up.0[lane] = words[ALL_UP * LANES];
            let counter = [0, chain[3], chain[4], chain[5]];
            let [a, b, c, _] = rng::philox(counter, [chain[1], chain[2]]);
            for (state, word) in self.random.iter_mut().zip([a, b, c]) {
                state.0[lane] = word;
            }
        }
        let ones = [U32::splat(0x0101_0101); WORDS];
        for (bias, row) in self.bias.iter_mut().zip(&self.couplings) {
            *bias = (Words::<S>::load(&bias.0) - Words::dot_bytes(&ones, row)).store();
        }
        self.spins = [U32::splat(0x0101_0101 * UP); 2 * WORDS];
        self.up = [U32::splat(u32::MAX); NODES];
        self.risen = ZERO;
    }

    /// Brings the couplings of the chains' lattices together.
    #[inline(always)]
    fn gather(&mut self, couplings: &[u32], chains: &[[u32; CHAIN]; LANES]) {
        let rows = self.couplings.as_flattened_mut();
        let begin = chains[0][0] as usize;
        let mut whole = begin.is_multiple_of(LANES);
        for (lane, chain) in chains.iter().enumerate() {
            whole &= chain[0] as usize == begin + lane;
        }
        if whole {
            let tile = &couplings[begin * COUPLINGS..][..COUPLINGS * LANES];
            bytemuck::cast_slice_mut::<U32, u32>(rows).copy_from_slice(tile);
            return;
        }
        for (lane, chain) in chains.iter().enumerate() {
            let from = couplings[place(chain[0] as usize, COUPLINGS)..].iter().step_by(LANES);
            for (to, word) in rows.iter_mut().zip(from) {
                to.0[lane] = *word;
            }
        }
    }

    /// Forgets the sums of thresholds.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.sums = [ZERO; NODES];
    }

    /// Sums of thresholds, node by node.
    pub(super) fn sums(&self) -> &[u32] {
        bytemuck::cast_slice(&self.sums)
    }

    /// M and energy.
    #[inline(always)]
    pub(super) fn measure<S: Isa>(&self, nodes: u32) -> (U32, U32) {
        let mut ones = [ZERO; WORDS];
        for node in 0..nodes as usize {
            ones[node / 4] = ones[node / 4] + U32::splat(1 << (8 * (node % 4)));
        }
        let spins = self.spins.first_chunk().expect("twelve words");
        // Twice the number of nodes that are up.
        let up = Words::<S>::dot_bytes(spins, &ones);
        let down = Words::splat(2 * nodes) - up;
        let risen = Words::load(&self.risen.0);
        let energy = Words::load(&self.all_up.0) + risen + risen;
        let energy = energy - Words::load(&self.limit.0) * down;
        ((up - Words::splat(nodes)).store(), energy.store())
    }

    /// Bits of the nodes that are up.
    #[inline(always)]
    pub(super) fn state(&self, lane: usize, nodes: u32) -> [u32; 2] {
        let mut bits = [0; 2];
        for node in 0..nodes as usize {
            bits[node / 32] |= (self.up[node].0[lane] & 1) << (node % 32);
        }
        bits
    }
}

/// What a tile keeps in registers during a sweep.
#[derive(Clone, Copy)]
struct Hot<S: Isa> {
    a: Words<S>,
    b: Words<S>,
    c: Words<S>,
    risen: Words<S>,
    multiplier: Words<S>,
    /// Twice the limit.
    ceiling: Words<S>,
    /// Where the middle of the thresholds lies: a field of 0 and half of the finest step that the
    /// random bits make.
    middle: Words<S>,
}

impl<S: Isa> Hot<S> {
    /// For sweep `number`; number 0 is at infinite temperature, where every state is as likely as
    /// the others.
    #[inline(always)]
    fn new(tile: &Tile, number: u32) -> Self {
        let multiplier = Words::load(if number == 0 { &ZERO.0 } else { &tile.multiplier.0 });
        let limit = Words::load(&tile.limit.0);
        Self {
            a: Words::load(&tile.random[0].0),
            b: Words::load(&tile.random[1].0),
            c: Words::load(&tile.random[2].0),
            risen: Words::load(&tile.risen.0),
            multiplier,
            ceiling: limit + limit,
            middle: Words::splat(512 << 22 | 512) - limit * multiplier,
        }
    }

    /// Updates node `at` of word `quad`.
    #[inline(always)]
    fn update(
        &mut self,
        tile: &mut Tile,
        quad: usize,
        at: usize,
        number: u32,
        thresholds: &[u32; THRESHOLDS],
    ) {
        let node = 4 * quad + at;
        let spins = tile.spins[quad..].first_chunk().expect("twelve words");
        let field = Words::<S>::dot_bytes(spins, &tile.couplings[node]);
        // The local field, plus the limit.
        let local = Words::load(&tile.bias[node].0) + field;
        let word = self.a + self.b + Words::splat(number);
        self.a = self.b ^ self.b.shr::<9>();
        self.b = self.c + self.c.shl::<3>();
        self.c = (self.c.shl::<21>() | self.c.shr::<11>()) + word;
        let step = local.max(Words::splat(0)).min(self.ceiling) * self.multiplier;
        let fine = (word & Words::splat(0xfff)).shl::<10>() + self.middle;
        let threshold = (step + fine).lookup(thresholds);
        let up = word.below(threshold);
        let old = Words::load(&tile.up[node].0);
        self.risen = self.risen + (old & local) - (up & local);
        tile.up[node] = up.store();
        let byte = UP << (8 * at);
        let others = Words::load(&tile.spins[quad].0) & Words::splat(!byte);
        let spins = (others | up & Words::splat(byte)).store();
        (tile.spins[quad], tile.spins[quad + WORDS]) = (spins, spins);
        tile.sums[node] = (Words::<S>::load(&tile.sums[node].0) + threshold.shr::<16>()).store();
    }
}

/// Updates the nodes of all tiles one after the other, in whole words: what lies behind the last
/// node is neither coupled nor counted.
#[inline(always)]
pub(super) fn sweep<S: Isa, const N: usize>(
    tiles: &mut [Tile; N],
    number: u32,
    thresholds: &[u32; THRESHOLDS],
    nodes: u32,
) {
    let mut hot = [Hot::<S>::new(&tiles[0], number); N];
    for turn in 1..N {
        hot[turn] = Hot::new(&tiles[turn], number);
    }
    let first = number.wrapping_mul(NODES as u32);
    for quad in 0..nodes.div_ceil(4) as usize {
        for at in 0..4 {
            let number = first.wrapping_add((4 * quad + at) as u32);
            for turn in 0..N {
                hot[turn].update(&mut tiles[turn], quad, at, number, thresholds);
            }
        }
    }
    for turn in 0..N {
        let Hot { a, b, c, risen, .. } = hot[turn];
        tiles[turn].random = [a.store(), b.store(), c.store()];
        tiles[turn].risen = risen.store();
    }
}
