//! The CPU twins on their sample cases, for benchmarks beside peers written in Python.

use std::time::Instant;

use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_kernels::spec::{Access, Case, Extent, Kernel, LANES, tiles};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors;

fn find(kernel: &str) -> PyResult<(&'static Kernel, Case)> {
    let known = || REGISTRY.iter().map(|k| k.name).collect::<Vec<_>>().join(", ");
    let found = REGISTRY.iter().find(|k| k.name == kernel).ok_or_else(|| {
        errors::input(format!("no kernel `{kernel}`, expected one of {}", known()))
    })?;
    let case = (found.cases)().into_iter().find(|case| case.name.starts_with("bench"));
    let case = case.ok_or_else(|| errors::input(format!("`{kernel}` has no case to time")))?;
    Ok((found, case))
}

fn run(kernel: &Kernel, case: &Case, outputs: &mut [Vec<u32>]) {
    let inputs: Vec<&[u32]> = case.inputs.iter().map(Vec::as_slice).collect();
    let mut outputs: Vec<&mut [u32]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    (kernel.cpu)(&case.params, &inputs, &mut outputs);
}

fn outputs(kernel: &Kernel, case: &Case) -> Vec<Vec<u32>> {
    let written = kernel.bindings.iter().zip((kernel.extents)(&case.params));
    let words =
        written.filter(|(b, _)| b.access == Access::Write).map(|(_, extent)| match extent {
            Extent::PerItem(words) => words * tiles(case.items) * LANES,
            Extent::Shared => 0,
        });
    words.map(|words| vec![0; words]).collect()
}

/// Buffers by name, as bytes of 32-bit words.
type Buffers<'py> = Vec<(&'static str, Bound<'py, PyBytes>)>;

#[pyfunction]
pub(crate) fn twin<'py>(py: Python<'py>, kernel: &str) -> PyResult<(usize, Buffers<'py>)> {
    let (kernel, case) = find(kernel)?;
    let mut written = outputs(kernel, &case);
    run(kernel, &case, &mut written);
    let names = kernel.inputs().chain(kernel.outputs()).map(|binding| binding.name);
    let bytes = |words: &Vec<u32>| {
        PyBytes::new(py, &words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<u8>>())
    };
    let buffers = case.inputs.iter().chain(&written).map(bytes);
    Ok((case.items, names.zip(buffers).collect()))
}

#[pyfunction]
pub(crate) fn time_twin(py: Python<'_>, kernel: &str, repeats: usize) -> PyResult<Vec<f64>> {
    let (kernel, case) = find(kernel)?;
    let mut written = outputs(kernel, &case);
    Ok(py.detach(|| {
        run(kernel, &case, &mut written);
        let once = |_| {
            let start = Instant::now();
            run(kernel, &case, &mut written);
            start.elapsed().as_secs_f64()
        };
        (0..repeats).map(once).collect()
    }))
}
