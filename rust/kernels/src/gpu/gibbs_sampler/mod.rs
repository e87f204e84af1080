//! Heat-bath sweeps of small dense lattices of p-bits, in integers.
//!
//! # Computes
//! Chains of a lattice of up to 48 nodes, each node updated in turn given all others, never all
//! at once. Couplings are 8-bit, fields 32-bit integers in units of the lattice's quantum, and a
//! node's new value comes from comparing a random word with a threshold: every backend and
//! instruction set takes the same trajectory, bit for bit.
//!
//! # Formula
//! `L_i = h_i + Σ_j J_ij s_j`; `x = L_i·multiplier/2²²`, in steps of T/64 and cut off at `±limit·multiplier`
//! (`|L_i| < 8 T`); `s_i = 1` where `w < threshold(x)`, else -1, with
//! `threshold[512 + k] = 2³²/(1 + exp(-2k/64))`. The lowest 12 bits of `w` choose one of the two
//! thresholds beside `x`, so that the probability is interpolated between them: it is off by less
//! than 1.2e-5 (`max|P''| (1/64)²/8`), and by 1.2e-7 beyond the cut.
//!
//! The energy `E = -Σ_{i<j} J_ij s_i s_j - Σ_i h_i s_i` follows the flips, `ΔE = 2 s_i L_i`. A chain
//! begins with all nodes up, whose energy is known, and one sweep at infinite temperature, which
//! makes every state equally likely; then come the sweeps that are not recorded, then the others.
//!
//! # Accuracy
//! Rounding to 8 bits costs a mean spin less than 0.005 (2.5e-3 seen), the energy less than
//! 0.001 N T (3.6e-4) and the entropy less than 0.001 N (2.4e-4) for lattices of random points of the
//! hyperbolic plane at temperatures of λ_max(J) and above; in spin glasses at a quarter of it a mean
//! loses less than 0.02 (0.017). Equal couplings stay equal and cost nothing but 3e-5 of T
//! (`tests/pbit.rs`). Energies are those of the rounded lattice.
//!
//! # Random words
//! Philox4x32-10 of the chain's key and counter `(0, stream, time_lo, time_hi)` gives the state of a
//! generator `sfc32` of its own (Doty-Humphrey 2010, PractRand): three words of Philox, and the
//! number of the update, 48 a sweep, in place of its counter. Philox for every update would
//! cost twice as much as all the rest of it. A chain depends on its key and counter only; fewer
//! sweeps are the first ones of more.
//!
//! # Source
//! Camsari et al. (2017), PRX 7:031014 (p-bits); Geman and Geman (1984) (heat bath); Gelfand and
//! Smith (1990) (Rao–Blackwell means).
//!
//! # Reads
//! A [`Batch`] makes the first two, [`thresholds`] the third. `l` is the number of a lattice.
//! - `couplings` (shared): 48 rows of 12 words of four signed bytes, the diagonal and what lies
//!   behind the last node zero. Row i begins with word i / 4, its own, and goes round. In tiles of
//!   16 lattices: word `(l / 16)·576·16 + (12 row + word)·16 + l % 16`
//! - `lattices` (shared): 51 words each, 48 fields plus the limit (0 behind the last node),
//!   multiplier, limit, and the energy with all nodes up, in tiles alike: word
//!   `(l / 16)·51·16 + word·16 + l % 16`
//! - `thresholds` (shared): 1024 words
//! - `chains` (per item): 6 words, [`chain`]: number of the lattice, key, stream, time
//!
//! # Writes
//! - `magnetisation` (per item): `M = Σ s_i` after each recorded sweep, signed bytes, four a word,
//!   the first in the lowest byte; the last word is filled with zeros
//! - `energy` (per item): E after each recorded sweep, signed, in quanta, exact
//! - `conditional` (per item): for each batch of recorded sweeps and each of 48 nodes the sum over its
//!   updates of `threshold >> 16`, in tiles of 16 items: word
//!   `((item / 16)·batches + batch)·48·16 + node·16 + item % 16`. A batch has at most 65 535 sweeps, so
//!   that a sum stays below 2³². The last tile is complete: its spare lanes repeat the last item.
//! - `states` (per item): 2 words, bit i set where node i is up at the end
//!
//! # Tolerance
//! Exact.

mod cases;
mod cpu;
mod quantise;
mod record;
mod tile;

pub use quantise::{Batch, Quantised, quantise, thresholds};
pub use record::Record;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::simd::TABLE;
use crate::spec::{self, Access, Binding, Budget, Elem, Extent, Kernel, LANES, Per, Rdna2, Tolerance, Work};

/// Most nodes of a lattice.
pub const NODES: usize = 48;

/// Words of a row of couplings.
const WORDS: usize = NODES / 4;

/// Words of the couplings of a lattice.
const COUPLINGS: usize = NODES * WORDS;

/// Place of the multiplier among the words of a lattice, after the fields.
const MULTIPLIER: usize = NODES;
/// Place of the limit.
const LIMIT: usize = NODES + 1;
/// Place of the energy with all nodes up.
const ALL_UP: usize = NODES + 2;
/// Words of a lattice beside its couplings.
const LATTICE: usize = NODES + 3;

/// Thresholds.
pub const THRESHOLDS: usize = TABLE;

