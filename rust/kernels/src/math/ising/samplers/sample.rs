//! Sampling node by node, in their order.

use std::sync::atomic::AtomicBool;

use super::words::{Stream, Words};
use crate::math::complexity::{WINDOW, autocorrelation};
use crate::math::ising::check::check_temperature;
pub(super) use crate::math::ising::check::stop;
use crate::math::ising::{Error, Lattice, Rule};

/// Batches of a replica whose means give the standard errors.
pub const BATCHES: usize = 32;

/// What to sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Temperature T.
    pub temperature: f64,
    /// Sweeps recorded per replica, at least 1.
    pub sweeps: usize,
    /// Sweeps before them.
    pub burn_in: usize,
    /// Independent replicas, at least 1, each from a random state.
    pub replicas: u32,
    /// Seed of the random words.
    pub seed: u64,
    /// Rule of the updates.
    pub rule: Rule,
}

/// A mean with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub value: f64,
    /// Its standard error; NaN where it cannot be told.
    pub error: f64,
}

/// Recorded sweeps of N nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    temperature: f64,
    /// ⟨s_i⟩ by Rao and Blackwell: the mean of `tanh(L_i/T)` at the updates of node i, whose
    /// variance is below that of the mean of s_i.
    pub mean: Vec<Estimate>,
    /// `M = Σ s_i` after each sweep, replica by replica.
    pub magnetisation: Vec<Vec<f64>>,
    /// Energy after each sweep, replica by replica.
    pub energy: Vec<Vec<f64>>,
    /// Last state of each replica.
    pub states: Vec<Vec<i8>>,
}

/// Samples a lattice: each sweep updates all nodes one after the other, never at once.
///
/// The value of a node comes from comparing a 32-bit word of Philox with an integer threshold, and
/// the words depend on seed, replica, sweep and node only. Standard errors come from the means of
/// 32 batches per replica; they hold where a batch is many autocorrelation times long.
///
/// # Errors
/// [`Error::Temperature`], [`Error::Range`] for no sweeps or replicas, [`Error::Cancelled`].
pub fn sample(
    lattice: &Lattice,
    sampling: &Sampling,
    cancel: &AtomicBool,
) -> Result<Sample, Error> {
    check_temperature(sampling.temperature)?;
    at_least_one("sweeps", sampling.sweeps)?;
    at_least_one("replicas", sampling.replicas as usize)?;
    let n = lattice.nodes();
    let (mut batches, mut states) = (Vec::new(), Vec::new());
    let (mut magnetisations, mut energies) = (Vec::new(), Vec::new());
    let longest = sampling.sweeps.div_ceil(BATCHES);
    for replica in 0..sampling.replicas {
        let spins = Words::new(sampling.seed, Stream::Start, replica).spins(n);
        let mut chain = Chain {
            lattice,
            rule: sampling.rule,
            words: Words::new(sampling.seed, Stream::Sample, replica),
            energy: lattice.energy(&spins),
            spins,
            conditional: vec![0.0; n],
        };
        let mut magnetisation = Vec::new();
        let mut energy = Vec::new();
        for _ in 0..sampling.burn_in {
            stop(cancel)?;
            chain.sweep(sampling.temperature);
        }
        chain.conditional.fill(0.0);
        for sweep in 1..=sampling.sweeps {
            stop(cancel)?;
            chain.sweep(sampling.temperature);
            magnetisation.push(chain.spins.iter().sum());
            energy.push(chain.energy);
            if sweep % longest == 0 || sweep == sampling.sweeps {
                let sums = std::mem::replace(&mut chain.conditional, vec![0.0; n]);
                let length = sweep - (sweep - 1) / longest * longest;
                batches.push((length as f64, sums));
            }
        }
        magnetisations.push(magnetisation);
        energies.push(energy);
        states.push(chain.spins.iter().map(|&s| s as i8).collect());
    }
    let temperature = sampling.temperature;
    Ok(Sample::recorded(temperature, &batches, magnetisations, energies, states))
}

pub(super) fn at_least_one(what: &'static str, count: usize) -> Result<(), Error> {
    if count == 0 {
        return Err(Error::Range { what, value: 0.0, expected: "at least 1" });
    }
    Ok(())
}

/// Mean over batches of `length` sweeps with the sums of every node.
fn batch_mean(batches: &[(f64, Vec<f64>)], node: usize) -> Estimate {
    let total: f64 = batches.iter().map(|(length, _)| length).sum();
    let value = batches.iter().map(|(_, sums)| sums[node]).sum::<f64>() / total;
    let off = |(length, sums): &(f64, Vec<f64>)| (sums[node] - length * value).powi(2);
    let spread = batches.iter().map(off).sum::<f64>();
    let count = batches.len() as f64;
    let error =
        if count > 1.0 { (spread * count / (count - 1.0)).sqrt() / total } else { f64::NAN };
    Estimate { value, error }
}

