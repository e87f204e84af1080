//! Exact Ising statistics in `f64`, by enumeration of every state.
//!
//! `E(s) = -Σ_{i<j} J_ij s_i s_j - Σ_i h_i s_i` with `s_i = ±1`, weight `exp(-E/T)`: energies and
//! temperatures in the same unit.
//! [`enumerate`] takes soft fields, [`enumerate_clamped`] holds some spins; [`vote`] is the
//! direct evaluation of what the kernels [`field`](crate::field) and
//! [`marginal`](crate::marginal) compute in `f32`.

mod gray;
pub mod vote;

pub use gray::{Exact, OPEN_MAX, enumerate, enumerate_clamped};

/// Input that has no exact statistics.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A slice of the wrong length.
    #[error("{what} has {found} values, expected {expected} for {nodes} nodes")]
    Shape {
        /// The argument.
        what: &'static str,
        /// Nodes, by the number of fields.
        nodes: usize,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// Too many open spins to enumerate.
    #[error("{open} open spins, at most {OPEN_MAX} can be enumerated")]
    TooMany {
        /// Open spins.
        open: usize,
    },
    /// A coupling or field that is NaN or infinite.
    #[error("{what}[{index}] is {value}, expected a finite number")]
    NotFinite {
        /// The argument.
        what: &'static str,
        /// Position of the value.
        index: usize,
        /// The value.
        value: f64,
    },
    /// Couplings that depend on the order of their nodes.
    #[error("couplings differ between ({row}, {column}) and ({column}, {row}), expected equal")]
    Asymmetric {
        /// Smaller node.
        row: usize,
        /// Larger node.
        column: usize,
    },
    /// A clamped value that is no spin.
    #[error("clamped[{index}] is {value}, expected 1, -1, or 0 for an open spin")]
    NoSpin {
        /// Position of the value.
        index: usize,
        /// The value.
        value: i8,
    },
    /// A temperature that is not positive.
    #[error("temperature is {0}, expected a positive finite number")]
    Temperature(f64),
}
