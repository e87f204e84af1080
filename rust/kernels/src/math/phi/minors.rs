//! Principal minors of sixteen covariances at once, all that integrated information asks for.
//!
//! A tree of Schur complements: level `k` holds what is left when channels `0..k` are taken in or
//! left out. The leaves are visited in order, and each recomputes only the levels that differ
//! from the leaf before, so that a determinant costs a few products of pivots.

use crate::math::dense::at;
use crate::simd::F64;

/// What a channel may do at its level: indices (counted from its first) that are taken in.
type Choice = &'static [usize];

/// A family of index sets, one per subset of the channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sets {
    /// Indices of a channel.
    width: usize,
    /// Taken in where the channel is not in the subset, and where it is.
    choices: [Choice; 2],
}

/// One index per channel, in the subset or out.
pub(super) const SINGLE: Sets = Sets { width: 1, choices: [&[], &[0]] };
/// Past and present of the subset.
pub(super) const BOTH: Sets = Sets { width: 2, choices: [&[], &[0, 1]] };
/// The past of the subset and the present of its complement.
pub(super) const CROSS: Sets = Sets { width: 2, choices: [&[1], &[0]] };

/// Memory of the tree, made once for many matrices.
#[derive(Debug)]
pub(super) struct Tree {
    levels: Vec<F64>,
    products: Vec<F64>,
    taken: Vec<F64>,
}

impl Tree {
    pub(super) fn new(channels: usize) -> Self {
        let size = at(2 * channels, 0);
        let zeros = |n: usize| vec![F64::splat(0.0); n];
        Self {
            levels: zeros((channels + 1) * size),
            products: zeros(channels + 1),
            taken: zeros(size),
        }
    }
}

/// Determinants of the index sets of all subsets of `channels` channels, in the order of the
/// subsets' bits, `1 << channels` in `to`; NaN in lanes with a pivot that is not positive.
#[inline(always)]
pub(super) fn minors(tree: &mut Tree, matrix: &[F64], channels: usize, sets: Sets, to: &mut [F64]) {
    let n = channels * sets.width;
    let size = at(n, 0);
    let Tree { levels, products, taken } = tree;
    levels[..size].copy_from_slice(&matrix[..size]);
    products[0] = F64::splat(1.0);
    for leaf in 0..1usize << channels {
        let from = if leaf == 0 { 0 } else { channels - 1 - leaf.trailing_zeros() as usize };
        for level in from..channels {
            let first = level * sets.width;
            let next = first + sets.width;
            let choice = sets.choices[leaf >> (channels - 1 - level) & 1];
            let (above, below) = levels.split_at_mut((level + 1) * size);
            let (above, below) = (&above[level * size..], &mut below[..size]);
            let mut product = products[level];
            match *choice {
                [] => copy(above, below, next, n),
                [index] => product = product * take(above, below, first + index, next, n),
                [index, then] => {
                    product = product * take(above, taken, first + index, first + 1, n);
                    product = product * take(taken, below, first + then, next, n);
                }
                _ => unreachable!("a channel has two indices"),
            }
            products[level + 1] = product;
        }
        // The first channel decides first: its bit is the highest of the leaf.
        let subset = leaf.reverse_bits() >> (usize::BITS as usize - channels);
        to[subset] = products[channels];
    }
}

/// What is left of `from` behind `first` when `index` is taken in; returns the pivot, or NaN where
/// it is not positive.
#[inline(always)]
fn take(from: &[F64], to: &mut [F64], index: usize, first: usize, n: usize) -> F64 {
    let pivot = from[at(index, index)];
    let pivot = F64::splat(0.0).select_below(pivot, pivot, F64::splat(f64::NAN));
    let inverse = F64::splat(1.0) / pivot;
    for i in first..n {
        let scaled = entry(from, i, index) * inverse;
        for j in first..=i {
            to[at(i, j)] = from[at(i, j)] - scaled * entry(from, j, index);
        }
    }
    pivot
}

#[inline(always)]
fn copy(from: &[F64], to: &mut [F64], first: usize, n: usize) {
    for i in first..n {
        to[at(i, first)..=at(i, i)].copy_from_slice(&from[at(i, first)..=at(i, i)]);
    }
}

/// An entry of a symmetric matrix.
#[inline(always)]
fn entry(matrix: &[F64], i: usize, j: usize) -> F64 {
    matrix[if i < j { at(j, i) } else { at(i, j) }]
}
