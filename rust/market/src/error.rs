//! Errors of the market crate.

use hyperphysics_kernels::math::order_book::{Argument, Violation};

/// What can go wrong in an analysis. Every message says what was expected.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A frame lacks a column or has one of another type.
    #[error("{pair}: {why}")]
    Schema {
        /// Pair as the caller named it.
        pair: String,
        /// What does not fit.
        why: String,
    },
    /// A candle is impossible or out of order.
    #[error("{pair}, row {row}: {why}")]
    Candle {
        /// Pair as the caller named it.
        pair: String,
        /// Row of the frame, from 0.
        row: usize,
        /// What does not fit.
        why: String,
    },
    /// A parameter, family or timeframe is unknown or out of range.
    #[error("{0}")]
    Param(String),
    /// An argument of a library call is out of range.
    #[error("{0}")]
    Argument(String),
    /// A level of an order book breaks an invariant.
    #[error(transparent)]
    Book(#[from] Violation),
    /// An update of an order book does not follow it, or leads to another book than the exchange's.
    #[error("{0}")]
    Sequence(String),
    /// A portfolio's input has no risk numbers.
    #[error(transparent)]
    Portfolio(#[from] hyperphysics_kernels::math::portfolio::Error),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] hyperphysics_engine::Error),
}

impl From<Argument> for Error {
    fn from(argument: Argument) -> Self {
        Self::Argument(argument.to_string())
    }
}

/// Result of a market call.
pub type Result<T> = std::result::Result<T, Error>;
