//! Lets the tests of this crate link without Python.
//!
//! Polars is compiled once, with the features that the Python extension needs: one of them makes its
//! errors able to hold a Python exception. Code of `PyO3` comes with it that no test here reaches, and
//! whose symbols only an interpreter has. On Linux they are given the address 0; a name that is
//! missing below is an undefined symbol at link time.

use std::path::PathBuf;
use std::{env, fs};

/// Symbols of Python's stable ABI that `PyO3` refers to.
const SYMBOLS: &[&str] = &[
    "PyBytes_AsString",
    "PyBytes_Size",
    "PyErr_Fetch",
    "PyErr_NewExceptionWithDoc",
    "PyErr_NormalizeException",
    "PyErr_PrintEx",
    "PyErr_Restore",
    "PyErr_SetObject",
    "PyErr_SetString",
    "PyErr_WriteUnraisable",
    "PyEval_RestoreThread",
    "PyEval_SaveThread",
    "PyExc_BaseException",
    "PyExc_SystemError",
    "PyExc_TypeError",
    "PyException_GetTraceback",
    "PyException_SetTraceback",
    "PyGILState_Ensure",
    "PyGILState_Release",
    "PyImport_Import",
    "PyObject_Call",
    "PyObject_CallNoArgs",
    "PyObject_GetAttr",
    "PyObject_Repr",
    "PyObject_Str",
    "PyTraceBack_Print",
    "PyTuple_GetItem",
    "PyTuple_New",
    "PyTuple_SetItem",
    "PyTuple_Size",
    "PyTuple_Type",
    "PyType_GetFlags",
    "PyType_GetName",
    "PyType_GetQualName",
    "PyType_Type",
    "PyUnicode_AsEncodedString",
    "PyUnicode_AsUTF8AndSize",
    "PyUnicode_FromStringAndSize",
    "PyUnicode_InternInPlace",
    "PyUnicode_Type",
    "Py_IsInitialized",
    "_Py_DecRef",
    "_Py_IncRef",
    "_Py_NoneStruct",
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => {
            let script = format!("PROVIDE({} = 0);\n", SYMBOLS.join(" = 0);\nPROVIDE("));
            let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
            let path = folder.join("no_python.ld");
            fs::write(&path, script).expect("the folder is there to be written to");
            println!("cargo:rustc-link-arg={}", path.display());
        }
        Ok("macos") => println!("cargo:rustc-link-arg=-Wl,-undefined,dynamic_lookup"),
        _ => {}
    }
}
