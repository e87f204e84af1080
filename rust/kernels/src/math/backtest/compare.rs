//! Is one series of losses smaller than another?

use statrs::distribution::{ContinuousCDF, Normal};

/// Result of a Diebold-Mariano test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DieboldMariano {
    /// Mean of the first loss minus the second: positive if the second model is better.
    pub difference: f64,
    /// That mean in units of its standard error.
    pub statistic: f64,
    /// Two-sided p-value under the normal law.
    pub p_value: f64,
}

/// Diebold and Mariano (1995) with the Newey-West (1987) variance over `lags` lags; use at least
/// the forecast horizon minus one. NaN for fewer than two losses or equal series.
///
/// # Panics
/// Panics if the series differ in length.
#[must_use]
pub fn diebold_mariano(first: &[f64], second: &[f64], lags: usize) -> DieboldMariano {
    assert_eq!(first.len(), second.len(), "loss series of one length");
    let n = first.len() as f64;
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let difference = differences.iter().sum::<f64>() / n;
    let centred: Vec<f64> = differences.iter().map(|d| d - difference).collect();
    let covariance = |lag: usize| {
        centred.iter().zip(centred.iter().skip(lag)).map(|(a, b)| a * b).sum::<f64>() / n
    };
    let weight = |lag: usize| 1.0 - lag as f64 / (lags + 1) as f64;
    let long_run = covariance(0)
        + (1..=lags.min(centred.len())).map(|k| 2.0 * weight(k) * covariance(k)).sum::<f64>();
    let statistic = difference / (long_run / n).sqrt();
    let p_value = 2.0 * Normal::standard().sf(statistic.abs());
    DieboldMariano { difference, statistic, p_value }
}
