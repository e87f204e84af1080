//! Trend from closes.

use rayon::prelude::*;

use crate::segment::Segment;
use crate::table::Table;
use crate::{Family, Params};

/// Bars that a value depends on: a return needs two.
pub(crate) const fn bars(params: &Params) -> usize {
    params.trend_window as usize + 1
}

/// Fills the column of a segment's targets.
pub(crate) fn fill(segment: &Segment<'_>, params: &Params, table: &mut Table) {
    let window = bars(params);
    let logs: Vec<f64> = segment.close().iter().map(|close| close.ln()).collect();
    let value = |bar: usize| (segment.row(bar), [trend(&logs[bar + 1 - window..=bar])]);
    let rows: Vec<_> = segment.full(window).into_par_iter().map(value).collect();
    table.fill(Family::Trend, rows);
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
