//! Python values to Rust values and back, and the calls between.

mod argument;
mod array;
mod call;
pub(crate) mod frames;

use hyperphysics_market::{Params, Value};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyMapping};

pub(crate) use self::argument::{read, refused};
pub(crate) use self::array::Array;
pub(crate) use self::call::interruptible;
use crate::errors::{input, market};

/// Numbers from a list, a numpy array or any other iterable.
#[derive(Debug)]
pub(crate) struct Floats(pub(crate) Vec<f64>);

impl<'py> FromPyObject<'_, 'py> for Floats {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(buffer) = PyBuffer::<f64>::get(&object) {
            return buffer.to_vec(object.py()).map(Self);
        }
        let numbers = object.try_iter()?.map(|item| item?.extract::<f64>());
        numbers.collect::<PyResult<_>>().map(Self)
    }
}

/// Numbers in single precision, from a buffer of them.
#[derive(Debug)]
pub(crate) struct Singles(pub(crate) Vec<f32>);

impl<'py> FromPyObject<'_, 'py> for Singles {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        PyBuffer::<f32>::get(&object)?.to_vec(object.py()).map(Self)
    }
}

/// Reads parameters.
pub(crate) fn params(values: Option<&Bound<'_, PyMapping>>) -> PyResult<Params> {
    let Some(values) = values else {
        return Ok(Params::default());
    };
    let mut found = Vec::new();
    for item in values.items()?.iter() {
        let (name, object): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let name: String = read(&name)?;
        let value = value(&object).ok_or_else(|| {
            input(format!("parameter `{name}` is {object}, expected a number or a word"))
        })?;
        found.push((name, value));
    }
    Params::parse(found.iter().map(|(name, value)| (name.as_str(), value))).map_err(|e| market(&e))
}

fn value(object: &Bound<'_, PyAny>) -> Option<Value> {
    if object.is_instance_of::<PyBool>() {
        return None;
    }
    // Numbers of numpy count: they have `__index__` or `__float__`.
    let text = || object.extract().ok().map(Value::Text);
    let int = || object.extract().ok().map(Value::Int);
    let float = || object.extract().ok().map(Value::Float);
    text().or_else(int).or_else(float)
}

/// Python value of a parameter.
pub(crate) fn to_python(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Int(value) => value.into_pyobject(py)?.into_any(),
        Value::Float(value) => value.into_pyobject(py)?.into_any(),
        Value::Text(value) => value.into_pyobject(py)?.into_any(),
    })
}
