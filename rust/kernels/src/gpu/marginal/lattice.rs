//! Sixteen lattices on the lanes: temperature, weights, enumeration.

use super::{BONDS, LEADING, OPEN, PARTS, PRODUCTS, START, TRAILING};
use crate::shared::hyperbolic::decay;
use crate::simd::{F32, Isa};

/// Number of the bond between spins `k < l`.
pub(super) const fn bond(k: usize, l: usize) -> usize {
    l * (l - 1) / 2 + k
}

/// Sixteen lattices, lane = candle.
pub(super) struct Lattice {
    /// Number of spins.
    pub(super) open: usize,
    /// Couplings; weighed, the factor that a broken bond pays.
    pub(super) bonds: [F32; BONDS],
    /// Fields; weighed, the factor that spin `k` pays for being down.
    pub(super) down: [F32; OPEN],
    /// Weighed, the factor that spin `k` pays for being up.
    up: [F32; OPEN],
    /// Products of the bonds among the trailing spins, by their state (a set bit is a spin down).
    table: [F32; 1 << TRAILING],
}

/// Keeps the compiler from vectorising a loop across spins or states: the lanes are the vector.
#[inline(always)]
pub(super) fn lanes_only() {
    std::hint::black_box(());
}

impl Lattice {
    #[inline(always)]
    pub(super) fn new(open: usize) -> Self {
        let zero = F32::splat(0.0);
        Self {
            open,
            bonds: [zero; BONDS],
            down: [zero; OPEN],
            up: [zero; OPEN],
            table: [zero; 1 << TRAILING],
        }
    }

    /// Turns couplings and fields into factors of broken bonds and fields.
    #[inline(always)]
    pub(super) fn weigh<S: Isa>(&mut self, temperature: f32) {
        let kelvin = F32::splat(temperature) * self.largest_eigenvalue::<S>();
        let rate = F32::splat(-2.0) * F32::splat(1.0).div(kelvin);
        let zero = F32::splat(0.0);
        for factor in &mut self.bonds[..bond(0, self.open)] {
            lanes_only();
            *factor = decay::<S>(rate * *factor);
        }
        for k in 0..self.open {
            lanes_only();
            let field = self.down[k];
            self.down[k] = decay::<S>(rate * field.max(zero));
            self.up[k] = decay::<S>(rate * (-field).max(zero));
        }
    }

    /// Largest eigenvalue of the couplings with ones on their diagonal.
    #[inline(always)]
    fn largest_eigenvalue<S: Isa>(&self) -> F32 {
        let zero = F32::splat(0.0);
        let open = self.open;
        let mut gram = [[F32::splat(1.0); OPEN]; OPEN];
        for (l, row) in gram.iter_mut().enumerate().take(open) {
            for (k, entry) in row.iter_mut().enumerate().take(open).filter(|&(k, _)| k != l) {
                lanes_only();
                *entry = self.bonds[bond(k.min(l), k.max(l))];
            }
        }
        let mut old = [F32::splat(START); OPEN];
        let mut product = old;
        for _ in 0..PRODUCTS {
            old = product;
            for (product, row) in product[..open].iter_mut().zip(&gram) {
                lanes_only();
                let mut sum = zero;
                for (coupling, old) in row[..open].iter().zip(&old) {
                    sum = coupling.fma::<S>(*old, sum);
                }
                *product = sum;
            }
        }
        let (mut cross, mut square) = (zero, zero);
        for (old, product) in old[..open].iter().zip(&product) {
            cross = old.fma::<S>(*product, cross);
            square = old.fma::<S>(*old, square);
        }
        cross * F32::splat(1.0).div(square)
    }

    /// Fills the table, spin by spin.
    #[inline(always)]
    fn fill_table(&mut self) {
        let one = F32::splat(1.0);
        let first = LEADING + 1;
        self.table[..8].fill(one);
        for k in 0..self.open.saturating_sub(first) {
            for state in 0..1 << k {
                let (mut broken_up, mut broken_down) = (one, one);
                for l in 0..k {
                    let factor = self.bonds[bond(first + l, first + k)];
                    if (state >> l) & 1 == 0 {
                        broken_down = broken_down * factor;
                    } else {
                        broken_up = broken_up * factor;
                    }
                }
                let before = self.table[state];
                self.table[state | (1 << k)] = before * broken_down;
                self.table[state] = before * broken_up;
            }
        }
    }

