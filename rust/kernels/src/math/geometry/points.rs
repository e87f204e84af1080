//! Sets of points of H³: what callers may pass, and their distances.

use super::forms::Polar;
use super::{distance, nearest};

/// How far a direction may be from unit length.
const UNIT: f64 = 1e-6;

/// A point that is none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{set}[{index}] {fault}")]
pub struct PointError {
    /// Name of the set as callers know it.
    pub set: &'static str,
    /// Position of the point.
    pub index: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a point.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// A radius that is negative, not finite or too large.
    #[error("has radius {radius}, expected a finite number of at least 0{}", limit(*.most))]
    Radius {
        /// Its radius.
        radius: f64,
        /// The largest allowed.
        most: f64,
    },
    /// A direction of another length than 1.
    #[error("has a direction of length {length}, expected 1")]
    Direction {
        /// Length of its direction.
        length: f64,
    },
    /// A point on the boundary of the ball or beyond.
    #[error("lies {length} from the centre of the ball, expected less than 1")]
    Outside {
        /// Euclidean length.
        length: f64,
    },
    /// A point off the hyperboloid.
    #[error("has t = {time}, expected √(1 + |x|²) = {sheet} on the hyperboloid")]
    Sheet {
        /// First coordinate.
        time: f64,
        /// What it should be.
        sheet: f64,
    },
    /// A point on the boundary of the half-space or below.
    #[error("has height {height}, expected a finite number above 0")]
    Height {
        /// Third coordinate.
        height: f64,
    },
    /// A tangent vector with an infinite or missing coordinate.
    #[error("has the coordinate {value}, expected a finite number")]
    Vector {
        /// The coordinate.
        value: f64,
    },
    /// A point of the space that double precision cannot tell from the edge of the ball.
    #[error(
        "at radius {radius} rounds to the edge of the ball, expected at most 36; polar \
             coordinates hold it"
    )]
    Edge {
        /// Its radius, infinite where it is not known.
        radius: f64,
    },
}

fn limit(most: f64) -> String {
    if most.is_finite() { format!(" and at most {most}") } else { String::new() }
}

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
    let row = |a| points.iter().map(move |b| nearest::distance(a, b));
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
