//! Log returns and their volatility.

use rayon::prelude::*;

use crate::Params;
use crate::segment::Segment;

/// Half-lives after which the memory ends: weights below 1e-6.
const HALF_LIVES: f64 = 20.0;
/// Bars before the memory whose mean square stands for all that went before.
const BASE: usize = 50;

/// EWMA of squared returns with a finite memory, so that a forecast is a function of a fixed
/// window and not of where the frame begins.
#[derive(Debug)]
pub(crate) struct Memory {
    /// Decay per bar, λ.
    pub(crate) decay: f64,
    /// Weights of the squared returns of the window, oldest first.
    weights: Vec<f64>,
}

impl Memory {
    pub(crate) fn new(params: &Params) -> Self {
        let decay = (-1.0 / params.half_life).exp2();
        let memory = Self::returns(params) - BASE;
        let base = decay.powi(memory as i32) / BASE as f64;
        let recent = (0..memory).rev().map(|age| (1.0 - decay) * decay.powi(age as i32));
        Self { decay, weights: std::iter::repeat_n(base, BASE).chain(recent).collect() }
    }

    /// Returns that a forecast depends on.
    pub(crate) fn returns(params: &Params) -> usize {
        (HALF_LIVES * params.half_life).ceil() as usize + BASE
    }

    /// Volatility forecast for the bar after a window of squared returns, oldest first.
    fn forecast(&self, squares: &[f64]) -> f64 {
        let mut lanes = [0.0; 8];
        for (weights, squares) in self.weights.chunks(8).zip(squares.chunks(8)) {
            for ((lane, weight), square) in lanes.iter_mut().zip(weights).zip(squares) {
                *lane += weight * square;
            }
        }
        let [a, b, c, d, e, f, g, h] = lanes;
        (((a + e) + (c + g)) + ((b + f) + (d + h))).sqrt()
    }
}

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
        Memory::returns(params) + 1
    }

    pub(crate) fn new(segment: &Segment<'_>, memory: &Memory) -> Self {
        let close: Vec<f64> = segment.close().par_iter().map(|price| price.ln()).collect();
        let mut returns = vec![0.0; close.len()];
        for (value, pair) in returns.iter_mut().skip(1).zip(close.windows(2)) {
            *value = pair[1] - pair[0];
        }
        let squares: Vec<f64> = returns.iter().map(|r| r * r).collect();
        let window = memory.weights.len();
        let forecast = |bar: usize| match (bar + 1).checked_sub(window) {
            Some(first) if first > 0 => memory.forecast(&squares[first..=bar]),
            _ => f64::NAN,
        };
        let sigma = (0..close.len()).into_par_iter().with_min_len(512).map(forecast).collect();
        Self { close, returns, sigma }
    }
}
