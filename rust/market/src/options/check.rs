//! What the columns of options may hold.

use crate::{Error, Result};

/// A column's name and range.
pub(super) type Range = (&'static str, f64, f64);

/// The columns of [`Options`](hyperphysics_kernels::math::options::black_scholes::Options).
pub(super) const OPTIONS: [Range; 7] = [
    ("spot", 1e-100, 1e100),
    ("strike", 1e-100, 1e100),
    ("years", 0.0, 100.0),
    ("volatility", 0.0, 100.0),
    ("rate", -7.0, 7.0),
    ("dividend", -7.0, 7.0),
    ("sign", -1.0, 1.0),
];

/// Rows of columns that have one value or that many.
pub(super) fn length(named: &[Range], columns: &[&[f64]]) -> Result<usize> {
    let rows = columns.iter().map(|column| column.len()).find(|len| *len != 1).unwrap_or(1);
    for ((name, ..), column) in named.iter().zip(columns) {
        if column.len() != 1 && column.len() != rows {
            let have = column.len();
            return Err(Error::Argument(format!("{name} has {have} rows, expected 1 or {rows}")));
        }
    }
    Ok(rows)
}

/// Every value is NaN, which stands for none, or in its range.
pub(super) fn within(named: &[Range], columns: &[&[f64]]) -> Result<()> {
    for ((name, low, high), column) in named.iter().zip(columns) {
        if let Some(row) = column.iter().position(|value| value < low || value > high) {
            let (value, expected) =
                (column[row], format!("expected a number from {low:?} to {high:?}"));
            return Err(Error::Argument(format!("{name}, row {row}: {value:?}, {expected}")));
        }
    }
    Ok(())
}

/// Positions of the names that are wanted, all where none is.
pub(super) fn positions(names: &[&str], wanted: &[&str]) -> Result<Vec<usize>> {
    if wanted.is_empty() {
        return Ok((0..names.len()).collect());
    }
    let position = |name: &&str| {
        names.iter().position(|known| known == name).ok_or_else(|| {
            Error::Argument(format!(
                "unknown measure `{name}`, expected one of {}",
                names.join(", ")
            ))
        })
    };
    wanted.iter().map(position).collect()
}
