//! Order statistics of sixteen samples at once: brackets of keys, narrowed by counting.

use crate::simd::{F32, Floats, Isa, LANES, Words};

/// Key of infinity: the upper end of a bracket that has none yet.
const TOP: u32 = 0xFF80_0000;

/// First step upwards from the lower end of such a bracket: a factor of about √2.
const STEP: u32 = 1 << 22;

/// Unsigned integer in the order of the values.
#[inline(always)]
fn key(x: f32) -> u32 {
    let bits = x.to_bits();
    bits ^ if bits >> 31 == 1 { u32::MAX } else { 1 << 31 }
}

/// Value of a key.
#[inline(always)]
fn value(key: u32) -> f32 {
    f32::from_bits(key ^ if key >> 31 == 1 { 1 << 31 } else { u32::MAX })
}

/// Where an order statistic lies, lane by lane.
#[derive(Clone, Copy)]
pub(super) struct Bracket {
    /// Key at or below that of the order statistic.
    low: [u32; LANES],
    /// Key above it.
    high: [u32; LANES],
    /// Number of values below `low`, less than the rank.
    below: [u32; LANES],
    /// Number of values below `high`, at least the rank.
    upto: [u32; LANES],
}

impl Bracket {
    /// From the smallest of `rows` up to `high`, below which each lane holds `count` values.
    #[inline(always)]
    pub(super) fn new<S: Isa>(rows: &[F32], high: F32, count: [u32; LANES]) -> Self {
        let least = least_from::<S>(rows, F32::splat(f32::NEG_INFINITY));
        Self { low: least.0.map(key), high: high.0.map(key), below: [0; LANES], upto: count }
    }

    /// Narrows to at most `slack` values, or to a single key where ties do not let it.
    ///
    /// The next key lies half way between the middle of the bracket and where the rank would be if
    /// the keys were evenly spread: every count takes away at least a quarter of the bracket.
    #[inline(always)]
    pub(super) fn narrow<S: Isa>(&mut self, rows: &[F32], rank: u32, slack: u32) {
        let mut step = STEP;
        loop {
            let mut probe = [0; LANES];
            let mut open = false;
            for (i, probe) in probe.iter_mut().enumerate() {
                let (width, inside) = (self.high[i] - self.low[i], self.upto[i] - self.below[i]);
                open |= width > 1 && inside > slack;
                let offset = if self.high[i] == TOP {
                    step.min(width / 2)
                } else {
                    let share = (f64::from(rank - self.below[i]) - 0.5) / f64::from(inside);
                    (f64::from(width) * (0.25 + 0.5 * share)) as u32
                };
                *probe = self.low[i] + offset.max(1).min(width - 1);
            }
            if !open {
                break;
            }
            let count = count_below::<S>(rows, F32(probe.map(value)));
            for i in 0..LANES {
                if count[i] < rank {
                    (self.low[i], self.below[i]) = (probe[i], count[i]);
                } else {
                    (self.high[i], self.upto[i]) = (probe[i], count[i]);
                }
            }
            step = step.saturating_mul(2);
        }
    }

    /// Number of values below the bracket.
    pub(super) const fn below(&self) -> [u32; LANES] {
        self.below
    }

    /// Upper end of the bracket.
    #[inline(always)]
    pub(super) fn high(&self) -> F32 {
        F32(self.high.map(value))
    }

    /// The same upper end as `other`, for a higher rank.
    #[inline(always)]
    pub(super) const fn reopen(&mut self, other: &Self) {
        (self.high, self.upto) = (other.high, other.upto);
    }

    /// The smallest value in the bracket: the order statistic once one value, or one key, remains.
    #[inline(always)]
    pub(super) fn least<S: Isa>(&self, rows: &[F32]) -> F32 {
        least_from::<S>(rows, F32(self.low.map(value)))
    }
}

/// Number of values below `bound` in each lane.
#[inline(always)]
fn count_below<S: Isa>(rows: &[F32], bound: F32) -> [u32; LANES] {
    let bound = Floats::<S>::load(&bound.0);
    // Selected as floats, added as integers: the smallest denormal has the bits of 1.
    let (one, zero) = (Floats::splat(f32::from_bits(1)), Floats::splat(0.0));
    let mut count = Words::splat(0);
    for row in rows {
        count = count + Floats::load(&row.0).select_below(bound, one, zero).to_bits();
    }
    count.store().0
}

/// The smallest value of each lane that is not below `bound`.
#[inline(always)]
fn least_from<S: Isa>(rows: &[F32], bound: F32) -> F32 {
    let bound = Floats::<S>::load(&bound.0);
    let none = Floats::splat(f32::INFINITY);
    let mut least = none;
    for row in rows {
        let x = Floats::load(&row.0);
        least = least.min(x.select_below(bound, none, x));
    }
    least.store()
}
