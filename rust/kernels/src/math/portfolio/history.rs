//! Returns that assets have in common.

use std::ops::Range;

use super::{Error, LEAST, Result};

/// Returns of assets: the rows in which every one of them has a value.
///
/// Histories may begin late and have gaps (NaN): such rows are left out for all assets, so that
/// covariances of all pairs come from the same rows and fit together.
#[derive(Clone, Debug)]
pub struct History<'a> {
    assets: &'a [String],
    columns: &'a [&'a [f64]],
    /// Complete rows, one after the other.
    values: Vec<f64>,
}

impl<'a> History<'a> {
    /// Checks columns of returns, one per asset, oldest first.
    ///
    /// # Errors
    /// If there is no asset, columns differ in length, a return is infinite, or fewer than [`LEAST`] rows
    /// are complete.
    pub fn new(assets: &'a [String], columns: &'a [&'a [f64]]) -> Result<Self> {
        let rows = columns.first().ok_or(Error::Empty)?.len();
        for (at, (asset, column)) in assets.iter().zip(columns).enumerate() {
            if assets[..at].contains(asset) {
                return Err(Error::Twice(asset.clone()));
            }
            if column.len() != rows {
                let (what, have) = (format!("the column of {asset}"), column.len());
                return Err(Error::Length { what, have, expected: rows });
            }
            if let Some(row) = column.iter().position(|r| r.is_infinite()) {
                return Err(Error::Return { asset: asset.clone(), row, value: column[row] });
            }
        }
        let complete = |row: &usize| columns.iter().all(|column| !column[*row].is_nan());
        let rows: Vec<usize> = (0..rows).filter(complete).collect();
        let values = rows.iter().flat_map(|&row| columns.iter().map(move |c| c[row])).collect();
        if rows.len() < LEAST {
            let known = |column: &&[f64]| column.iter().filter(|r| !r.is_nan()).count();
            let counts = columns.iter().map(known).zip(assets);
            let (values, asset) = counts.min_by_key(|(values, _)| *values).ok_or(Error::Empty)?;
            return Err(Error::Short { rows: rows.len(), asset: asset.clone(), values });
        }
        Ok(Self { assets, columns, values })
    }

    /// Names of the assets.
    #[must_use]
    pub const fn assets(&self) -> &'a [String] {
        self.assets
    }

    /// Complete rows, oldest first: a return per asset.
    #[must_use]
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[f64]> + ExactSizeIterator {
        self.values.chunks_exact(self.assets.len())
    }

    /// Sum of each asset's returns over rows of the columns that were given.
    ///
    /// # Errors
    /// If the window is empty or leaves the columns, or a return in it is missing.
    pub fn over(&self, window: &Range<usize>) -> Result<Vec<f64>> {
        let (what, expected) = ("a window of rows", "rows of the returns, at least one");
        let (start, end) = (window.start, window.end);
        if end > self.columns[0].len() {
            return Err(Error::Range { what, value: end as f64, expected });
        }
        if start >= end {
            return Err(Error::Range { what, value: start as f64, expected });
        }
        let total = |(column, asset): (&&[f64], &String)| {
            let returns = &column[start..end];
            match returns.iter().position(|r| r.is_nan()) {
                Some(at) => Err(Error::Gap { asset: asset.clone(), row: start + at }),
                None => Ok(returns.iter().sum()),
            }
        };
        self.columns.iter().zip(self.assets).map(total).collect()
    }
}
