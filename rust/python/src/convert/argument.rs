//! Arguments that cannot be read.

use pyo3::exceptions::{PyException, PyMemoryError};
use pyo3::prelude::*;

use crate::errors::{HyperPhysicsError, input};

/// Characters of a value that a message shows.
const SHOWN: usize = 60;

/// Reads an argument. A value of another type, or beyond what the type holds, is an error of input
/// that shows it; the note that `PyO3` adds names the argument.
pub(crate) fn read<'a, 'py, T: FromPyObject<'a, 'py>>(
    object: &'a Bound<'py, PyAny>,
) -> PyResult<T> {
    object.extract().map_err(|error: T::Error| refused(object, error.into()))
}

/// The error of input for a value that cannot be read; an error of another kind stays what it is.
pub(crate) fn refused(object: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = object.py();
    let of_input = error.is_instance_of::<PyException>(py)
        && !error.is_instance_of::<HyperPhysicsError>(py)
        && !error.is_instance_of::<PyMemoryError>(py);
    if !of_input {
        return error;
    }
    let text =
        object.repr().map_or_else(|_| object.get_type().to_string(), |text| text.to_string());
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let refusal = input(format!("got {shown}: {}", error.value(py)));
    refusal.set_cause(py, Some(error));
    refusal
}
