//! Covariance of returns: EWMA volatilities and shrunk EWMA correlations.

use super::{Error, History, Result};
use crate::math::dense::Matrix;
use crate::math::shrinkage;

/// Least squared pivot of a correlation matrix: below it rounding decides.
const PIVOT: f64 = 1e-12;

/// Covariance of the next bar's returns, `σᵢ σⱼ Cᵢⱼ`.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Volatility of each asset per bar.
    pub volatilities: Vec<f64>,
    /// Part of the identity in the correlation matrix, in [0, 1].
    pub shrinkage: f64,
    /// Effective number of rows, `1 / Σ weight²` (Kish 1965).
    pub sample: f64,
    correlation: Matrix,
}

impl Estimate {
    /// Weighs rows by an exponential of their age that halves every `half_life` bars and sums to one;
    /// means are taken as zero (RiskMetrics 1996).
    ///
    /// Correlations, and not covariances, are shrunk towards the identity, so that volatilities stay:
    /// assets differ in them by orders of magnitude. The intensity is `shrinkage`, or that of
    /// [`oas`](shrinkage::oas) for the effective number of rows. An asset that never moves has volatility
    /// and correlations 0.
    ///
    /// # Errors
    /// [`Error::Range`] if `half_life` is not positive or `shrinkage` not in [0, 1].
    pub fn new(history: &History<'_>, half_life: f64, shrinkage: Option<f64>) -> Result<Self> {
        in_range("half_life", half_life, half_life > 0.0, "a positive number of bars")?;
        if let Some(part) = shrinkage {
            in_range("shrinkage", part, (0.0..=1.0).contains(&part), "a part from 0 to 1")?;
        }
        let (n, rows) = (history.assets().len(), history.rows().len());
        let decay = (-1.0 / half_life).exp2();
        let raw: Vec<f64> = (0..rows).rev().map(|age| decay.powi(age as i32)).collect();
        let total: f64 = raw.iter().sum();
        let weights: Vec<f64> = raw.iter().map(|weight| weight / total).collect();
        let mut moments = Matrix::zeros(n, n);
        for (row, weight) in history.rows().zip(&weights) {
            for i in 0..n {
                for j in 0..=i {
                    moments.set(i, j, moments.at(i, j) + weight * row[i] * row[j]);
                }
            }
        }
        let volatilities: Vec<f64> = (0..n).map(|i| moments.at(i, i).sqrt()).collect();
        let raw = Matrix::new(n, n, |i, j| {
            let scale = volatilities[i] * volatilities[j];
            match i.cmp(&j) {
                std::cmp::Ordering::Equal => 1.0,
                _ if scale > 0.0 => moments.at(i.max(j), i.min(j)) / scale,
                _ => 0.0,
            }
        });
        let sample = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
        let entries = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let square: f64 = entries.map(|(i, j)| raw.at(i, j).powi(2)).sum();
        let shrinkage = shrinkage
            .unwrap_or_else(|| shrinkage::oas(sample, n, n as f64, square / (n * n) as f64));
        let kept = 1.0 - shrinkage;
        let correlation = Matrix::new(n, n, |i, j| if i == j { 1.0 } else { kept * raw.at(i, j) });
        Ok(Self { volatilities, shrinkage, sample, correlation })
    }

    /// Correlation of two assets.
    #[must_use]
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        self.correlation.at(i, j)
    }

    /// Covariance matrix, row after row.
    #[must_use]
    pub fn covariance(&self) -> Vec<f64> {
        let of = |i: usize, j: usize| {
            self.volatilities[i] * self.volatilities[j] * self.correlation(i, j)
        };
        let n = self.volatilities.len();
        (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| of(i, j)).collect()
    }

    /// What turns standard normals into returns over `horizon` independent bars.
    ///
    /// # Errors
    /// [`Error::Singular`] if correlations are not positive definite, with the asset at which they are not.
    pub fn shocks(&self, assets: &[String], horizon: usize) -> Result<Shocks> {
        let singular = |row: usize| Error::Singular { asset: assets[row].clone() };
        let factor = self.correlation.factor().map_err(singular)?;
        let n = self.volatilities.len();
        if let Some(row) = (0..n).find(|&i| factor.row(i)[i].powi(2) < PIVOT) {
            return Err(singular(row));
        }
        let bars = (horizon as f64).sqrt();
        let inner = n.next_multiple_of(4);
        let mut matrix = vec![0.0; inner * n];
        for (asset, volatility) in self.volatilities.iter().enumerate() {
            for (k, entry) in factor.row(asset).iter().enumerate() {
                matrix[k * n + asset] = (bars * volatility * entry) as f32;
            }
        }
        Ok(Shocks { inner, matrix })
    }
}

/// Right-hand matrix of the [product](crate::gpu::matmul) that correlates shocks: `√H Lᵀ diag(σ)`, `C = L Lᵀ`.
#[derive(Clone, Debug)]
pub struct Shocks {
    /// Its rows: normals of a path, as many as assets rounded up to whole Philox blocks of four.
    pub inner: usize,
    /// Row after row, a column per asset; the rows beyond the assets are zero.
    pub matrix: Vec<f32>,
}

/// Shrunk EWMA correlations, row after row, as [`Estimate::new`] makes them.
///
/// # Errors
/// As [`History::new`] and [`Estimate::new`].
pub fn correlation(
    assets: &[String],
    columns: &[&[f64]],
    half_life: f64,
    shrinkage: Option<f64>,
) -> Result<Vec<f64>> {
    let estimate = Estimate::new(&History::new(assets, columns)?, half_life, shrinkage)?;
    let n = assets.len();
    let entries = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
    Ok(entries.map(|(i, j)| estimate.correlation(i, j)).collect())
}

fn in_range(what: &'static str, value: f64, holds: bool, expected: &'static str) -> Result<()> {
    if holds && value.is_finite() { Ok(()) } else { Err(Error::Range { what, value, expected }) }
}
