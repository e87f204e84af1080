//! Random words and standard normals.
//!
//! **Computes** the four Philox4x32-10 words of each block and four standard normals from them.
//!
//! **Formula.** counter = (block, stream, time_lo, time_hi); `u = (w + ½)/2³²`;
//! `z₀ = √(-2 ln u₀) cos 2πu₁`, `z₁ = √(-2 ln u₀) sin 2πu₁`, the same for words 2 and 3.
//!
//! **Source.** Salmon et al. 2011 (Philox), Box and Muller 1958.
//!
//! **Reads** `blocks`: block number of each item, any 32-bit word.
//!
//! **Writes** `words` (4 per item, uniform on 32 bits) and `normals` (4 per item, `|z| < 6.77`).
//!
//! **Tolerance.** Words are exact. Normals are within 4e-6 of the real-valued map for every word
//! (1.5e-6 seen): logarithm and sine are our own polynomials, and next to `u = 1` the logarithm
//! is taken of the way to 1.

mod cpu;

pub use cpu::box_muller;

use bytemuck::{Pod, Zeroable};

use crate::shared::rng;
use crate::shared::fold::fold;
use crate::spec::{Access, Binding, Budget, Case, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Uniform part of the counter, and the key.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Params {
    /// Blocks of the chunk.
    pub items: u32,
    /// Counter word 1, see [`rng::stream`].
    pub stream: u32,
    /// Counter word 2: low word of the open time in milliseconds.
    pub time_lo: u32,
    /// Counter word 3: high word of the open time.
    pub time_hi: u32,
    /// Key word 0, see [`rng::key`].
    pub key_lo: u32,
    /// Key word 1.
    pub key_hi: u32,
    /// Zero.
    pub _pad: [u32; 2],
}

/// Threads of a workgroup.
const THREADS: u32 = 256;

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "normals",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/philox.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("../../shared/turn.wgsl"),
        include_str!("gpu.wgsl"),
    ),
    layout: layout!(Params { items, stream, time_lo, time_hi, key_lo, key_hi, _pad }),
    bindings: &[
        Binding { name: "blocks", access: Access::Read, elem: Elem::U32 },
        Binding { name: "words", access: Access::Write, elem: Elem::U32 },
        Binding { name: "normals", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |_| vec![Extent::PerItem(1), Extent::PerItem(4), Extent::PerItem(4)],
    groups: |_, items| fold(items.div_ceil(THREADS)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 4e-6,
        relative: 0.0,
        reason: "conversions and square roots of a GPU may be off by an ulp or two of |z| < 6.77",
    },
    work: |_| Work { cpu_ns: 6.0, lane_cycles: 400.0 },
    rdna2: Rdna2::with(Budget::new(
            "block",
            Per::Thread,
            370.0,
            "ten Philox rounds by 16-bit limbs, two Box-Muller pairs by polynomials",
        )),
    cases,
};

fn case(name: &'static str, stream: u32, time: u64, key: [u32; 2], blocks: Vec<u32>) -> Case {
    let ([time_lo, time_hi], [key_lo, key_hi]) = (rng::words(time), key);
    let items = blocks.len();
    let params =
        Params { items: items as u32, stream, time_lo, time_hi, key_lo, key_hi, _pad: [0; 2] };
    Case { name, params: bytemuck::bytes_of(&params).to_vec(), items, inputs: vec![blocks] }
}

fn cases() -> Vec<Case> {
    let series = rng::key(7, "BTC/USDT:5m");
    let time = 1_700_000_000_000;
    vec![
        case("one block", 0, 0, [0; 2], vec![0]),
        case("all ones", u32::MAX, u64::MAX, [u32::MAX; 2], vec![u32::MAX; 3]),
        case("a partial tile", rng::stream(1, 2), time, series, (0..77).collect()),
        case("blocks in any order", 3, time, series, (0..130).map(|i| i * 0x9e37_79b9).collect()),
        case("bench: 4096 blocks", rng::stream(1, 0), time, series, (0..4096).collect()),
    ]
}
