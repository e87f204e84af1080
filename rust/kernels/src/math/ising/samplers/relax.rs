//! Relaxation in continuous time (Gillespie 1976): Glauber's rates `1/(1 + exp(ΔE_i/T))`.

use std::sync::atomic::AtomicBool;

use super::sample::{at_least_one, stop};
use super::words::{Stream, Words};
use crate::math::ising::check::{check_state, check_temperature};
use crate::math::ising::{Distribution, Error, Estimate, Lattice};
use crate::shared::rng;

/// Means over runs at given times.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxation {
    /// ⟨s_i⟩, time by time.
    pub mean: Vec<Vec<Estimate>>,
    /// Energy, time by time.
    pub energy: Vec<Estimate>,
}

/// Runs a lattice from the state `start` (1 or -1 each) and looks at it at `times`, ascending from
/// 0; a free node flips at the rate ½.
///
/// # Errors
/// [`Error::Temperature`], [`Error::Shape`] and [`Error::NoSpin`] for the start, [`Error::Range`]
/// for times or no runs, [`Error::Cancelled`].
pub fn relax(
    lattice: &Lattice,
    temperature: f64,
    start: &[i8],
    times: &[f64],
    runs: u32,
    seed: u64,
    cancel: &AtomicBool,
) -> Result<Relaxation, Error> {
    check_temperature(temperature)?;
    at_least_one("runs", runs as usize)?;
    check(lattice, start, times)?;
    let nodes = lattice.nodes();
    // First and second moments of every spin, then of the energy.
    let mut sums = vec![vec![[0.0; 2]; nodes + 1]; times.len()];
    for run in 0..runs {
        stop(cancel)?;
        let mut words = Words::new(seed, Stream::Relax, run);
        let mut spins: Vec<f64> = start.iter().map(|&s| f64::from(s)).collect();
        let mut clock = 0.0;
        for (&time, sums) in times.iter().zip(&mut sums) {
            clock = advance(lattice, temperature, &mut spins, [clock, time], &mut words, cancel)?;
            let energy = lattice.energy(&spins);
            for (sum, x) in sums.iter_mut().zip(spins.iter().chain([&energy])) {
                *sum = [sum[0] + x, sum[1] + x * x];
            }
        }
    }
    let runs = f64::from(runs);
    let estimate = |[first, second]: &[f64; 2]| {
        let value = first / runs;
        let variance = (second / runs - value * value).max(0.0);
        Estimate { value, error: (variance / runs).sqrt() }
    };
    let estimates = sums.iter().map(|sums| sums.iter().map(estimate).collect::<Vec<_>>());
    let (mean, energy) = estimates
        .map(|mut all| {
            let energy = all.pop().unwrap_or(Estimate { value: f64::NAN, error: f64::NAN });
            (all, energy)
        })
        .unzip();
    Ok(Relaxation { mean, energy })
}

fn check(lattice: &Lattice, start: &[i8], times: &[f64]) -> Result<(), Error> {
    check_state("start", lattice.nodes(), start)?;
    let mut before = 0.0;
    for &time in times {
        if !(time >= before && time.is_finite()) {
            let expected = "finite, at least 0 and ascending";
            return Err(Error::Range { what: "a time", value: time, expected });
        }
        before = time;
    }
    Ok(())
}

/// The distributions that [`relax`] samples, at each of `times`.
///
/// # Errors
/// As [`relax`], and [`Error::LargeDistribution`] beyond [`DISTRIBUTION_MAX`](crate::math::ising::DISTRIBUTION_MAX) nodes.
pub fn relax_exactly(
    lattice: &Lattice,
    temperature: f64,
    start: &[i8],
    times: &[f64],
    cancel: &AtomicBool,
) -> Result<Vec<Distribution>, Error> {
    check(lattice, start, times)?;
    let mut distribution = Distribution::certain(start)?;
    let mut clock = 0.0;
    times
        .iter()
        .map(|&time| {
            distribution.glauber(lattice, temperature, time - clock, cancel)?;
            clock = time;
            Ok(distribution.clone())
        })
        .collect()
}

/// Flips until `until`; returns it. Waits have no memory: one that passes the end is drawn anew.
fn advance(
    lattice: &Lattice,
    temperature: f64,
    spins: &mut [f64],
    [mut clock, until]: [f64; 2],
    words: &mut Words,
    cancel: &AtomicBool,
) -> Result<f64, Error> {
    loop {
        stop(cancel)?;
        let rate =
            |i: usize| 1.0 / (1.0 + (2.0 * spins[i] * lattice.local(i, spins) / temperature).exp());
        let rates: Vec<f64> = (0..spins.len()).map(rate).collect();
        let total: f64 = rates.iter().sum();
        clock -= rng::uniform(words.next()).ln() / total;
        if clock >= until || clock.is_nan() {
            return Ok(until);
        }
        let mut left = rng::uniform(words.next()) * total;
        let chosen = rates.iter().position(|rate| {
            left -= rate;
            left < 0.0
        });
        // Rounding can leave a rest behind the last rate.
        let chosen = chosen.unwrap_or(spins.len() - 1);
        spins[chosen] = -spins[chosen];
    }
}
