//! CPU twin: lane = chain.

use super::{
    ALL_UP, CHAIN, COUPLINGS, LATTICE, LIMIT, MULTIPLIER, NODES, Params, THRESHOLDS, WORDS, place,
    quads,
};
use crate::rng;
use crate::simd::{Body, Isa, LANES, Words, dispatch};
use crate::spec;

/// A word of sixteen chains.
type Lanes = [u32; LANES];

/// Byte of a node that is up; 0 is down. Even, so that a sum over nodes gives twice that over
/// those that are up, and `Σ J s = 2 Σ_up J - Σ J`.
const UP: u32 = 2;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = spec::params(params);
    let [magnetisation, energy, conditional, states] = outputs else {
        unreachable!("the plan binds four outputs");
    };
    dispatch(Chains {
        params,
        couplings: inputs[0].as_chunks().0,
        lattices: inputs[1],
        thresholds: inputs[2].first_chunk().expect("1024 thresholds"),
        words: &inputs[3].as_chunks().0[..params.items as usize],
        magnetisation,
        energy,
        conditional: conditional.as_chunks_mut().0,
        states: states.as_chunks_mut().0,
    });
}

struct Chains<'a, 'b> {
    params: Params,
    couplings: &'a [Lanes],
    lattices: &'a [u32],
    thresholds: &'a [u32; THRESHOLDS],
    words: &'a [[u32; CHAIN]],
    magnetisation: &'b mut [u32],
    energy: &'b mut [u32],
    conditional: &'b mut [Lanes],
    states: &'b mut [[u32; 2]],
}

impl Body for Chains<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(mut self) {
        let mut gathered = vec![[[0; LANES]; WORDS]; NODES];
        let last = self.words.len() - 1;
        for first in (0..self.words.len()).step_by(LANES) {
            // Lanes past the end repeat the last chain.
            let mut chains = [[0; CHAIN]; LANES];
            for (lane, chain) in chains.iter_mut().enumerate() {
                *chain = self.words[(first + lane).min(last)];
            }
            let numbers = lattices(&chains);
            let couplings = rows(self.couplings, &numbers, &mut gathered);
            let mut tile = Tile::new::<S>(self.lattices, &chains, couplings);
            self.walk::<S>(first, couplings, &mut tile);
        }
    }
}

/// Numbers of the lattices of sixteen chains.
#[inline(always)]
fn lattices(chains: &[[u32; CHAIN]; LANES]) -> [usize; LANES] {
    let mut numbers = [0; LANES];
    for (number, chain) in numbers.iter_mut().zip(chains) {
        *number = chain[0] as usize;
    }
    numbers
}

/// Couplings of sixteen lattices, one per lane: where they lie where that is a whole tile, else
/// brought together.
#[inline(always)]
fn rows<'a>(
    couplings: &'a [Lanes],
    numbers: &[usize; LANES],
    gathered: &'a mut [[Lanes; WORDS]],
) -> &'a [[Lanes; WORDS]] {
    let begin = numbers[0];
    let tile = begin / LANES * COUPLINGS;
    let mut whole = begin.is_multiple_of(LANES);
    for (lane, number) in numbers.iter().enumerate() {
        whole &= *number == begin + lane;
    }
    if whole {
        return couplings[tile..][..COUPLINGS].as_chunks().0;
    }
    for (lane, &number) in numbers.iter().enumerate() {
        let from = &couplings[number / LANES * COUPLINGS..][..COUPLINGS];
        for (to, from) in gathered.as_flattened_mut().iter_mut().zip(from) {
            to[lane] = from[number % LANES];
        }
    }
    gathered
}

impl Chains<'_, '_> {
    /// Runs the chains of a tile, the first of which is item `first`.
    #[inline(always)]
    fn walk<S: Isa>(&mut self, first: usize, couplings: &[[Lanes; WORDS]], tile: &mut Tile) {
        let Params { nodes, burn_in, sweeps, batch, .. } = self.params;
        let (own, words) = (self.params.batches() * NODES, self.params.magnetisations());
        let live = LANES.min(self.words.len() - first);
        let conditional = &mut self.conditional[first / LANES * own..][..own];
        conditional.fill([0; LANES]);
        let (quads, counted) = (quads(nodes), counted(nodes));
        let multiplier = tile.multiplier;
        // At infinite temperature every state is as likely as the others.
        tile.sweep::<S>(0, &[0; LANES], self.thresholds, couplings, quads, None);
        for sweep in 1..=burn_in {
            tile.sweep::<S>(sweep, &multiplier, self.thresholds, couplings, quads, None);
        }
        for recorded in 0..sweeps {
            let sums = &mut conditional[(recorded / batch) as usize * NODES..][..NODES];
            let sweep = burn_in + 1 + recorded;
            tile.sweep::<S>(sweep, &multiplier, self.thresholds, couplings, quads, Some(sums));
            let up = Words::<S>::dot_bytes(tile.words(), &counted);
            let magnetisation = (up - Words::splat(nodes)).store().0;
            let energy = tile.energy::<S>(up, nodes).store().0;
            let (word, shift) = (recorded as usize / 4, recorded % 4 * 8);
            for lane in 0..live {
                let to = &mut self.magnetisation[(first + lane) * words + word];
                *to = if shift == 0 { 0 } else { *to } | (magnetisation[lane] & 0xff) << shift;
                self.energy[(first + lane) * sweeps as usize + recorded as usize] = energy[lane];
            }
        }
        for lane in 0..live {
            self.states[first + lane] = tile.state(lane, nodes as usize);
        }
    }
}

