//! Sets of points of H³: what callers may pass, and their distances.

use super::{distance, polar};

/// How far a direction may be from unit length.
const UNIT: f64 = 1e-6;

/// A point that is none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PointError {
    /// A polar radius that is negative or not finite.
    #[error("points[{index}] has radius {radius}, expected a finite number of at least 0")]
    Radius {
        /// Position of the point.
        index: usize,
        /// Its radius.
        radius: f64,
    },
    /// A direction of another length than 1.
    #[error("points[{index}] has a direction of length {length}, expected 1")]
    Direction {
        /// Position of the point.
        index: usize,
        /// Length of its direction.
        length: f64,
    },
    /// A point on the boundary of the ball or beyond.
    #[error("points[{index}] lies {length} from the centre of the ball, expected less than 1")]
    Outside {
        /// Position of the point.
        index: usize,
        /// Euclidean length.
        length: f64,
    },
}

/// Distance matrix, row-major, of points `[r, nx, ny, nz]` with unit directions.
///
/// # Errors
/// [`PointError::Radius`], [`PointError::Direction`] (to 1e-6).
pub fn polar_distances(points: &[[f64; 4]]) -> Result<Vec<f64>, PointError> {
    for (index, &[radius, x, y, z]) in points.iter().enumerate() {
        if !(radius >= 0.0 && radius.is_finite()) {
            return Err(PointError::Radius { index, radius });
        }
        let length = x.hypot(y).hypot(z);
        if (length - 1.0).abs() > UNIT || length.is_nan() {
            return Err(PointError::Direction { index, length });
        }
    }
    let apart = |a: &[f64; 4], b: &[f64; 4]| {
        polar::distance(a[0], b[0], (1..4).map(|k| (a[k] - b[k]).powi(2)).sum())
    };
    Ok(points.iter().flat_map(|a| points.iter().map(move |b| apart(a, b))).collect())
}

/// Distance matrix, row-major, of points of the ball.
///
/// # Errors
/// [`PointError::Outside`].
pub fn ball_distances(points: &[[f64; 3]]) -> Result<Vec<f64>, PointError> {
    for (index, x) in points.iter().enumerate() {
        let length = x.iter().map(|a| a * a).sum::<f64>().sqrt();
        if length >= 1.0 || length.is_nan() {
            return Err(PointError::Outside { index, length });
        }
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
