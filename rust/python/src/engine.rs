//! The engine as a Python class.

use std::collections::BTreeMap;

use hyperphysics_engine::{self as engine, Options};
use hyperphysics_market::{self as market, Family, Request, Table, analyze};
use polars::prelude::DataFrame;
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::convert::{Array, frames, interruptible, read};
use crate::tables::Device;
use crate::{convert, errors};

/// A device with its buffers.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Engine {
    inner: engine::Engine,
}

/// Frames by pair, as Python hands them over.
type Frames<'py> = Vec<(String, Bound<'py, PyAny>)>;

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (device = "auto", *, threads = None, max_memory = None))]
    fn new(
        #[pyo3(from_py_with = read)] device: &str,
        #[pyo3(from_py_with = read)] threads: Option<usize>,
        #[pyo3(from_py_with = read)] max_memory: Option<u64>,
    ) -> PyResult<Self> {
        // 0 stands for a default on the other side; asked for, it is a mistake.
        if threads == Some(0) {
            return Err(errors::input("threads is 0, expected at least 1 or None"));
        }
        if max_memory == Some(0) {
            return Err(errors::input("max_memory is 0, expected a number of bytes or None"));
        }
        let options = Options {
            device: device.parse().map_err(|e| errors::engine(&e))?,
            threads: threads.unwrap_or(0),
            max_memory: max_memory.unwrap_or(0),
        };
        let inner = engine::Engine::open(&options).map_err(|e| errors::engine(&e))?;
        Ok(Self { inner })
    }

    #[getter]
    fn device(&self, py: Python<'_>) -> Device {
        py.detach(|| self.inner.device()).into()
    }

    #[getter]
    fn plans(&self) -> BTreeMap<&'static str, u64> {
        let plans = self.inner.report().plans;
        plans.into_iter().map(|(backend, count)| (backend.name(), count)).collect()
    }

    #[getter]
    fn fallbacks(&self) -> BTreeMap<String, u64> {
        self.inner.report().fallbacks
    }

    #[pyo3(signature = (frames, *, timeframe, families = None, params = None, last = None))]
    fn columns<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = read)] frames: Frames<'py>,
        #[pyo3(from_py_with = read)] timeframe: &str,
        #[pyo3(from_py_with = read)] families: Option<Vec<String>>,
        #[pyo3(from_py_with = read)] params: Option<Bound<'py, PyMapping>>,
        #[pyo3(from_py_with = read)] last: Option<usize>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let tables = self.tables(py, frames, timeframe, families, params.as_ref(), last)?;
        tables.into_iter().map(|table| frames::export(py, table.into_frame())).collect()
    }

    #[pyo3(signature = (frames, *, timeframe, families = None, params = None, last = None))]
    fn column_arrays<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = read)] frames: Frames<'py>,
        #[pyo3(from_py_with = read)] timeframe: &str,
        #[pyo3(from_py_with = read)] families: Option<Vec<String>>,
        #[pyo3(from_py_with = read)] params: Option<Bound<'py, PyMapping>>,
        #[pyo3(from_py_with = read)] last: Option<usize>,
    ) -> PyResult<Vec<(Vec<&'static str>, Array)>> {
        let tables = self.tables(py, frames, timeframe, families, params.as_ref(), last)?;
        let block = |table: Table| (table.names().to_vec(), Array(table.into_block()));
        Ok(tables.into_iter().map(block).collect())
    }

    #[pyo3(signature = (frame, *, pair, timeframe, bars, params = None))]
    fn window<'py>(
        &self,
        py: Python<'py>,
        frame: &Bound<'py, PyAny>,
        #[pyo3(from_py_with = read)] pair: &str,
        #[pyo3(from_py_with = read)] timeframe: &str,
        #[pyo3(from_py_with = read)] bars: usize,
        #[pyo3(from_py_with = read)] params: Option<Bound<'py, PyMapping>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let timeframe = timeframe.parse().map_err(|e| errors::market(&e))?;
        let params = convert::params(params.as_ref())?;
        let frame = frames::candles(pair, frame)?;
        let work = || market::window(pair, &frame, timeframe, bars, &params);
        let found = py.detach(|| self.inner.install(work)).map_err(|e| errors::engine(&e))?;
        frames::export(py, found.map_err(|e| errors::market(&e))?)
    }
}

impl Engine {
    /// The engine behind the class.
    pub(crate) const fn inner(&self) -> &engine::Engine {
        &self.inner
    }

    fn tables(
        &self,
        py: Python<'_>,
        frames: Frames<'_>,
        timeframe: &str,
        families: Option<Vec<String>>,
        params: Option<&Bound<'_, PyMapping>>,
        last: Option<usize>,
    ) -> PyResult<Vec<Table>> {
        let request = Request {
            timeframe: timeframe.parse().map_err(|e| errors::market(&e))?,
            families: Family::parse_all(families.as_deref()).map_err(|e| errors::market(&e))?,
            params: convert::params(params)?,
            last,
        };
        let frames = frames
            .into_iter()
            .map(|(pair, frame)| Ok((frames::candles(&pair, &frame)?, pair)))
            .collect::<PyResult<Vec<(DataFrame, String)>>>()?;
        let batch: Vec<_> = frames.iter().map(|(frame, pair)| (pair.as_str(), frame)).collect();
        interruptible(py, |cancel| analyze(&self.inner, &batch, &request, cancel))?
            .map_err(|e| errors::market(&e))
    }
}
