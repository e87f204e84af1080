//! Simulated annealing: heat-bath sweeps at falling temperatures.

use std::sync::atomic::AtomicBool;

use super::sample::{Chain, at_least_one, stop};
use super::words::{Stream, Words};
use crate::math::ising::check::check_temperature;
use crate::math::ising::{Error, Lattice, Rule};

/// Most temperatures of a schedule.
const STEPS_MAX: usize = 1_000_000;

/// How to anneal.
#[derive(Clone, Debug, PartialEq)]
pub struct Annealing {
    /// Temperatures, in the order of their use.
    pub schedule: Vec<f64>,
    /// Sweeps at each, at least 1.
    pub sweeps: usize,
    /// Independent replicas, at least 1, each from a random state.
    pub replicas: u32,
    /// Seed of the random words.
    pub seed: u64,
}

/// The best state of each replica.
#[derive(Clone, Debug, PartialEq)]
pub struct Annealed {
    /// Spins of the state of lowest energy met after a sweep, replica by replica.
    pub states: Vec<Vec<i8>>,
    /// Its energy.
    pub energies: Vec<f64>,
    /// Mean energy at each temperature, over sweeps and replicas.
    pub path: Vec<f64>,
}

/// `steps` temperatures from `first` to `last` in equal ratios.
///
/// # Errors
/// [`Error::Temperature`], [`Error::Range`] for no steps or more than a million.
pub fn geometric(first: f64, last: f64, steps: usize) -> Result<Vec<f64>, Error> {
    check_temperature(first)?;
    check_temperature(last)?;
    at_least_one("steps", steps)?;
    if steps > STEPS_MAX {
        let expected = "at most 1 000 000";
        return Err(Error::Range { what: "steps", value: steps as f64, expected });
    }
    let share = |k: usize| if steps == 1 { 0.0 } else { k as f64 / (steps - 1) as f64 };
    Ok((0..steps).map(|k| first * (last / first).powf(share(k))).collect())
}

/// Anneals replicas of a lattice.
///
/// # Errors
/// [`Error::Temperature`], [`Error::Range`] for no temperatures, sweeps or replicas,
/// [`Error::Cancelled`].
pub fn anneal(
    lattice: &Lattice,
    annealing: &Annealing,
    cancel: &AtomicBool,
) -> Result<Annealed, Error> {
    at_least_one("temperatures", annealing.schedule.len())?;
    annealing.schedule.iter().try_for_each(|&t| check_temperature(t))?;
    at_least_one("sweeps", annealing.sweeps)?;
    at_least_one("replicas", annealing.replicas as usize)?;
    let mut found = Annealed {
        states: Vec::new(),
        energies: Vec::new(),
        path: vec![0.0; annealing.schedule.len()],
    };
    for replica in 0..annealing.replicas {
        let spins = Words::new(annealing.seed, Stream::Start, replica).spins(lattice.nodes());
        let mut chain = Chain {
            lattice,
            rule: Rule::HeatBath,
            words: Words::new(annealing.seed, Stream::Anneal, replica),
            energy: lattice.energy(&spins),
            conditional: vec![0.0; spins.len()],
            spins,
        };
        let mut best = (f64::INFINITY, Vec::new());
        for (&temperature, path) in annealing.schedule.iter().zip(&mut found.path) {
            for _ in 0..annealing.sweeps {
                stop(cancel)?;
                chain.sweep(temperature);
                *path += chain.energy;
                if chain.energy < best.0 {
                    best = (chain.energy, chain.spins.clone());
                }
            }
        }
        found.energies.push(lattice.energy(&best.1));
        found.states.push(best.1.iter().map(|&s| s as i8).collect());
    }
    let count = annealing.sweeps as f64 * f64::from(annealing.replicas);
    for path in &mut found.path {
        *path /= count;
    }
    Ok(found)
}
