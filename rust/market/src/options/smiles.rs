//! SABR smiles in columns.

use hyperphysics_engine::Engine;
use hyperphysics_kernels::math::options::smile::{self, Fit, QUOTES, Quotes};
use rayon::prelude::*;

use super::RUN;
use super::check::{Range, length, positions, within};
use super::row::{Row, SMILE_NAMES};
use crate::{Error, Result};

/// The columns of [`Smiles`].
pub(super) const SMILES: [Range; 10] = [
    ("spot", 1e-100, 1e100),
    ("strike", 1e-100, 1e100),
    ("years", 0.0, 100.0),
    ("rate", -7.0, 7.0),
    ("dividend", -7.0, 7.0),
    ("sign", -1.0, 1.0),
    ("alpha", 1e-100, 1e100),
    ("beta", 0.0, 1.0),
    ("rho", -0.9999, 0.9999),
    ("nu", 0.0, 100.0),
];

/// Columns of options under SABR: a value per row, or one for all. As in
/// [`Options`](hyperphysics_kernels::math::options::black_scholes::Options), then the parameters of the smile of each row.
#[derive(Clone, Copy, Debug)]
pub struct Smiles<'a> {
    /// Spot price, strike, years to expiry, rate, dividend yield, and 1 for a call or -1 for a put.
    pub option: [&'a [f64]; 6],
    /// α, β, ρ and ν.
    pub smile: [&'a [f64]; 4],
}

impl<'a> Smiles<'a> {
    /// The columns in the order of [`SMILES`].
    pub(super) const fn columns(&self) -> [&'a [f64]; 10] {
        let [spot, strike, years, rate, dividend, sign] = self.option;
        let [alpha, beta, rho, nu] = self.smile;
        [spot, strike, years, rate, dividend, sign, alpha, beta, rho, nu]
    }
}

/// The measures `wanted` of [`SMILE_NAMES`], all if none is named, column after column.
///
/// `delta` moves the smile with the forward at constant α, `bartlett` moves α as it is correlated;
/// `vega`, `rega`, `sega` are by α, ρ, ν; `backbone` is ∂σ/∂F; `valid` is 1 or 0.
///
/// # Errors
/// As [`greeks`](super::greeks).
pub fn sabr(engine: &Engine, smiles: &Smiles<'_>, wanted: &[&str]) -> Result<Vec<f64>> {
    let columns = smiles.columns();
    let rows = length(&SMILES, &columns)?;
    within(&SMILES, &columns)?;
    let wanted = positions(&SMILE_NAMES, wanted)?;
    let mut block = vec![0.0; wanted.len() * rows];
    let row = |row: usize| Row::new(columns.map(|c| c[if c.len() == 1 { 0 } else { row }]));
    let row = |at: usize| row(at).measures();
    let values: Vec<[f64; SMILE_NAMES.len()]> =
        engine.install(|| (0..rows).into_par_iter().with_min_len(RUN / 16).map(row).collect())?;
    for (column, at) in block.chunks_mut(rows.max(1)).zip(wanted) {
        column.iter_mut().zip(&values).for_each(|(to, values)| *to = values[at]);
    }
    Ok(block)
}

/// The SABR smile of exponent `beta` nearest to the quotes; those with a NaN weigh nothing.
///
/// # Errors
/// [`Error::Argument`] if columns differ in length, a value is out of its range, fewer than three
/// quotes have a weight, or the quotes fit no smile.
pub fn calibrate(quotes: &Quotes<'_>, beta: f64) -> Result<Fit> {
    let one = |value: &'_ f64| [*value];
    let (forward, years, exponent) = (one(&quotes.forward), one(&quotes.years), one(&beta));
    let named: [Range; 6] = [
        ("strike", 1e-100, 1e100),
        ("volatility", 1e-6, 100.0),
        ("weight", 0.0, 1e100),
        ("forward", 1e-100, 1e100),
        ("years", 0.0, 100.0),
        ("beta", 0.0, 1.0),
    ];
    let Quotes { strikes, volatilities, weights, .. } = *quotes;
    let columns = [strikes, volatilities, weights, &forward, &years, &exponent];
    let rows = strikes.len();
    for (column, (name, ..)) in columns[..3].iter().zip(&named) {
        if column.len() != rows {
            let have = column.len();
            return Err(Error::Argument(format!(
                "{name} has {have} rows, expected {rows} as strike has"
            )));
        }
    }
    within(&named, &columns)?;
    if columns[3..].iter().any(|column| column[0].is_nan()) {
        return Err(Error::Argument("forward, years and beta are numbers, not NaN".into()));
    }
    let live = |row: &usize| {
        weights[*row] > 0.0 && !strikes[*row].is_nan() && !volatilities[*row].is_nan()
    };
    let kept: Vec<usize> = (0..rows).filter(live).collect();
    if kept.len() < QUOTES {
        let count = kept.len();
        return Err(Error::Argument(format!(
            "{count} quotes with a weight, expected at least {QUOTES}"
        )));
    }
    let pick = |column: &[f64]| -> Vec<f64> { kept.iter().map(|row| column[*row]).collect() };
    let (strikes, volatilities, weights) = (pick(strikes), pick(volatilities), pick(weights));
    let Quotes { forward, years, .. } = *quotes;
    let kept_quotes = Quotes {
        forward,
        years,
        strikes: &strikes,
        volatilities: &volatilities,
        weights: &weights,
    };
    let fit = smile::fit(&kept_quotes, beta)
        .ok_or_else(|| Error::Argument("no SABR smile fits these quotes".into()))?;
    // A residual per row that was given.
    let mut residuals = vec![f64::NAN; rows];
    for (row, residual) in kept.iter().zip(&fit.residuals) {
        residuals[*row] = *residual;
    }
    Ok(Fit { residuals, ..fit })
}
