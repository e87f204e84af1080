//! # Computes
//!
//! Ranks of the values of each channel within a window that ends at each item.
//!
//! # Formula
//!
//! `2 rank − 1 = #{y < x} + #{y ≤ x}` over the values `y` of the window, ties at their mean rank: a
//! whole number from 1 to `2 window − 1`. What lies one bar on differs by what came and what went.
//!
//! # Source
//!
//! Midranks: Lehmann 1975, "Nonparametrics", §1.4.
//!
//! # Reads
//!
//! - `keys`: numbers in the order of the values ([`keys`]), `rows` words for each channel.
//! - `end`: row of the newest bar of each item, at least `window − 1`. Items that follow each other row by
//!   row are the fast case; any order is allowed.
//!
//! # Writes
//!
//! - `ranks`: for each pair of channels `window` words, oldest bar first: the first channel of the pair
//!   in the low half, the second in the high half (0 where there is none).
//!
//! # Tolerance
//!
//! Integers, equal bit for bit.

mod cases;
mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::spec::{Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work, params};

/// Largest window: `2 rank − 1` has sixteen bits.
pub const LONGEST: usize = 1 << 15;

/// Items that a thread of the device follows: each first counts a window in full.
const RUN: u32 = 64;

/// Threads of a workgroup.
const THREADS: u32 = 64;

/// Parameters of [`KERNEL`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Params {
    /// Windows; set by the backend.
    pub items: u32,
    /// Values of a channel.
    pub rows: u32,
    /// Bars of a window, at most [`LONGEST`].
    pub window: u32,
    /// Number of channels.
    pub channels: u32,
}

impl Params {
    /// Words of `ranks` per item.
    #[must_use]
    pub const fn words(&self) -> usize {
        self.channels.div_ceil(2) as usize * self.window as usize
    }
}

/// Numbers in the order of the values, equal where the values are: dense ranks from 0. The two zeros are
/// equal; NaN has a place of its own.
///
/// # Panics
/// Panics if there are more than 2³² values.
#[must_use]
pub fn keys(values: &[f64]) -> Vec<u32> {
    let count = u32::try_from(values.len()).expect("fewer than 2^32 values");
    // Adding 0 takes the sign off a zero.
    let mut order: Vec<(f64, u32)> = values.iter().map(|x| x + 0.0).zip(0..count).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut keys = vec![0; values.len()];
    let (mut key, mut last) = (0, None);
    for (value, at) in order {
        if last.is_some_and(|last: f64| last.total_cmp(&value).is_ne()) {
            key += 1;
        }
        (keys[at as usize], last) = (key, Some(value));
    }
    keys
}

/// Contract of `ranks`.
pub const KERNEL: Kernel = Kernel {
    name: "ranks",
    wgsl: concat!(include_str!("../../shared/fold.wgsl"), include_str!("gpu.wgsl")),
    layout: layout!(Params { items, rows, window, channels }),
    bindings: &[
        Binding { name: "keys", access: Access::Read, elem: Elem::U32 },
        Binding { name: "end", access: Access::Read, elem: Elem::U32 },
        Binding { name: "ranks", access: Access::Write, elem: Elem::U32 },
    ],
    extents: |bytes| {
        let words = params::<Params>(bytes).words();
        vec![Extent::Shared, Extent::PerItem(1), Extent::PerItem(words)]
    },
    groups: |bytes, items| {
        let Params { window, channels, .. } = params(bytes);
        let blocks = (window + RUN - 1).div_ceil(THREADS);
        fold(items.div_ceil(RUN) * channels.div_ceil(2) * blocks)
    },
    cpu: cpu::run,
    tolerance: Tolerance::EXACT,
    work: |bytes| {
        let Params { window, channels, .. } = params(bytes);
        let (window, channels) = (f64::from(window), f64::from(channels));
        // A full count every sixteen items on the CPU, every RUN items on the device.
        let counted = window * (window + f64::from(RUN)) / f64::from(RUN);
        Work {
            cpu_ns: channels * window * (0.7 + 0.006 * window),
            lane_cycles: channels * (5.0 * counted + 8.0 * window),
        }
    },
    rdna2: Rdna2::with(Budget::new(
            "bar in two channels",
            Per::Opcode("v_add_co_ci_u32", 2),
            16.0,
            "four comparisons and their sums, a counter that bounds the loop",
        )),
    cases: cases::cases,
};

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_keep_order_and_ties() {
        let values = [2.0, -1.0, 0.0, -0.0, f64::INFINITY, 2.0, f64::NEG_INFINITY];
        assert_eq!(keys(&values), [3, 1, 2, 2, 4, 3, 0]);
        assert_eq!(keys(&[]), []);
        assert_eq!(keys(&[7.0; 3]), [0; 3]);
    }
}
