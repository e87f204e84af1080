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
    const ORIGIN: Self = {
        let zero = F32::splat(0.0);
        Self { half: zero, grown: zero, shrunk: zero, sinh: zero, x: zero, y: zero, z: zero }
    };

    /// Fills in the functions of the radius `r`.
    #[inline(always)]
    fn set_radius<S: Isa>(&mut self, r: F32) {
        let half = r * F32::splat(0.5);
        let grown = exp_poly::<S>(half);
        let inverse = F32::splat(1.0).div(grown);
        let large = (grown * grown - inverse * inverse) * F32::splat(0.25);
        let small = sinh_small::<S>(r) * F32::splat(0.5);
        self.half = half;
        self.grown = grown;
        self.shrunk = inverse * F32::splat(0.5);
        self.sinh = r.select_below(F32::splat(0.5), small, large);
    }

    /// The point of one lane in all lanes.
    #[inline(always)]
    fn spread(&self, lane: usize) -> Self {
        Self {
            half: F32::splat(self.half.0[lane]),
            grown: F32::splat(self.grown.0[lane]),
            shrunk: F32::splat(self.shrunk.0[lane]),
            sinh: F32::splat(self.sinh.0[lane]),
            x: F32::splat(self.x.0[lane]),
            y: F32::splat(self.y.0[lane]),
            z: F32::splat(self.z.0[lane]),
        }
    }

    /// `e^d - 1` of the distances `d`, lane by lane; the same bits with the two exchanged.
    #[inline(always)]
    fn growth<S: Isa>(&self, other: &Self) -> F32 {
        let apart = self.half - other.half;
        let square = apart * apart;
        let far = self.grown * other.shrunk - self.shrunk * other.grown;
        let near = sinh_square::<S>(square);
        let radial = square.select_below(F32::splat(0.25), near, far * far);
        let (dx, dy, dz) = (self.x - other.x, self.y - other.y, self.z - other.z);
        let chord = dz.fma::<S>(dz, dy.fma::<S>(dy, dx * dx));
        let s = (self.sinh * other.sinh).fma::<S>(chord, radial);
        let y = s + s.fma::<S>(s, s).sqrt();
        y + y
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
        let mut radii = vec![F32::splat(0.0); tiles(n)];
        let mut points = vec![Points::ORIGIN; tiles(n)];
        let mut upper = vec![F32::splat(0.0); tiles(n) * (tiles(n) + 1) / 2 * LANES];
        let sets = self.polar.chunks_exact(4 * n).zip(self.matrix.chunks_exact_mut(n * n));
        for (polar, matrix) in sets {
            read(polar, &mut radii, &mut points);
            // Loops of their own: a chain of dependent steps through all of them would be longer
            // than what a CPU looks ahead.
            for (points, radius) in points.iter_mut().zip(&radii) {
                points.set_radius::<S>(*radius);
            }
            grow::<S>(&points, &mut upper);
            write::<S>(&mut upper, n, matrix);
        }
    }
}

/// Radii and directions of one set; the spare lanes of the last tile stay at the origin.
fn read(polar: &[f32], radii: &mut [F32], points: &mut [Points]) {
    let n = polar.len() / 4;
    for (tile, (radii, points)) in radii.iter_mut().zip(points).enumerate() {
        let first = tile * LANES;
        let live = LANES.min(n - first);
        let to = [radii, &mut points.x, &mut points.y, &mut points.z];
        for (plane, lanes) in to.into_iter().enumerate() {
            lanes.0[..live].copy_from_slice(&polar[plane * n + first..][..live]);
        }
    }
}

/// `e^d - 1` of the rows of the tiles on and right of the diagonal, row after row.
#[inline(always)]
fn grow<S: Isa>(points: &[Points], upper: &mut [F32]) {
    let mut to = upper.iter_mut();
    for (own, rows) in points.iter().enumerate() {
        for lane in 0..LANES {
            let row = rows.spread(lane);
            for (columns, to) in points[own..].iter().zip(&mut to) {
                *to = row.growth::<S>(columns);
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
            for (lanes, to) in row.iter_mut().zip(to) {
                *lanes = ln1p::<S>(*lanes);
                *to = lanes.0;
            }
            if !rest.is_empty() {
                let last = &mut row[across - 1];
                *last = ln1p::<S>(*last);
                rest.copy_from_slice(&last.0[..rest.len()]);
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
