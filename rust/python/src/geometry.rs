//! Maps of the Poincaré ball, in double precision.

use hyperphysics_kernels::geometry::{self as ball, polar};
use pyo3::prelude::*;

use crate::errors;

/// Points have two or three coordinates; the disc lies in the ball at z = 0.
pub(crate) fn point(x: &[f64]) -> PyResult<[f64; 3]> {
    match *x {
        [x, y] => Ok([x, y, 0.0]),
        [x, y, z] => Ok([x, y, z]),
        _ => Err(errors::input(format!("a point has 2 or 3 coordinates, not {}", x.len()))),
    }
}

fn like(x: &[f64], values: [f64; 3]) -> Vec<f64> {
    values[..x.len()].to_vec()
}

#[pyfunction]
pub(crate) fn ball_distance(x: Vec<f64>, y: Vec<f64>) -> PyResult<f64> {
    Ok(ball::distance(point(&x)?, point(&y)?))
}

#[pyfunction]
pub(crate) fn mobius_add(x: Vec<f64>, y: Vec<f64>) -> PyResult<Vec<f64>> {
    Ok(like(&x, ball::mobius_add(point(&x)?, point(&y)?)))
}

#[pyfunction]
pub(crate) fn exp0(v: Vec<f64>) -> PyResult<Vec<f64>> {
    Ok(like(&v, ball::exp0(point(&v)?)))
}

#[pyfunction]
pub(crate) fn log0(x: Vec<f64>) -> PyResult<Vec<f64>> {
    Ok(like(&x, ball::log0(point(&x)?)))
}

#[pyfunction]
pub(crate) fn exp_map(x: Vec<f64>, v: Vec<f64>) -> PyResult<Vec<f64>> {
    Ok(like(&x, ball::exp(point(&x)?, point(&v)?)))
}

#[pyfunction]
pub(crate) fn log_map(x: Vec<f64>, y: Vec<f64>) -> PyResult<Vec<f64>> {
    Ok(like(&x, ball::log(point(&x)?, point(&y)?)))
}

#[pyfunction]
pub(crate) fn hyperboloid(x: Vec<f64>) -> PyResult<Vec<f64>> {
    let (time, space) = ball::hyperboloid(point(&x)?);
    Ok(std::iter::once(time).chain(like(&x, space)).collect())
}

#[pyfunction]
pub(crate) fn polar_distance(r1: f64, r2: f64, angle: f64) -> f64 {
    polar::distance_at_angle(r1, r2, angle)
}
