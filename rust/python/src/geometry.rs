//! Maps of the Poincaré ball and forms of a point, in double precision.

use hyperphysics_kernels::math::geometry::{self as ball, Form, Map, PointError, Polar};
use pyo3::prelude::*;

use crate::convert::{Array, Floats, read};
use crate::errors;

fn wrong(error: PointError) -> PyErr {
    errors::input(error.to_string())
}

/// A form by its name.
fn form(name: &str) -> PyResult<Form> {
    name.parse().map_err(|why: String| errors::input(why))
}

/// The points of rows of coordinates.
pub(crate) fn points(set: &'static str, rows: &Floats, name: &str) -> PyResult<Vec<Polar>> {
    form(name)?.points(set, &rows.0).map_err(wrong)
}

/// Points have two or three coordinates; the disc lies in the ball at z = 0.
pub(crate) fn point(x: &[f64]) -> PyResult<[f64; 3]> {
    match *x {
        [x, y] => Ok([x, y, 0.0]),
        [x, y, z] => Ok([x, y, z]),
        _ => Err(errors::input(format!("a point has 2 or 3 coordinates, not {}", x.len()))),
    }
}

#[pyfunction]
pub(crate) fn forms() -> Vec<(&'static str, usize)> {
    Form::NAMES.map(|(name, form)| (name, form.width())).to_vec()
}

#[pyfunction]
pub(crate) fn convert_rows(
    #[pyo3(from_py_with = read)] rows: Floats,
    #[pyo3(from_py_with = read)] source: &str,
    #[pyo3(from_py_with = read)] target: &str,
) -> PyResult<Array> {
    ball::convert(&rows.0, form(source)?, form(target)?).map(Array).map_err(wrong)
}

#[pyfunction]
pub(crate) fn row_distances(
    #[pyo3(from_py_with = read)] x: Floats,
    #[pyo3(from_py_with = read)] y: Floats,
    #[pyo3(from_py_with = read)] form: &str,
) -> PyResult<Array> {
    ball::row_distances(&x.0, &y.0, self::form(form)?).map(Array).map_err(wrong)
}

#[pyfunction]
pub(crate) fn disc_rows(
    #[pyo3(from_py_with = read)] rows: Floats,
    #[pyo3(from_py_with = read)] form: &str,
) -> PyResult<Array> {
    let points = points("points", &rows, form)?;
    Ok(Array(points.into_iter().flat_map(ball::disc).collect()))
}

/// Images of rows of two or three coordinates.
fn images(map: Map, x: &Floats, y: &Floats, width: usize) -> PyResult<Array> {
    let images = match width {
        2 => map.of_rows::<2>(&x.0, &y.0),
        3 => map.of_rows::<3>(&x.0, &y.0),
        _ => return Err(errors::input(format!("a point has 2 or 3 coordinates, not {width}"))),
    };
    images.map(Array).map_err(wrong)
}

#[pyfunction]
pub(crate) fn mobius_add_rows(
    #[pyo3(from_py_with = read)] x: Floats,
    #[pyo3(from_py_with = read)] y: Floats,
    #[pyo3(from_py_with = read)] width: usize,
) -> PyResult<Array> {
    images(Map::MobiusAdd, &x, &y, width)
}

#[pyfunction]
pub(crate) fn exp0_rows(
    #[pyo3(from_py_with = read)] v: Floats,
    #[pyo3(from_py_with = read)] width: usize,
) -> PyResult<Array> {
    images(Map::Exp0, &v, &v, width)
}

#[pyfunction]
pub(crate) fn log0_rows(
    #[pyo3(from_py_with = read)] x: Floats,
    #[pyo3(from_py_with = read)] width: usize,
) -> PyResult<Array> {
    images(Map::Log0, &x, &x, width)
}

#[pyfunction]
pub(crate) fn exp_rows(
    #[pyo3(from_py_with = read)] x: Floats,
    #[pyo3(from_py_with = read)] v: Floats,
    #[pyo3(from_py_with = read)] width: usize,
) -> PyResult<Array> {
    images(Map::Exp, &x, &v, width)
}

#[pyfunction]
pub(crate) fn log_rows(
    #[pyo3(from_py_with = read)] x: Floats,
    #[pyo3(from_py_with = read)] y: Floats,
    #[pyo3(from_py_with = read)] width: usize,
) -> PyResult<Array> {
    images(Map::Log, &x, &y, width)
}