/// Ones in the bytes of the first `nodes` nodes.
#[inline(always)]
fn counted(nodes: u32) -> [Lanes; WORDS] {
    let mut ones = [[0; LANES]; WORDS];
    for node in 0..nodes as usize {
        for lane in &mut ones[node / 4] {
            *lane |= 1 << (8 * (node % 4));
        }
    }
    ones
}

/// Sixteen chains.
struct Tile {
    /// Bytes of four nodes a word, [`UP`] or 0; twice, so that the words from any on lie in a row.
    spins: [Lanes; 2 * WORDS],
    /// All bits where a node is up.
    up: [Lanes; NODES],
    /// Fields, plus the limit, less the sum of the row's couplings.
    bias: [Lanes; NODES],
    /// State of the generator.
    random: [Lanes; 3],
    multiplier: Lanes,
    limit: Lanes,
    all_up: Lanes,
    /// Half of the energy above that with all nodes up, plus the limit for each that is down.
    risen: Lanes,
}

impl Tile {
    #[inline(always)]
    fn new<S: Isa>(
        lattices: &[u32],
        chains: &[[u32; CHAIN]; LANES],
        couplings: &[[Lanes; WORDS]],
    ) -> Self {
        let none = [0; LANES];
        let mut tile = Self {
            spins: [[0x0101_0101 * UP; LANES]; 2 * WORDS],
            up: [[u32::MAX; LANES]; NODES],
            bias: [none; NODES],
            random: [none; 3],
            multiplier: none,
            limit: none,
            all_up: none,
            risen: none,
        };
        for (lane, chain) in chains.iter().enumerate() {
            let words = &lattices[place(chain[0] as usize, LATTICE)..];
            for (node, bias) in tile.bias.iter_mut().enumerate() {
                bias[lane] = words[node * LANES];
            }
            tile.multiplier[lane] = words[MULTIPLIER * LANES];
            tile.limit[lane] = words[LIMIT * LANES];
            tile.all_up[lane] = words[ALL_UP * LANES];
            let counter = [0, chain[3], chain[4], chain[5]];
            let [a, b, c, _] = rng::philox(counter, [chain[1], chain[2]]);
            (tile.random[0][lane], tile.random[1][lane], tile.random[2][lane]) = (a, b, c);
        }
        let ones = [[0x0101_0101; LANES]; WORDS];
        for (bias, row) in tile.bias.iter_mut().zip(couplings) {
            let row: &[Lanes; WORDS] = row;
            *bias = (Words::<S>::load(bias) - Words::dot_bytes(&ones, row)).store().0;
        }
        tile
    }

    /// The words of spins, the first node first.
    #[inline(always)]
    fn words(&self) -> &[Lanes; WORDS] {
        self.spins.first_chunk().expect("twelve words")
    }

    /// Updates the nodes one after the other; `sums` takes the thresholds.
    #[inline(always)]
    fn sweep<S: Isa>(
        &mut self,
        number: u32,
        multiplier: &Lanes,
        thresholds: &[u32; THRESHOLDS],
        couplings: &[[Lanes; WORDS]],
        quads: usize,
        mut sums: Option<&mut [Lanes]>,
    ) {
        let multiplier = Words::<S>::load(multiplier);
        let limit = Words::load(&self.limit);
        // Twice the limit, and where the middle of the thresholds lies: a field of 0 and half of
        // the finest step that the random bits make.
        let (ceiling, middle) = (limit + limit, Words::splat(512 << 22 | 512) - limit * multiplier);
        let [mut a, mut b, mut c] = self.random.each_ref().map(Words::<S>::load);
        let mut risen = Words::<S>::load(&self.risen);
        for quad in 0..quads {
            for at in 0..4 {
                let node = 4 * quad + at;
                let spins = self.spins[quad..].first_chunk().expect("twelve words");
                let field = Words::<S>::dot_bytes(spins, &couplings[node]);
                // The local field, plus the limit.
                let local = Words::load(&self.bias[node]) + field;
                let word = a + b + Words::splat(number * NODES as u32 + node as u32);
                a = b ^ b.shr::<9>();
                b = c + c.shl::<3>();
                c = (c.shl::<21>() | c.shr::<11>()) + word;
                let place = local.max(Words::splat(0)).min(ceiling) * multiplier;
                let fine = (word & Words::splat(0xfff)).shl::<10>();
                let threshold = (place + fine + middle).lookup(thresholds);
                let up = word.below(threshold);
                let old = Words::load(&self.up[node]);
                risen = risen + (old & local) - (up & local);
                self.up[node] = up.store().0;
                let byte = UP << (8 * at);
                let others = Words::load(&self.spins[quad]) & Words::splat(!byte);
                self.spins[quad] = (others | up & Words::splat(byte)).store().0;
                self.spins[quad + WORDS] = self.spins[quad];
                if let Some(sums) = &mut sums {
                    let sum = Words::<S>::load(&sums[node]) + threshold.shr::<16>();
                    sums[node] = sum.store().0;
                }
            }
        }
        self.random = [a.store().0, b.store().0, c.store().0];
        self.risen = risen.store().0;
    }

    /// Energy of the state, of whose nodes `up`/2 are up.
    #[inline(always)]
    fn energy<S: Isa>(&self, up: Words<S>, nodes: u32) -> Words<S> {
        let down = Words::splat(2 * nodes) - up;
        let risen = Words::load(&self.risen);
        Words::load(&self.all_up) + risen + risen - Words::load(&self.limit) * down
    }

    /// Bits of the nodes that are up.
    #[inline(always)]
    fn state(&self, lane: usize, nodes: usize) -> [u32; 2] {
        let mut bits = [0; 2];
        for node in 0..nodes {
            bits[node / 32] |= (self.up[node][lane] & 1) << (node % 32);
        }
        bits
    }
}
