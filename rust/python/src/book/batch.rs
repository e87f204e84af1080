//! Many books in one call.

use hyperphysics_kernels::math::order_book::Setting;
use hyperphysics_market::book::{self, Analysis};
use pyo3::prelude::*;

use super::MoveModel;
use crate::convert::Floats;
use crate::engine::Engine;
use crate::{arrow, library};

#[pyfunction]
#[pyo3(signature = (
    engine, frame, *, delta = None, lam = 1.25, amounts = None, moves = None, unit = None, locked = false
))]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn measure_books<'py>(
    py: Python<'py>,
    engine: &Engine,
    frame: &Bound<'py, PyAny>,
    delta: Option<f64>,
    lam: f64,
    amounts: Option<Floats>,
    moves: Option<&MoveModel>,
    unit: Option<f64>,
    locked: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let frame = arrow::import_some("books", frame, book::is_level)?;
    let standard = MoveModel::default();
    let amounts = amounts.map_or_else(Vec::new, |amounts| amounts.0);
    let analysis = Analysis {
        setting: Setting { delta, lambda: lam },
        moves: moves.unwrap_or(&standard).inner(),
        unit,
        amounts: &amounts,
    };
    let measured = library::call(py, engine, |engine, cancel| {
        book::measure_books(engine, &frame, &analysis, locked, cancel)
    })?;
    arrow::export(py, measured)
}
