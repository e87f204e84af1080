//! Results of one frame.

use polars::prelude::{DataFrame, Float64Chunked, IntoColumn, IntoSeries};

use super::Family;

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
        let (mut names, mut first) = (Vec::new(), Vec::new());
        for family in families {
            first.push((*family, names.len()));
            names.extend(family.columns().iter().map(|column| column.name));
        }
        Self { height, first, values: vec![f64::NAN; height * names.len()], names }
    }

    /// Sets the values of a family's columns in the given rows. What is not finite stays without a
    /// value.
    pub(crate) fn fill<const N: usize>(
        &mut self,
        family: &str,
        rows: impl IntoIterator<Item = (usize, [f64; N])>,
    ) {
        let known = self.first.iter().find(|(known, _)| known.name() == family);
        let (known, first) = known.expect("a family that was asked for");
        assert_eq!(N, known.columns().len(), "a value for each column of {family}");
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
        let gaps = values.iter().any(|value| value.is_nan());
        let valid = gaps.then(|| values.iter().map(|value| !value.is_nan()).collect());
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
        let [liquidity, geometry] = ["liquidity", "geometry"].map(|name| name.parse().unwrap());
        let mut table = Table::new(2, &[liquidity, geometry]);
        table.fill("liquidity", [(1, [0.5, f64::INFINITY])]);
        table.fill("geometry", [(0, [1.0, 2.0, 3.0])]);
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
    fn a_table_without_rows_has_its_columns() {
        let families: Vec<_> = Family::all().collect();
        let width = families.iter().map(|family| family.columns().len()).sum();
        assert_eq!(Table::new(0, &families).into_frame().shape(), (0, width));
    }
}
