//! Networks of p-bits: the class `Lattice`.

mod driven;
mod results;

use hyperphysics_kernels::math::geometry::{ball_distances, polar_distances};
use hyperphysics_kernels::math::ising::{self, Annealing, Integration, Rule, Sampling};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::convert::{Floats, interruptible, read};
use crate::errors;

pub(crate) use driven::{Driven, Driving, exact_protocol, simulate_protocol};
pub(crate) use results::{
    Annealed, FixedPoint, FreeEnergy, Relaxation, Sample, Sparse, Thermodynamics, Uniform,
};

/// Exception for an error of a lattice.
fn wrong(error: ising::Error) -> PyErr {
    match error {
        ising::Error::NoFixedPoint { .. } | ising::Error::Cancelled => {
            errors::EngineError::new_err(error.to_string())
        }
        _ => errors::input(error.to_string()),
    }
}

fn rule(name: &str) -> PyResult<Rule> {
    match name {
        "heat_bath" => Ok(Rule::HeatBath),
        "metropolis" => Ok(Rule::Metropolis),
        _ => Err(errors::input(format!("rule is `{name}`, expected heat_bath or metropolis"))),
    }
}

/// A network of p-bits.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Lattice(ising::Lattice);

impl Lattice {
    /// The lattice behind the class.
    pub(crate) const fn inner(&self) -> &ising::Lattice {
        &self.0
    }

    fn from_distances(
        distances: &[f64],
        nodes: usize,
        fields: Option<Floats>,
        j0: f64,
        length_scale: f64,
    ) -> PyResult<Self> {
        let couplings = ising::exponential(distances, nodes, j0, length_scale).map_err(wrong)?;
        Self::build(couplings, nodes, fields)
    }

    fn build(couplings: Vec<f64>, nodes: usize, fields: Option<Floats>) -> PyResult<Self> {
        let fields = fields.map_or_else(|| vec![0.0; nodes], |fields| fields.0);
        if fields.len() != nodes {
            return Err(errors::input(format!(
                "{} fields for {nodes} nodes, expected as many",
                fields.len()
            )));
        }
        ising::Lattice::new(couplings, fields).map(Self).map_err(wrong)
    }
}

#[pymethods]
impl Lattice {
    #[new]
    #[pyo3(signature = (couplings, fields = None))]
    fn new(
        #[pyo3(from_py_with = read)] couplings: Vec<Vec<f64>>,
        #[pyo3(from_py_with = read)] fields: Option<Floats>,
    ) -> PyResult<Self> {
        let nodes = couplings.len();
        if let Some(at) = couplings.iter().position(|row| row.len() != nodes) {
            return Err(errors::input(format!(
                "couplings[{at}] has {} values, expected {nodes}: a square matrix",
                couplings[at].len()
            )));
        }
        Self::build(couplings.into_iter().flatten().collect(), nodes, fields)
    }

    #[classmethod]
    #[pyo3(signature = (points, fields = None, *, j0 = 1.0, length_scale = 1.0))]
    fn from_polar(
        _class: &Bound<'_, PyType>,
        #[pyo3(from_py_with = read)] points: Vec<[f64; 4]>,
        #[pyo3(from_py_with = read)] fields: Option<Floats>,
        #[pyo3(from_py_with = read)] j0: f64,
        #[pyo3(from_py_with = read)] length_scale: f64,
    ) -> PyResult<Self> {
        let distances = polar_distances(&points).map_err(|e| errors::input(e.to_string()))?;
        Self::from_distances(&distances, points.len(), fields, j0, length_scale)
    }

    #[classmethod]
    #[pyo3(signature = (points, fields = None, *, j0 = 1.0, length_scale = 1.0))]
    fn from_ball(
        _class: &Bound<'_, PyType>,
        #[pyo3(from_py_with = read)] points: Vec<Vec<f64>>,
        #[pyo3(from_py_with = read)] fields: Option<Floats>,
        #[pyo3(from_py_with = read)] j0: f64,
        #[pyo3(from_py_with = read)] length_scale: f64,
    ) -> PyResult<Self> {
        let points =
            points.iter().map(|x| crate::geometry::point(x)).collect::<PyResult<Vec<_>>>()?;
        let distances = ball_distances(&points).map_err(|e| errors::input(e.to_string()))?;
        Self::from_distances(&distances, points.len(), fields, j0, length_scale)
    }

