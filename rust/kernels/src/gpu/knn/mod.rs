//! Nearest points of every query in hyperbolic space.
//!
//! **Computes** for each query the `kept` points that lie nearest, nearest first; of points equally
//! far the one with the smaller row comes first.
//!
//! **Formula.** Points are ordered by `s² = sinh²((r₁ - r₂)/2) + sinh r₁ sinh r₂ |n₁ - n₂|²/4`, the
//! square of `sinh(d/2)`, from coordinates in two parts ([`split`](crate::shared::split)).
//!
//! **Source.** Brute force with a sorted list of the best so far (straight insertion, Knuth 1998,
//! 5.2.1): about `kept (1 + ln(points / kept))` insertions where points come in random order.
//!
//! **Reads**
//! - `points` (shared, `f32`): eleven planes of `points` words, [`planes`](split::planes)
//! - `queries` (11 per item, `f32`): [`rows`](split::rows); radii of both are 0 to 20
//!
//! **Writes**
//! - `rows` (`kept` per item, `u32`): rows of the points
//! - `separations` (`kept` per item, `f32`): their `s²`, ascending
//!
//! **Tolerance.** `s` is off by [`RELATIVE`](split::RELATIVE) and [`absolute`](split::absolute). Points
//! whose `s²` differ by less may change places between the twins; identical points never do, for
//! their `s²` is 0 on both. [`geometry::nearest`](crate::math::geometry::nearest) decides among them in `f64`.

mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::shared::{sample, split};
use crate::spec::{self, Access, Binding, Case, Elem, Extent, Kernel, Rdna2, Tolerance, Work};

/// Size of the search.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Params {
    /// Queries of the chunk.
    pub items: u32,
    /// Points, at least 1.
    pub points: u32,
    /// Points kept for each query, 1 to `points`.
    pub kept: u32,
    /// Zero.
    pub _pad: u32,
}

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "knn",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/sinh.wgsl"),
        include_str!("../../shared/split.wgsl"),
        include_str!("gpu.wgsl"),
    ),
    layout: layout!(Params { items, points, kept, _pad }),
    bindings: &[
        Binding { name: "points", access: Access::Read, elem: Elem::F32 },
        Binding { name: "queries", access: Access::Read, elem: Elem::F32 },
        Binding { name: "rows", access: Access::Write, elem: Elem::U32 },
        Binding { name: "separations", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |params| {
        let kept = spec::params::<Params>(params).kept as usize;
        vec![
            Extent::Shared,
            Extent::PerItem(split::WORDS),
            Extent::PerItem(kept),
            Extent::PerItem(kept),
        ]
    },
    groups: |_, items| fold(items.div_ceil(64)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 1e-12,
        relative: 2e-6,
        reason: "a device may or may not contract products and sums; `rows` agree exactly",
    },
    work: |params| {
        let Params { points, kept, .. } = spec::params(params);
        let (points, kept) = (f64::from(points), f64::from(kept));
        let moved = 0.25 * kept * kept * (1.0 + (points / kept).ln());
        Work { cpu_ns: 1.0 * points + moved, lane_cycles: 45.0 * points + 20.0 * moved }
    },
    rdna2: Rdna2::DEFAULT,
    cases,
};

fn case(name: &'static str, points: &[[f64; 4]], queries: &[[f64; 4]], kept: u32) -> Case {
    let (items, count) = (queries.len(), points.len() as u32);
    let params = Params { items: items as u32, points: count, kept, _pad: 0 };
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
    let near = sample::cluster(40, 8.0, 1e-6);
    let same = vec![[2.0, 0.0, 0.6, 0.8]; 37];
    vec![
        case("8 of 300, 100 queries", &many(300, 8.0, 1), &many(100, 8.0, 2), 8),
        case("all of coincident, antipodal, tiny and far points", &hard, &hard, hard.len() as u32),
        case("identical points", &same, &same, 20),
        case("one point, one query", &many(1, 3.0, 3), &many(1, 3.0, 4), 1),
        case("near each other and far out", &near, &near, 5),
        case("bench: 14 of 4096, 64 queries", &many(4096, 8.0, 5), &many(64, 8.0, 6), 14),
    ]
}
