//! CPU twin: lane = book.

use super::{BLOCK, FILL, Params, SUMS};
use crate::simd::{self, Body, Floats, Isa, LANES};
use crate::spec::{self, tiles};

/// Sixteen books side by side.
type Tile = [f32; LANES];

struct Books<'a> {
    depth: usize,
    rate: f32,
    levels: &'a [Tile],
    amounts: &'a [Tile],
    inverse_delta: &'a [Tile],
    sums: &'a mut [Tile],
    fills: &'a mut [Tile],
}

/// What a level is, as a point.
#[derive(Clone, Copy)]
struct Place<S: Isa> {
    distance: Floats<S>,
    log: Floats<S>,
    weighted: Floats<S>,
}

#[inline(always)]
fn place<S: Isa>(u: Floats<S>, y: Floats<S>, inverse_delta: Floats<S>, rate: Floats<S>) -> Place<S> {
    let one = Floats::splat(1.0);
    let inverse = one.div(y);
    let xi = u.ln1p() * inverse_delta;
    let above = y - one;
    let square = above.fma(above, xi * xi) * (Floats::splat(0.25) * inverse);
    let grown = square + square.sqrt() * (one + square).sqrt();
    let distance = (grown + grown).ln1p();
    let weight = (-(distance * rate)).max(Floats::splat(-87.0)).exp_poly();
    // ln y without the loss of y - 1 where y is small.
    let log = (y.max(inverse) - one).ln1p();
    Place { distance, log: y.select_below(one, -log, log), weighted: y * weight }
}

impl Body for Books<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let (depth, amounts) = (self.depth, self.amounts.len() / self.inverse_delta.len());
        let rate = Floats::<S>::splat(self.rate);
        let books = self.levels.chunks_exact(4 * depth).zip(self.amounts.chunks_exact(amounts));
        let written = self.sums.chunks_exact_mut(2 * SUMS);
        let written = written.zip(self.fills.chunks_exact_mut(2 * FILL * amounts));
        let books = books.zip(self.inverse_delta).zip(written);
        for (((levels, amounts), inverse_delta), (sums, fills)) in books {
            let inverse_delta = Floats::load(inverse_delta);
            let sides = levels.chunks_exact(2 * depth).zip(sums.chunks_exact_mut(SUMS));
            let sides = sides.zip(fills.chunks_exact_mut(FILL * amounts.len()));
            for ((levels, sums), fills) in sides {
                let levels = levels.as_chunks().0;
                add(levels, inverse_delta, rate, sums);
                for (amount, fill) in amounts.iter().zip(fills.chunks_exact_mut(FILL)) {
                    walk::<S>(levels, amount, fill);
                }
            }
        }
    }
}

/// Sums over the levels of a side.
#[inline(always)]
fn add<S: Isa>(
    levels: &[[Tile; 2]],
    inverse_delta: Floats<S>,
    rate: Floats<S>,
    to: &mut [Tile],
) {
    let (zero, one) = (Floats::<S>::splat(0.0), Floats::splat(1.0));
    let [u, y] = &levels[0];
    let y = Floats::load(y);
    let best = place(Floats::load(u), zero.select_below(y, y, one), inverse_delta, rate);
    let mut total = [zero; 6];
    for block in levels.chunks(BLOCK) {
        let mut sum = [zero; 6];
        for [u, y] in block {
            let y = Floats::load(y);
            let at = place(Floats::load(u), zero.select_below(y, y, one), inverse_delta, rate);
            // Where there is no level nothing is added.
            let d = zero.select_below(y, at.distance - best.distance, zero);
            let l = zero.select_below(y, at.log - best.log, zero);
            sum[0] = sum[0] + zero.select_below(y, at.weighted, zero);
            sum[1] = sum[1] + y;
            sum[2] = sum[2] + d;
            sum[3] = d.fma(d, sum[3]);
            sum[4] = sum[4] + l;
            sum[5] = d.fma(l, sum[5]);
        }
        for (total, sum) in total.iter_mut().zip(sum) {
            *total = *total + sum;
        }
    }
    let [weighted, sizes, d, dd, l, dl] = total;
    for (to, sum) in to.iter_mut().zip([weighted, sizes, best.distance, best.log, d, dd, l, dl]) {
        *to = sum.store().0;
    }
}

/// Fills one amount of each book.
#[inline(always)]
fn walk<S: Isa>(levels: &[[Tile; 2]], amount: &Tile, to: &mut [Tile]) {
    let (mut open, mut cost) = (Floats::<S>::load(amount), Floats::splat(0.0));
    for [u, y] in levels {
        let taken = Floats::load(y).min(open);
        cost = taken.fma(Floats::load(u).abs(), cost);
        open = open - taken;
    }
    to[0] = cost.store().0;
    to[1] = open.store().0;
}

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let Params { items, depth, amounts, rate } = spec::params(params);
    let ([levels, sizes, inverse_delta], [sums, fills]) = (inputs, outputs) else {
        unreachable!("the plan binds three inputs and two outputs");
    };
    let (tiles, depth, amounts) = (tiles(items as usize), depth as usize, amounts as usize);
    if tiles == 0 {
        return;
    }
    simd::dispatch(Books {
        depth,
        rate,
        levels: &bytemuck::cast_slice(levels)[..tiles * 4 * depth],
        amounts: &bytemuck::cast_slice(sizes)[..tiles * amounts],
        inverse_delta: &bytemuck::cast_slice(inverse_delta)[..tiles],
        sums: &mut bytemuck::cast_slice_mut(sums)[..tiles * 2 * SUMS],
        fills: &mut bytemuck::cast_slice_mut(fills)[..tiles * 2 * FILL * amounts],
    });
}