/// One replica.
pub(super) struct Chain<'a> {
    pub(super) lattice: &'a Lattice,
    pub(super) rule: Rule,
    pub(super) words: Words,
    pub(super) spins: Vec<f64>,
    /// Energy of the state.
    pub(super) energy: f64,
    /// Sums of `tanh(L_i/T)` since they were last taken.
    pub(super) conditional: Vec<f64>,
}

impl Chain<'_> {
    /// Updates every node once, in order; the energy that the state took up.
    pub(super) fn sweep(&mut self, temperature: f64) -> f64 {
        let mut heat = 0.0;
        for i in 0..self.spins.len() {
            let (old, local) = (self.spins[i], self.lattice.local(i, &self.spins));
            self.conditional[i] += (local / temperature).tanh();
            let up = self.words.chance(self.rule.up(old, local, temperature));
            let new = if up { 1.0 } else { -1.0 };
            heat += (old - new) * local;
            self.spins[i] = new;
        }
        self.energy += heat;
        heat
    }
}

impl Sample {
    /// A sample that was recorded elsewhere: `batches` are numbers of sweeps with the sums over them of
    /// the conditional means of every node, the others as the fields of their names.
    ///
    /// # Panics
    /// Panics if there is no batch or no recorded sweep.
    #[must_use]
    pub fn recorded(
        temperature: f64,
        batches: &[(f64, Vec<f64>)],
        magnetisation: Vec<Vec<f64>>,
        energy: Vec<Vec<f64>>,
        states: Vec<Vec<i8>>,
    ) -> Self {
        let nodes = batches.first().expect("a batch").1.len();
        assert!(energy.iter().any(|series| !series.is_empty()), "a recorded sweep");
        let mean = (0..nodes).map(|i| batch_mean(batches, i)).collect();
        Self { temperature, mean, magnetisation, energy, states }
    }

    /// Nodes N.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.mean.len()
    }

    /// Integrated autocorrelation time of M in sweeps; NaN where M never changed.
    #[must_use]
    pub fn time(&self) -> f64 {
        autocorrelation(&self.magnetisation, WINDOW).map_or(f64::NAN, |a| a.time)
    }

    /// Energy U, its error by the integrated autocorrelation time.
    #[must_use]
    pub fn mean_energy(&self) -> Estimate {
        estimate(&self.energy)
    }

    /// ⟨M⟩/N.
    #[must_use]
    pub fn mean_magnetisation(&self) -> Estimate {
        self.of_magnetisation(|m| m)
    }

    /// ⟨|M|⟩/N.
    #[must_use]
    pub fn abs_magnetisation(&self) -> Estimate {
        self.of_magnetisation(f64::abs)
    }

    /// ⟨M²⟩/N².
    #[must_use]
    pub fn squared_magnetisation(&self) -> Estimate {
        self.of_magnetisation(|m| m * m)
    }

    /// `C_v = Var(E)/T²`.
    #[must_use]
    pub fn heat_capacity(&self) -> f64 {
        variance(&self.energy) / (self.temperature * self.temperature)
    }

    /// `χ = Var(M)/(N T)`.
    #[must_use]
    pub fn susceptibility(&self) -> f64 {
        variance(&self.magnetisation) / (self.nodes() as f64 * self.temperature)
    }

    fn of_magnetisation(&self, of: impl Fn(f64) -> f64) -> Estimate {
        let n = self.nodes() as f64;
        let series = |m: &Vec<f64>| m.iter().map(|m| of(m / n)).collect();
        estimate(&self.magnetisation.iter().map(series).collect::<Vec<Vec<f64>>>())
    }
}

fn variance(series: &[Vec<f64>]) -> f64 {
    let values = count(series);
    let mean = series.iter().flatten().sum::<f64>() / values;
    series.iter().flatten().map(|x| (x - mean).powi(2)).sum::<f64>() / values
}

/// Number of values.
fn count(series: &[Vec<f64>]) -> f64 {
    series.iter().map(Vec::len).sum::<usize>() as f64
}

/// Mean of series, with the standard error `√(2 τ Var / S)`, τ at least ½; 0 where all values are
/// equal.
pub(super) fn estimate(series: &[Vec<f64>]) -> Estimate {
    let count = count(series);
    let value = series.iter().flatten().sum::<f64>() / count;
    // Where a series alternates the window ends early, and τ would be too small.
    let time = autocorrelation(series, WINDOW).map_or(0.5, |a| a.time.max(0.5));
    Estimate { value, error: (2.0 * time * variance(series) / count).sqrt() }
}
