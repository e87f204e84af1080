//! Integrated information.

use hyperphysics_kernels::math::phi::{self, CHANNELS, Windows};
use hyperphysics_kernels::math::shrinkage;
use hyperphysics_kernels::simd::F64;
use pyo3::prelude::*;

use crate::convert::{Floats, read};
use crate::errors;

/// Integrated information at a bipartition.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Bipartition {
    mask: u32,
    information: [[f64; 2]; 2],
    tdmi: f64,
    phi_wms: f64,
    phi_r: f64,
    phi_si: f64,
}

#[pymethods]
impl Bipartition {
    fn __repr__(&self) -> String {
        let Self { mask, phi_r, phi_wms, tdmi, .. } = self;
        format!("Bipartition(mask={mask}, phi_r={phi_r}, phi_wms={phi_wms}, tdmi={tdmi})")
    }
}

/// The packed joint covariance, if the blocks are square, of one size and finite.
fn joint(blocks: [(&str, &[Vec<f64>]); 3]) -> PyResult<(usize, Vec<f64>)> {
    let d = blocks[0].1.len();
    if !CHANNELS.contains(&d) {
        return Err(errors::input(format!("{d} channels, expected 2 to 8")));
    }
    for (name, block) in blocks {
        if block.len() != d || block.iter().any(|row| row.len() != d) {
            return Err(errors::input(format!("`{name}` is not {d} x {d}, as `past` is long")));
        }
        let entries = block.iter().enumerate();
        let mut wrong =
            entries.filter_map(|(i, row)| Some((i, row.iter().position(|v| !v.is_finite())?)));
        if let Some((i, j)) = wrong.next() {
            return Err(errors::input(format!("`{name}`[{i}][{j}] is not a finite number")));
        }
    }
    let [past, across, present] = blocks.map(|(_, block)| block);
    Ok((d, phi::pack(past, across, present)))
}

#[pyfunction]
pub(crate) fn bipartitions(
    #[pyo3(from_py_with = read)] past: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] across: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] present: Vec<Vec<f64>>,
) -> PyResult<Vec<Bipartition>> {
    let (d, joint) = joint([("past", &past), ("across", &across), ("present", &present)])?;
    let measures = |mask| {
        let found = phi::bipartition(d, &joint, mask).ok_or_else(|| {
            errors::input("the joint covariance of past and present is not positive definite")
        })?;
        let phi::Bipartition { information, tdmi, phi_wms, phi_r, phi_si } = found;
        Ok(Bipartition { mask, information, tdmi, phi_wms, phi_r, phi_si })
    };
    (1..=phi::bipartitions(d)).map(measures).collect()
}

#[pyfunction]
pub(crate) fn minimum_information_bipartition(
    #[pyo3(from_py_with = read)] past: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] across: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] present: Vec<Vec<f64>>,
) -> PyResult<(u32, f64, f64, f64)> {
    let (d, joint) = joint([("past", &past), ("across", &across), ("present", &present)])?;
    let lanes: Vec<F64> = joint.into_iter().map(F64::splat).collect();
    let [found, ..] = phi::integrate(d, &lanes);
    if found.mask == 0 {
        return Err(errors::input(
            "the joint covariance of past and present is not positive definite",
        ));
    }
    Ok((found.mask, found.phi_r, found.phi_wms, found.tdmi))
}

/// A measure of `kernels` at one bipartition of a joint covariance.
fn at_bipartition(
    py: Python<'_>,
    blocks: [(&str, &[Vec<f64>]); 3],
    mask: u32,
    measure: fn(usize, &[f64], u32) -> Option<f64>,
) -> PyResult<f64> {
    let (d, joint) = joint(blocks)?;
    let most = phi::bipartitions(d);
    if !(1..=most).contains(&mask) {
        return Err(errors::input(format!("mask {mask}, expected 1 to {most} for {d} channels")));
    }
    let found = py.detach(|| measure(d, &joint, mask));
    found.ok_or_else(|| {
        errors::input("the joint covariance of past and present is not positive definite")
    })
}

#[pyfunction]
pub(crate) fn phi_g(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] past: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] across: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] present: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] mask: u32,
) -> PyResult<f64> {
    let blocks = [("past", &*past), ("across", &*across), ("present", &*present)];
    at_bipartition(py, blocks, mask, phi::geometric)
}

#[pyfunction]
pub(crate) fn phi_star(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] past: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] across: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] present: Vec<Vec<f64>>,
    #[pyo3(from_py_with = read)] mask: u32,
) -> PyResult<f64> {
    let blocks = [("past", &*past), ("across", &*across), ("present", &*present)];
    at_bipartition(py, blocks, mask, phi::decoding)
}

#[pyfunction]
#[pyo3(signature = (channels, *, window = 256, permutations = 8, seed = 0))]
pub(crate) fn integrated_information(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] channels: Vec<Floats>,
    #[pyo3(from_py_with = read)] window: usize,
    #[pyo3(from_py_with = read)] permutations: usize,
    #[pyo3(from_py_with = read)] seed: u64,
) -> PyResult<Vec<[f64; phi::MEASURES]>> {
    let streams: Vec<&[f64]> = channels.iter().map(|channel| &*channel.0).collect();
    if !CHANNELS.contains(&streams.len()) {
        return Err(errors::input(format!("{} channels, expected 2 to 8", streams.len())));
    }
    let bars = streams[0].len();
    for (number, stream) in streams.iter().enumerate() {
        if stream.len() != bars {
            let length = stream.len();
            return Err(errors::input(format!(
                "channel {number} has {length} values, expected {bars} as channel 0 has"
            )));
        }
        if let Some(at) = stream.iter().position(|value| !value.is_finite()) {
            let value = stream[at];
            return Err(errors::input(format!(
                "channel {number}, value {at} is {value}, expected a finite number"
            )));
        }
    }
    let least = 4 * streams.len();
    if !(least..=1 << 16).contains(&window) || permutations > 64 {
        return Err(errors::input(format!(
            "window {window} and {permutations} permutations, expected {least} to 65536 and at most 64"
        )));
    }
    let ends: Vec<usize> = (window - 1..bars).collect();
    Ok(py.detach(|| {
        let mut measures = vec![[f64::NAN; phi::MEASURES]; bars.min(window - 1)];
        measures.extend(Windows::new(window, permutations, seed).measure(&streams, &ends));
        measures
    }))
}

#[pyfunction]
pub(crate) fn shrinkage_intensities(
    #[pyo3(from_py_with = read)] rows: Vec<Vec<f64>>,
) -> PyResult<(f64, f64)> {
    let p = rows.first().map_or(0, Vec::len);
    if p == 0 || rows.iter().any(|row| row.len() != p) {
        return Err(errors::input("`rows` are not at least one row of equally many values"));
    }
    Ok((shrinkage::oas_of(&rows), shrinkage::ledoit_wolf(&rows)))
}
