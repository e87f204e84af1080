//! Pairwise hyperbolic distances of point sets.
//!
//! **Computes** the full distance matrix of each set of points of hyperbolic space (curvature
//! -1, three dimensions), given in polar coordinates.
//!
//! **Formula.** `s² = sinh²((r₁ - r₂)/2) + sinh r₁ sinh r₂ |n₁ - n₂|²/4`, `d = 2 asinh s`,
//! evaluated as `ln(1 + 2(s² + √(s² + s⁴)))`. Only positive terms: nothing cancels.
//!
//! **Source.** Cannon, Floyd, Kenyon, Parry 1997, "Hyperbolic geometry"; the half-angle form
//! of the hyperbolic law of cosines.
//!
//! **Reads** `polar`, `4 points` words per set: `r` of every point (`0 <= r <= 20`), then the
//! x, y and z components of their unit directions.
//!
//! **Writes** `matrix`, `points × points` words per set: symmetric, zero on the diagonal, and
//! zero elsewhere only for points closer than about 1e-19.
//!
//! **Tolerance.** Against `f64`: 4e-6 to `r = 8`, 5e-6 of the distance beyond; the relative
//! error of small distances is below 2e-6. The twins differ by the GPU's square root and
//! reciprocal.

mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::shared::rng;
use crate::shared::fold::fold;
use crate::spec::{self, Access, Binding, Budget, Case, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Size of the sets.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Params {
    /// Sets of the chunk.
    pub items: u32,
    /// Points of each set, at most [`MAX_POINTS`].
    pub points: u32,
    /// Zero.
    pub _pad: [u32; 2],
}

/// The most points of a set.
pub const MAX_POINTS: u32 = 4096;

/// Points along a side of the square of the matrix that one workgroup computes.
const SIDE: u32 = 64;

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "distances",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("../../shared/exp.wgsl"),
        include_str!("../../shared/sinh.wgsl"),
        include_str!("gpu.wgsl"),
    ),
    layout: layout!(Params { items, points, _pad }),
    bindings: &[
        Binding { name: "polar", access: Access::Read, elem: Elem::F32 },
        Binding { name: "matrix", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |params| {
        let n = points(params) as usize;
        vec![Extent::PerItem(4 * n), Extent::PerItem(n * n)]
    },
    groups: |params, items| {
        let [x, y, _] = fold(items);
        [x, y, points(params).div_ceil(SIDE).pow(2)]
    },
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 2e-6,
        relative: 1e-6,
        reason: "square roots and reciprocals of a GPU may be off by 2.5 ulp",
    },
    work: |params| {
        let pairs = f64::from(points(params)).powi(2);
        Work { cpu_ns: 0.7 * pairs, lane_cycles: 60.0 * pairs }
    },
    rdna2: Rdna2::with(Budget::new("distance", Per::WordStored, 35.0, "a word of the matrix")),
    cases,
};

fn points(params: &[u8]) -> u32 {
    spec::params::<Params>(params).points
}

/// Sets of points of radius `r` in directions `n`.
fn case(name: &'static str, sets: &[Vec<(f64, [f64; 3])>]) -> Case {
    let points = sets[0].len();
    let mut polar = Vec::with_capacity(4 * points * sets.len());
    for set in sets {
        polar.extend(set.iter().map(|(r, _)| *r as f32));
        for axis in 0..3 {
            polar.extend(set.iter().map(|(_, n)| n[axis] as f32));
        }
    }
    let params = Params { items: sets.len() as u32, points: points as u32, _pad: [0; 2] };
    Case {
        name,
        params: bytemuck::bytes_of(&params).to_vec(),
        items: sets.len(),
        inputs: vec![bytemuck::cast_vec(polar)],
    }
}

/// `points` points with radii up to `reach` in random directions.
fn scattered(set: u32, points: u32, reach: f64) -> Vec<(f64, [f64; 3])> {
    let point = |at| {
        let [r, ..] = rng::philox([at, 1, set, 0], [2, 0]);
        let [x, y, z, _] = rng::normals(rng::philox([at, 2, set, 0], [2, 0]));
        let length = (x * x + y * y + z * z).sqrt();
        (reach * rng::uniform(r), [x / length, y / length, z / length])
    };
    (0..points).map(point).collect()
}

fn cases() -> Vec<Case> {
    let many = |sets, points, reach| (0..sets).map(|s| scattered(s, points, reach)).collect::<Vec<_>>();
    let axis = [1.0, 0.0, 0.0];
    let ulp = f64::from(f32::EPSILON);
    let hard = vec![
        (0.0, axis),
        (0.0, [0.0, 1.0, 0.0]), // the origin again
        (1e-20, axis),
        (1e-6, axis),
        (0.5, axis),
        (0.5 + ulp, axis),
        (4.0, axis),
        (4.0 + 8.0 * ulp, axis),
        (4.0, axis),
        (4.0, [1.0, 1e-7, 0.0]),
        (4.0, [-1.0, 0.0, 0.0]),
        (8.0, axis),
        (8.0, [0.0, -1.0, 0.0]),
        (20.0, axis),
        (20.0, [-1.0, 0.0, 0.0]),
        (20.0, [0.0, 0.6, 0.8]),
        (20.0, [0.0, 0.6, 0.8]),
    ];
    vec![
        case("48 points", &many(5, 48, 8.0)),
        case("coincident, antipodal, tiny and far points", &[hard]),
        case("one point", &many(3, 1, 8.0)),
        case("two points, more sets than a chunk of 64", &many(67, 2, 3.0)),
        case("17 points near each other", &many(4, 17, 1e-3)),
        case("more points than a square", &many(2, 70, 12.0)),
        case("bench: 64 sets of 48 points", &many(64, 48, 8.0)),
    ]
}
