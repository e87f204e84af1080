//! Results as numpy arrays.

use std::convert::Infallible;

use numpy::{Element, IntoPyArray, PyArray1};
use pyo3::prelude::*;

/// Numbers on their way to Python: a numpy array of one dimension that takes over their memory.
///
/// It is writable, as pandas wants its columns to be; a view of a polars buffer, which is shared,
/// is not.
#[derive(Debug)]
pub(crate) struct Array<T = f64>(pub(crate) Vec<T>);

impl<'py, T: Element> IntoPyObject<'py> for Array<T> {
    type Target = PyArray1<T>;
    type Output = Bound<'py, Self::Target>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        Ok(self.0.into_pyarray(py))
    }
}
