//! The kernels one by one, on the engine's device.

use hyperphysics_market::single_kernel_api::{self as single, Lattice, Polar, Simulation, Sweeps};
use pyo3::prelude::*;

use crate::convert::{Array, Floats, interruptible, read};
use crate::engine::Engine;
use crate::lattice::{self, Sample};
use crate::{errors, geometry};

/// Runs `work` with the engine, interruptibly.
pub(crate) fn call<T: Send>(
    py: Python<'_>,
    engine: &Engine,
    work: impl FnOnce(
        &hyperphysics_engine::Engine,
        &std::sync::atomic::AtomicBool,
    ) -> hyperphysics_market::Result<T>
    + Send,
) -> PyResult<T> {
    interruptible(py, |cancel| work(engine.inner(), cancel))?.map_err(|e| errors::market(&e))
}

#[pyfunction]
pub(crate) fn normal_block(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] counter: [u32; 4],
    #[pyo3(from_py_with = read)] key: [u32; 2],
) -> PyResult<([u32; 4], [f32; 4])> {
    call(py, engine, |engine, cancel| single::normal_block(engine, counter, key, cancel))
}

#[pyfunction]
#[pyo3(signature = (engine, count, *, key = [0, 0]))]
pub(crate) fn standard_normals(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] count: usize,
    #[pyo3(from_py_with = read)] key: [u32; 2],
) -> PyResult<Array> {
    let values =
        call(py, engine, |engine, cancel| single::standard_normals(engine, count, key, cancel))?;
    Ok(Array(values.into_iter().map(f64::from).collect()))
}

#[pyfunction]
pub(crate) fn distances(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] sets: Vec<Vec<Polar>>,
) -> PyResult<Vec<f32>> {
    call(py, engine, |engine, cancel| single::distance_matrices(engine, &sets, cancel))
}

#[pyfunction]
#[pyo3(signature = (engine, points, queries, form))]
pub(crate) fn cross_distances(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] points: Floats,
    #[pyo3(from_py_with = read)] queries: Option<Floats>,
    #[pyo3(from_py_with = read)] form: &str,
) -> PyResult<Array<f32>> {
    let points = geometry::points("points", &points, form)?;
    let queries = queries.map(|rows| geometry::points("queries", &rows, form)).transpose()?;
    let matrix = call(py, engine, |engine, cancel| {
        single::cross_distances(engine, &points, queries.as_deref(), cancel)
    })?;
    Ok(Array(matrix))
}

#[pyfunction]
#[pyo3(signature = (engine, points, queries, k, form))]
pub(crate) fn nearest_neighbours(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] points: Floats,
    #[pyo3(from_py_with = read)] queries: Option<Floats>,
    #[pyo3(from_py_with = read)] k: usize,
    #[pyo3(from_py_with = read)] form: &str,
) -> PyResult<(Array<u32>, Array)> {
    let points = geometry::points("points", &points, form)?;
    let queries = queries.map(|rows| geometry::points("queries", &rows, form)).transpose()?;
    let found = call(py, engine, |engine, cancel| {
        single::nearest_neighbours(engine, &points, queries.as_deref(), k, cancel)
    })?;
    Ok((Array(found.rows), Array(found.distances)))
}

#[pyfunction]
pub(crate) fn tail_measures(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] sample: Floats,
) -> PyResult<[f64; 6]> {
    call(py, engine, |engine, cancel| single::tail_measures(engine, &sample.0, cancel))
}

#[pyfunction]
#[pyo3(signature = (engine, residuals, *, window, starts, horizon, paths, decay, seed = 0))]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn simulate(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] residuals: Floats,
    #[pyo3(from_py_with = read)] window: usize,
    #[pyo3(from_py_with = read)] starts: Vec<u32>,
    #[pyo3(from_py_with = read)] horizon: usize,
    #[pyo3(from_py_with = read)] paths: usize,
    #[pyo3(from_py_with = read)] decay: f64,
    #[pyo3(from_py_with = read)] seed: u64,
) -> PyResult<Vec<[f64; 6]>> {
    let simulation = Simulation { horizon, paths, decay, seed };
    call(py, engine, |engine, cancel| {
        single::simulate(engine, &residuals.0, window, &starts, simulation, cancel)
    })
}

#[pyfunction]
#[pyo3(signature = (engine, *, past_window, labels, open_points, length_scale, temperature, horizon))]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn newest_spin(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] past_window: Vec<Polar>,
    #[pyo3(from_py_with = read)] labels: Floats,
    #[pyo3(from_py_with = read)] open_points: Vec<Polar>,
    #[pyo3(from_py_with = read)] length_scale: f64,
    #[pyo3(from_py_with = read)] temperature: f64,
    #[pyo3(from_py_with = read)] horizon: f64,
) -> PyResult<f64> {
    call(py, engine, |engine, cancel| {
        let lattice = Lattice {
            past_window: &past_window,
            labels: &labels.0,
            open: &open_points,
            length_scale,
            temperature,
            horizon,
        };
        single::newest_spin(engine, lattice, cancel)
    })
}

#[pyfunction]
#[pyo3(signature = (
    engine, lattices, temperatures, *, sweeps = 1000, burn_in = 100, replicas = 1, seed = 0
))]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn sample_lattices(
    py: Python<'_>,
    engine: &Engine,
    #[pyo3(from_py_with = read)] lattices: Vec<PyRef<'_, lattice::Lattice>>,
    #[pyo3(from_py_with = read)] temperatures: Floats,
    #[pyo3(from_py_with = read)] sweeps: u32,
    #[pyo3(from_py_with = read)] burn_in: u32,
    #[pyo3(from_py_with = read)] replicas: u32,
    #[pyo3(from_py_with = read)] seed: u64,
) -> PyResult<Vec<Sample>> {
    let lattices: Vec<_> = lattices.iter().map(|lattice| lattice.inner().clone()).collect();
    let how = Sweeps { sweeps, burn_in, replicas, seed };
    let samples = call(py, engine, |engine, cancel| {
        single::sample_lattices(engine, &lattices, &temperatures.0, &how, cancel)
    })?;
    Ok(samples.into_iter().map(Sample::from).collect())
}
