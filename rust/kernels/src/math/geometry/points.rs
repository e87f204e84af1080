//! Sets of points of H³: what callers may pass, and their distances.

use super::ball::distance;
use super::error::{Fault, PointError};
use super::polar::{self, Polar};

/// How far a direction may be from unit length.
const UNIT: f64 = 1e-6;

/// Checks a radius.
pub(super) fn radius(radius: f64, most: f64) -> Result<(), Fault> {
    let fits = radius >= 0.0 && radius <= most && radius.is_finite();
    if fits { Ok(()) } else { Err(Fault::Radius { radius, most }) }
}

/// Checks a direction; returns its length.
pub(super) fn direction([x, y, z]: [f64; 3]) -> Result<f64, Fault> {
    let length = x.hypot(y).hypot(z);
    if (length - 1.0).abs() <= UNIT { Ok(length) } else { Err(Fault::Direction { length }) }
}

/// Checks a point of the ball.
pub(super) fn inside(x: &[f64]) -> Result<(), Fault> {
    let length = x.iter().map(|a| a * a).sum::<f64>().sqrt();
    if length < 1.0 { Ok(()) } else { Err(Fault::Outside { length }) }
}

/// Distance matrix, row-major, of points `[r, nx, ny, nz]` with unit directions.
///
/// # Errors
/// [`Fault::Radius`], [`Fault::Direction`] (to 1e-6).
pub fn polar_distances(points: &[Polar]) -> Result<Vec<f64>, PointError> {
    for (index, &[r, x, y, z]) in points.iter().enumerate() {
        radius(r, f64::INFINITY)
            .and_then(|()| direction([x, y, z]))
            .map_err(|fault| PointError { set: "points", index, fault })?;
    }
    let row = |a| points.iter().map(move |b| polar::between(a, b));
    Ok(points.iter().flat_map(row).collect())
}

/// Distance matrix, row-major, of points of the ball.
///
/// # Errors
/// [`Fault::Outside`].
pub fn ball_distances(points: &[[f64; 3]]) -> Result<Vec<f64>, PointError> {
    for (index, x) in points.iter().enumerate() {
        inside(x).map_err(|fault| PointError { set: "points", index, fault })?;
    }
    Ok(points.iter().flat_map(|&a| points.iter().map(move |&b| distance(a, b))).collect())
}

/// The pairs of a row-major square `matrix` of `nodes` rows, each once, row by row.
///
/// # Panics
/// Panics if the matrix has fewer values.
#[must_use]
pub fn pairs(matrix: &[f64], nodes: usize) -> Vec<f64> {
    (0..nodes).flat_map(|i| &matrix[i * nodes..i * nodes + i]).copied().collect()
}
