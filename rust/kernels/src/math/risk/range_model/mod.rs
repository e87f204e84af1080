//! Value at risk and expected shortfall from ranges, seasons of the day and the week, and a
//! smoothed tail of residuals, in closed form.
//!
//! Ranges tell the volatility better than closes (Parkinson 1980, Journal of Business 53, 61–65);
//! hours and weekends are known in advance; the recent trend moves the tails apart. Residuals,
//! returns in units of the scale forecast one bar before, have a generalised Pareto tail (McNeil
//! and Frey 2000, Journal of Empirical Finance 7, 271–300).
//!
//! Every value at a bar is a function of the [`RangeModel::bars`] bars that end there, bit for bit
//! wherever a series begins: averages are sums over fixed windows, and seasonal sums, which move
//! along, are exact.

mod scales;
mod seasons;
mod tail;

use std::ops::Range;

pub use self::scales::{Moves, Scale, Sides};
pub use self::seasons::Season;
pub use self::tail::{Forecast, Losses, Residuals};

use self::scales::Averages;
use self::seasons::{Factors, Seasons};

/// Windows of the model, in bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// What the factors of hours and weekends are made of.
    pub seasons: usize,
    /// What an average of ranges or returns looks back on at most.
    pub memory: usize,
    /// Residuals that the tails are made of.
    pub residuals: usize,
}

impl Windows {
    /// Bars that a scale depends on; the first gives only its close.
    #[must_use]
    pub const fn scale_bars(self) -> usize {
        self.seasons + self.memory
    }

    /// Bars that a forecast depends on.
    #[must_use]
    pub const fn bars(self) -> usize {
        self.scale_bars() + self.residuals
    }
}

/// The model of one timeframe.
#[derive(Clone, Debug)]
pub struct RangeModel {
    windows: Windows,
    /// Bars ahead of the longer horizon.
    horizon: usize,
    /// Seconds of a bar.
    step: i64,
    averages: Averages,
}

impl RangeModel {
    /// A model for the next bar and the next `horizon` bars, each `step` seconds long.
    ///
    /// # Panics
    /// Panics if an argument is 0 or negative.
    #[must_use]
    pub fn new(windows: Windows, horizon: usize, step: i64) -> Self {
        assert!(windows.seasons > 0 && horizon > 0 && step > 0, "a model of nothing");
        Self { windows, horizon, step, averages: Averages::new(windows.memory) }
    }

    /// Seasons of a run of bars that begins at the bar [`Windows::seasons`] or later: `seconds` are the
    /// times at which bars open, in seconds of UTC.
    ///
    /// # Panics
    /// Panics if a window leaves the bars.
    #[must_use]
    pub fn seasons(&self, moves: &Moves, seconds: &[i64], bars: Range<usize>) -> Vec<Season> {
        let season = |factors: &Factors<'_>, bar: usize| {
            factors.season(moves.ranges[bar], seconds[bar], self.horizon)
        };
        Seasons::along(self.step, self.windows.seasons, moves, seconds, bars, season)
    }

    /// Factors of the seasons of the `horizon` bars after each of a run of bars, in units of the
    /// next bar's.
    ///
    /// # Panics
    /// Panics if a window leaves the bars.
    #[must_use]
    pub fn factors(&self, moves: &Moves, seconds: &[i64], bars: Range<usize>) -> Vec<Vec<f64>> {
        let path = |factors: &Factors<'_>, bar: usize| factors.path(seconds[bar], self.horizon);
        Seasons::along(self.step, self.windows.seasons, moves, seconds, bars, path)
    }

    /// Scales of the bars after `bar`: `seasons` holds the [seasons](Self::seasons) of the bars
    /// from [`Windows::seasons`] on.
    ///
    /// # Panics
    /// Panics if `bar` lies before the bar [`Windows::scale_bars`]` - 1`.
    #[must_use]
    pub fn scale(&self, moves: &Moves, seasons: &SeasonStreams, bar: usize) -> Scale {
        self.averages.scale(moves, seasons, bar, self.windows.seasons, self.horizon)
    }

    /// Forecasts at `bars`, ascending: `scale` gives the scales forecast at a bar.
    ///
    /// # Panics
    /// Panics if a window leaves the bars.
    pub fn forecasts(
        &self,
        residuals: &Residuals,
        bars: &[usize],
        scale: impl Fn(usize) -> Scale,
    ) -> Vec<Forecast> {
        residuals.forecasts(bars, self.windows.residuals, self.horizon, scale)
    }
}

/// Seasons of bars as streams, the first that of the bar [`Windows::seasons`].
#[derive(Clone, Debug, Default)]
pub struct SeasonStreams {
    /// Ranges without the season of their own bar.
    ranges: Vec<f64>,
    /// Logarithm of the next bar's factor.
    next: Vec<f64>,
    /// Logarithm of the root of the sum of squares of the factors of the horizon.
    ahead: Vec<f64>,
}

impl FromIterator<Season> for SeasonStreams {
    fn from_iter<I: IntoIterator<Item = Season>>(seasons: I) -> Self {
        let mut streams = Self::default();
        for Season { range, next, ahead } in seasons {
            streams.ranges.push(range);
            streams.next.push(next);
            streams.ahead.push(ahead);
        }
        streams
    }
}
