//! Driven protocols: work, heat and entropy production.
//!
//! The lattice changes step by step; each step does work on the state at hand, then sweeps of the
//! heat bath let it take up heat from a bath at T. First law: `ΔU = W + Q` for each run.
//! Jarzynski 1997: `⟨exp(-W/T)⟩ = exp(-ΔF/T)`, hence `⟨W⟩ >= ΔF`. Entropy production
//! `Σ = ΔS - ⟨Q⟩/T >= 0`; resetting one bit gives off at least `T ln 2` (Landauer 1961).

use std::sync::atomic::AtomicBool;

use super::sample::{Chain, at_least_one, stop};
use super::words::{Stream, Words};
use crate::math::ising::check::check_temperature;
use crate::math::ising::distribution::{Step, energies, spin};
use crate::math::ising::{Distribution, Error, Lattice, Rule};

/// What drives a lattice.
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// The lattices in turn, of as many nodes each; runs begin in equilibrium with the first.
    pub path: Vec<Lattice>,
    /// Sweeps of the heat bath after each change.
    pub sweeps: usize,
    /// Temperature of the bath.
    pub temperature: f64,
}

/// Runs of a protocol, one value each.
#[derive(Clone, Debug, PartialEq)]
pub struct Driving {
    /// Work done on the lattice.
    pub work: Vec<f64>,
    /// Heat that it took up.
    pub heat: Vec<f64>,
    /// Change of its energy, from the states at both ends.
    pub energy_change: Vec<f64>,
}

/// Exact means over all runs of a protocol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Driven {
    /// Free energy of the last lattice less that of the first.
    pub free_energy_change: f64,
    /// ⟨W⟩.
    pub work: f64,
    /// Var(W).
    pub work_variance: f64,
    /// ⟨exp(-W/T)⟩; Jarzynski's equality makes it `exp(-ΔF/T)`.
    pub jarzynski: f64,
    /// ⟨Q⟩, taken up by the lattice.
    pub heat: f64,
    /// ΔU.
    pub energy_change: f64,
    /// ΔS of the distribution of states, in nats.
    pub entropy_change: f64,
    /// `Σ = ΔS - ⟨Q⟩/T` in nats, at least 0.
    pub entropy_production: f64,
    /// `⟨W⟩ - ΔF`, at least 0.
    pub dissipated_work: f64,
}

fn check(protocol: &Protocol) -> Result<&Lattice, Error> {
    check_temperature(protocol.temperature)?;
    let first = protocol.path.first().ok_or(Error::Range {
        what: "steps",
        value: 0.0,
        expected: "at least 1",
    })?;
    let (nodes, found) = (first.nodes(), protocol.path.iter().map(Lattice::nodes));
    if let Some(found) = found.into_iter().find(|&found| found != nodes) {
        return Err(Error::Shape { what: "a step's fields", nodes, found, expected: nodes });
    }
    Ok(first)
}

/// Samples `runs` runs, each from a state drawn from the exact distribution of the first lattice.
///
/// # Errors
/// [`Error::LargeDistribution`] beyond [`DISTRIBUTION_MAX`](crate::math::ising::DISTRIBUTION_MAX) nodes, [`Error::Temperature`],
/// [`Error::Range`] for no runs, [`Error::Shape`], [`Error::Cancelled`].
pub fn drive(
    protocol: &Protocol,
    runs: u32,
    seed: u64,
    cancel: &AtomicBool,
) -> Result<Driving, Error> {
    let first = check(protocol)?;
    at_least_one("runs", runs as usize)?;
    let distribution = Distribution::equilibrium(first, protocol.temperature)?;
    let mut found = Driving { work: vec![], heat: vec![], energy_change: vec![] };
    for run in 0..runs {
        stop(cancel)?;
        let mut left = crate::shared::rng::uniform(Words::new(seed, Stream::Start, run).next());
        let state = distribution.weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        // Rounding can leave a rest behind the last weight.
        let state = state.unwrap_or(distribution.weights.len() - 1);
        let spins: Vec<f64> = (0..first.nodes()).map(|i| spin(state, i)).collect();
        let start = first.energy(&spins);
        let mut chain = Chain {
            lattice: first,
            rule: Rule::HeatBath,
            words: Words::new(seed, Stream::Drive, run),
            energy: start,
            conditional: vec![0.0; spins.len()],
            spins,
        };
        let (mut work, mut heat) = (0.0, 0.0);
        for lattice in &protocol.path[1..] {
            work += lattice.energy(&chain.spins) - chain.lattice.energy(&chain.spins);
            chain.lattice = lattice;
            let mut taken_up = 0.0;
            for _ in 0..protocol.sweeps {
                stop(cancel)?;
                taken_up += chain.sweep(protocol.temperature);
            }
            heat += taken_up;
        }
        found.work.push(work);
        found.heat.push(heat);
        found.energy_change.push(chain.lattice.energy(&chain.spins) - start);
    }
    Ok(found)
}

/// Exact means of a protocol, by moving the distribution of all states.
///
/// # Errors
/// [`Error::LargeDistribution`], [`Error::Temperature`], [`Error::Shape`], [`Error::Range`] for no step,
/// [`Error::Cancelled`].
pub fn drive_exactly(protocol: &Protocol, cancel: &AtomicBool) -> Result<Driven, Error> {
    let first = check(protocol)?;
    let (t, nodes) = (protocol.temperature, first.nodes());
    let mut before = energies(first)?;
    let (mut distribution, log_first) = Distribution::boltzmann(&before, nodes, t);
    let entropy = distribution.entropy();
    let energy = distribution.mean(|state| before[state]);
    // The distribution times 1, W, W² and exp(-W/T) of the runs that arrive in each state.
    let mut once = distribution.times(|_| 0.0);
    let mut twice = once.clone();
    let mut tilted = distribution.clone();
    let (mut heat, mut log_last) = (0.0, log_first);
    for lattice in &protocol.path[1..] {
        let after = energies(lattice)?;
        let rise = |state: usize| after[state] - before[state];
        for state in 0..after.len() {
            let (rise, weight) = (rise(state), distribution.weights[state]);
            twice.weights[state] += 2.0 * rise * once.weights[state] + rise * rise * weight;
            once.weights[state] += rise * weight;
            tilted.weights[state] *= (-rise / t).exp();
        }
        let step = Step::new(&after, nodes, t, Rule::HeatBath);
        heat -= distribution.mean(|state| after[state]);
        for _ in 0..protocol.sweeps {
            stop(cancel)?;
            for moved in [&mut distribution, &mut once, &mut twice, &mut tilted] {
                step.sweep(moved);
            }
        }
        heat += distribution.mean(|state| after[state]);
        log_last = Distribution::boltzmann(&after, nodes, t).1;
        before = after;
    }
    let free_energy_change = t * (log_first - log_last);
    let work = once.mean(|_| 1.0);
    let entropy_change = distribution.entropy() - entropy;
    Ok(Driven {
        free_energy_change,
        work,
        work_variance: twice.mean(|_| 1.0) - work * work,
        jarzynski: tilted.mean(|_| 1.0),
        heat,
        energy_change: distribution.mean(|state| before[state]) - energy,
        entropy_change,
        entropy_production: entropy_change - heat / t,
        dissipated_work: work - free_energy_change,
    })
}
