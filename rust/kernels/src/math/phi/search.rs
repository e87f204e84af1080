//! The minimum-information bipartition of sixteen covariances.

use super::minors::{BOTH, CROSS, SINGLE, Tree, minors};
use super::{CHANNELS, bipartitions};
use crate::math::dense::at;
use crate::simd::{self, Body, F64, Isa, LANES};

/// Integrated information of a covariance; NaN where it is not positive definite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Integration {
    /// Φ_R at the minimum-information bipartition, at least 0.
    pub phi_r: f64,
    /// Φ_WMS there, of either sign.
    pub phi_wms: f64,
    /// Mutual information of past and present of the whole, time-delayed mutual information.
    pub tdmi: f64,
    /// Mask of that bipartition; 0 where there is none.
    pub mask: u32,
    /// How much the second least Φ_R lies above it; infinite with a single bipartition.
    pub margin: f64,
}

/// Integrated information of sixteen covariances, lane by lane: a packed lower triangle of
/// `2 channels` rows.
///
/// # Panics
/// Panics if `channels` is not in [`CHANNELS`] or the triangle has another size.
#[must_use]
pub fn integrate(channels: usize, joint: &[F64]) -> [Integration; LANES] {
    assert!(CHANNELS.contains(&channels), "2 to 8 channels");
    assert_eq!(joint.len(), at(2 * channels, 0), "a packed triangle of {} rows", 2 * channels);
    simd::dispatch(Search { joint, memory: &mut Memory::new(channels) })
}

/// Memory of a search, made once for many covariances.
#[derive(Debug)]
pub(super) struct Memory {
    channels: usize,
    tree: Tree,
    half: Vec<F64>,
    /// Determinants by subset: of the past, the present, both, and the past with the present of
    /// the complement.
    dets: [Vec<F64>; 4],
}

impl Memory {
    pub(super) fn new(channels: usize) -> Self {
        let zeros = |n: usize| vec![F64::splat(0.0); n];
        Self {
            channels,
            tree: Tree::new(channels),
            half: zeros(at(channels, 0)),
            dets: [(); 4].map(|()| zeros(1 << channels)),
        }
    }

    /// Copies the covariance of the past (0) or of the present (1).
    #[inline(always)]
    fn halve(&mut self, joint: &[F64], of: usize) {
        for i in 0..self.channels {
            for j in 0..=i {
                self.half[at(i, j)] = joint[at(2 * i + of, 2 * j + of)];
            }
        }
    }
}

pub(super) struct Search<'a> {
    pub(super) joint: &'a [F64],
    pub(super) memory: &'a mut Memory,
}

impl Body for Search<'_> {
    type Output = [Integration; LANES];

    #[inline(always)]
    fn run<S: Isa>(self) -> [Integration; LANES] {
        let Search { joint, memory } = self;
        let d = memory.channels;
        let every = (1 << d) - 1;
        for of in [0, 1] {
            memory.halve(joint, of);
            minors(&mut memory.tree, &memory.half, d, SINGLE, &mut memory.dets[of]);
        }
        minors(&mut memory.tree, joint, d, BOTH, &mut memory.dets[2]);
        minors(&mut memory.tree, joint, d, CROSS, &mut memory.dets[3]);
        let [past, present, both, cross] = &memory.dets;

        // Information is half a logarithm of a ratio: ratios are compared, and few logarithms taken.
        let whole = past[every] * present[every] / both[every];
        let mut least = F64::splat(f64::INFINITY);
        let mut second = least;
        let mut parts_at = F64::splat(f64::NAN);
        let mut mask_at = F64::splat(0.0);
        for mask in 1..=bipartitions(d) {
            let two = (mask << 1) as usize;
            let one = every ^ two;
            let own_1 = past[one] * present[one] / both[one];
            let own_2 = past[two] * present[two] / both[two];
            let across_12 = past[one] * present[two] / cross[one];
            let across_21 = past[two] * present[one] / cross[two];
            let parts = own_1 * own_2;
            let shared = smaller(smaller(own_1, own_2), smaller(across_12, across_21));
            let ratio = shared / parts;
            second = smaller(second, least.select_below(ratio, ratio, least));
            parts_at = ratio.select_below(least, parts, parts_at);
            mask_at = ratio.select_below(least, F64::splat(f64::from(mask)), mask_at);
            least = smaller(ratio, least);
        }
        std::array::from_fn(|lane| {
            let information = |ratio: f64| 0.5 * ratio.ln();
            let tdmi = information(whole.0[lane]);
            Integration {
                // Proven not to be negative: what is, is rounding. NaN stays.
                phi_r: clip(information(whole.0[lane] * least.0[lane])),
                phi_wms: information(whole.0[lane] / parts_at.0[lane]),
                tdmi: clip(tdmi),
                mask: if tdmi.is_nan() { 0 } else { mask_at.0[lane] as u32 },
                margin: information(second.0[lane] / least.0[lane]),
            }
        })
    }
}

#[inline(always)]
fn smaller(a: F64, b: F64) -> F64 {
    a.select_below(b, a, b)
}

fn clip(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}
