//! CPU twin: lane = option.

use super::{Params, SLOPES, SMILE};
use crate::gpu::greeks::STILL;
use crate::shared::polynomial;
use crate::shared::sinh::sinh_ratio;
use crate::simd::{self, Body, Floats, Isa, LANES};
use crate::spec::{self, tiles};

/// Sixteen options side by side.
type Tile = [f32; LANES];

/// `(1 - asinh(y)/y) / y²` in `y²` for `|y| <= ½`; error 1e-7 of its value.
const ASINH: [f32; 5] = [0.166_666_64, -0.074_995_92, 0.044_508_412, -0.028_795_654, 0.014_312_441];

/// `(coth h - 1/h) / h` in `h²` for `|h| <= ½`; error 2e-9 of its value.
const LANGEVIN: [f32; 4] = [0.333_333_34, -0.022_222_143, 0.002_114_807_7, -2.013_178_7e-4];

struct Run<'a> {
    smiles: &'a [[Tile; SMILE]],
    totals: &'a mut [Tile],
    slopes: &'a mut [[Tile; SLOPES]],
}

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let written = self.totals.iter_mut().zip(self.slopes);
        for (smile, (total, slopes)) in self.smiles.iter().zip(written) {
            let lanes = smile.each_ref().map(Floats::<S>::load);
            let values = measures(lanes);
            let least = Floats::splat(STILL);
            let deviation = (values[0] * lanes[6].sqrt()).max(least).min(Floats::splat(1e9));
            *total = deviation.store().0;
            *slopes = values.map(|values| values.store().0);
        }
    }
}

/// `sinh(h)/h`, and `coth h - 1/h`.
#[inline(always)]
fn levels<S: Isa>(h: Floats<S>) -> [Floats<S>; 2] {
    let (zero, half) = (Floats::splat(0.0), Floats::splat(0.5));
    let (square, far) = (h * h, h.abs().max(half));
    let grown = far.exp_poly();
    let shrunk = Floats::splat(1.0).div(grown);
    let (per_far, sinh) = (Floats::splat(1.0).div(far), half * (grown - shrunk));
    let langevin = half * (grown + shrunk) * Floats::splat(1.0).div(sinh) - per_far;
    let langevin = h.select_below(zero, -langevin, langevin);
    [
        h.abs().select_below(half, sinh_ratio(square), sinh * per_far),
        h.abs().select_below(half, polynomial(square, LANGEVIN) * h, langevin),
    ]
}

/// `asinh(y)/y`, and 1 minus it over `y²`.
#[inline(always)]
fn shares<S: Isa>(y: Floats<S>) -> [Floats<S>; 2] {
    let (half, one) = (Floats::splat(0.5), Floats::splat(1.0));
    let (square, far) = (y * y, y.abs().max(half));
    let squared = far * far;
    let inverse = one.div(one + (one + squared).sqrt());
    let per_far = one.div(far);
    let share = squared.fma(inverse, far).ln1p() * per_far;
    let rest = polynomial(square, ASINH);
    [
        y.abs().select_below(half, (-square).fma(rest, one), share),
        y.abs().select_below(half, rest, (one - share) * (per_far * per_far)),
    ]
}

#[inline(always)]
fn measures<S: Isa>(
    [x, a, rest, rho, narrow, nu, years]: [Floats<S>; SMILE],
) -> [Floats<S>; SLOPES] {
    let (zero, half, one) = (Floats::splat(0.0), Floats::splat(0.5), Floats::splat(1.0));
    let (quarter, twelfth) = (Floats::splat(0.25), Floats::splat(1.0 / 12.0));
    let half_rest = half * rest;
    let h = half_rest * x;
    let [ratio, langevin] = levels(h);
    let (per_a, sinh) = (one.div(a), ratio * h);
    let by_nu = ratio * per_a * x;
    let zeta = nu * by_nu;

    let apart = zeta - rho;
    let j = apart.fma(apart, narrow).sqrt();
    let (per_j, per_above) = (one.div(j), one.div(j + one));
    let (turned, pull) = (rho * zeta, rho * apart);
    let beyond = (j + pull + narrow) * per_above * one.div(narrow);
    let within = turned.fma(one.div((j + one) - turned), one);
    let slope = zero.select_below(pull, beyond, within);
    let y = zeta * slope;
    let [share, bend] = shares(y);
    let longer = one.div(share * slope);
    let per_share = longer * slope;
    let leading = a * one.div(ratio) * longer;

    let local = rest * a;
    let square = local * local;
    let skew = rho * (one - rest) * quarter;
    let curve = narrow.fma(Floats::splat(3.0), -one) * twelfth;
    let pulled = skew * (nu * a);
    let first = square.fma(half * twelfth, (curve * (half * nu)).fma(nu, pulled));
    let volatility = leading * years.fma(first, one);
    let in_time = leading * years;

    let by_zeta = (zeta - (rho + rho))
        .fma(per_above, rho.fma(per_above, -(y * slope * bend)) * per_share)
        * per_j;
    let by_alpha = volatility
        .fma((-by_zeta).fma(zeta, one), in_time * square.fma(twelfth, pulled));
    let cosh = sinh.fma(sinh, one).sqrt();
    let by_x = volatility * (by_zeta * (nu * per_a)).fma(cosh, -(half_rest * langevin));
    let by_rho = zeta * per_share * per_above * per_j;
    let in_rho = ((one - rest) * a).fma(nu, -(rho * nu) * nu) * quarter;
    [
        volatility,
        y * share,
        (-half_rest).fma(by_alpha, by_x),
        by_alpha,
        (-volatility).fma(by_rho, in_time * in_rho),
        (volatility * by_zeta).fma(by_nu, in_time * skew.fma(a, curve * nu)),
    ]
}

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let Params { items, .. } = spec::params(params);
    let ([smiles], [totals, slopes]) = (inputs, outputs) else {
        unreachable!("the plan binds one input and two outputs");
    };
    let tiles = tiles(items as usize);
    simd::dispatch(Run {
        smiles: &bytemuck::cast_slice(smiles)[..tiles],
        totals: &mut bytemuck::cast_slice_mut(totals)[..tiles],
        slopes: &mut bytemuck::cast_slice_mut(slopes)[..tiles],
    });
}