    /// What `pickle` and `copy` make it anew from.
    fn __getnewargs__(&self) -> (Vec<Vec<f64>>, Vec<f64>) {
        (self.couplings(), self.fields())
    }

    #[getter]
    fn nodes(&self) -> usize {
        self.0.nodes()
    }

    #[getter]
    fn couplings(&self) -> Vec<Vec<f64>> {
        self.0.couplings().chunks_exact(self.0.nodes()).map(<[f64]>::to_vec).collect()
    }

    #[getter]
    fn fields(&self) -> Vec<f64> {
        self.0.fields().to_vec()
    }

    fn largest_eigenvalue(&self, py: Python<'_>) -> f64 {
        py.detach(|| ising::largest_eigenvalue(&self.0))
    }

    #[pyo3(signature = (t = 1.25))]
    fn temperature(&self, py: Python<'_>, #[pyo3(from_py_with = read)] t: f64) -> PyResult<f64> {
        py.detach(|| ising::temperature(&self.0, t)).map_err(wrong)
    }

    fn energy(&self, #[pyo3(from_py_with = read)] spins: Vec<i8>) -> PyResult<f64> {
        self.0.energy_of(&spins).map_err(wrong)
    }

    fn exact(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
    ) -> PyResult<Thermodynamics> {
        let found = py.detach(|| ising::thermodynamics(&self.0, temperature)).map_err(wrong)?;
        Ok(Thermodynamics::of(found, self.0.nodes()))
    }

    fn sparse(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
    ) -> PyResult<Sparse> {
        py.detach(|| ising::sparse(&self.0, temperature)).map(Into::into).map_err(wrong)
    }

