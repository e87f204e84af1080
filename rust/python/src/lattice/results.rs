//! What the methods of a lattice return.

// Constructors of all fields, which pickles call.
#![allow(clippy::too_many_arguments)]

use hyperphysics_kernels::math::ising::{self, Distribution, Estimate};
use pyo3::prelude::*;

/// A mean with its standard error.
type Pair = (f64, f64);

fn pair(estimate: Estimate) -> Pair {
    (estimate.value, estimate.error)
}

fn pairs(estimates: Vec<Estimate>) -> (Vec<f64>, Vec<f64>) {
    estimates.into_iter().map(pair).unzip()
}

/// Exact thermodynamics.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Thermodynamics {
    log_partition: f64,
    free_energy: f64,
    energy: f64,
    entropy: f64,
    heat_capacity: f64,
    susceptibility: f64,
    ground_energy: f64,
    mean: Vec<f64>,
    pairs: Vec<Vec<f64>>,
    magnetisation: f64,
    abs_magnetisation: f64,
    magnetisation_2: f64,
    magnetisation_4: f64,
}

impl Thermodynamics {
    pub(super) fn of(exact: ising::Thermodynamics, nodes: usize) -> Self {
        Self {
            log_partition: exact.log_partition,
            free_energy: exact.free_energy,
            energy: exact.energy,
            entropy: exact.entropy,
            heat_capacity: exact.heat_capacity,
            susceptibility: exact.susceptibility,
            ground_energy: exact.ground_energy,
            mean: exact.mean,
            pairs: exact.pairs.chunks_exact(nodes).map(<[f64]>::to_vec).collect(),
            magnetisation: exact.magnetisation,
            abs_magnetisation: exact.abs_magnetisation,
            magnetisation_2: exact.magnetisation_2,
            magnetisation_4: exact.magnetisation_4,
        }
    }
}

/// Exact statistics by elimination.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Sparse {
    log_partition: f64,
    free_energy: f64,
    energy: f64,
    entropy: f64,
    mean: Vec<f64>,
    edges: Vec<(usize, usize)>,
    correlations: Vec<f64>,
}

impl From<ising::Sparse> for Sparse {
    fn from(exact: ising::Sparse) -> Self {
        let (edges, correlations) = exact.edges.into_iter().map(|([a, b], c)| ((a, b), c)).unzip();
        Self {
            log_partition: exact.log_partition,
            free_energy: exact.free_energy,
            energy: exact.energy,
            entropy: exact.entropy,
            mean: exact.mean,
            edges,
            correlations,
        }
    }
}

/// Exact statistics of equal couplings.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Uniform {
    log_partition: f64,
    energy: f64,
    magnetisation: f64,
    abs_magnetisation: f64,
    magnetisation_2: f64,
    magnetisation_4: f64,
}

impl From<ising::Uniform> for Uniform {
    fn from(exact: ising::Uniform) -> Self {
        Self {
            log_partition: exact.log_partition,
            energy: exact.energy,
            magnetisation: exact.magnetisation,
            abs_magnetisation: exact.abs_magnetisation,
            magnetisation_2: exact.magnetisation_2,
            magnetisation_4: exact.magnetisation_4,
        }
    }
}

/// Recorded sweeps.
#[pyclass(frozen, get_all, new = "from_fields", module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Sample {
    mean: Vec<f64>,
    mean_error: Vec<f64>,
    energy: Pair,
    magnetisation: Pair,
    abs_magnetisation: Pair,
    magnetisation_2: Pair,
    heat_capacity: f64,
    susceptibility: f64,
    time: f64,
    magnetisation_series: Vec<Vec<f64>>,
    energy_series: Vec<Vec<f64>>,
    states: Vec<Vec<i8>>,
}

