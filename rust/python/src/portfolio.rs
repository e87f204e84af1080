//! Risk of portfolios, and products of matrices.

use std::ops::Range;

use hyperphysics_market::portfolio::model::{Outcome, Stress, Tail};
use hyperphysics_market::portfolio::{self, Answer, Question};
use pyo3::prelude::*;

use crate::convert::{Array, Floats, Singles, read};
use crate::engine::Engine;
use crate::errors;
use crate::single_kernel_api::call;

/// A tail of a portfolio's losses.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct PortfolioTail {
    level: f64,
    var: f64,
    es: f64,
    var_error: f64,
    es_error: f64,
    var_marginal: Vec<f64>,
    es_marginal: Vec<f64>,
}

impl From<Tail> for PortfolioTail {
    fn from(tail: Tail) -> Self {
        let Tail { level, var, es, var_error, es_error, var_marginal, es_marginal } = tail;
        Self { level, var, es, var_error, es_error, var_marginal, es_marginal }
    }
}

/// What a portfolio risks.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct PortfolioRisk {
    answer: Answer,
}

fn tails(tails: &[Tail]) -> Vec<PortfolioTail> {
    tails.iter().cloned().map(PortfolioTail::from).collect()
}

#[pymethods]
impl PortfolioRisk {
    #[getter]
    fn rows(&self) -> usize {
        self.answer.rows
    }

    #[getter]
    fn sample(&self) -> f64 {
        self.answer.estimate.sample
    }

    #[getter]
    fn shrinkage(&self) -> f64 {
        self.answer.estimate.shrinkage
    }

    #[getter]
    fn covariance(&self) -> Array {
        Array(self.answer.estimate.covariance())
    }

    #[getter]
    fn simulated(&self) -> Vec<PortfolioTail> {
        tails(&self.answer.simulated)
    }

    #[getter]
    fn historical(&self) -> Vec<PortfolioTail> {
        tails(&self.answer.historical)
    }

    #[getter]
    fn stress(&self) -> Vec<(f64, Vec<f64>)> {
        let pair = |outcome: &Outcome| (outcome.loss, outcome.components.clone());
        self.answer.stress.iter().map(pair).collect()
    }
}

/// A scenario: returns of the assets, a factor of their covariances, or rows from and to.
#[derive(FromPyObject)]
pub(crate) enum Scenario {
    #[pyo3(transparent)]
    Scale(f64),
    #[pyo3(transparent)]
    Window((usize, usize)),
    #[pyo3(transparent)]
    Shock(Floats),
}

impl From<Scenario> for Stress {
    fn from(scenario: Scenario) -> Self {
        match scenario {
            Scenario::Scale(factor) => Self::Scale(factor),
            Scenario::Window((start, end)) => Self::Window(Range { start, end }),
            Scenario::Shock(returns) => Self::Shock(returns.0),
        }
    }
}

#[pyfunction]
#[pyo3(signature = (
    engine, assets, returns, weights, *, half_life, shrinkage, paths, horizon, levels, seed, scenarios
))]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn portfolio_risk(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] assets: Vec<String>,
    #[pyo3(from_py_with = read)] returns: Vec<Floats>,
    #[pyo3(from_py_with = read)] weights: Floats,
    #[pyo3(from_py_with = read)] half_life: f64,
    #[pyo3(from_py_with = read)] shrinkage: Option<f64>,
    #[pyo3(from_py_with = read)] paths: usize,
    #[pyo3(from_py_with = read)] horizon: usize,
    #[pyo3(from_py_with = read)] levels: Floats,
    #[pyo3(from_py_with = read)] seed: u64,
    #[pyo3(from_py_with = read)] scenarios: Vec<Scenario>,
) -> PyResult<PortfolioRisk> {
    let columns: Vec<&[f64]> = returns.iter().map(|column| column.0.as_slice()).collect();
    let stress: Vec<Stress> = scenarios.into_iter().map(Stress::from).collect();
    let question = Question {
        assets: &assets,
        returns: &columns,
        weights: &weights.0,
        half_life,
        shrinkage,
        paths,
        horizon,
        levels: &levels.0,
        seed,
        stress: &stress,
    };
    let answer =
        call(py, engine, |engine, cancel| portfolio::portfolio(engine, &question, cancel))?;
    Ok(PortfolioRisk { answer })
}

#[pyfunction]
#[pyo3(signature = (assets, returns, *, half_life, shrinkage = None))]
pub(crate) fn portfolio_correlation(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] assets: Vec<String>,
    #[pyo3(from_py_with = read)] returns: Vec<Floats>,
    #[pyo3(from_py_with = read)] half_life: f64,
    #[pyo3(from_py_with = read)] shrinkage: Option<f64>,
) -> PyResult<Array> {
    let columns: Vec<&[f64]> = returns.iter().map(|column| column.0.as_slice()).collect();
    py.detach(|| portfolio::correlation(&assets, &columns, half_life, shrinkage))
        .map(Array)
        .map_err(|error| errors::market(&error.into()))
}

#[pyfunction]
pub(crate) fn matmul(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] left: Singles,
    #[pyo3(from_py_with = read)] right: Singles,
    #[pyo3(from_py_with = read)] shape: [usize; 3],
) -> PyResult<Array<f32>> {
    let product = call(py, engine, |engine, cancel| {
        portfolio::matmul(engine, &left.0, &right.0, shape, cancel)
    })?;
    Ok(Array(product))
}
