//! CPU twin: lane = column of the matrix, half of the matrix computed and mirrored.

use super::Params;
use crate::shared::sinh::{sinh_small, sinh_square};
use crate::simd::{self, Body, F32, Floats, Isa, LANES};
use crate::spec::{self, tiles};

/// What a pair needs to know about its points, sixteen of them: `r / 2`, `e^{r/2}`,
/// `e^{-r/2} / 2`, `sinh(r) / 2` and the direction.
type Points = [F32; 7];

/// The same in registers.
#[derive(Clone, Copy)]
struct Loaded<S: Isa> {
    half: Floats<S>,
    grown: Floats<S>,
    shrunk: Floats<S>,
    sinh: Floats<S>,
    direction: [Floats<S>; 3],
}

impl<S: Isa> Loaded<S> {
    #[inline(always)]
    fn lanes([half, grown, shrunk, sinh, x, y, z]: &Points) -> Self {
        Self {
            half: Floats::load(&half.0),
            grown: Floats::load(&grown.0),
            shrunk: Floats::load(&shrunk.0),
            sinh: Floats::load(&sinh.0),
            direction: [Floats::load(&x.0), Floats::load(&y.0), Floats::load(&z.0)],
        }
    }

    /// The point of one lane in all lanes.
    #[inline(always)]
    fn spread([half, grown, shrunk, sinh, x, y, z]: &Points, lane: usize) -> Self {
        Self {
            half: Floats::splat(half.0[lane]),
            grown: Floats::splat(grown.0[lane]),
            shrunk: Floats::splat(shrunk.0[lane]),
            sinh: Floats::splat(sinh.0[lane]),
            direction: [
                Floats::splat(x.0[lane]),
                Floats::splat(y.0[lane]),
                Floats::splat(z.0[lane]),
            ],
        }
    }

    /// `e^d - 1` of the distances `d`, lane by lane; the same bits with the two exchanged.
    #[inline(always)]
    fn growth(self, other: Self) -> Floats<S> {
        let apart = self.half - other.half;
        let square = apart * apart;
        let far = self.grown * other.shrunk - self.shrunk * other.grown;
        let near = sinh_square(square);
        let radial = square.select_below(Floats::splat(0.25), near, far * far);
        let ([x1, y1, z1], [x2, y2, z2]) = (self.direction, other.direction);
        let (x, y, z) = (x1 - x2, y1 - y2, z1 - z2);
        let chord = z.fma(z, y.fma(y, x * x));
        let s = (self.sinh * other.sinh).fma(chord, radial);
        let y = s + s.fma(s, s).sqrt();
        y + y
    }
}

/// The functions of the radius `r`.
#[inline(always)]
fn radial<S: Isa>(r: Floats<S>) -> [Floats<S>; 4] {
    let half = r * Floats::splat(0.5);
    let grown = half.exp_poly();
    let inverse = Floats::splat(1.0).div(grown);
    let large = (grown * grown - inverse * inverse) * Floats::splat(0.25);
    let small = sinh_small(r) * Floats::splat(0.5);
    let sinh = r.select_below(Floats::splat(0.5), small, large);
    [half, grown, inverse * Floats::splat(0.5), sinh]
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
        let mut points = vec![[F32::splat(0.0); 7]; tiles(n)];
        let mut upper = vec![F32::splat(0.0); tiles(n) * (tiles(n) + 1) / 2 * LANES];
        let sets = self.polar.chunks_exact(4 * n).zip(self.matrix.chunks_exact_mut(n * n));
        for (polar, matrix) in sets {
            read(polar, &mut points);
            // Loops of their own: a chain of dependent steps through all of them would be longer
            // than what a CPU looks ahead.
            for points in &mut points {
                let parts = radial(Floats::<S>::load(&points[0].0));
                for (to, part) in points.iter_mut().zip(parts) {
                    *to = part.store();
                }
            }
            grow::<S>(&points, &mut upper);
            write::<S>(&mut upper, n, matrix);
        }
    }
}

/// Radii (to the place of their halves) and directions of one set; the spare lanes of the last
/// tile are at the origin.
fn read(polar: &[f32], points: &mut [Points]) {
    let n = polar.len() / 4;
    for (tile, points) in points.iter_mut().enumerate() {
        let first = tile * LANES;
        let live = LANES.min(n - first);
        for (plane, to) in [0, 4, 5, 6].into_iter().enumerate() {
            points[to] = F32::load_part(&polar[plane * n + first..][..live]);
        }
    }
}

/// `e^d - 1` of the rows of the tiles on and right of the diagonal, row after row.
#[inline(always)]
fn grow<S: Isa>(points: &[Points], upper: &mut [F32]) {
    let mut to = upper.iter_mut();
    for (own, rows) in points.iter().enumerate() {
        for lane in 0..LANES {
            let row = Loaded::<S>::spread(rows, lane);
            for (columns, to) in points[own..].iter().zip(to.by_ref()) {
                *to = row.growth(Loaded::lanes(columns)).store();
            }
        }
    }
}

/// Turns `e^d - 1` into distances and writes them, with their mirror images left of the diagonal.
#[inline(always)]
fn write<S: Isa>(upper: &mut [F32], n: usize, matrix: &mut [f32]) {
    let mut upper = upper;
    for first in (0..n).step_by(LANES) {
        let across = tiles(n - first);
        let (rows, rest) = upper.split_at_mut(across * LANES);
        upper = rest;
        let to = matrix[first * n..].chunks_exact_mut(n);
        for (row, to) in rows.chunks_exact_mut(across).zip(to) {
            let (to, rest) = to[first..].as_chunks_mut();
            for (growth, to) in row.iter_mut().zip(to) {
                *growth = Floats::<S>::load(&growth.0).ln1p().store();
                *to = growth.0;
            }
            if !rest.is_empty() {
                let growth = &mut row[across - 1];
                *growth = Floats::<S>::load(&growth.0).ln1p().store();
                rest.copy_from_slice(&growth.0[..rest.len()]);
            }
        }
        for tile in 1..across {
            let row = first + tile * LANES;
            let (from, stride) = (bytemuck::cast_slice(&rows[tile..]), across * LANES);
            let to = &mut matrix[row * n + first..];
            if row + LANES <= n {
                S::transpose(from, stride, to, n);
                continue;
            }
            for i in 0..n - row {
                for j in 0..LANES {
                    to[i * n + j] = from[j * stride + i];
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