    /// Mean of spin 0.
    #[inline(always)]
    pub(super) fn newest<S: Isa>(&mut self) -> F32 {
        self.fill_table();
        let leading = LEADING.min(self.open - 1);
        let mut parts = [Pair::splat(0.0); PARTS];
        for (part, sum) in parts.iter_mut().enumerate().take(1 << leading) {
            *sum = self.leading_weight(part, leading).times(self.sum_out::<S>(part));
        }
        let mut stride = PARTS / 2;
        while stride > 0 {
            for part in 0..stride {
                lanes_only();
                parts[part] = parts[part].plus(parts[part + stride]);
            }
            stride /= 2;
        }
        let Pair(plus, minus) = parts[0];
        let all = (plus + minus).max(F32::splat(f32::MIN_POSITIVE));
        let mean = (plus - minus) * F32::splat(1.0).div(all);
        mean.max(F32::splat(-1.0)).min(F32::splat(1.0))
    }

    /// Weight of the leading spins in state `part`, the newest up.
    #[inline(always)]
    fn leading_weight(&self, part: usize, leading: usize) -> Pair {
        let state = part << 1;
        let mut broken = F32::splat(1.0);
        let mut fields = Pair(self.up[0], self.down[0]);
        for k in 1..=leading {
            let bit = (state >> k) & 1;
            for l in 0..k {
                if (state >> l) & 1 != bit {
                    broken = broken * self.bonds[bond(l, k)];
                }
            }
            let pay = Pair(self.up[k], self.down[k]);
            fields = fields.times(if bit == 0 { pay } else { pay.swap() });
        }
        Pair(broken, broken).times(fields)
    }

    /// What trailing spin `m` pays beside the leading spins in state `part`; a missing one is up at
    /// no cost.
    #[inline(always)]
    fn trailing_factor(&self, m: usize, part: usize) -> Factor {
        let k = LEADING + 1 + m;
        if k >= self.open {
            return Factor { up: Pair::splat(1.0), down: Pair::splat(0.0) };
        }
        let mut is_up = F32::splat(1.0);
        let mut is_down = self.bonds[bond(0, k)];
        for l in 0..LEADING {
            let factor = self.bonds[bond(l + 1, k)];
            if (part >> l) & 1 == 0 {
                is_down = is_down * factor;
            } else {
                is_up = is_up * factor;
            }
        }
        let pay = Pair(self.up[k], self.down[k]);
        Factor {
            up: Pair(is_up, is_up).times(pay),
            down: Pair(is_down, is_down).times(pay.swap()),
        }
    }

    /// Sum over the trailing spins: three at a time inside, the others as a product outside.
    #[inline(always)]
    fn sum_out<S: Isa>(&self, part: usize) -> Pair {
        let outer = self.open.saturating_sub(LEADING + 4);
        let mut weights = [Pair::splat(1.0); 1 << (TRAILING - 3)];
        for m in 0..outer {
            let factor = self.trailing_factor(3 + m, part);
            for state in 0..1 << m {
                lanes_only();
                let before = weights[state];
                weights[state | (1 << m)] = before.times(factor.down);
                weights[state] = before.times(factor.up);
            }
        }
        let f0 = self.trailing_factor(0, part);
        let f1 = self.trailing_factor(1, part);
        let f2 = self.trailing_factor(2, part);
        let mut sum = Pair::splat(0.0);
        for (w, weight) in self.table.as_chunks::<8>().0.iter().zip(&weights[..1 << outer]) {
            let a0 = f0.sum::<S>(Pair(w[0], w[0]), Pair(w[1], w[1]));
            let a1 = f0.sum::<S>(Pair(w[2], w[2]), Pair(w[3], w[3]));
            let a2 = f0.sum::<S>(Pair(w[4], w[4]), Pair(w[5], w[5]));
            let a3 = f0.sum::<S>(Pair(w[6], w[6]), Pair(w[7], w[7]));
            let inner = f2.sum::<S>(f1.sum::<S>(a0, a1), f1.sum::<S>(a2, a3));
            sum = weight.fma::<S>(inner, sum);
        }
        sum
    }
}

/// A value for the fields and one for the negated fields.
#[derive(Clone, Copy)]
struct Pair(F32, F32);

impl Pair {
    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self(F32::splat(x), F32::splat(x))
    }

    #[inline(always)]
    fn swap(self) -> Self {
        Self(self.1, self.0)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.1)
    }

    #[inline(always)]
    fn fma<S: Isa>(self, b: Self, c: Self) -> Self {
        Self(self.0.fma::<S>(b.0, c.0), self.1.fma::<S>(b.1, c.1))
    }
}

/// What a spin pays up and down.
#[derive(Clone, Copy)]
struct Factor {
    up: Pair,
    down: Pair,
}

impl Factor {
    #[inline(always)]
    fn sum<S: Isa>(&self, is_up: Pair, is_down: Pair) -> Pair {
        is_down.fma::<S>(self.down, is_up.times(self.up))
    }
}
