//! Frames of polars, column by column: nothing is copied.

use polars::prelude::{Column, DataFrame};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_polars::{PyDataFrame, PySeries};

use crate::errors;

/// Columns that the engine reads.
const CANDLE: [&str; 6] = ["date", "open", "high", "low", "close", "volume"];

/// Types that the engine's polars is built with. It knows what to say of them; of others it knows
/// nothing.
const KNOWN: [&str; 14] = [
    "Float64", "Float32", "Int64", "Int32", "UInt64", "UInt32", "Boolean", "String", "Binary",
    "Null", "Date", "Time", "Datetime", "Duration",
];

/// Reads the candle columns that a Python polars frame has, by reference to their buffers.
pub(crate) fn candles(pair: &str, frame: &Bound<'_, PyAny>) -> PyResult<DataFrame> {
    columns(pair, frame, |name| CANDLE.contains(&name))
}

/// Reads the columns of a Python polars frame whose names are wanted, and no others: a type that
/// the engine does not know is no matter where it is not read.
pub(crate) fn columns(
    pair: &str,
    frame: &Bound<'_, PyAny>,
    wanted: impl Fn(&str) -> bool,
) -> PyResult<DataFrame> {
    let not_polars = |_| {
        let kind = frame.get_type();
        errors::input(format!("{pair}: expected a polars DataFrame, got {kind}"))
    };
    let names: Vec<String> =
        frame.getattr("columns").and_then(|names| names.extract()).map_err(not_polars)?;
    let read = |name: &String| -> PyResult<Column> {
        let series = frame.call_method1("get_column", (name,)).map_err(not_polars)?;
        let kind = series.getattr("dtype")?;
        let base: String = kind.call_method0("base_type")?.getattr("__name__")?.extract()?;
        if !KNOWN.contains(&base.as_str()) {
            let expected = if name == "date" { "a datetime in UTC" } else { "64-bit float" };
            return Err(errors::input(format!(
                "{pair}: column `{name}` has type {kind}, expected {expected}"
            )));
        }
        let PySeries(series) = series.extract()?;
        Ok(series.into())
    };
    let columns = names.iter().filter(|name| wanted(name)).map(read).collect::<PyResult<_>>()?;
    DataFrame::new_infer_height(columns)
        .map_err(|error| PyTypeError::new_err(format!("columns cannot be read: {error}")))
}

/// Hands a frame to Python as `polars.DataFrame`, buffers and all.
pub(crate) fn export(py: Python<'_>, frame: DataFrame) -> PyResult<Bound<'_, PyAny>> {
    PyDataFrame(frame).into_pyobject(py)
}
