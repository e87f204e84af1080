//! Frames across the Arrow `PyCapsule` interface: nothing is copied, and no version of polars is
//! tied to another.
#![allow(unsafe_code)]

use std::ffi::CStr;

use polars::prelude::*;
use polars_arrow::array::Array;
use polars_arrow::ffi::{ArrowArrayStream, ArrowArrayStreamReader, export_iterator};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::errors;

/// Name that the interface gives to stream capsules.
const STREAM: &CStr = c"arrow_array_stream";

/// Columns that the engine reads.
const CANDLE: [&str; 6] = ["date", "open", "high", "low", "close", "volume"];

fn wrong(error: &PolarsError) -> PyErr {
    PyTypeError::new_err(format!("column cannot be read as Arrow data: {error}"))
}

/// Reads the candle columns that a Python polars frame has, by reference to their buffers.
pub(crate) fn import(pair: &str, frame: &Bound<'_, PyAny>) -> PyResult<DataFrame> {
    import_some(pair, frame, |name| CANDLE.contains(&name))
}

/// Reads the columns of a Python polars frame whose names are wanted.
pub(crate) fn import_some(
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
    let columns = names
        .iter()
        .filter(|name| wanted(name))
        .map(|name| {
            let series = frame.call_method1("get_column", (name,)).map_err(not_polars)?;
            Ok(import_series(&series)?.into())
        })
        .collect::<PyResult<Vec<Column>>>()?;
    DataFrame::new_infer_height(columns).map_err(|error| wrong(&error))
}

fn import_series(series: &Bound<'_, PyAny>) -> PyResult<Series> {
    let name: String = series.getattr("name")?.extract()?;
    let capsule = series.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
    let mut stream = capsule.pointer_checked(Some(STREAM))?.cast::<ArrowArrayStream>();
    // SAFETY: a capsule of this name holds an `ArrowArrayStream`, which lives as long as the
    // capsule and is used by nobody else.
    let mut reader =
        unsafe { ArrowArrayStreamReader::try_new(stream.as_mut()) }.map_err(|e| wrong(&e))?;
    let mut chunks: Vec<Box<dyn Array>> = Vec::new();
    // SAFETY: the producer honours the C stream interface (`try_new` above has the same premise).
    while let Some(chunk) = unsafe { reader.next() } {
        chunks.push(chunk.map_err(|e| wrong(&e))?);
    }
    let field = reader.field();
    let series = if chunks.is_empty() {
        Series::new_empty(field.name.clone(), &DataType::from_arrow_field(field))
    } else {
        Series::try_from((field, chunks)).map_err(|e| wrong(&e))?
    };
    Ok(series.with_name(name.into()))
}

/// A column on its way to Python: `polars.Series(name, column)` takes its buffers.
#[pyclass(frozen)]
struct Exported(Series);

#[pymethods]
impl Exported {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema; // a request, which the interface lets a producer ignore
        let field = self.0.field().to_arrow(CompatLevel::newest());
        let chunks: Vec<_> = (0..self.0.n_chunks())
            .map(|chunk| Ok(self.0.to_arrow(chunk, CompatLevel::newest())))
            .collect();
        PyCapsule::new_with_value(py, export_iterator(Box::new(chunks.into_iter()), field), STREAM)
    }
}

/// Hands a frame to Python as `polars.DataFrame`, buffers and all.
pub(crate) fn export(py: Python<'_>, frame: DataFrame) -> PyResult<Bound<'_, PyAny>> {
    let polars = py.import("polars")?;
    let series = frame
        .into_columns()
        .into_iter()
        .map(|column| {
            let name = column.name().to_string();
            polars.call_method1("Series", (name, Exported(column.take_materialized_series())))
        })
        .collect::<PyResult<Vec<_>>>()?;
    polars.call_method1("DataFrame", (series,))
}
