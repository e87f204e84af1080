//! Results of one frame.

use polars::prelude::{DataFrame, Float64Chunked, IntoColumn, IntoSeries};

use crate::{COLUMNS, Family};

/// Results of one frame: the columns of the families that were asked for, in one block of memory.
#[derive(Clone, Debug)]
pub struct Table {
    height: usize,
    names: Vec<&'static str>,
    /// First column of each family.
    first: Vec<(Family, usize)>,
    /// Column after column; NaN where there is no value.
    values: Vec<f64>,
}

impl Table {
    /// A table without values.
    pub(crate) fn new(height: usize, families: &[Family]) -> Self {
        let columns = || COLUMNS.iter().filter(|column| families.contains(&column.family));
        let first = |family: &Family| {
            let first = columns().position(|column| column.family == *family);
            (*family, first.expect("every family has columns"))
        };
        let names: Vec<_> = columns().map(|column| column.name).collect();
        Self {
            height,
            first: families.iter().map(first).collect(),
            values: vec![f64::NAN; height * names.len()],
            names,
        }
    }

    /// Sets the values of a family's columns in the given rows. What is not finite stays without a
    /// value.
    pub(crate) fn fill<const N: usize>(
        &mut self,
        family: Family,
        rows: impl IntoIterator<Item = (usize, [f64; N])>,
    ) {
        let known = self.first.iter().find(|(known, _)| *known == family);
        let (_, first) = known.expect("a family that was asked for");
        let start = first * self.height;
        for (row, values) in rows {
            for (column, value) in values.into_iter().enumerate() {
                let value = if value.is_finite() { value } else { f64::NAN };
                self.values[start + column * self.height + row] = value;
            }
        }
    }

    /// Names of the columns.
    #[must_use]
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// The values, column after column; NaN where there is none.
    #[must_use]
    pub fn into_block(self) -> Vec<f64> {
        self.values
    }

    /// A polars frame, null where there is no value (and NaN in the buffer below). Its columns are
    /// slices of one buffer.
    ///
    /// # Panics
    /// Never: the columns have one length.
    #[must_use]
    pub fn into_frame(self) -> DataFrame {
        let Self { height, names, values, .. } = self;
        let holes = values.iter().any(|value| value.is_nan());
        let valid = holes.then(|| values.iter().map(|value| !value.is_nan()).collect());
        let block = Float64Chunked::from_vec_validity("".into(), values, valid).into_series();
        let column = |(number, name): (usize, &&'static str)| {
            let column = block.slice((number * height) as i64, height);
            column.with_name((*name).into()).into_column()
        };
        DataFrame::new(height, names.iter().enumerate().map(column).collect())
            .expect("columns of one length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_is_null() {
        let mut table = Table::new(2, &[Family::Liquidity, Family::Geometry]);
        table.fill(Family::Liquidity, [(1, [0.5, f64::INFINITY])]);
        table.fill(Family::Geometry, [(0, [1.0, 2.0, 3.0])]);
        let frame = table.into_frame();
        let column = |name: &str| -> Vec<Option<f64>> {
            frame.column(name).unwrap().f64().unwrap().iter().collect()
        };
        assert_eq!(frame.shape(), (2, 5));
        assert_eq!(column("hp_spread"), [None, Some(0.5)]);
        assert_eq!(column("hp_amihud"), [None, None]);
        assert_eq!(column("hp_drift"), [Some(3.0), None]);
    }

    #[test]
    fn a_family_fills_all_its_columns() {
        for family in Family::ALL {
            let width = COLUMNS.iter().filter(|column| column.family == family).count();
            assert_eq!(Table::new(3, &[family]).names().len(), width);
        }
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        assert_eq!(Table::new(0, &Family::ALL).into_frame().shape(), (0, COLUMNS.len()));
    }
}