    #[pyo3(signature = (
        temperature, *, sweeps = 1000, burn_in = 100, replicas = 1, seed = 0, rule = "heat_bath"
    ))]
    #[allow(clippy::too_many_arguments)] // keywords in Python
    fn sample(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
        #[pyo3(from_py_with = read)] sweeps: usize,
        #[pyo3(from_py_with = read)] burn_in: usize,
        #[pyo3(from_py_with = read)] replicas: u32,
        #[pyo3(from_py_with = read)] seed: u64,
        #[pyo3(from_py_with = read)] rule: &str,
    ) -> PyResult<Sample> {
        let rule = self::rule(rule)?;
        let sampling = Sampling { temperature, sweeps, burn_in, replicas, seed, rule };
        interruptible(py, |cancel| ising::sample(&self.0, &sampling, cancel).map(Sample::from))?
            .map_err(wrong)
    }

    #[pyo3(signature = (
        temperature, *, panels = 1, sweeps = 1000, burn_in = 100, replicas = 1, seed = 0
    ))]
    #[allow(clippy::too_many_arguments)] // keywords in Python
    fn free_energy(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
        #[pyo3(from_py_with = read)] panels: usize,
        #[pyo3(from_py_with = read)] sweeps: usize,
        #[pyo3(from_py_with = read)] burn_in: usize,
        #[pyo3(from_py_with = read)] replicas: u32,
        #[pyo3(from_py_with = read)] seed: u64,
    ) -> PyResult<FreeEnergy> {
        let how = Integration { panels, sweeps, burn_in, replicas, seed };
        interruptible(py, |cancel| ising::integrate(&self.0, temperature, &how, cancel))?
            .map(Into::into)
            .map_err(wrong)
    }

    fn mean_field(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
    ) -> PyResult<FixedPoint> {
        py.detach(|| ising::mean_field(&self.0, temperature)).map(Into::into).map_err(wrong)
    }

    fn tap(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
    ) -> PyResult<FixedPoint> {
        py.detach(|| ising::tap(&self.0, temperature)).map(Into::into).map_err(wrong)
    }

    fn harmonic(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] labels: Vec<Option<f64>>,
    ) -> PyResult<Vec<f64>> {
        py.detach(|| ising::harmonic(&self.0, &labels)).map_err(wrong)
    }

    #[pyo3(signature = (schedule, *, sweeps = 10, replicas = 1, seed = 0))]
    fn anneal(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] schedule: Floats,
        #[pyo3(from_py_with = read)] sweeps: usize,
        #[pyo3(from_py_with = read)] replicas: u32,
        #[pyo3(from_py_with = read)] seed: u64,
    ) -> PyResult<Annealed> {
        let annealing = Annealing { schedule: schedule.0, sweeps, replicas, seed };
        interruptible(py, |cancel| ising::anneal(&self.0, &annealing, cancel))?
            .map(Into::into)
            .map_err(wrong)
    }

    #[pyo3(signature = (temperature, start, times, *, runs = 1000, seed = 0))]
    fn relax(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
        #[pyo3(from_py_with = read)] start: Vec<i8>,
        #[pyo3(from_py_with = read)] times: Floats,
        #[pyo3(from_py_with = read)] runs: u32,
        #[pyo3(from_py_with = read)] seed: u64,
    ) -> PyResult<Relaxation> {
        interruptible(py, |cancel| {
            ising::relax(&self.0, temperature, &start, &times.0, runs, seed, cancel)
        })?
        .map(Into::into)
        .map_err(wrong)
    }

    fn relax_exactly(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
        #[pyo3(from_py_with = read)] start: Vec<i8>,
        #[pyo3(from_py_with = read)] times: Floats,
    ) -> PyResult<Relaxation> {
        interruptible(py, |cancel| {
            let distributions =
                ising::relax_exactly(&self.0, temperature, &start, &times.0, cancel)?;
            Relaxation::of_distributions(&distributions, &self.0)
        })?
        .map_err(wrong)
    }

    #[pyo3(signature = (temperature, start, sweeps, *, rule = "heat_bath"))]
    fn magnetisation_after(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
        #[pyo3(from_py_with = read)] start: Vec<i8>,
        #[pyo3(from_py_with = read)] sweeps: usize,
        #[pyo3(from_py_with = read)] rule: &str,
    ) -> PyResult<Vec<f64>> {
        let rule = self::rule(rule)?;
        interruptible(py, |cancel| {
            ising::magnetisation_after(&self.0, temperature, rule, &start, sweeps, cancel)
        })?
        .map_err(wrong)
    }

    #[pyo3(signature = (temperature, lags, *, rule = "heat_bath"))]
    fn magnetisation_lags(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = read)] temperature: f64,
        #[pyo3(from_py_with = read)] lags: usize,
        #[pyo3(from_py_with = read)] rule: &str,
    ) -> PyResult<Vec<f64>> {
        let rule = self::rule(rule)?;
        interruptible(py, |cancel| {
            ising::magnetisation_lags(&self.0, temperature, rule, lags, cancel)
        })?
        .map_err(wrong)
    }

    fn __repr__(&self) -> String {
        format!("Lattice(nodes={})", self.0.nodes())
    }
}

#[pyfunction]
pub(crate) fn geometric_schedule(
    #[pyo3(from_py_with = read)] first: f64,
    #[pyo3(from_py_with = read)] last: f64,
    #[pyo3(from_py_with = read)] steps: usize,
) -> PyResult<Vec<f64>> {
    ising::geometric(first, last, steps).map_err(wrong)
}

#[pyfunction]
pub(crate) fn uniform_lattice(
    #[pyo3(from_py_with = read)] nodes: usize,
    #[pyo3(from_py_with = read)] coupling: f64,
    #[pyo3(from_py_with = read)] field: f64,
    #[pyo3(from_py_with = read)] temperature: f64,
) -> PyResult<Uniform> {
    ising::uniform(nodes, coupling, field, temperature).map(Into::into).map_err(wrong)
}
