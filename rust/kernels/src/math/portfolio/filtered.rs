//! Filtered historical simulation of all assets together.

use super::{History, loss};
use crate::math::risk::ewma;

/// Rows whose mean square begins the volatility filter; they give no residual.
const BASE: usize = 50;

/// Volatility below which an asset stands still, in units of its root mean square return.
const FLOOR: f64 = 0.1;

/// Residuals of a history: each asset's return in units of its EWMA forecast made one bar before,
/// without their mean. Variances follow residuals of unit mean square, else they would drift; returns
/// have the spread of the residuals as they are (Hull and White 1998).
///
/// A row of residuals stays together, and with it how assets fall together (Barone-Adesi et al. 1999).
///
/// A volatility of nothing is no unit. Where an asset's forecast is below a tenth of its root mean square
/// return, the row counts as it was: its unit is the present volatility, which is at least that tenth. If
/// the rows that begin the filter are below it too, the mean square of all rows begins it.
#[derive(Clone, Debug)]
pub struct Filtered {
    assets: usize,
    decay: f64,
    /// Variance of each asset's next bar.
    variances: Vec<f64>,
    /// Spread of each asset's residuals.
    spreads: Vec<f64>,
    /// Of unit mean square, row after row.
    residuals: Vec<f64>,
}

impl Filtered {
    /// Filters a history with an EWMA that halves every `half_life` bars. An asset that never moves has
    /// residuals 0.
    #[must_use]
    pub fn new(history: &History<'_>, half_life: f64) -> Self {
        let (assets, rows) = (history.assets().len(), history.rows().len());
        let decay = (-1.0 / half_life).exp2();
        let mut residuals = vec![0.0; (rows - BASE) * assets];
        let mut variances = Vec::with_capacity(assets);
        let mut spreads = Vec::with_capacity(assets);
        for asset in 0..assets {
            let returns: Vec<f64> = history.rows().map(|row| row[asset]).collect();
            let initial = returns[..BASE].iter().map(|r| r * r).sum::<f64>() / BASE as f64;
            let whole = returns.iter().map(|r| r * r).sum::<f64>() / returns.len() as f64;
            let floor = FLOOR * FLOOR * whole;
            let initial = if initial < floor { whole } else { initial };
            let filter = ewma(&returns[BASE..], decay, initial);
            let present = filter[filter.len() - 1].max(floor);
            let units = filter.iter().map(|&v| if v < floor { present } else { v }.sqrt());
            let raw: Vec<f64> = returns[BASE..]
                .iter()
                .zip(units)
                .map(|(r, unit)| if unit > 0.0 { r / unit } else { 0.0 })
                .collect();
            let n = raw.len() as f64;
            let mean = raw.iter().sum::<f64>() / n;
            let spread = (raw.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / n).sqrt();
            let rows = residuals.chunks_exact_mut(assets).zip(&raw);
            rows.for_each(|(row, z)| {
                row[asset] = if spread > 0.0 { (z - mean) / spread } else { 0.0 }
            });
            variances.push(present);
            spreads.push(spread);
        }
        Self { assets, decay, variances, spreads, residuals }
    }

    /// Number of residual rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.residuals.len() / self.assets
    }

    /// Returns of all assets over the bars that draw these rows, each variance following its path.
    ///
    /// # Panics
    /// Panics if a draw is no row.
    pub fn path(&self, draws: &[u32], returns: &mut [f64]) {
        for (asset, (to, variance)) in returns.iter_mut().zip(&self.variances).enumerate() {
            let (mut sum, mut variance) = (0.0, *variance);
            for &draw in draws {
                let r = variance.sqrt() * self.residuals[draw as usize * self.assets + asset];
                variance = self.decay * variance + (1.0 - self.decay) * r * r;
                sum += r;
            }
            *to = sum * self.spreads[asset];
        }
    }

    /// Losses of a bar that takes each row once: exact, without draws.
    #[must_use]
    pub fn losses(&self, weights: &[f64]) -> Vec<f64> {
        let mut returns = vec![0.0; self.assets];
        let row = |draw: u32| {
            self.path(&[draw], &mut returns);
            loss(weights, &returns)
        };
        (0..self.rows() as u32).map(row).collect()
    }
}