#[pymethods]
impl Sample {
    /// What `pickle` and `copy` make it anew from.
    #[allow(clippy::type_complexity)] // all fields
    fn __getnewargs__(
        &self,
    ) -> (
        &[f64],
        &[f64],
        Pair,
        Pair,
        Pair,
        Pair,
        f64,
        f64,
        f64,
        &[Vec<f64>],
        &[Vec<f64>],
        Vec<Vec<i8>>,
    ) {
        (
            &self.mean,
            &self.mean_error,
            self.energy,
            self.magnetisation,
            self.abs_magnetisation,
            self.magnetisation_2,
            self.heat_capacity,
            self.susceptibility,
            self.time,
            &self.magnetisation_series,
            &self.energy_series,
            self.states.clone(),
        )
    }
}

impl From<ising::Sample> for Sample {
    fn from(sample: ising::Sample) -> Self {
        let [energy, magnetisation, abs_magnetisation, magnetisation_2] = [
            sample.mean_energy(),
            sample.mean_magnetisation(),
            sample.abs_magnetisation(),
            sample.squared_magnetisation(),
        ]
        .map(pair);
        let (heat_capacity, susceptibility) = (sample.heat_capacity(), sample.susceptibility());
        let time = sample.time();
        let (mean, mean_error) = pairs(sample.mean);
        Self {
            mean,
            mean_error,
            energy,
            magnetisation,
            abs_magnetisation,
            magnetisation_2,
            heat_capacity,
            susceptibility,
            time,
            magnetisation_series: sample.magnetisation,
            energy_series: sample.energy,
            states: sample.states,
        }
    }
}

/// Thermodynamics by integration.
#[allow(clippy::struct_field_names)] // Python sees them
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct FreeEnergy {
    log_partition: Pair,
    free_energy: Pair,
    energy: Pair,
    entropy: Pair,
    quadrature: f64,
}

impl From<ising::FreeEnergy> for FreeEnergy {
    fn from(found: ising::FreeEnergy) -> Self {
        Self {
            log_partition: pair(found.log_partition),
            free_energy: pair(found.free_energy),
            energy: pair(found.energy),
            entropy: pair(found.entropy),
            quadrature: found.quadrature,
        }
    }
}

/// A fixed point of the means.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct FixedPoint {
    mean: Vec<f64>,
    free_energy: f64,
    iterations: usize,
    residual: f64,
}

impl From<ising::FixedPoint> for FixedPoint {
    fn from(point: ising::FixedPoint) -> Self {
        let ising::FixedPoint { mean, free_energy, iterations, residual } = point;
        Self { mean, free_energy, iterations, residual }
    }
}

/// The best state of each replica.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Annealed {
    states: Vec<Vec<i8>>,
    energies: Vec<f64>,
    path: Vec<f64>,
}

impl From<ising::Annealed> for Annealed {
    fn from(found: ising::Annealed) -> Self {
        let ising::Annealed { states, energies, path } = found;
        Self { states, energies, path }
    }
}

/// Means at given times.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Relaxation {
    mean: Vec<Vec<f64>>,
    mean_error: Vec<Vec<f64>>,
    energy: Vec<f64>,
    energy_error: Vec<f64>,
    entropy: Option<Vec<f64>>,
}

impl From<ising::Relaxation> for Relaxation {
    fn from(found: ising::Relaxation) -> Self {
        let (mean, mean_error) = found.mean.into_iter().map(pairs).unzip();
        let (energy, energy_error) = pairs(found.energy);
        Self { mean, mean_error, energy, energy_error, entropy: None }
    }
}

impl Relaxation {
    /// Without error, and with the entropy.
    pub(super) fn of_distributions(
        distributions: &[Distribution],
        lattice: &ising::Lattice,
    ) -> Result<Self, ising::Error> {
        let mean: Vec<Vec<f64>> = distributions.iter().map(Distribution::mean_spins).collect();
        let energy = distributions
            .iter()
            .map(|distribution| distribution.mean_energy(lattice))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            mean_error: mean.iter().map(|mean| vec![0.0; mean.len()]).collect(),
            mean,
            energy_error: vec![0.0; energy.len()],
            energy,
            entropy: Some(distributions.iter().map(Distribution::entropy).collect()),
        })
    }
}
