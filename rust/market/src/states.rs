//! States of a group's bars in hyperbolic space, their outcomes, and who lies near whom.

use hyperphysics_kernels::gpu::marginal;
use rayon::prelude::*;

use crate::channels::{Streams, distance, in_units, state};
use crate::lattice::Target;
use crate::segment::Segment;
use crate::volatility::Volatility;
use crate::{Family, Label, Params};

/// Bars that a state depends on.
pub(crate) fn bars(params: &Params) -> usize {
    let channels = params.channels.iter().map(|channel| channel.bars()).max().unwrap_or(0);
    Volatility::bars(params).max(channels)
}

/// Newest bars without an outcome, as many as a lattice can leave open.
pub(crate) fn open_bars(params: &Params) -> usize {
    params.lattice_horizon.min(marginal::OPEN as u64) as usize
}

/// Place of `row` in an ascending list that holds it.
pub(crate) fn place(rows: &[u32], row: usize) -> usize {
    rows.partition_point(|r| (*r as usize) < row)
}

/// Every bar of a group, segment after segment.
#[derive(Debug)]
pub(crate) struct States {
    /// State, `[r, nx, ny, nz]`; the origin where its window is not full.
    pub(crate) rows: Vec<[f64; 4]>,
    /// Label by the return over the horizon, in [-1, 1]; 0 where it is not known: nothing reaches
    /// there.
    pub(crate) labels: Vec<f32>,
    /// First row of each segment.
    first: Vec<usize>,
}

impl States {
    pub(crate) fn new(
        segments: &[Segment<'_>],
        volatilities: &[Volatility],
        params: &Params,
    ) -> Self {
        let (mut rows, mut labels, mut first) = (Vec::new(), Vec::new(), Vec::new());
        for (segment, volatility) in segments.iter().zip(volatilities) {
            first.push(rows.len());
            labels.extend(self::labels(volatility, params));
            rows.extend(states(segment, volatility, params));
        }
        Self { rows, labels, first }
    }

    /// Targets of a family whose window is full; none if it was not asked for.
    pub(crate) fn targets(
        &self,
        segments: &[Segment<'_>],
        families: &[Family],
        family: Family,
        params: &Params,
    ) -> Vec<Target> {
        if !families.contains(&family) {
            return Vec::new();
        }
        let bars = family.bars(params);
        let of = |(number, (segment, first)): (usize, (&Segment<'_>, &usize))| {
            let first = *first;
            let target = move |bar| Target { segment: number, bar, row: first + bar };
            segment.full(bars).into_iter().map(target)
        };
        segments.iter().zip(&self.first).enumerate().flat_map(of).collect()
    }
}

/// Distances of bars to those before them.
#[derive(Debug)]
pub(crate) struct Near {
    reach: usize,
    /// Rows with distances, ascending.
    rows: Vec<u32>,
    /// To the row `k` before, at `k - 1` of a row's `reach` values.
    distances: Vec<f64>,
    /// `exp(-d/λ)`.
    weights: Vec<f64>,
}

impl Near {
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
            (1..window)
                .map(move |k| distance(&points[row], &points[row - k.min(row)], params.metric))
        };
        let distances: Vec<f64> =
            rows.par_iter().with_min_len(64).flat_map_iter(|row| one(*row)).collect();
        let weights = distances.par_iter().with_min_len(4096).map(|d| (-d / params.lam).exp());
        Self { reach, weights: weights.collect(), distances, rows }
    }

    /// Distances of `row`, which is in a target's window, to those before it, the nearest first.
    pub(crate) fn distances(&self, row: usize) -> &[f64] {
        &self.distances[self.reach * place(&self.rows, row)..][..self.reach]
    }

    /// Kernel of the same.
    pub(crate) fn weights(&self, row: usize) -> &[f64] {
        &self.weights[self.reach * place(&self.rows, row)..][..self.reach]
    }
}

/// Label of each bar.
pub(crate) fn labels(volatility: &Volatility, params: &Params) -> Vec<f32> {
    let horizon = params.lattice_horizon as usize;
    let Volatility { close, sigma, .. } = volatility;
    let label = |bar: usize| match close.get(bar + horizon) {
        Some(later) if sigma[bar].is_finite() => {
            let moved = later - close[bar];
            match params.label {
                Label::Sign => in_units(moved, moved.abs()) as f32,
                Label::Tanh => in_units(moved, sigma[bar] * (horizon as f64).sqrt()).tanh() as f32,
            }
        }
        _ => 0.0,
    };
    (0..close.len()).into_par_iter().with_min_len(512).map(label).collect()
}

/// State of each bar.
pub(crate) fn states(
    segment: &Segment<'_>,
    volatility: &Volatility,
    params: &Params,
) -> Vec<[f64; 4]> {
    let volume: Vec<f64> = segment.volume().par_iter().map(|v| v.ln()).collect();
    let streams = Streams { close: &volatility.close, volume: &volume, sigma: &volatility.sigma };
    let needed = bars(params);
    let at = |bar: usize| {
        if bar + 1 < needed { [0.0, 1.0, 0.0, 0.0] } else { state(&params.channels, streams, bar) }
    };
    (0..segment.len()).into_par_iter().with_min_len(512).map(at).collect()
}
