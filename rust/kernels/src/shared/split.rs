//! Twin of `split.wgsl`: points of H³ in polar form whose coordinates are sums of two `f32`, and how
//! far they lie apart.
//!
//! `s² = sinh²(d/2) = sinh²((r₁ - r₂)/2) + sinh r₁ sinh r₂ |n₁ - n₂|²/4` has only positive terms.
//! What single precision loses is in its input: a direction rounded to 2^-24 moves a point by as
//! much as `sinh r` of that, 1e-4 at `r = 8`. With a second part of each coordinate the difference
//! of near points, whose first parts subtract without error (Sterbenz 1974), keeps its relative
//! accuracy at any radius.

use crate::simd::{F32, Floats, Isa, LANES};
use crate::spec::tiles;

use super::sinh::sinh_square;

/// Words of a point: `r/2` in two parts, `e^{r/2}`, `e^{-r/2}/2`, `sinh(r)/2`, the direction, and
/// the second parts of the direction.
pub const WORDS: usize = 11;

/// Largest radius: beyond it `s⁴` leaves single precision.
pub const REACH: f64 = 20.0;

/// Relative error of `s` as the twins compute it, with room to spare.
pub const RELATIVE: f64 = 3e-6;

/// Absolute error of `s` between points of radius `r` at most: what two parts leave of a direction.
#[must_use]
pub fn absolute(r: f64) -> f64 {
    1e-14 * r.sinh() + 1e-12
}

/// The words of a point `[r, nx, ny, nz]` with `0 <= r <= 20` and a unit direction (any finite one
/// where `r = 0`).
#[must_use]
pub fn words([r, x, y, z]: [f64; 4]) -> [f32; WORDS] {
    let parts = |value: f64| [value as f32, (value - f64::from(value as f32)) as f32];
    let ([h, h2], [x, x2], [y, y2], [z, z2]) = (parts(0.5 * r), parts(x), parts(y), parts(z));
    let [grown, shrunk, sinh] = [(0.5 * r).exp(), 0.5 * (-0.5 * r).exp(), 0.5 * r.sinh()];
    [h, h2, grown as f32, shrunk as f32, sinh as f32, x, y, z, x2, y2, z2]
}

/// Words of `points`, point after point: the `queries` of a kernel.
#[must_use]
pub fn rows(points: &[[f64; 4]]) -> Vec<f32> {
    points.iter().flat_map(|point| words(*point)).collect()
}

/// Words of `points` in [`WORDS`] planes: the `points` of a kernel.
#[must_use]
pub fn planes(points: &[[f64; 4]]) -> Vec<f32> {
    let mut planes = vec![0.0; WORDS * points.len()];
    for (row, point) in points.iter().enumerate() {
        for (plane, word) in words(*point).into_iter().enumerate() {
            planes[plane * points.len() + row] = word;
        }
    }
    planes
}

/// Planes cut into tiles of sixteen points; the spare lanes of the last one are at the origin.
#[must_use]
pub fn tiled(planes: &[f32], points: usize) -> Vec<[F32; WORDS]> {
    let tile = |tile: usize| {
        let first = tile * LANES;
        let live = LANES.min(points - first);
        std::array::from_fn(|plane| F32::load_part(&planes[plane * points + first..][..live]))
    };
    (0..tiles(points)).map(tile).collect()
}

/// Sixteen points in registers.
#[derive(Clone, Copy)]
pub struct Split<S: Isa> {
    half: [Floats<S>; 2],
    grown: Floats<S>,
    shrunk: Floats<S>,
    sinh: Floats<S>,
    normal: [Floats<S>; 3],
    rest: [Floats<S>; 3],
}

impl<S: Isa> Split<S> {
    /// The points of a tile.
    #[inline(always)]
    #[must_use]
    pub fn lanes([h, h2, grown, shrunk, sinh, x, y, z, x2, y2, z2]: &[F32; WORDS]) -> Self {
        Self {
            half: [Floats::load(&h.0), Floats::load(&h2.0)],
            grown: Floats::load(&grown.0),
            shrunk: Floats::load(&shrunk.0),
            sinh: Floats::load(&sinh.0),
            normal: [Floats::load(&x.0), Floats::load(&y.0), Floats::load(&z.0)],
            rest: [Floats::load(&x2.0), Floats::load(&y2.0), Floats::load(&z2.0)],
        }
    }

    /// One point in all lanes.
    #[inline(always)]
    #[must_use]
    pub fn spread([h, h2, grown, shrunk, sinh, x, y, z, x2, y2, z2]: &[f32; WORDS]) -> Self {
        Self {
            half: [Floats::splat(*h), Floats::splat(*h2)],
            grown: Floats::splat(*grown),
            shrunk: Floats::splat(*shrunk),
            sinh: Floats::splat(*sinh),
            normal: [Floats::splat(*x), Floats::splat(*y), Floats::splat(*z)],
            rest: [Floats::splat(*x2), Floats::splat(*y2), Floats::splat(*z2)],
        }
    }

    /// `s² = sinh²(d/2)` of the distances `d`, lane by lane; the same bits with the two exchanged.
    #[inline(always)]
    #[must_use]
    pub fn separation(self, other: Self) -> Floats<S> {
        let ([a, a2], [b, b2]) = (self.half, other.half);
        let apart = (a - b) + (a2 - b2);
        let square = apart * apart;
        let far = self.grown * other.shrunk - self.shrunk * other.grown;
        let along = square.select_below(Floats::splat(0.25), sinh_square(square), far * far);
        let ([x, y, z], [u, v, w]) = (self.normal, other.normal);
        let ([x2, y2, z2], [u2, v2, w2]) = (self.rest, other.rest);
        let (x, y, z) = ((x - u) + (x2 - u2), (y - v) + (y2 - v2), (z - w) + (z2 - w2));
        let chord = z.fma(z, y.fma(y, x * x));
        (self.sinh * other.sinh).fma(chord, along)
    }
}
