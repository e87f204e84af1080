//! CPU twin: lane = candle.

use std::array::from_fn;

use bytemuck::{cast_slice, cast_slice_mut};

use super::{BONDS, LEADING, OPEN, PARTS, PRODUCTS, Params, START, TRAILING};
use crate::field::VOTES;
use crate::shared::hyperbolic::{self, Affinity, WithAffinity, decay};
use crate::simd::{Body, F32, Isa, LANES, dispatch};
use crate::spec;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = spec::params(params);
    assert!((1..=OPEN as u32).contains(&params.open), "1 to {OPEN} open spins");
    hyperbolic::choose(params.metric, params.power, Marginal {
        params,
        points: cast_slice(inputs[0]),
        votes: cast_slice(inputs[1]),
        row: inputs[2],
        at: inputs[3],
        spin: cast_slice_mut(outputs[0]),
    });
}

struct Marginal<'a, 'b> {
    params: Params,
    points: &'a [f32],
    votes: &'a [f32],
    row: &'a [u32],
    at: &'a [u32],
    spin: &'b mut [f32],
}

impl WithAffinity for Marginal<'_, '_> {
    type Output = ();

    fn with<A: Affinity>(self, affinity: A) {
        dispatch(WithKernel { marginal: self, affinity });
    }
}

struct WithKernel<'a, 'b, A> {
    marginal: Marginal<'a, 'b>,
    affinity: A,
}

impl<A: Affinity> Body for WithKernel<'_, '_, A> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Self { marginal, affinity } = self;
        let items = marginal.params.items as usize;
        for first in (0..items).step_by(LANES) {
            // Lanes past the end repeat the last candle.
            let tile: [usize; LANES] = from_fn(|lane| (first + lane).min(items - 1));
            let mut lattice = marginal.lattice::<S, A>(affinity, &tile);
            lattice.weigh::<S>(marginal.params.temperature);
            let spin = lattice.newest::<S>();
            let live = LANES.min(items - first);
            marginal.spin[first..first + live].copy_from_slice(&spin.0[..live]);
        }
    }
}

/// Number of the bond between spins `k < l`.
#[inline(always)]
const fn bond(k: usize, l: usize) -> usize {
    l * (l - 1) / 2 + k
}

/// Sixteen lattices, lane = candle.
struct Lattice {
    /// Number of spins.
    open: usize,
    /// Couplings; weighed, the factor of the broken bond.
    bonds: [F32; BONDS],
    /// Fields; weighed, the factor that spin `k` pays for being down.
    down: [F32; OPEN],
    /// Weighed, the factor that spin `k` pays for being up.
    up: [F32; OPEN],
}

impl Marginal<'_, '_> {
    /// Fields and couplings of a tile.
    #[inline(always)]
    fn lattice<S: Isa, A: Affinity>(&self, affinity: A, tile: &[usize; LANES]) -> Lattice {
        let open = self.params.open as usize;
        let rows = self.params.rows as usize;
        let per_label = F32::splat(1.0 / self.params.library);
        let per_bar = F32::splat(1.0 / self.params.horizon);
        let zero = F32::splat(0.0);
        let mut lattice =
            Lattice { open, bonds: [zero; BONDS], down: [zero; OPEN], up: [zero; OPEN] };
        let points: [_; OPEN] = from_fn(|k| {
            let k = k.min(open - 1);
            affinity.points(|plane| {
                F32(tile.map(|item| self.points[plane * rows + self.row[item] as usize - k]))
            })
        });
        for k in 0..open {
            let [weighted, weights, labels] = [0, 1, 2].map(|word| {
                F32(tile.map(|item| self.votes[(self.at[item] as usize - k) * VOTES + word]))
            });
            let mean = labels * per_label;
            lattice.down[k] = (-mean).fma::<S>(weights, weighted) * per_bar;
            for l in 0..k {
                let s2 = affinity.separation::<S>(&points[l], &points[k]);
                lattice.bonds[bond(l, k)] = affinity.weight::<S>(s2);
            }
        }
        lattice
    }
}

impl Lattice {
    /// Turns couplings and fields into factors of broken bonds and fields.
    #[inline(always)]
    fn weigh<S: Isa>(&mut self, temperature: f32) {
        let kelvin = F32::splat(temperature) * self.largest_eigenvalue::<S>();
        let rate = F32::splat(-2.0) * F32::splat(1.0).div(kelvin);
        let zero = F32::splat(0.0);
        for bond in &mut self.bonds {
            *bond = decay::<S>(rate * *bond);
        }
        for (down, up) in self.down.iter_mut().zip(&mut self.up) {
            let field = *down;
            *down = decay::<S>(rate * field.max(zero));
            *up = decay::<S>(rate * (-field).max(zero));
        }
    }

    /// Largest eigenvalue of the couplings with ones on their diagonal.
    #[inline(always)]
    fn largest_eigenvalue<S: Isa>(&self) -> F32 {
        let zero = F32::splat(0.0);
        let coupling = |k: usize, l: usize| match k.cmp(&l) {
            std::cmp::Ordering::Less => self.bonds[bond(k, l)],
            std::cmp::Ordering::Equal => F32::splat(1.0),
            std::cmp::Ordering::Greater => self.bonds[bond(l, k)],
        };
        let dot = |a: &[F32], b: &[F32]| {
            a.iter().zip(b).fold(zero, |sum, (a, b)| a.fma::<S>(*b, sum))
        };
        let mut old = [F32::splat(START); OPEN];
        let mut new = old;
        for _ in 0..PRODUCTS {
            old = new;
            for (k, new) in new.iter_mut().enumerate().take(self.open) {
                *new = (0..self.open)
                    .fold(zero, |sum, l| coupling(k, l).fma::<S>(old[l], sum));
            }
        }
        let (old, new) = (&old[..self.open], &new[..self.open]);
        dot(old, new) * F32::splat(1.0).div(dot(old, old))
    }

