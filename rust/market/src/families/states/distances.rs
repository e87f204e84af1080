//! Distances of bars to those before them, and their kernel.

use rayon::prelude::*;

use super::{States, Target, distance, place};
use crate::Params;

/// Distances of bars to those before them.
#[derive(Debug)]
pub(crate) struct Distances {
    reach: usize,
    /// Rows with distances, ascending.
    rows: Vec<u32>,
    /// To the row `k` before, at `k - 1` of a row's `reach` values.
    values: Vec<f64>,
    /// `exp(-d/length_scale)`.
    weights: Vec<f64>,
}

impl Distances {
    /// Distances among the last `window` bars of each target.
    pub(crate) fn new(states: &States, targets: &[Target], window: usize, params: &Params) -> Self {
        let of = |t: &Target| t.row + 1 - window..=t.row;
        let mut rows: Vec<u32> = targets.iter().flat_map(of).map(|row| row as u32).collect();
        rows.sort_unstable();
        rows.dedup();
        let reach = window - 1;
        let points = &states.rows;
        // What lies before the first row belongs to no window.
        let one = |row: u32| {
            let row = row as usize;
            (1..window).map(move |k| {
                distance(&points[row], &points[row - k.min(row)], params.shared.metric)
            })
        };
        let distances: Vec<f64> =
            rows.par_iter().with_min_len(64).flat_map_iter(|row| one(*row)).collect();
        let weights = distances
            .par_iter()
            .with_min_len(4096)
            .map(|d| (-d / params.shared.length_scale).exp());
        Self { reach, weights: weights.collect(), values: distances, rows }
    }

    /// Distances of `row`, which is in a target's window, to those before it, the latest first.
    pub(crate) fn before(&self, row: usize) -> &[f64] {
        &self.values[self.reach * place(&self.rows, row)..][..self.reach]
    }

    /// Kernel of the same.
    pub(crate) fn weights(&self, row: usize) -> &[f64] {
        &self.weights[self.reach * place(&self.rows, row)..][..self.reach]
    }
}