/// Sampler of single lattices, in the lower half of a [`stream`](crate::shared::rng::stream); those of
/// [`ising`](crate::math::ising) are below it.
pub const STREAM: u16 = 6;

/// Words of a chain.
pub const CHAIN: usize = 6;

/// Most sweeps of a batch of conditional means, and of a chain in one dispatch.
pub const SWEEPS: u32 = 65_535;

/// Parameters.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Params {
    /// Chains; set by the backend.
    pub items: u32,
    /// Nodes of every lattice, 1 to [`NODES`].
    pub nodes: u32,
    /// Sweeps before the recorded ones.
    pub burn_in: u32,
    /// Recorded sweeps, at least 1; with `burn_in` at most [`SWEEPS`], for a dispatch must end.
    pub sweeps: u32,
    /// Recorded sweeps of a batch of conditional means, 1 to [`SWEEPS`].
    pub batch: u32,
    pad0: u32,
    pad1: u32,
    pad2: u32,
}

impl Params {
    /// Parameters with `items` left for the backend.
    ///
    /// # Panics
    /// Panics if a number is outside its range.
    #[must_use]
    pub const fn new(nodes: u32, burn_in: u32, sweeps: u32, batch: u32) -> Self {
        assert!(0 < nodes && nodes <= NODES as u32, "1 to 48 nodes");
        assert!(0 < sweeps && sweeps <= SWEEPS && burn_in <= SWEEPS - sweeps, "1 to 65 535 sweeps");
        assert!(0 < batch && batch <= SWEEPS, "1 to 65 535 sweeps of a batch");
        Self { items: 0, nodes, burn_in, sweeps, batch, pad0: 0, pad1: 0, pad2: 0 }
    }

    /// Words of magnetisations of a chain.
    #[must_use]
    pub const fn magnetisations(&self) -> usize {
        (self.sweeps as usize).div_ceil(4)
    }

    /// Batches of conditional means of a chain.
    #[must_use]
    pub const fn batches(&self) -> usize {
        self.sweeps.div_ceil(self.batch) as usize
    }

    /// Recorded sweeps of a batch of conditional means.
    #[must_use]
    pub const fn length(&self, batch: usize) -> u32 {
        let before = batch as u32 * self.batch;
        if self.sweeps - before < self.batch { self.sweeps - before } else { self.batch }
    }

    /// Updates of a chain.
    fn updates(&self) -> f64 {
        let rows = f64::from(self.nodes.next_multiple_of(4));
        rows * (1.0 + f64::from(self.burn_in) + f64::from(self.sweeps))
    }
}

/// The words of a chain of lattice number `lattice`: [`rng::key`](crate::shared::rng::key),
/// [`rng::stream`](crate::shared::rng::stream) of [`rng::LATTICE`](crate::shared::rng::LATTICE), and the candle's
/// open time in milliseconds, or the replica where there is no candle.
#[must_use]
pub const fn chain(lattice: u32, key: [u32; 2], stream: u32, time: u64) -> [u32; CHAIN] {
    let [low, high] = crate::shared::rng::words(time);
    [lattice, key[0], key[1], stream, low, high]
}

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "gibbs_sampler",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/philox.wgsl"),
        include_str!("gpu.wgsl")
    ),
    layout: layout!(Params { items, nodes, burn_in, sweeps, batch, pad0, pad1, pad2 }),
    bindings: &[
        Binding { name: "couplings", access: Access::Read, elem: Elem::U32 },
        Binding { name: "lattices", access: Access::Read, elem: Elem::U32 },
        Binding { name: "thresholds", access: Access::Read, elem: Elem::U32 },
        Binding { name: "chains", access: Access::Read, elem: Elem::U32 },
        Binding { name: "magnetisation", access: Access::Write, elem: Elem::U32 },
        Binding { name: "energy", access: Access::Write, elem: Elem::U32 },
        Binding { name: "conditional", access: Access::Write, elem: Elem::U32 },
        Binding { name: "states", access: Access::Write, elem: Elem::U32 },
    ],
    extents: |params| {
        let p: Params = spec::params(params);
        vec![
            Extent::Shared,
            Extent::Shared,
            Extent::Shared,
            Extent::PerItem(CHAIN),
            Extent::PerItem(p.magnetisations()),
            Extent::PerItem(p.sweeps as usize),
            Extent::PerItem(p.batches() * NODES),
            Extent::PerItem(2),
        ]
    },
    groups: |_, items| fold(items.div_ceil(64)),
    cpu: cpu::run,
    tolerance: Tolerance::EXACT,
    work: |params| {
        let updates = spec::params::<Params>(params).updates();
        Work { cpu_ns: 3.2 * updates, lane_cycles: 40.0 * updates }
    },
    rdna2: Rdna2::with(Budget::new(
            "update",
            Per::Opcode("ds_read_b32", 1),
            39.0,
            "12 products of four, 7 for the random word, 10 for the threshold, 6 for the energy",
        )),
    cases: cases::all,
};

/// Chains that the output `conditional` has room for: whole tiles.
#[must_use]
pub const fn tiled(items: usize) -> usize {
    spec::tiles(items) * LANES
}

/// First word and lane of a lattice in a buffer of `words` words each, in tiles of 16.
const fn place(lattice: usize, words: usize) -> usize {
    lattice / LANES * words * LANES + lattice % LANES
}
