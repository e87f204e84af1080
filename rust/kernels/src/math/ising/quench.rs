//! Small lattices whose couplings and fields change at once, sixteen by sixteen.

use crate::simd::{self, Body, F64, Isa, LANES};

/// Largest number of spins: 2^12 states.
pub const QUENCH_MAX: usize = 12;

/// Bonds between [`QUENCH_MAX`] spins.
const BONDS: usize = QUENCH_MAX * (QUENCH_MAX - 1) / 2;

/// Spins of the inner sum, whose table of states stays in the first-level cache.
const LOW: usize = 5;

/// Products with the couplings that estimate the largest eigenvalue.
const PRODUCTS: usize = 20;

/// Number of the bond between spins `k < l`.
const fn bond(k: usize, l: usize) -> usize {
    l * (l - 1) / 2 + k
}

/// Sixteen lattices, lane by lane: `E(s) = -Σ_{k<l} J_kl s_k s_l - Σ h_k s_k`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lattices {
    spins: usize,
    /// Couplings by [`bond`], none negative.
    bonds: [F64; BONDS],
    fields: [F64; QUENCH_MAX],
}

impl Lattices {
    /// Free spins, in every lane.
    ///
    /// # Panics
    /// Panics unless there are 1 to [`QUENCH_MAX`] spins.
    #[must_use]
    pub fn new(spins: usize) -> Self {
        assert!((1..=QUENCH_MAX).contains(&spins), "1 to {QUENCH_MAX} spins");
        let zero = F64::splat(0.0);
        Self { spins, bonds: [zero; BONDS], fields: [zero; QUENCH_MAX] }
    }

    /// Couples spins `k` and `l` of a lane.
    ///
    /// # Panics
    /// Panics if `k` is `l`, one of them is no spin, or `coupling` is negative.
    pub fn couple(&mut self, lane: usize, k: usize, l: usize, coupling: f64) {
        assert!(k != l && k.max(l) < self.spins, "two of {} spins", self.spins);
        assert!(coupling >= 0.0 || coupling.is_nan(), "a coupling of at least 0");
        self.bonds[bond(k.min(l), k.max(l))].0[lane] = coupling;
    }

    /// Exposes a spin of a lane to a field.
    ///
    /// # Panics
    /// Panics if there is no spin `k`.
    pub fn expose(&mut self, lane: usize, k: usize, field: f64) {
        self.fields[..self.spins][k].0[lane] = field;
    }

    /// Largest eigenvalue of the couplings with ones on their diagonal, at least 1: the Rayleigh quotient
    /// after 20 products with a vector of ones.
    #[inline(always)]
    fn largest_eigenvalue(&self) -> F64 {
        let zero = F64::splat(0.0);
        let mut product = [F64::splat(1.0); QUENCH_MAX];
        let mut old = product;
        for _ in 0..PRODUCTS {
            old = product;
            for (k, product) in product.iter_mut().enumerate().take(self.spins) {
                let mut sum = old[k];
                for (l, old) in old.iter().enumerate().take(self.spins).filter(|&(l, _)| l != k) {
                    sum = sum + self.bonds[bond(k.min(l), k.max(l))] * *old;
                }
                *product = sum;
            }
        }
        let (mut cross, mut square) = (zero, zero);
        for k in 0..self.spins {
            cross = cross + old[k] * product[k];
            square = square + old[k] * old[k];
        }
        cross / square
    }
}

/// A lattice in equilibrium and the step that led to it; energies in units of the temperature,
/// entropies in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quench {
    /// `U/T = ⟨E⟩/T` after the step.
    pub energy: f64,
    /// `F/T = -ln Z` after the step.
    pub free_energy: f64,
    /// Entropy S after the step, in [0, N ln 2]: `(U - F)/T`.
    pub entropy: f64,
    /// Response `Var(M)/N = T χ` after the step, in [0, N]; 1 for free spins.
    pub response: f64,
    /// Entropy produced, at least 0: `Σ p ln(p/p')`, p the distribution before and p' the distribution after.
    pub dissipation: f64,
    /// Entropy lost, S before less S after: the least heat, in units of the temperature, that the
    /// step gives off (Landauer 1961). The heat given off is this and the entropy produced.
    pub erased: f64,
}

