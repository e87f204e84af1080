//! CPU twin: lane = column of the matrix, half of the matrix computed and mirrored.

use super::Params;
use crate::shared::exp::exp_poly;
use crate::shared::ln::ln1p;
use crate::shared::sinh::{sinh_small, sinh_square};
use crate::simd::{self, Body, F32, Isa, LANES};
use crate::spec::{self, tiles};

/// What a pair needs to know about its points, sixteen of them.
#[derive(Clone, Copy)]
struct Points {
    /// `r / 2`.
    half: F32,
    /// `e^{r/2}`.
    grown: F32,
    /// `e^{-r/2} / 2`.
    shrunk: F32,
    /// `sinh(r) / 2`.
    sinh: F32,
    /// Direction.
    x: F32,
    y: F32,
    z: F32,
}

impl Points {
    #[inline(always)]
    fn new<S: Isa>([r, x, y, z]: [F32; 4]) -> Self {
        let half = r * F32::splat(0.5);
        let grown = exp_poly::<S>(half);
        let inverse = F32::splat(1.0).div(grown);
        let large = (grown * grown - inverse * inverse) * F32::splat(0.25);
        let small = sinh_small::<S>(r) * F32::splat(0.5);
        let sinh = r.select_below(F32::splat(0.5), small, large);
        Self { half, grown, shrunk: inverse * F32::splat(0.5), sinh, x, y, z }
    }

    /// The point of one lane in all lanes.
    #[inline(always)]
    fn spread(&self, lane: usize) -> Self {
        let of = |v: F32| F32::splat(v.0[lane]);
        Self {
            half: of(self.half),
            grown: of(self.grown),
            shrunk: of(self.shrunk),
            sinh: of(self.sinh),
            x: of(self.x),
            y: of(self.y),
            z: of(self.z),
        }
    }

    /// Distances, lane by lane; the same bits with the two exchanged.
    #[inline(always)]
    fn distance<S: Isa>(&self, other: &Self) -> F32 {
        let apart = self.half - other.half;
        let square = apart * apart;
        let far = self.grown * other.shrunk - self.shrunk * other.grown;
        let near = sinh_square::<S>(square);
        let radial = square.select_below(F32::splat(0.25), near, far * far);
        let (dx, dy, dz) = (self.x - other.x, self.y - other.y, self.z - other.z);
        let chord = dz.fma::<S>(dz, dy.fma::<S>(dy, dx * dx));
        let s = (self.sinh * other.sinh).fma::<S>(chord, radial);
        let y = s + s.fma::<S>(s, s).sqrt();
        ln1p::<S>(y + y)
    }
}

struct Run<'a> {
    points: usize,
    polar: &'a [f32],
    matrix: &'a mut [f32],
}

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let n = self.points;
        let mut points = Vec::with_capacity(tiles(n));
        for (polar, matrix) in self.polar.chunks_exact(4 * n).zip(self.matrix.chunks_exact_mut(n * n)) {
            points.clear();
            points.extend((0..n).step_by(LANES).map(|first| {
                let columns = first..n.min(first + LANES);
                Points::new::<S>(std::array::from_fn(|plane| {
                    F32::load_part(&polar[plane * n..][columns.clone()])
                }))
            }));
            one_set::<S>(&points, n, matrix);
        }
    }
}

/// Fills the matrix of one set: the tiles on and right of the diagonal, then their mirror images.
#[inline(always)]
fn one_set<S: Isa>(points: &[Points], n: usize, matrix: &mut [f32]) {
    let whole = n / LANES;
    for (row, to) in matrix.chunks_exact_mut(n).enumerate() {
        let own = row / LANES;
        let point = points[own].spread(row % LANES);
        let (tiles, rest) = to.as_chunks_mut::<LANES>();
        for (columns, to) in points.iter().zip(tiles).skip(own) {
            *to = point.distance::<S>(columns).0;
        }
        if let Some(columns) = points.get(whole) {
            rest.copy_from_slice(&point.distance::<S>(columns).0[..rest.len()]);
        }
    }
    for row in (LANES..n).step_by(LANES) {
        let (above, below) = matrix.split_at_mut(row * n);
        for column in (0..row).step_by(LANES) {
            let from = &above[column * n + row..];
            let to = &mut below[column..];
            if row + LANES <= n {
                S::transpose(from, n, to, n);
            } else {
                for (i, j) in (0..n - row).flat_map(|i| (0..LANES).map(move |j| (i, j))) {
                    to[i * n + j] = from[j * n + i];
                }
            }
        }
    }
}

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let Params { items, points, .. } = spec::params(params);
    let ([polar], [matrix]) = (inputs, outputs) else {
        unreachable!("the plan binds one input and one output");
    };
    let (items, points) = (items as usize, points as usize);
    if points > 0 {
        simd::dispatch(Run {
            points,
            polar: &bytemuck::cast_slice(polar)[..items * 4 * points],
            matrix: &mut bytemuck::cast_slice_mut(matrix)[..items * points * points],
        });
    }
}
