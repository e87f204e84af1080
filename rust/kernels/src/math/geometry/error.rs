//! What is wrong with points that callers pass.

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