/// 0 for what is negative; NaN stays.
fn clip(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

/// What happens to lattices in equilibrium when couplings and fields change from `before` to `after` at
/// once and they relax, by the sum over all `2^N` states.
///
/// Each lattice is at its own `T = t λ_max(J + I)`; what counts is `E/T`. As the distribution before is that of
/// equilibrium, the work done above the change of the free energy is all dissipated: its mean, in units of the
/// temperature, is the relative entropy of the distributions before and after (Kawai, Parrondo and Van den
/// Broeck 2007, PRL 98:080602).
///
/// Energies are counted from a state that satisfies every bond and field; a state's weight is the
/// product of `exp(-2 J/T)` over its broken bonds and `exp(-2 |h|/T)` over its broken fields, so that no
/// large energies cancel.
///
/// A coupling or field that is NaN makes its lane NaN.
///
/// # Panics
/// Panics if the lattices differ in size, or the temperature is not positive.
#[must_use]
pub fn quench(temperature: f64, before: &Lattices, after: &Lattices) -> [Quench; LANES] {
    assert_eq!(before.spins, after.spins, "lattices of equal size");
    assert!(temperature > 0.0, "a positive temperature");
    simd::dispatch(Step { temperature, lattices: [before, after] })
}

/// What a state costs: its energy above the satisfied one in units of T, and `exp(-energy)`.
#[derive(Clone, Copy)]
struct Cost {
    weight: F64,
    energy: F64,
}

impl Cost {
    const FREE: Self = Self { weight: F64::splat(1.0), energy: F64::splat(0.0) };

    #[inline(always)]
    fn of(energy: F64) -> Self {
        let mut weight = energy;
        for (weight, energy) in weight.0.iter_mut().zip(&energy.0) {
            *weight = (-energy).exp();
        }
        Self { weight, energy }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self { weight: self.weight * other.weight, energy: self.energy + other.energy }
    }
}

/// Costs of the bonds and fields of sixteen lattices.
struct Costs {
    spins: usize,
    low: usize,
    /// Of each broken bond.
    bonds: Vec<Cost>,
    /// Of each spin, up and down, in its field.
    alone: [[Cost; 2]; QUENCH_MAX],
    /// Energy of the satisfied state below 0.
    depth: F64,
    /// Bonds between low spins, by their state.
    inner: [Cost; 1 << LOW],
    /// All that low spins pay beside the high spins of the moment, by their state.
    table: [Cost; 1 << LOW],
}

impl Costs {
    #[inline(always)]
    fn new(lattices: &Lattices, temperature: f64) -> Self {
        let Lattices { spins, bonds, fields } = lattices;
        let spins = *spins;
        let zero = F64::splat(0.0);
        let rate = F64::splat(1.0) / (F64::splat(temperature) * lattices.largest_eigenvalue());
        let twice = F64::splat(2.0) * rate;
        let mut depth = zero;
        let mut costs = Self {
            spins,
            low: LOW.min(spins - 1),
            bonds: vec![Cost::FREE; bond(0, spins)],
            alone: [[Cost::FREE; 2]; QUENCH_MAX],
            depth,
            inner: [Cost::FREE; 1 << LOW],
            table: [Cost::FREE; 1 << LOW],
        };
        for (cost, coupling) in costs.bonds.iter_mut().zip(bonds) {
            depth = depth + *coupling * rate;
            *cost = Cost::of(*coupling * twice);
        }
        for ([up, down], field) in costs.alone.iter_mut().zip(fields).take(spins) {
            let size = field.select_below(zero, zero - *field, *field);
            let broken = Cost::of(size * twice);
            depth = depth + size * rate;
            for lane in 0..LANES {
                let pays = if field.0[lane] < 0.0 { &mut *up } else { &mut *down };
                pays.weight.0[lane] = broken.weight.0[lane];
                pays.energy.0[lane] = broken.energy.0[lane];
            }
        }
        costs.depth = depth;
        for l in 1..costs.low {
            for state in 0..1 << l {
                let [up, down] = costs.against(l, 0..l, state);
                let before = costs.inner[state];
                costs.inner[state | 1 << l] = before.and(down);
                costs.inner[state] = before.and(up);
            }
        }
        costs
    }

    /// Bonds between spin `l` and `others`, `l` up and down; bit `k` of `state` is set where the `k`-th of
    /// them is down.
    #[inline(always)]
    fn against(&self, l: usize, others: std::ops::Range<usize>, state: usize) -> [Cost; 2] {
        let mut pays = [Cost::FREE; 2];
        for (bit, k) in others.enumerate() {
            let other = state >> bit & 1;
            pays[1 - other] = pays[1 - other].and(self.bonds[bond(k.min(l), k.max(l))]);
        }
        pays
    }

    /// Fills the table for a state of the high spins.
    #[inline(always)]
    fn hold(&mut self, high: usize) {
        let mut held = Cost::FREE;
        for l in self.low..self.spins {
            let down = high >> (l - self.low) & 1;
            let bonds = self.against(l, self.low..l, high);
            held = held.and(self.alone[l][down]).and(bonds[down]);
        }
        self.table[0] = held;
        for k in 0..self.low {
            let [up, down] = self.against(k, self.low..self.spins, high);
            let [up, down] = [up.and(self.alone[k][0]), down.and(self.alone[k][1])];
            for state in 0..1 << k {
                let before = self.table[state];
                self.table[state | 1 << k] = before.and(down);
                self.table[state] = before.and(up);
            }
        }
    }
}

struct Step<'a> {
    temperature: f64,
    lattices: [&'a Lattices; 2],
}

impl Body for Step<'_> {
    type Output = [Quench; LANES];

    #[inline(always)]
    fn run<S: Isa>(self) -> [Quench; LANES] {
        let spins = self.lattices[0].spins;
        let [mut old, mut new] = self.lattices.map(|l| Costs::new(l, self.temperature));
        let zero = F64::splat(0.0);
        // Of the old distribution: weight, its own energy, the new energy.
        let mut olds = [zero; 3];
        // Of the new distribution: weight, energy, M, M².
        let mut news = [zero; 4];
        for high in 0..1usize << (spins - old.low) {
            old.hold(high);
            new.hold(high);
            let states = 1 << old.low;
            let olds_at = old.table[..states].iter().zip(&old.inner[..states]);
            let news_at = new.table[..states].iter().zip(&new.inner[..states]);
            for (state, ((a, inner_a), (b, inner_b))) in olds_at.zip(news_at).enumerate() {
                let (a, b) = (a.and(*inner_a), b.and(*inner_b));
                let down = high.count_ones() + state.count_ones();
                let m = F64::splat(spins as f64 - 2.0 * f64::from(down));
                let bm = b.weight * m;
                olds[0] = olds[0] + a.weight;
                olds[1] = olds[1] + a.weight * a.energy;
                olds[2] = olds[2] + a.weight * b.energy;
                news[0] = news[0] + b.weight;
                news[1] = news[1] + b.weight * b.energy;
                news[2] = news[2] + bm;
                news[3] = news[3] + bm * m;
            }
        }
        std::array::from_fn(|lane| {
            let olds = olds.map(|sum| sum.0[lane]);
            let news = news.map(|sum| sum.0[lane]);
            let [own, other] = [olds[1] / olds[0], olds[2] / olds[0]];
            let [energy, m, m2] = [news[1] / news[0], news[2] / news[0], news[3] / news[0]];
            let (log_old, log_new) = (olds[0].ln(), news[0].ln());
            let depth = new.depth.0[lane];
            Quench {
                energy: energy - depth,
                free_energy: -log_new - depth,
                entropy: log_new + energy,
                response: (m2 - m * m) / spins as f64,
                // Proven not to be negative: what is, is rounding.
                dissipation: clip((log_new + other) - (log_old + own)),
                erased: (log_old + own) - (log_new + energy),
            }
        })
    }
}
