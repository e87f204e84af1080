//! What a portfolio's input may lack.

use super::LEAST;

/// Why there are no risk numbers. Every message on input says what was expected.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is nothing to hold.
    #[error("no assets, expected a column of returns for each")]
    Empty,
    /// A name stands for two columns.
    #[error("`{0}` is the name of two assets, expected one column for each")]
    Twice(String),
    /// Columns or weights do not match.
    #[error("{what} has {have} values, expected {expected}")]
    Length {
        /// What was counted.
        what: String,
        /// Its values.
        have: usize,
        /// What the others have.
        expected: usize,
    },
    /// A return is infinite.
    #[error("{asset}, row {row}: {value:?}, expected a finite return, or NaN for none")]
    Return {
        /// Name of the asset.
        asset: String,
        /// Row, from 0.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// A return that a scenario needs is missing.
    #[error("{asset}, row {row}: no return, and the scenario needs every one of its window")]
    Gap {
        /// Name of the asset.
        asset: String,
        /// Row, from 0.
        row: usize,
    },
    /// A number of an asset is not finite.
    #[error("{what} of {asset} is {value:?}, expected a finite number")]
    Number {
        /// Such as `weight`.
        what: &'static str,
        /// Name of the asset.
        asset: String,
        /// What it is.
        value: f64,
    },
    /// Too few rows in which every asset has a return.
    #[error(
        "{rows} rows in which every asset has a return, expected at least {LEAST}; {asset} has the \
         fewest returns, {values}"
    )]
    Short {
        /// Rows in common.
        rows: usize,
        /// The asset with the shortest history.
        asset: String,
        /// Its returns.
        values: usize,
    },
    /// The correlation matrix has no Cholesky factor.
    #[error(
        "correlations are not positive definite: the returns of {asset} are, to rounding, a \
         combination of those of the assets before it; expected a shrinkage above 0"
    )]
    Singular {
        /// The asset at which the factorisation stops.
        asset: String,
    },
    /// A parameter is out of its range.
    #[error("{what} is {value:?}, expected {expected}")]
    Range {
        /// Its name.
        what: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// Result of a portfolio's computation.
pub type Result<T> = std::result::Result<T, Error>;
