//! Hyperbolic distances of every query to every point.
//!
//! **Computes** one row of a distance matrix per query: its distances to all points. Both are points
//! of hyperbolic space (curvature -1, three dimensions).
//!
//! **Formula.** `s² = sinh²((r₁ - r₂)/2) + sinh r₁ sinh r₂ |n₁ - n₂|²/4`, `d = 2 asinh s`,
//! evaluated as `ln(1 + 2(s² + √(s² + s⁴)))`, from coordinates in two parts
//! ([`split`](crate::shared::split)).
//!
//! **Source.** Cannon, Floyd, Kenyon, Parry 1997, "Hyperbolic geometry"; the half-angle form
//! of the hyperbolic law of cosines. Sterbenz 1974 for the differences.
//!
//! **Reads**
//! - `points` (shared, `f32`): eleven planes of `points` words, [`planes`](split::planes)
//! - `queries` (11 per item, `f32`): [`rows`](split::rows); radii of both are 0 to 20
//!
//! **Writes** `matrix` (`points` per item, `f32`): 0 for identical points.
//!
//! **Tolerance.** Against `f64`: 2e-6 of the distance, and 4e-6 to `r = 8`. The twins differ by the
//! GPU's square root.

mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::shared::{sample, split};
use crate::spec::{self, Access, Binding, Budget, Case, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Size of the matrix.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Params {
    /// Queries of the chunk.
    pub items: u32,
    /// Points, at least 1.
    pub points: u32,
    /// Zero.
    pub _pad: [u32; 2],
}

/// Rows of the matrix that one workgroup computes, and columns.
const ROWS: u32 = 8;
const COLUMNS: u32 = 256;

/// The most points: their planes fit what a kernel can see whole, and their columns one dimension of
/// a dispatch.
pub const MAX_POINTS: u32 = 3_000_000;

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "pairwise_distances",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("../../shared/sinh.wgsl"),
        include_str!("../../shared/split.wgsl"),
        include_str!("gpu.wgsl"),
    ),
    layout: layout!(Params { items, points, _pad }),
    bindings: &[
        Binding { name: "points", access: Access::Read, elem: Elem::F32 },
        Binding { name: "queries", access: Access::Read, elem: Elem::F32 },
        Binding { name: "matrix", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |params| {
        let row = points(params) as usize;
        vec![Extent::Shared, Extent::PerItem(split::WORDS), Extent::PerItem(row)]
    },
    groups: |params, items| {
        let [x, y, _] = fold(items.div_ceil(ROWS));
        [x, y, points(params).div_ceil(COLUMNS)]
    },
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 2e-6,
        relative: 1e-6,
        reason: "square roots of a GPU may be off by 2.5 ulp",
    },
    work: |params| {
        let row = f64::from(points(params));
        Work { cpu_ns: 1.3 * row, lane_cycles: 60.0 * row }
    },
    rdna2: Rdna2::with(Budget::new(
            "distance",
            Per::WordStored,
            60.0,
            "coordinates in two parts, a root and a logarithm",
        )),
    cases,
};

fn points(params: &[u8]) -> u32 {
    spec::params::<Params>(params).points
}

fn case(name: &'static str, points: &[[f64; 4]], queries: &[[f64; 4]]) -> Case {
    let (items, count) = (queries.len(), points.len() as u32);
    let params = Params { items: items as u32, points: count, _pad: [0; 2] };
    let words = [split::planes(points), split::rows(queries)];
    Case {
        name,
        params: bytemuck::bytes_of(&params).to_vec(),
        items,
        inputs: words.map(bytemuck::cast_vec).to_vec(),
    }
}

fn cases() -> Vec<Case> {
    let hard = sample::hard_points();
    let many = |count, reach, seed| sample::points(count, reach, seed);
    vec![
        case("100 queries of 300 points", &many(300, 8.0, 1), &many(100, 8.0, 2)),
        case("coincident, antipodal, tiny and far points", &hard, &hard),
        case("one point, one query", &many(1, 3.0, 3), &many(1, 3.0, 4)),
        case("near each other and far out", &sample::cluster(17, 8.0, 1e-6), &sample::cluster(9, 8.0, 1e-6)),
        case("bench: 64 queries of 4096 points", &many(4096, 8.0, 5), &many(64, 8.0, 6)),
    ]
}
