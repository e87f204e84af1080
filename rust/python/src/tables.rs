//! What the engine offers, as data: devices, columns, parameters.

use hyperphysics_engine as engine;
use hyperphysics_market::{self as market, Family};
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::convert::read;
use crate::{convert, errors};

/// A device that the engine can compute on.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Device {
    name: String,
    kind: String,
    driver: String,
    chosen: bool,
    why: String,
    simd: String,
}

impl From<&engine::Device> for Device {
    fn from(device: &engine::Device) -> Self {
        Self {
            name: device.name.clone(),
            kind: device.kind.to_string(),
            driver: device.driver.clone(),
            chosen: device.chosen,
            why: device.why.clone(),
            simd: device.simd.to_owned(),
        }
    }
}

#[pymethods]
impl Device {
    fn __repr__(&self) -> String {
        let Self { name, kind, driver, chosen, why, .. } = self;
        format!(
            "Device(name={name:?}, kind={kind:?}, driver={driver:?}, chosen={}, why={why:?})",
            if *chosen { "True" } else { "False" }
        )
    }
}

/// A documented result column.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Column {
    name: &'static str,
    family: &'static str,
    unit: &'static str,
    range: &'static str,
    doc: &'static str,
}

#[pymethods]
impl Column {
    fn __repr__(&self) -> String {
        let Self { name, family, unit, range, doc } = self;
        format!(
            "Column(name={name:?}, family={family:?}, unit={unit:?}, range={range:?}, doc={doc:?})"
        )
    }
}

/// A parameter of `analyze`.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Param {
    name: &'static str,
    families: Vec<&'static str>,
    default: Py<PyAny>,
    range: String,
    doc: &'static str,
}

#[pymethods]
impl Param {
    fn __repr__(&self) -> String {
        let Self { name, default, range, doc, .. } = self;
        format!("Param(name={name:?}, default={default}, range={range:?}, doc={doc:?})")
    }
}

/// Every device of this machine.
#[pyfunction]
pub(crate) fn devices(py: Python<'_>) -> Vec<Device> {
    py.detach(engine::devices).iter().map(Device::from).collect()
}

/// Every column.
#[pyfunction]
pub(crate) fn columns() -> Vec<Column> {
    let of = |family: Family| {
        let column = move |c: &market::Column| Column {
            name: c.name,
            family: family.name(),
            unit: c.unit,
            range: c.range,
            doc: c.doc,
        };
        family.columns().iter().map(column)
    };
    Family::all().flat_map(of).collect()
}

/// Every parameter.
#[pyfunction]
pub(crate) fn params(py: Python<'_>) -> PyResult<Vec<Param>> {
    let param = |p: &market::Param| {
        Ok(Param {
            name: p.name,
            families: p.families().map(Family::name).collect(),
            default: convert::to_python(py, p.default())?.unbind(),
            range: p.range(),
            doc: p.doc,
        })
    };
    market::Param::all().map(param).collect()
}

/// Names of the families.
#[pyfunction]
pub(crate) fn families() -> Vec<&'static str> {
    Family::all().map(Family::name).collect()
}

/// Candles before the first value.
#[pyfunction]
#[pyo3(signature = (families = None, params = None))]
pub(crate) fn startup(
    #[pyo3(from_py_with = read)] families: Option<Vec<String>>,
    #[pyo3(from_py_with = read)] params: Option<Bound<'_, PyMapping>>,
) -> PyResult<usize> {
    let families = Family::parse_all(families.as_deref()).map_err(|e| errors::market(&e))?;
    Ok(market::startup(&families, &convert::params(params.as_ref())?))
}

/// Name of the processor.
#[pyfunction]
pub(crate) fn processor() -> String {
    engine::processor()
}

/// Instruction set of the CPU twins.
#[pyfunction]
pub(crate) fn simd() -> &'static str {
    hyperphysics_kernels::simd::level().name()
}

/// What the axes of a state measure.
#[pyfunction]
#[pyo3(signature = (params = None))]
pub(crate) fn axes(
    #[pyo3(from_py_with = read)] params: Option<Bound<'_, PyMapping>>,
) -> PyResult<[String; 3]> {
    Ok(market::axes(&convert::params(params.as_ref())?))
}
