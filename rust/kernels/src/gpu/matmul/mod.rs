//! Product of two matrices.
//!
//! **Computes** one row of the product per item: the row of `left` times the matrix `right`.
//!
//! **Formula.** `product[i][j] = Σ_k left[i][k] · right[k][j]`: one chain of fused steps from 0, in ascending
//! order of `k`, whatever the blocks, chunks and threads.
//!
//! **Source.** Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication": packed
//! blocks of both matrices around a tile of sums in registers.
//!
//! The CPU twin is ours and no crate's: `gemm` and `faer` cut the sums by the cache of the machine, and
//! `matrixmultiply` stops at AVX2 and is called with raw pointers, which this room forbids. Sums in one
//! order give the same bits on every instruction set, and on a device whose `fma` is fused.
//!
//! **Reads**
//! - `left` (`inner` per item, `f32`): finite, row after row
//! - `right` (shared, `f32`): finite, `inner` rows of `columns` words
//!
//! **Writes** `product` (`columns` per item, `f32`).
//!
//! **Tolerance.** Against `f64`: `inner · 2⁻²⁴ · Σ|left · right|`. The twins differ only where a device
//! rounds the product and the sum of a step by themselves.

mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::shared::sample::Sample;
use crate::spec::{self, Access, Binding, Budget, Case, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Shape of the matrices.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Params {
    /// Rows of the chunk.
    pub items: u32,
    /// Columns of `left` and rows of `right`, at least 1.
    pub inner: u32,
    /// Columns of `right`, at least 1.
    pub columns: u32,
    /// Zero.
    pub _pad: u32,
}

/// Rows and columns of the product that one workgroup computes.
const SIDE: u32 = 128;

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "matmul",
    wgsl: concat!(include_str!("../../shared/fold.wgsl"), include_str!("gpu.wgsl")),
    layout: layout!(Params { items, inner, columns, _pad }),
    bindings: &[
        Binding { name: "left", access: Access::Read, elem: Elem::F32 },
        Binding { name: "right", access: Access::Read, elem: Elem::F32 },
        Binding { name: "product", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |params| {
        let Params { inner, columns, .. } = spec::params(params);
        vec![Extent::PerItem(inner as usize), Extent::Shared, Extent::PerItem(columns as usize)]
    },
    groups: |params, items| {
        let [x, y, _] = fold(items.div_ceil(SIDE));
        [x, y, spec::params::<Params>(params).columns.div_ceil(SIDE)]
    },
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 1e-4,
        relative: 1e-5,
        reason: "WGSL allows two roundings in fma: 2⁻²⁴ of each partial sum, 512 sums below 4",
    },
    work: |params| {
        let Params { inner, columns, .. } = spec::params(params);
        let steps = f64::from(inner) * f64::from(columns);
        Work { cpu_ns: 0.03 * steps, lane_cycles: 1.05 * steps }
    },
    rdna2: Rdna2 {
            waves: 5,
            ..Rdna2::with(Budget::new(
                "512 fused steps",
                Per::Opcode("v_fmac_f32", 512),
                545.0,
                "64 sums take most registers; 8 words are fetched by clamped addresses",
            ))
        },
    cases,
};

fn case(name: &'static str, items: u32, inner: u32, columns: u32) -> Case {
    let params = Params { items, inner, columns, _pad: 0 };
    let mut sample = Sample::new(items ^ inner << 8 ^ columns << 16);
    let mut matrix = |words: u32| -> Vec<u32> {
        (0..words).map(|_| (sample.uniform(-1.0, 1.0) as f32).to_bits()).collect()
    };
    let inputs = vec![matrix(items * inner), matrix(inner * columns)];
    Case { name, params: bytemuck::bytes_of(&params).to_vec(), items: items as usize, inputs }
}

fn cases() -> Vec<Case> {
    vec![
        case("70 x 33 times 33 x 45", 70, 33, 45),
        case("one by one", 1, 1, 1),
        case("a row times a column", 1, 300, 1),
        case("a column times a row", 129, 1, 131),
        case("inner dimension of more than a block", 13, 521, 17),
        case("bench: 256 x 512 times 512 x 512", 256, 512, 512),
    ]
}
