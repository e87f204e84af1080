//! Many books in one call.

use hyperphysics_kernels::math::order_book::Setting;
use hyperphysics_market::order_book::{self as market, Analysis};
use pyo3::prelude::*;

use super::MoveModel;
use crate::convert::{Floats, frames, read};
use crate::engine::Engine;
use crate::single_kernel_api;

#[pyfunction]
#[pyo3(signature = (
    engine, frame, *, delta = None, length_scale = 1.25, amounts = None, moves = None, unit = None, locked = false
))]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn measure_books<'py>(
    py: Python<'py>,
    engine: &Engine,
    frame: &Bound<'py, PyAny>,
    #[pyo3(from_py_with = read)] delta: Option<f64>,
    #[pyo3(from_py_with = read)] length_scale: f64,
    #[pyo3(from_py_with = read)] amounts: Option<Floats>,
    #[pyo3(from_py_with = read)] moves: Option<PyRef<'_, MoveModel>>,
    #[pyo3(from_py_with = read)] unit: Option<f64>,
    #[pyo3(from_py_with = read)] locked: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let frame = frames::columns("books", frame, market::is_level)?;
    let standard = MoveModel::default();
    let amounts = amounts.map_or_else(Vec::new, |amounts| amounts.0);
    let analysis = Analysis {
        setting: Setting { delta, lambda: length_scale },
        moves: moves.as_deref().unwrap_or(&standard).inner(),
        unit,
        amounts: &amounts,
    };
    let measured = single_kernel_api::call(py, engine, |engine, cancel| {
        market::measure_books(engine, &frame, &analysis, locked, cancel)
    })?;
    frames::export(py, measured)
}
