//! Many books in one call.

use hyperphysics_kernels::math::order_book::Setting;
use hyperphysics_market::order_book::{self as market, Analysis};
use pyo3::prelude::*;

use super::MoveModel;
use crate::convert::{Floats, frames};
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
    delta: Option<f64>,
    length_scale: f64,
    amounts: Option<Floats>,
    moves: Option<&MoveModel>,
    unit: Option<f64>,
    locked: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let frame = frames::columns("books", frame, market::is_level)?;
    let standard = MoveModel::default();
    let amounts = amounts.map_or_else(Vec::new, |amounts| amounts.0);
    let analysis = Analysis {
        setting: Setting { delta, lambda: length_scale },
        moves: moves.unwrap_or(&standard).inner(),
        unit,
        amounts: &amounts,
    };
    let measured = single_kernel_api::call(py, engine, |engine, cancel| {
        market::measure_books(engine, &frame, &analysis, locked, cancel)
    })?;
    frames::export(py, measured)
}