    /// Mean of spin 0.
    #[inline(always)]
    fn newest<S: Isa>(&self) -> F32 {
        let leading = LEADING.min(self.open - 1);
        let table = self.table();
        let zero = F32::splat(0.0);
        let mut parts = [[zero; 2]; PARTS];
        for (part, sums) in parts.iter_mut().enumerate().take(1 << leading) {
            let factors = self.trailing_factors(part);
            let [plus, minus] = self.leading_weight(part, leading);
            let sum = sum_out::<S>(&table, &factors, self.open);
            *sums = [plus * sum[0], minus * sum[1]];
        }
        let mut stride = PARTS / 2;
        while stride > 0 {
            for i in 0..stride {
                parts[i] = from_fn(|sign| parts[i][sign] + parts[i + stride][sign]);
            }
            stride /= 2;
        }
        let [plus, minus] = parts[0];
        let all = (plus + minus).max(F32::splat(f32::MIN_POSITIVE));
        let mean = (plus - minus) * F32::splat(1.0).div(all);
        mean.max(F32::splat(-1.0)).min(F32::splat(1.0))
    }

    /// Products of the bonds among the trailing spins, by their state (a set bit is a spin down).
    #[inline(always)]
    fn table(&self) -> [F32; 1 << TRAILING] {
        let one = F32::splat(1.0);
        let mut table = [one; 1 << TRAILING];
        let first = LEADING + 1;
        for k in 0..self.open.saturating_sub(first) {
            for state in 0..1 << k {
                let mut broken = [one; 2];
                for l in 0..k {
                    let side = 1 - (state >> l & 1);
                    broken[side] = broken[side] * self.bonds[bond(first + l, first + k)];
                }
                table[state | 1 << k] = table[state] * broken[1];
                table[state] = table[state] * broken[0];
            }
        }
        table
    }

    /// Weight of the leading spins in state `part`, the newest up: for the fields and negated.
    #[inline(always)]
    fn leading_weight(&self, part: usize, leading: usize) -> [F32; 2] {
        let state = part << 1;
        let mut bonds = F32::splat(1.0);
        let mut fields = [self.up[0], self.down[0]];
        for k in 1..=leading {
            let bit = state >> k & 1;
            for l in 0..k {
                if state >> l & 1 != bit {
                    bonds = bonds * self.bonds[bond(l, k)];
                }
            }
            let pay = if bit == 0 { [self.up[k], self.down[k]] } else { [self.down[k], self.up[k]] };
            fields = [fields[0] * pay[0], fields[1] * pay[1]];
        }
        fields.map(|field| bonds * field)
    }

    /// For each trailing spin what it pays up and down beside the leading spins in state `part`,
    /// for the fields and negated; a missing spin is up at no cost.
    #[inline(always)]
    fn trailing_factors(&self, part: usize) -> [Factor; TRAILING] {
        let one = F32::splat(1.0);
        from_fn(|m| {
            let k = LEADING + 1 + m;
            if k >= self.open {
                return Factor { up: [one; 2], down: [F32::splat(0.0); 2] };
            }
            let (mut up, mut down) = (one, self.bonds[bond(0, k)]);
            for l in 0..LEADING {
                let factor = self.bonds[bond(l + 1, k)];
                if part >> l & 1 == 0 {
                    down = down * factor;
                } else {
                    up = up * factor;
                }
            }
            Factor {
                up: [up * self.up[k], up * self.down[k]],
                down: [down * self.down[k], down * self.up[k]],
            }
        })
    }
}

/// What a spin pays up and down, for the fields and negated.
#[derive(Clone, Copy)]
struct Factor {
    up: [F32; 2],
    down: [F32; 2],
}

/// Sum over the trailing spins: three at a time inside, the others as a product outside.
#[inline(always)]
fn sum_out<S: Isa>(
    table: &[F32; 1 << TRAILING],
    factors: &[Factor; TRAILING],
    open: usize,
) -> [F32; 2] {
    let outer = open.saturating_sub(LEADING + 4);
    from_fn(|sign| {
        let pay = |spin: usize, up: F32, down: F32| {
            down.fma::<S>(factors[spin].down[sign], up * factors[spin].up[sign])
        };
        let mut sum = F32::splat(0.0);
        for (state, w) in table.chunks_exact(8).enumerate().take(1 << outer) {
            let a: [F32; 4] = from_fn(|i| pay(0, w[2 * i], w[2 * i + 1]));
            let b: [F32; 2] = from_fn(|i| pay(1, a[2 * i], a[2 * i + 1]));
            let inner = pay(2, b[0], b[1]);
            let mut weight = F32::splat(1.0);
            for spin in 0..outer {
                let factor = &factors[3 + spin];
                let side = if state >> spin & 1 == 0 { &factor.up } else { &factor.down };
                weight = weight * side[sign];
            }
            sum = weight.fma::<S>(inner, sum);
        }
        sum
    })
}
