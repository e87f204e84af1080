//! Driven protocols.

use hyperphysics_kernels::math::ising::{self, Protocol};
use pyo3::prelude::*;

use crate::convert::{interruptible, read};

use super::{Lattice, wrong};

/// Runs of a protocol.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Driving {
    work: Vec<f64>,
    heat: Vec<f64>,
    energy_change: Vec<f64>,
}

/// Exact means over all runs.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Driven {
    free_energy_change: f64,
    work: f64,
    work_variance: f64,
    jarzynski: f64,
    heat: f64,
    energy_change: f64,
    entropy_change: f64,
    entropy_production: f64,
    dissipated_work: f64,
}

fn protocol(path: &[PyRef<'_, Lattice>], temperature: f64, sweeps: usize) -> Protocol {
    let path = path.iter().map(|lattice| lattice.0.clone()).collect();
    Protocol { path, sweeps, temperature }
}

#[pyfunction]
#[pyo3(signature = (path, temperature, *, sweeps = 1, runs = 1000, seed = 0))]
pub(crate) fn simulate_protocol(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] path: Vec<PyRef<'_, Lattice>>,
    #[pyo3(from_py_with = read)] temperature: f64,
    #[pyo3(from_py_with = read)] sweeps: usize,
    #[pyo3(from_py_with = read)] runs: u32,
    #[pyo3(from_py_with = read)] seed: u64,
) -> PyResult<Driving> {
    let protocol = protocol(&path, temperature, sweeps);
    let found = interruptible(py, |cancel| ising::drive(&protocol, runs, seed, cancel))?;
    let ising::Driving { work, heat, energy_change } = found.map_err(wrong)?;
    Ok(Driving { work, heat, energy_change })
}

#[pyfunction]
#[pyo3(signature = (path, temperature, *, sweeps = 1))]
pub(crate) fn exact_protocol(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] path: Vec<PyRef<'_, Lattice>>,
    #[pyo3(from_py_with = read)] temperature: f64,
    #[pyo3(from_py_with = read)] sweeps: usize,
) -> PyResult<Driven> {
    let protocol = protocol(&path, temperature, sweeps);
    let exact =
        interruptible(py, |cancel| ising::drive_exactly(&protocol, cancel))?.map_err(wrong)?;
    Ok(Driven {
        free_energy_change: exact.free_energy_change,
        work: exact.work,
        work_variance: exact.work_variance,
        jarzynski: exact.jarzynski,
        heat: exact.heat,
        energy_change: exact.energy_change,
        entropy_change: exact.entropy_change,
        entropy_production: exact.entropy_production,
        dissipated_work: exact.dissipated_work,
    })
}
