//! Twin of `hyperbolic.wgsl`: points of H³ in polar form, their separation and the kernel
//! `K(d) = exp(-p d/2)`; the Euclidean metric is a switch.
//!
//! With `s = sinh(d/2)` and unit directions `n`,
//! `s² = sinh²((r₁ - r₂)/2) + sinh r₁ sinh r₂ |n₁ - n₂|²/4`, and the Euclidean distance of the
//! vectors `r n` has the same form with `r` for `sinh r` and `d²/4` for `s²`. Every term is
//! positive, so nothing cancels; the stored half-angle exponentials make it free of functions.

use crate::simd::{F32, Isa, LANES};

use super::{exp::exp_poly, ln::ln1p};

/// Planes of a points buffer: e^(r/2), e^(-r/2), sinh(r)/2, r, nx, ny, nz.
pub const PLANES: usize = 7;

/// `metric` of the params: distances of H³, curvature -1.
pub const HYPERBOLIC: u32 = 0;

/// `metric` of the params: distances of the vectors `r n`.
pub const EUCLIDEAN: u32 = 1;

/// Below it `exp_poly` is not defined; e^-87 is next to the smallest normal number.
const LOWEST: f32 = -87.0;

/// e^x for `x <= 0`, no smaller than e^-87.
#[inline(always)]
#[must_use]
pub fn decay<S: Isa>(x: F32) -> F32 {
    exp_poly::<S>(x.max(F32::splat(LOWEST)))
}

/// The planes of `points`, each `[r, nx, ny, nz]` with `0 <= r <= 8` and a unit direction
/// (any finite one where `r = 0`): [`PLANES`] runs of `points.len()` values.
#[must_use]
pub fn planes(points: &[[f64; 4]]) -> Vec<f32> {
    let plane: [fn(&[f64; 4]) -> f64; PLANES] = [
        |p| (0.5 * p[0]).exp(),
        |p| (-0.5 * p[0]).exp(),
        |p| 0.5 * p[0].sinh(),
        |p| p[0],
        |p| p[1],
        |p| p[2],
        |p| p[3],
    ];
    plane.iter().flat_map(|of| points.iter().map(move |p| of(p) as f32)).collect()
}

/// Sixteen points in a points buffer.
pub trait Planes {
    /// Their values of `plane`.
    fn plane(&self, plane: usize) -> F32;
}

/// Points at rows of their own.
#[derive(Clone, Copy, Debug)]
pub struct Gather<'a> {
    /// The points buffer.
    pub points: &'a [f32],
    /// Words of a plane.
    pub rows: usize,
    /// Row of each lane.
    pub at: [usize; LANES],
}

impl Planes for Gather<'_> {
    #[inline(always)]
    fn plane(&self, plane: usize) -> F32 {
        let plane = &self.points[plane * self.rows..(plane + 1) * self.rows];
        F32(self.at.map(|row| plane[row]))
    }
}

/// Sixteen points, as far as a metric needs them.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    grow: F32,
    shrink: F32,
    arm: F32,
    normal: [F32; 3],
}

impl Points {
    /// Sixteen times the origin, in the Euclidean metric.
    pub const ORIGIN: Self = {
        let zero = F32::splat(0.0);
        Self { grow: zero, shrink: zero, arm: zero, normal: [zero; 3] }
    };
}

/// A metric with a power: separation of points and the kernel of a separation.
pub trait Affinity: Copy {
    /// Reads points.
    fn points(self, from: &impl Planes) -> Points;

    /// `s²` of sixteen pairs; 0 for identical points.
    fn separation<S: Isa>(self, a: &Points, b: &Points) -> F32;

    /// `exp(-p d/2)` of sixteen separations `s²`.
    fn weight<S: Isa>(self, s2: F32) -> F32;
}

/// `s²` from its radial part and the arms of both points.
#[inline(always)]
fn join<S: Isa>(radial: F32, a: &Points, b: &Points) -> F32 {
    let x = a.normal[0] - b.normal[0];
    let y = a.normal[1] - b.normal[1];
    let z = a.normal[2] - b.normal[2];
    let chord = x.fma::<S>(x, y.fma::<S>(y, z * z));
    radial.fma::<S>(radial, (a.arm * b.arm) * chord)
}

/// Half of e^d - 1 from s².
#[inline(always)]
fn growth<S: Isa>(s2: F32) -> F32 {
    s2 + s2.fma::<S>(s2, s2).sqrt()
}

/// Distances of H³; `P` is the power where that needs roots only (1, 2 or 4), else 0.
#[derive(Clone, Copy, Debug)]
pub struct Hyperbolic<const P: u32> {
    half: f32,
}

impl<const P: u32> Affinity for Hyperbolic<P> {
    #[inline(always)]
    fn points(self, from: &impl Planes) -> Points {
        let normal = [from.plane(4), from.plane(5), from.plane(6)];
        Points { grow: from.plane(0), shrink: from.plane(1), arm: from.plane(2), normal }
    }

    #[inline(always)]
    fn separation<S: Isa>(self, a: &Points, b: &Points) -> F32 {
        let radial = (a.grow - b.grow).fma::<S>(a.shrink, a.grow * (b.shrink - a.shrink));
        join::<S>(F32::splat(0.5) * radial, a, b)
    }

    #[inline(always)]
    fn weight<S: Isa>(self, s2: F32) -> F32 {
        let (one, two) = (F32::splat(1.0), F32::splat(2.0));
        let half = growth::<S>(s2);
        let e = two.fma::<S>(half, one);
        match P {
            1 => one.div(e.sqrt()),
            2 => one.div(e),
            4 => {
                let k = one.div(e);
                k * k
            }
            _ => decay::<S>(F32::splat(-self.half) * ln1p::<S>(two * half)),
        }
    }
}

/// Distances of the vectors `r n`.
#[derive(Clone, Copy, Debug)]
pub struct Euclidean {
    power: f32,
}

impl Affinity for Euclidean {
    #[inline(always)]
    fn points(self, from: &impl Planes) -> Points {
        let half = F32::splat(0.5) * from.plane(3);
        let normal = [from.plane(4), from.plane(5), from.plane(6)];
        Points { grow: half, shrink: F32::splat(0.0), arm: half, normal }
    }

    #[inline(always)]
    fn separation<S: Isa>(self, a: &Points, b: &Points) -> F32 {
        join::<S>(a.grow - b.grow, a, b)
    }

    #[inline(always)]
    fn weight<S: Isa>(self, s2: F32) -> F32 {
        decay::<S>(F32::splat(-self.power) * s2.sqrt())
    }
}

/// Something to run with the affinity that params ask for.
pub trait WithAffinity {
    /// What it returns.
    type Output;

    /// Runs with `affinity`.
    fn with<A: Affinity>(self, affinity: A) -> Self::Output;
}

/// Runs `body` with the affinity of `metric` and `power`.
pub fn choose<W: WithAffinity>(metric: u32, power: f32, body: W) -> W::Output {
    if metric == EUCLIDEAN {
        return body.with(Euclidean { power });
    }
    let half = 0.5 * power;
    match power {
        1.0 => body.with(Hyperbolic::<1> { half }),
        2.0 => body.with(Hyperbolic::<2> { half }),
        4.0 => body.with(Hyperbolic::<4> { half }),
        _ => body.with(Hyperbolic::<0> { half }),
    }
}
