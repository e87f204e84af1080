//! Bars: the candles that were traded, with the gaps dropped.

use std::borrow::Cow;

use polars::prelude::DataFrame;

use super::frame::Candles;
use crate::{Result, Timeframe};

/// Rows that a value may look back over so that `bars` bars and up to 5 % gaps fit.
pub(crate) const fn reach(bars: usize) -> usize {
    bars + bars.div_ceil(20)
}

/// Traded candles of a frame, oldest first. Windows count these.
#[derive(Debug)]
pub(crate) struct Bars<'a> {
    /// Rows of the frame.
    pub(crate) height: usize,
    /// Row of each bar; `None` if no row is a gap.
    row: Option<Vec<u32>>,
    /// Time at which the first row opens, in seconds of UTC.
    origin: i64,
    slot: Vec<i64>,
    pub(crate) timeframe: Timeframe,
    pub(crate) open: Cow<'a, [f64]>,
    pub(crate) high: Cow<'a, [f64]>,
    pub(crate) low: Cow<'a, [f64]>,
    pub(crate) close: Cow<'a, [f64]>,
    pub(crate) volume: Cow<'a, [f64]>,
}

impl<'a> Bars<'a> {
    /// Reads a frame, checks it and drops its gaps.
    pub(crate) fn read(pair: &str, frame: &'a DataFrame, timeframe: Timeframe) -> Result<Self> {
        let candles = Candles::read(pair, frame, timeframe)?;
        let height = candles.slot.len();
        let rows: Vec<u32> =
            (0..height as u32).filter(|row| !candles.is_gap(*row as usize)).collect();
        let Candles { origin, slot, open, high, low, close, volume } = candles;
        if rows.len() == height {
            let row = None;
            return Ok(Self {
                height,
                row,
                origin,
                slot,
                timeframe,
                open,
                high,
                low,
                close,
                volume,
            });
        }
        let keep = |values: Cow<'a, [f64]>| rows.iter().map(|r| values[*r as usize]).collect();
        Ok(Self {
            height,
            origin,
            timeframe,
            slot: rows.iter().map(|r| slot[*r as usize]).collect(),
            open: keep(open),
            high: keep(high),
            low: keep(low),
            close: keep(close),
            volume: keep(volume),
            row: Some(rows),
        })
    }

    /// Number of bars.
    pub(crate) fn len(&self) -> usize {
        self.slot.len()
    }

    /// Row of the frame that holds a bar.
    pub(crate) fn row(&self, bar: usize) -> usize {
        self.row.as_ref().map_or(bar, |rows| rows[bar] as usize)
    }

    /// Time at which a bar opens, in seconds of UTC.
    pub(crate) fn seconds(&self, bar: usize) -> i64 {
        self.origin + self.slot[bar] * self.timeframe.seconds()
    }

    /// First bar at or after a row.
    pub(crate) fn first_from(&self, row: usize) -> usize {
        self.row.as_ref().map_or(row, |rows| rows.partition_point(|r| (*r as usize) < row))
    }

    /// Whether the window of `bars` bars that ends at `bar` exists and has few enough gaps.
    pub(crate) fn full(&self, bar: usize, bars: usize) -> bool {
        bar + 1 >= bars && self.slot[bar] - self.slot[bar + 1 - bars] < reach(bars) as i64
    }
}
