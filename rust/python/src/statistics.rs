//! Random numbers, risk measures, backtests and exact lattices in double precision.

use hyperphysics_kernels::math::risk::{self, Garch, Tail};
use hyperphysics_kernels::math::{backtest, ising};
use hyperphysics_kernels::shared::rng;
use pyo3::prelude::*;

use crate::convert::{Array, Floats, read};
use crate::errors;

type Pair = (f64, f64);

#[pyfunction]
pub(crate) fn philox(
    #[pyo3(from_py_with = read)] counter: [u32; 4],
    #[pyo3(from_py_with = read)] key: [u32; 2],
) -> [u32; 4] {
    rng::philox(counter, key)
}

#[pyfunction]
pub(crate) fn ewma(
    #[pyo3(from_py_with = read)] returns: Floats,
    #[pyo3(from_py_with = read)] decay: f64,
    #[pyo3(from_py_with = read)] initial: f64,
) -> Array {
    Array(risk::ewma(&returns.0, decay, initial))
}

#[pyfunction]
pub(crate) fn garch(
    #[pyo3(from_py_with = read)] returns: Floats,
    #[pyo3(from_py_with = read)] omega: f64,
    #[pyo3(from_py_with = read)] alpha: f64,
    #[pyo3(from_py_with = read)] beta: f64,
    #[pyo3(from_py_with = read)] initial: f64,
) -> Array {
    Array(Garch { omega, alpha, beta }.filter(&returns.0, initial))
}

/// The sample in ascending order, if it has values and all are finite.
fn ascending(sample: Floats) -> PyResult<Vec<f64>> {
    let mut values = sample.0;
    if let Some(at) = values.iter().position(|value| !value.is_finite()) {
        return Err(errors::input(format!(
            "sample[{at}] is {}, expected a finite number",
            values[at]
        )));
    }
    if values.is_empty() {
        return Err(errors::input("the sample is empty"));
    }
    values.sort_unstable_by(f64::total_cmp);
    Ok(values)
}

fn probability(level: f64) -> PyResult<f64> {
    if level > 0.0 && level < 1.0 {
        Ok(level)
    } else {
        Err(errors::input(format!("level is {level}, expected a probability between 0 and 1")))
    }
}

#[pyfunction]
pub(crate) fn var_es(
    #[pyo3(from_py_with = read)] sample: Floats,
    #[pyo3(from_py_with = read)] level: f64,
) -> PyResult<Pair> {
    let (values, level) = (ascending(sample)?, probability(level)?);
    Ok((risk::value_at_risk(&values, level), risk::shortfall(&values, level)))
}

#[pyfunction]
pub(crate) fn normal_tail(#[pyo3(from_py_with = read)] level: f64) -> PyResult<Pair> {
    let Tail { var, es } = risk::normal(probability(level)?);
    Ok((var, es))
}

#[pyfunction]
pub(crate) fn student_tail(
    #[pyo3(from_py_with = read)] level: f64,
    #[pyo3(from_py_with = read)] freedom: f64,
) -> PyResult<Pair> {
    let Tail { var, es } = risk::student(probability(level)?, freedom);
    Ok((var, es))
}

#[pyfunction]
pub(crate) fn kupiec(
    #[pyo3(from_py_with = read)] n: usize,
    #[pyo3(from_py_with = read)] hits: usize,
    #[pyo3(from_py_with = read)] level: f64,
) -> PyResult<Pair> {
    if hits > n {
        return Err(errors::input(format!("{hits} hits among {n} forecasts")));
    }
    let ratio = backtest::kupiec(n, hits, probability(level)?);
    Ok((ratio.statistic, ratio.p_value))
}

#[pyfunction]
pub(crate) fn christoffersen(#[pyo3(from_py_with = read)] hits: Vec<bool>) -> Pair {
    let (_, ratio) = backtest::christoffersen(&hits);
    (ratio.statistic, ratio.p_value)
}

#[pyfunction]
pub(crate) fn conditional_coverage(
    #[pyo3(from_py_with = read)] hits: Vec<bool>,
    #[pyo3(from_py_with = read)] level: f64,
) -> PyResult<Pair> {
    let ratio = backtest::conditional_coverage(&hits, probability(level)?);
    Ok((ratio.statistic, ratio.p_value))
}

/// Returns with a forecast of VaR and ES each.
fn forecasts(returns: &Floats, var: &Floats, es: &Floats) -> PyResult<Vec<Tail>> {
    let [n, v, e] = [returns.0.len(), var.0.len(), es.0.len()];
    if n != v || n != e {
        return Err(errors::input(format!(
            "{n} returns, {v} VaR and {e} ES: expected one of each"
        )));
    }
    Ok(var.0.iter().zip(&es.0).map(|(&var, &es)| Tail { var, es }).collect())
}

#[pyfunction]
pub(crate) fn acerbi_szekely(
    #[pyo3(from_py_with = read)] returns: Floats,
    #[pyo3(from_py_with = read)] var: Floats,
    #[pyo3(from_py_with = read)] es: Floats,
    #[pyo3(from_py_with = read)] level: f64,
) -> PyResult<Pair> {
    let forecasts = forecasts(&returns, &var, &es)?;
    Ok(backtest::acerbi_szekely(&returns.0, &forecasts, probability(level)?))
}

#[pyfunction]
pub(crate) fn fz0(
    #[pyo3(from_py_with = read)] returns: Floats,
    #[pyo3(from_py_with = read)] var: Floats,
    #[pyo3(from_py_with = read)] es: Floats,
    #[pyo3(from_py_with = read)] level: f64,
) -> PyResult<Array> {
    let (forecasts, level) = (forecasts(&returns, &var, &es)?, probability(level)?);
    let losses = returns.0.iter().zip(&forecasts).map(|(y, f)| backtest::fz0(*y, *f, level));
    Ok(Array(losses.collect()))
}

#[pyfunction]
pub(crate) fn diebold_mariano(
    #[pyo3(from_py_with = read)] first: Floats,
    #[pyo3(from_py_with = read)] second: Floats,
    #[pyo3(from_py_with = read)] lags: usize,
) -> PyResult<(f64, f64, f64)> {
    let [a, b] = [first.0.len(), second.0.len()];
    if a != b {
        return Err(errors::input(format!("{a} losses against {b}: expected as many")));
    }
    let test = backtest::diebold_mariano(&first.0, &second.0, lags);
    Ok((test.difference, test.statistic, test.p_value))
}

/// Rows of a square matrix, one after the other.
fn flat(couplings: Vec<Vec<f64>>) -> Vec<f64> {
    couplings.into_iter().flatten().collect()
}

#[pyfunction]
#[pyo3(signature = (couplings, fields, temperature, clamped = None))]
pub(crate) fn ising_means(
    #[pyo3(from_py_with = read)] couplings: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] fields: Vec<f64>,
    #[pyo3(from_py_with = read)] temperature: f64,
    #[pyo3(from_py_with = read)] clamped: Option<Vec<i8>>,
) -> PyResult<Vec<f64>> {
    let clamped = clamped.unwrap_or_else(|| vec![0; fields.len()]);
    ising::enumerate_clamped(&flat(couplings), &fields, &clamped, temperature)
        .map(|exact| exact.mean)
        .map_err(|error| errors::input(error.to_string()))
}
