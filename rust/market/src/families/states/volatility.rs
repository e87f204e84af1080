//! Log returns and their volatility.

use hyperphysics_kernels::math::risk::FiniteMemory;
use rayon::prelude::*;

use super::in_units;
use crate::Params;
use crate::candles::Segment;

/// Forecasts that a price may move by within a bar: more than in any crash of a price that moves.
const MOST: f64 = 100.0;

/// Log returns of a segment and the volatility forecasts made from them.
#[derive(Debug)]
pub(crate) struct Volatility {
    /// Logarithms of the closes.
    pub(crate) close: Vec<f64>,
    /// Log return of each bar; 0 for the first, which has none.
    pub(crate) returns: Vec<f64>,
    /// Forecast made at each bar for the next one; NaN until its window is full.
    pub(crate) sigma: Vec<f64>,
}

impl Volatility {
    /// Bars that a forecast depends on.
    pub(crate) fn bars(params: &Params) -> usize {
        FiniteMemory::returns(params.shared.half_life) + 1
    }

    pub(crate) fn new(segment: &Segment<'_>, memory: &FiniteMemory) -> Self {
        let close: Vec<f64> = segment.close().par_iter().map(|price| price.ln()).collect();
        let mut returns = vec![0.0; close.len()];
        for (value, pair) in returns.iter_mut().skip(1).zip(close.windows(2)) {
            *value = pair[1] - pair[0];
        }
        let squares: Vec<f64> = returns.iter().map(|r| r * r).collect();
        let window = memory.window();
        let forecast = |bar: usize| match (bar + 1).checked_sub(window) {
            Some(first) if first > 0 => memory.forecast(&squares[first..=bar]),
            _ => f64::NAN,
        };
        let sigma = (0..close.len()).into_par_iter().with_min_len(512).map(forecast).collect();
        Self { close, returns, sigma }
    }

    /// Returns in units of the forecast made one bar before; NaN until there is one. A price that
    /// had stood still has no such unit: where it moves by more than [`MOST`] of them, the unit is
    /// the forecast that knows of the move.
    pub(crate) fn residuals(&self) -> Vec<f64> {
        let before = std::iter::once(&f64::NAN).chain(&self.sigma);
        let of = |((r, before), after): ((&f64, &f64), &f64)| {
            let unit = if r.abs() > MOST * before { after } else { before };
            if before.is_nan() { f64::NAN } else { in_units(*r, *unit) }
        };
        self.returns.iter().zip(before).zip(&self.sigma).map(of).collect()
    }
}
