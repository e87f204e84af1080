//! Integrated information of what a bar does: how much of the future the channels know only together.

use hyperphysics_kernels::phi::{MEASURES, Windows};
use rayon::prelude::*;

use crate::channels::in_units;
use crate::segment::Segment;
use crate::table::Table;
use crate::volatility::Volatility;
use crate::{Family, Params};

/// Targets that a thread takes at a time; each run ranks its first window anew.
const RUN: usize = 256;

/// Bars of the slow momentum.
const SLOW: usize = 24;

/// Number of channels.
const CHANNELS: usize = 6;

/// Bars that a value depends on.
pub(crate) fn bars(params: &Params) -> usize {
    channel_bars(params) + params.phi_window as usize - 1
}

/// Bars that a channel depends on.
fn channel_bars(params: &Params) -> usize {
    // The return is in units of the forecast made a bar before.
    (Volatility::bars(params) + 1).max(SLOW + 1)
}

/// Fills the columns of a segment's targets.
pub(crate) fn fill(
    segment: &Segment<'_>,
    volatility: &Volatility,
    windows: &Windows,
    params: &Params,
    table: &mut Table,
) {
    let targets = segment.full(bars(params));
    let Some(first) = targets.first() else { return };
    // Nothing before the first window is read.
    let first = first + 1 - params.phi_window as usize;
    let channels = channels(segment, volatility, first);
    let streams: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
    let measure = |run: &[usize]| {
        let bars: Vec<usize> = run.iter().map(|bar| bar - first).collect();
        windows.measure(&streams, &bars)
    };
    let values: Vec<[f64; MEASURES]> = targets.par_chunks(RUN).flat_map_iter(measure).collect();
    let rows = targets.iter().map(|bar| segment.row(*bar));
    table.fill(Family::Integration, rows.zip(values));
}

/// Channels from bar `first` on: return in units of its forecast, range, volume, place of the close
/// in the range, volatility, return over a day of hourly bars. Only their order counts, so no
/// logarithm is taken.
fn channels(segment: &Segment<'_>, volatility: &Volatility, first: usize) -> [Vec<f64>; CHANNELS] {
    let bars = first..segment.len();
    let (high, low, close) = (segment.high(), segment.low(), segment.close());
    let Volatility { close: logs, returns, sigma } = volatility;
    let place = |bar: usize| {
        let range = high[bar] - low[bar];
        if range > 0.0 { (close[bar] - low[bar]) / range } else { 0.5 }
    };
    let slow = |bar: usize| in_units(logs[bar] - logs[bar - SLOW], sigma[bar]);
    [
        bars.clone().map(|bar| in_units(returns[bar], sigma[bar - 1])).collect(),
        bars.clone().map(|bar| high[bar] / low[bar]).collect(),
        segment.volume()[first..].to_vec(),
        bars.clone().map(place).collect(),
        sigma[first..].to_vec(),
        bars.map(slow).collect(),
    ]
}
