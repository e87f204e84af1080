//! States of the market: bars as points of hyperbolic space, their outcomes, and how they vote.

mod channels;
mod distances;
mod volatility;
mod votes;
mod window;

use hyperphysics_kernels::gpu::marginal;
use rayon::prelude::*;

use self::channels::{Streams, state};
pub(crate) use self::channels::{distance, in_units};
pub(crate) use self::distances::Distances;
pub(crate) use self::volatility::Volatility;
pub(crate) use self::votes::{Handles, Votes, metric, power};
pub use self::window::{axes, window};
use crate::candles::Segment;
use crate::{Label, Params};

/// Bars that a state depends on.
pub(crate) fn bars(params: &Params) -> usize {
    let channels = params.shared.channels.iter().map(|channel| channel.bars()).max().unwrap_or(0);
    Volatility::bars(params).max(channels)
}

/// Newest bars without an outcome, as many as a lattice can leave open.
pub(crate) fn unlabelled_bars(params: &Params) -> usize {
    params.shared.lattice_horizon.min(marginal::OPEN as u64) as usize
}

/// Bars from the first of a past window to the bar that it belongs to.
fn past(params: &Params) -> usize {
    (params.shared.past_window + params.shared.lattice_horizon) as usize - 1
}

/// Bars that the vote of a past window on a bar depends on.
pub(crate) fn vote_bars(params: &Params) -> usize {
    past(params) + bars(params)
}

/// A target: its segment, bar, and row in the streams of the group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) segment: usize,
    pub(crate) bar: usize,
    pub(crate) row: usize,
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

    /// Targets whose window of `bars` bars is full.
    pub(crate) fn targets(&self, segments: &[Segment<'_>], bars: usize) -> Vec<Target> {
        let of = |(number, (segment, first)): (usize, (&Segment<'_>, &usize))| {
            let first = *first;
            let target = move |bar| Target { segment: number, bar, row: first + bar };
            segment.full(bars).into_iter().map(target)
        };
        segments.iter().zip(&self.first).enumerate().flat_map(of).collect()
    }
}

/// Label of each bar.
pub(crate) fn labels(volatility: &Volatility, params: &Params) -> Vec<f32> {
    let horizon = params.shared.lattice_horizon as usize;
    let Volatility { close, sigma, .. } = volatility;
    let label = |bar: usize| match close.get(bar + horizon) {
        Some(later) if sigma[bar].is_finite() => {
            let moved = later - close[bar];
            match params.shared.label {
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
        if bar + 1 < needed {
            [0.0, 1.0, 0.0, 0.0]
        } else {
            state(&params.shared.channels, streams, bar)
        }
    };
    (0..segment.len()).into_par_iter().with_min_len(512).map(at).collect()
}
