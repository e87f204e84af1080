//! A column as a buffer that numpy views.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyMemoryView;

/// 64-bit floats behind Python's buffer protocol, writable and without a copy.
///
/// polars buffers are shared and must never change, so a numpy view of one is read-only and
/// pandas cannot write to it; this memory has one owner.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Array {
    /// Reached through the buffer protocol only, under its rules.
    data: *mut [f64],
}

// SAFETY: the pointer owns its memory, as a box would; Rust never reads or writes through it.
unsafe impl Send for Array {}
// SAFETY: as above.
unsafe impl Sync for Array {}

impl Array {
    pub(crate) fn new(values: Vec<f64>) -> Self {
        Self { data: Box::into_raw(values.into_boxed_slice()) }
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw`; every view holds a reference to this object.
        drop(unsafe { Box::from_raw(self.data) });
    }
}

#[pymethods]
impl Array {
    fn __len__(&self) -> usize {
        self.data.len()
    }

    /// What the protocol is called in Python; the interpreter itself offers it from 3.12 on.
    #[pyo3(signature = (flags, /))]
    fn __buffer__<'py>(slf: &Bound<'py, Self>, flags: c_int) -> PyResult<Bound<'py, PyAny>> {
        let _ = flags; // a memory view asks for everything
        Ok(PyMemoryView::from(slf)?.into_any())
    }

    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let data = slf.get().data;
        let bytes = size_of::<f64>() * data.len();
        // SAFETY: `view` comes from the interpreter; the memory lives as long as `slf`, to which
        // the view takes a reference.
        let failed = unsafe {
            ffi::PyBuffer_FillInfo(
                view,
                slf.as_ptr(),
                data.cast::<c_void>(),
                bytes.cast_signed(),
                0,
                flags,
            )
        };
        if failed == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}
