//! European options in columns.

// Columns, and a constructor of all fields, which pickles call.
#![allow(clippy::too_many_arguments)]

use hyperphysics_kernels::math::options::black_scholes::{NAMES, Options};
use hyperphysics_kernels::math::options::smile::{Fit, Quotes};
use hyperphysics_market::options::{self, SMILE_NAMES, Smiles};
use pyo3::prelude::*;

use crate::convert::{Array, Floats, read};
use crate::engine::Engine;
use crate::errors;
use crate::single_kernel_api::call;

#[pyfunction]
pub(crate) fn greek_names() -> [&'static str; NAMES.len()] {
    NAMES
}

#[pyfunction]
pub(crate) fn sabr_names() -> [&'static str; SMILE_NAMES.len()] {
    SMILE_NAMES
}

/// Measures by name, as Python hands them over.
fn named(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// Spot, strike, years, volatility, rate, dividend and sign.
fn contract(columns: &[Floats; 7]) -> Options<'_> {
    let [spot, strike, years, volatility, rate, dividend, sign] = columns;
    Options {
        spot: &spot.0,
        strike: &strike.0,
        years: &years.0,
        volatility: &volatility.0,
        rate: &rate.0,
        dividend: &dividend.0,
        sign: &sign.0,
    }
}

#[pyfunction]
#[pyo3(signature = (engine, spot, strike, years, volatility, rate, dividend, sign, *, measures))]
pub(crate) fn greeks(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] spot: Floats,
    #[pyo3(from_py_with = read)] strike: Floats,
    #[pyo3(from_py_with = read)] years: Floats,
    #[pyo3(from_py_with = read)] volatility: Floats,
    #[pyo3(from_py_with = read)] rate: Floats,
    #[pyo3(from_py_with = read)] dividend: Floats,
    #[pyo3(from_py_with = read)] sign: Floats,
    #[pyo3(from_py_with = read)] measures: Vec<String>,
) -> PyResult<Array> {
    let columns = [spot, strike, years, volatility, rate, dividend, sign];
    let options = contract(&columns);
    call(py, engine, |engine, _| options::greeks(engine, &options, &named(&measures))).map(Array)
}

#[pyfunction]
#[pyo3(signature = (engine, spot, strike, years, volatility, rate, dividend, sign, *, measures))]
pub(crate) fn device_greeks(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] spot: Floats,
    #[pyo3(from_py_with = read)] strike: Floats,
    #[pyo3(from_py_with = read)] years: Floats,
    #[pyo3(from_py_with = read)] volatility: Floats,
    #[pyo3(from_py_with = read)] rate: Floats,
    #[pyo3(from_py_with = read)] dividend: Floats,
    #[pyo3(from_py_with = read)] sign: Floats,
    #[pyo3(from_py_with = read)] measures: Vec<String>,
) -> PyResult<Array> {
    let columns = [spot, strike, years, volatility, rate, dividend, sign];
    let options = contract(&columns);
    let work = |engine: &_, cancel: &_| {
        options::device_greeks(engine, &options, &named(&measures), cancel)
    };
    call(py, engine, work).map(Array)
}

#[pyfunction]
pub(crate) fn implied_volatility(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] price: Floats,
    #[pyo3(from_py_with = read)] spot: Floats,
    #[pyo3(from_py_with = read)] strike: Floats,
    #[pyo3(from_py_with = read)] years: Floats,
    #[pyo3(from_py_with = read)] rate: Floats,
    #[pyo3(from_py_with = read)] dividend: Floats,
    #[pyo3(from_py_with = read)] sign: Floats,
) -> PyResult<Array> {
    let options = Options {
        spot: &spot.0,
        strike: &strike.0,
        years: &years.0,
        volatility: &[],
        rate: &rate.0,
        dividend: &dividend.0,
        sign: &sign.0,
    };
    call(py, engine, |engine, _| options::implied_volatility(engine, &price.0, &options)).map(Array)
}

#[pyfunction]
pub(crate) fn sabr(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] option: [Floats; 6],
    #[pyo3(from_py_with = read)] smile: [Floats; 4],
    #[pyo3(from_py_with = read)] measures: Vec<String>,
) -> PyResult<Array> {
    let smiles = smiles(&option, &smile);
    call(py, engine, |engine, _| options::sabr(engine, &smiles, &named(&measures))).map(Array)
}

#[pyfunction]
pub(crate) fn device_sabr(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] option: [Floats; 6],
    #[pyo3(from_py_with = read)] smile: [Floats; 4],
    #[pyo3(from_py_with = read)] measures: Vec<String>,
) -> PyResult<Array> {
    let smiles = smiles(&option, &smile);
    let work =
        |engine: &_, cancel: &_| options::device_sabr(engine, &smiles, &named(&measures), cancel);
    call(py, engine, work).map(Array)
}

fn smiles<'a>(option: &'a [Floats; 6], smile: &'a [Floats; 4]) -> Smiles<'a> {
    let option = option.each_ref().map(|column| column.0.as_slice());
    Smiles { option, smile: smile.each_ref().map(|column| column.0.as_slice()) }
}

/// A smile fitted to quotes.
#[pyclass(frozen, get_all, new = "from_fields", module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct SabrFit {
    forward: f64,
    years: f64,
    alpha: f64,
    beta: f64,
    rho: f64,
    nu: f64,
    rms: f64,
    residuals: Vec<f64>,
    errors: [f64; 3],
    evaluations: usize,
    converged: bool,
}

#[pymethods]
impl SabrFit {
    /// What `pickle` and `copy` make it anew from.
    #[allow(clippy::type_complexity)] // all fields
    fn __getnewargs__(&self) -> (f64, f64, f64, f64, f64, f64, f64, &[f64], [f64; 3], usize, bool) {
        let Self { forward, years, alpha, beta, rho, nu, rms, .. } = *self;
        let Self { residuals, errors, evaluations, converged, .. } = self;
        (forward, years, alpha, beta, rho, nu, rms, residuals, *errors, *evaluations, *converged)
    }

    fn __repr__(&self) -> String {
        let Self { alpha, beta, rho, nu, rms, .. } = self;
        format!("SabrFit(alpha={alpha}, beta={beta}, rho={rho}, nu={nu}, rms={rms})")
    }
}

#[pyfunction]
#[pyo3(signature = (strikes, volatilities, *, forward, years, weights, beta))]
pub(crate) fn calibrate_sabr(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] strikes: Floats,
    #[pyo3(from_py_with = read)] volatilities: Floats,
    #[pyo3(from_py_with = read)] forward: f64,
    #[pyo3(from_py_with = read)] years: f64,
    #[pyo3(from_py_with = read)] weights: Floats,
    #[pyo3(from_py_with = read)] beta: f64,
) -> PyResult<SabrFit> {
    let quotes = Quotes {
        forward,
        years,
        strikes: &strikes.0,
        volatilities: &volatilities.0,
        weights: &weights.0,
    };
    let fit = py.detach(|| options::calibrate(&quotes, beta)).map_err(|e| errors::market(&e))?;
    let Fit { smile, residuals, rms, errors, evaluations, converged } = fit;
    Ok(SabrFit {
        forward,
        years,
        alpha: smile.alpha,
        beta,
        rho: smile.rho,
        nu: smile.nu,
        rms,
        residuals,
        errors,
        evaluations,
        converged,
    })
}
