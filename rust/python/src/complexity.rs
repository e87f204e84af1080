//! The complexity index and its factors.

use hyperphysics_kernels::math::complexity as index;
use hyperphysics_kernels::math::geometry::{pairs, polar_distances};
use pyo3::prelude::*;

use crate::convert::{Floats, read};
use crate::errors;

/// The index of a lattice and its factors.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Complexity {
    index: f64,
    dimension: f64,
    gain: f64,
    coherence: f64,
    dwell: f64,
    takens: f64,
    response: f64,
    time: f64,
}

#[pymethods]
impl Complexity {
    fn __repr__(&self) -> String {
        let Self { index, dimension, gain, coherence, dwell, .. } = self;
        format!(
            "Complexity(index={index}, dimension={dimension}, gain={gain}, coherence={coherence}, \
             dwell={dwell})"
        )
    }
}

#[pyfunction]
#[pyo3(signature = (points, magnetisation, *, reference = 5.0))]
pub(crate) fn complexity(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] points: Vec<[f64; 4]>,
    #[pyo3(from_py_with = read)] magnetisation: Vec<Floats>,
    #[pyo3(from_py_with = read)] reference: f64,
) -> PyResult<Complexity> {
    let series: Vec<Vec<f64>> = magnetisation.into_iter().map(|series| series.0).collect();
    py.detach(|| {
        let matrix = polar_distances(&points).map_err(|e| errors::input(e.to_string()))?;
        let distances = pairs(&matrix, points.len());
        let found = index::index(points.len(), &distances, &series, reference)
            .map_err(|e| errors::input(e.to_string()))?;
        let index::Index { index, dimension, gain, coherence, dwell, takens, response, time } =
            found;
        Ok(Complexity { index, dimension, gain, coherence, dwell, takens, response, time })
    })
}

#[pyfunction]
pub(crate) fn complexity_product(
    #[pyo3(from_py_with = read)] alpha: f64,
    #[pyo3(from_py_with = read)] dimension: f64,
    #[pyo3(from_py_with = read)] gain: f64,
    #[pyo3(from_py_with = read)] coherence: f64,
    #[pyo3(from_py_with = read)] beta: f64,
    #[pyo3(from_py_with = read)] time: f64,
) -> f64 {
    index::composite(alpha, [dimension, gain, coherence], beta, time)
}

#[pyfunction]
#[pyo3(signature = (series, window = 5.0))]
pub(crate) fn autocorrelation_time(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] series: Vec<Floats>,
    #[pyo3(from_py_with = read)] window: f64,
) -> Option<(f64, usize, Vec<f64>)> {
    let series: Vec<Vec<f64>> = series.into_iter().map(|series| series.0).collect();
    let found = py.detach(|| index::autocorrelation(&series, window))?;
    Some((found.time, found.window, found.lags))
}

#[pyfunction]
pub(crate) fn takens_dimension(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] distances: Floats,
) -> Option<(f64, f64, usize)> {
    let found = py.detach(|| index::takens(&distances.0))?;
    Some((found.dimension, found.median, found.pairs))
}

#[pyfunction]
pub(crate) fn correlation_sum(
    #[pyo3(from_py_with = read)] distances: Floats,
    #[pyo3(from_py_with = read)] radii: Floats,
) -> Vec<f64> {
    index::correlation_sum(&distances.0, &radii.0)
}

#[pyfunction]
pub(crate) fn volume_radius(#[pyo3(from_py_with = read)] r: f64) -> f64 {
    index::volume_radius(r)
}

#[pyfunction]
pub(crate) fn ball_dimension(#[pyo3(from_py_with = read)] r: f64) -> f64 {
    index::ball_dimension(r)
}
