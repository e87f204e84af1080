//! CPU twin: lane = option.

use super::{FIRST, OPTION, Params, SECOND, STILL};
use crate::shared::polynomial;
use crate::simd::{self, Body, Floats, Isa, LANES};
use crate::spec::{self, tiles};

/// Sixteen options side by side.
type Tile = [f32; LANES];

/// `N(-a) e^(a²/2) (a + 4)` as a function of `(a - 4)/(a + 4)` for `0 <= a <= 80`; error 2e-8 of its value.
const TAIL: [f32; 10] = [
    0.755_285_14,
    -0.607_896_5,
    0.387_137_68,
    -0.186_525_39,
    0.060_394_373,
    -0.007_517_586_3,
    -0.003_474_229,
    0.001_571_801,
    1.281_008_6e-4,
    -1.613_027e-4,
];

/// Where the argument of [`TAIL`] is zero.
const MIDDLE: f32 = 4.0;

/// Beyond it the density is 0 and no distribution differs from a step.
const FAR: f32 = 80.0;

struct Run<'a> {
    options: &'a [[Tile; OPTION]],
    totals: &'a [Tile],
    first: &'a mut [[Tile; FIRST]],
    second: &'a mut [[Tile; SECOND]],
}

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let read = self.options.iter().zip(self.totals);
        let written = self.first.iter_mut().zip(self.second);
        for ((option, total), (first, second)) in read.zip(written) {
            let lanes = option.each_ref().map(Floats::<S>::load);
            let (one, two) = measures(lanes, Floats::load(total));
            *first = one.map(|values| values.store().0);
            *second = two.map(|values| values.store().0);
        }
    }
}

/// `N(-a) e^(a²/2)` of both arguments in `0..=80`.
#[inline(always)]
fn tails<S: Isa>(a: Floats<S>, b: Floats<S>) -> [Floats<S>; 2] {
    let middle = Floats::splat(MIDDLE);
    let (below_a, below_b) = (a + middle, b + middle);
    // One reciprocal for both.
    let inverse = Floats::splat(1.0).div(below_a * below_b);
    let (inverse_a, inverse_b) = (inverse * below_b, inverse * below_a);
    [
        polynomial((a - middle) * inverse_a, TAIL) * inverse_a,
        polynomial((b - middle) * inverse_b, TAIL) * inverse_b,
    ]
}

#[inline(always)]
fn measures<S: Isa>(
    [x, rate, dividend]: [Floats<S>; OPTION],
    s: Floats<S>,
) -> ([Floats<S>; FIRST], [Floats<S>; SECOND]) {
    let (zero, half, one) = (Floats::splat(0.0), Floats::splat(0.5), Floats::splat(1.0));
    let edge = Floats::splat(FAR);

    let per_s = one.div(s);
    let away = x.abs();
    let near = away.fma(per_s, -(half * s)).min(edge).max(-edge);
    let far = away.fma(per_s, half * s).min(edge);

    let (exponent, dead) = (-(half * near) * near, Floats::splat(-87.0));
    let bell = exponent.select_below(dead, zero, exponent.max(dead).exp_poly());
    let [tail, tail_far] = tails(near.abs(), far);
    let (low, high) = (bell * tail, bell * tail_far);
    let still = Floats::splat(STILL);
    let outer = near.select_below(zero, one - low, low);
    let price = still.select_below(s, (outer - high).max(zero), zero);
    let density = still.select_below(s, bell * Floats::splat(FRAC_1_SQRT_2PI), zero);

    let delta = x.select_below(zero, outer, -high);
    let rho = x.select_below(zero, high, -outer);
    let d1 = x.select_below(zero, -near, far);
    let d2 = x.select_below(zero, -far, near);
    let carry = rate.fma(rho, -(dividend * delta));
    let product = near * far;
    let squares = near.fma(near, far * far);
    let drift = (rate - dividend) * per_s;
    let slide = drift - half * d2;

    let first = [price, delta, density, rho, -(half * s).fma(density, carry)];
    let second = [
        -(density * d2),
        density * product,
        dividend.fma(delta, -(density * slide)),
        -(density * (d1 + s)),
        density * (product - one),
        density * d1.fma(slide, dividend + half),
        density * d1.fma(drift, dividend - half * (one + product)),
        -(density * product.fma(one - product, squares)),
    ];
    (first, second)
}

/// `1/√(2π)`.
const FRAC_1_SQRT_2PI: f32 = 0.398_942_28;

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let Params { items, .. } = spec::params(params);
    let ([options, totals], [first, second]) = (inputs, outputs) else {
        unreachable!("the plan binds two inputs and two outputs");
    };
    let tiles = tiles(items as usize);
    simd::dispatch(Run {
        options: &bytemuck::cast_slice(options)[..tiles],
        totals: &bytemuck::cast_slice(totals)[..tiles],
        first: &mut bytemuck::cast_slice_mut(first)[..tiles],
        second: &mut bytemuck::cast_slice_mut(second)[..tiles],
    });
}
