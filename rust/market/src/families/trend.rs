//! Trend from closes: how far the price has gone for its volatility.

use rayon::prelude::*;

use super::Params;
use super::spec::{Column, FamilySpec, OnHost, column};
use crate::candles::Segment;
use crate::families::params::parameters;

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_trend", "ratio", "[-√trend_window, √trend_window]", "return of the last trend_window bars over the root of the sum of squares of theirs: standard normal for a random walk"),
];

parameters! {
    /// Parameters of the trend.
    trend as Parameters {
        trend_window: u64 = 672, in 2..=10_000, "returns that the trend is made of, in bars";
    }
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "trend",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &[],
    bars,
    voters: |_| 0,
    prepare: |group| OnHost::prepare(&FAMILY, group, rows),
};

/// Bars that a value depends on: a return needs two.
const fn bars(params: &Params) -> usize {
    params.trend.trend_window as usize + 1
}

/// Trend of each of a segment's targets.
fn rows(segment: &Segment<'_>, params: &Params) -> Vec<(usize, [f64; 1])> {
    let window = bars(params);
    let logs: Vec<f64> = segment.close().iter().map(|close| close.ln()).collect();
    let value = |bar: usize| (segment.row(bar), [trend(&logs[bar + 1 - window..=bar])]);
    segment.full(window).into_par_iter().map(value).collect()
}

/// Self-normalized sum of the returns between log prices: their sum over the root of the sum of
/// their squares, in `[-√n, √n]` for `n` returns, NaN where the price never moved.
///
/// It is asymptotically standard normal for a random walk, whatever the volatility.
///
/// Sources: Moskowitz, Ooi, Pedersen (2012), "Time series momentum", Journal of Financial
/// Economics 104, 228-250; de la Peña, Lai, Shao (2009), "Self-Normalized Processes".
fn trend(logs: &[f64]) -> f64 {
    let squares: f64 = logs.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    (logs[logs.len() - 1] - logs[0]) / squares.sqrt()
}
