//! A column as a buffer that numpy views.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyMemoryView;

/// Numbers behind Python's buffer protocol, writable and without a copy.
///
/// polars buffers are shared and must never change, so a numpy view of one is read-only and
/// pandas cannot write to it; this memory has one owner.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Array {
    data: Memory,
}

/// Reached through the buffer protocol only, under its rules.
#[derive(Debug)]
enum Memory {
    F64(*mut [f64]),
    F32(*mut [f32]),
    U32(*mut [u32]),
}

// SAFETY: the pointer owns its memory, as a box would; Rust never reads or writes through it.
unsafe impl Send for Array {}
// SAFETY: as above.
unsafe impl Sync for Array {}

impl Array {
    pub(crate) fn new(values: Vec<f64>) -> Self {
        Self { data: Memory::F64(Box::into_raw(values.into_boxed_slice())) }
    }

    pub(crate) fn singles(values: Vec<f32>) -> Self {
        Self { data: Memory::F32(Box::into_raw(values.into_boxed_slice())) }
    }

    pub(crate) fn words(values: Vec<u32>) -> Self {
        Self { data: Memory::U32(Box::into_raw(values.into_boxed_slice())) }
    }

    /// First byte, and how many.
    fn bytes(&self) -> (*mut c_void, usize) {
        match self.data {
            Memory::F64(data) => (data.cast(), size_of::<f64>() * data.len()),
            Memory::F32(data) => (data.cast(), size_of::<f32>() * data.len()),
            Memory::U32(data) => (data.cast(), size_of::<u32>() * data.len()),
        }
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw`; every view holds a reference to this object.
        unsafe {
            match self.data {
                Memory::F64(data) => drop(Box::from_raw(data)),
                Memory::F32(data) => drop(Box::from_raw(data)),
                Memory::U32(data) => drop(Box::from_raw(data)),
            }
        }
    }
}

#[pymethods]
impl Array {
    fn __len__(&self) -> usize {
        match self.data {
            Memory::F64(data) => data.len(),
            Memory::F32(data) => data.len(),
            Memory::U32(data) => data.len(),
        }
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
        let (data, bytes) = slf.get().bytes();
        // SAFETY: `view` comes from the interpreter; the memory lives as long as `slf`, to which
        // the view takes a reference.
        let failed = unsafe {
            ffi::PyBuffer_FillInfo(view, slf.as_ptr(), data, bytes.cast_signed(), 0, flags)
        };
        if failed == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}
