//! The probability of every state, and how updates change it: what samplers sample, exactly.

use std::sync::atomic::AtomicBool;

use super::check::{check_spins, check_state, check_temperature, stop};
use super::gray::Walk;
use super::{Error, Lattice, Rule};

/// Most nodes of a distribution: 2^16 states.
pub const DISTRIBUTION_MAX: usize = 16;

/// Weights of the 2^N states; bit i of a state's number is 1 where node i is up.
///
/// A distribution has weights that sum to 1; differences of distributions and distributions times a quantity move in the
/// same way.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Weight of each state.
    pub weights: Vec<f64>,
    nodes: usize,
}

/// Energies of all states of a lattice, in the order of a [`Distribution`].
pub(super) fn energies(lattice: &Lattice) -> Result<Vec<f64>, Error> {
    let nodes = lattice.nodes();
    if nodes > DISTRIBUTION_MAX {
        return Err(Error::LargeDistribution { nodes });
    }
    let mut energies = vec![0.0; 1 << nodes];
    let mut walk = Walk::down(lattice);
    energies[0] = walk.energy;
    for next in 1_usize..1 << nodes {
        walk.flip(next.trailing_zeros() as usize);
        energies[next ^ next >> 1] = walk.energy;
    }
    Ok(energies)
}

impl Distribution {
    /// Boltzmann's distribution.
    ///
    /// # Errors
    /// [`Error::LargeDistribution`] beyond [`DISTRIBUTION_MAX`] nodes, [`Error::Temperature`].
    pub fn equilibrium(lattice: &Lattice, temperature: f64) -> Result<Self, Error> {
        check_temperature(temperature)?;
        Ok(Self::boltzmann(&energies(lattice)?, lattice.nodes(), temperature).0)
    }

    /// Boltzmann's distribution of given energies, and ln Z.
    pub(super) fn boltzmann(energies: &[f64], nodes: usize, temperature: f64) -> (Self, f64) {
        let lowest = energies.iter().copied().fold(f64::INFINITY, f64::min);
        let mut weights: Vec<f64> =
            energies.iter().map(|e| ((lowest - e) / temperature).exp()).collect();
        let z: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= z;
        }
        (Self { weights, nodes }, z.ln() - lowest / temperature)
    }

    /// All weight on one state, given as 1 or -1 each.
    ///
    /// # Errors
    /// [`Error::LargeDistribution`], [`Error::NoSpin`].
    pub fn certain(spins: &[i8]) -> Result<Self, Error> {
        let nodes = spins.len();
        if nodes > DISTRIBUTION_MAX {
            return Err(Error::LargeDistribution { nodes });
        }
        check_spins("spins", spins)?;
        let state: usize = spins.iter().enumerate().map(|(i, &s)| usize::from(s == 1) << i).sum();
        let mut weights = vec![0.0; 1 << nodes];
        weights[state] = 1.0;
        Ok(Self { weights, nodes })
    }

    /// The distribution with each weight times the state's value of `of`.
    #[must_use]
    pub fn times(&self, of: impl Fn(usize) -> f64) -> Self {
        let weights = self.weights.iter().enumerate().map(|(state, w)| w * of(state)).collect();
        Self { weights, nodes: self.nodes }
    }

    /// `Σ w(s) f(s)`.
    #[must_use]
    pub fn mean(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.weights.iter().enumerate().map(|(state, w)| w * of(state)).sum()
    }

    /// ⟨s_i⟩.
    #[must_use]
    pub fn mean_spins(&self) -> Vec<f64> {
        (0..self.nodes).map(|i| self.mean(|state| spin(state, i))).collect()
    }

    /// `M` of a state.
    #[must_use]
    pub fn magnetisation(&self, state: usize) -> f64 {
        2.0 * f64::from(state.count_ones()) - self.nodes as f64
    }

    /// Mean energy in `lattice`.
    ///
    /// # Errors
    /// [`Error::LargeDistribution`].
    pub fn mean_energy(&self, lattice: &Lattice) -> Result<f64, Error> {
        let energies = energies(lattice)?;
        Ok(self.mean(|state| energies[state]))
    }

    /// Shannon entropy `-Σ w ln w` in nats.
    #[must_use]
    pub fn entropy(&self) -> f64 {
        let part = |w: &f64| if *w > 0.0 { -w * w.ln() } else { 0.0 };
        self.weights.iter().map(part).sum()
    }

    /// After one sweep: every node updated once, in order.
    ///
    /// # Errors
    /// [`Error::LargeDistribution`], [`Error::Temperature`].
    pub fn sweep(&mut self, lattice: &Lattice, temperature: f64, rule: Rule) -> Result<(), Error> {
        check_temperature(temperature)?;
        let energies = energies(lattice)?;
        let step = Step::new(&energies, self.nodes, temperature, rule);
        step.sweep(self);
        Ok(())
    }

    /// After `time` of Glauber's dynamics in continuous time ([`relax`](super::relax())), by
    /// uniformisation: `Σ_k Poisson(k; N t) (1 + Q/N)^k`.
    ///
    /// # Errors
    /// [`Error::LargeDistribution`], [`Error::Temperature`], [`Error::Range`] for the time,
    /// [`Error::Cancelled`].
    pub fn glauber(
        &mut self,
        lattice: &Lattice,
        temperature: f64,
        time: f64,
        cancel: &AtomicBool,
    ) -> Result<(), Error> {
        check_temperature(temperature)?;
        if !(time >= 0.0 && time.is_finite()) {
            let expected = "a finite number of at least 0";
            return Err(Error::Range { what: "time", value: time, expected });
        }
        let energies = energies(lattice)?;
        let n = self.nodes as f64;
        let rate = |state: usize, i: usize| {
            let rise = energies[state ^ 1 << i] - energies[state];
            1.0 / (1.0 + (rise / temperature).exp()) / n
        };
        // Parts of at most 1/N: 24 terms leave less than 1e-23.
        let parts = (time * n).ceil().max(1.0);
        let mean = time * n / parts;
        for _ in 0..parts as usize {
            stop(cancel)?;
            let mut term = self.weights.clone();
            let mut poisson = (-mean).exp();
            let mut sum: Vec<f64> = term.iter().map(|w| w * poisson).collect();
            for k in 1..=24 {
                let moved = |state: usize| {
                    let flow = (0..self.nodes).map(|i| {
                        let other = state ^ 1 << i;
                        rate(other, i) * term[other] - rate(state, i) * term[state]
                    });
                    term[state] + flow.sum::<f64>()
                };
                term = (0..term.len()).map(moved).collect();
                poisson *= mean / f64::from(k);
                for (sum, w) in sum.iter_mut().zip(&term) {
                    *sum += poisson * w;
                }
            }
            self.weights = sum;
        }
        Ok(())
    }
}

/// ⟨M⟩/N after 0 to `sweeps` sweeps from the state `start`, exactly.
///
/// # Errors
/// [`Error::LargeDistribution`], [`Error::NoSpin`], [`Error::Shape`], [`Error::Temperature`],
/// [`Error::Cancelled`].
pub fn magnetisation_after(
    lattice: &Lattice,
    temperature: f64,
    rule: Rule,
    start: &[i8],
    sweeps: usize,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Error> {
    check_temperature(temperature)?;
    check_state("start", lattice.nodes(), start)?;
    let mut distribution = Distribution::certain(start)?;
    let step = Step::new(&energies(lattice)?, distribution.nodes, temperature, rule);
    let mut means = Vec::new();
    for sweep in 0..=sweeps {
        stop(cancel)?;
        if sweep > 0 {
            step.sweep(&mut distribution);
        }
        means.push(
            distribution.mean(|state| distribution.magnetisation(state))
                / distribution.nodes as f64,
        );
    }
    Ok(means)
}

/// Autocorrelation ρ(0) to ρ(`lags`) of M in equilibrium, exactly; sweeps are the unit.
///
/// `½ + Σ_{k >= 1} ρ(k)` is the integrated time. NaN where M cannot vary.
///
/// # Errors
/// [`Error::LargeDistribution`], [`Error::Temperature`], [`Error::Cancelled`].
pub fn magnetisation_lags(
    lattice: &Lattice,
    temperature: f64,
    rule: Rule,
    lags: usize,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, Error> {
    let distribution = Distribution::equilibrium(lattice, temperature)?;
    let step = Step::new(&energies(lattice)?, distribution.nodes, temperature, rule);
    let mean = distribution.mean(|state| distribution.magnetisation(state));
    let off = |state: usize| distribution.magnetisation(state) - mean;
    let mut moved = distribution.times(off);
    let variance = moved.mean(off);
    let mut found = Vec::new();
    for lag in 0..=lags {
        stop(cancel)?;
        if lag > 0 {
            step.sweep(&mut moved);
        }
        found.push(moved.mean(off) / variance);
    }
    Ok(found)
}

/// Spin of node `i` in a state.
pub(super) fn spin(state: usize, i: usize) -> f64 {
    if state >> i & 1 == 1 { 1.0 } else { -1.0 }
}

/// The probabilities of a sweep.
pub(super) struct Step {
    /// Of node i and state s: the probability that the update of i in s leaves i up.
    up: Vec<Vec<f64>>,
}

impl Step {
    pub(super) fn new(energies: &[f64], nodes: usize, temperature: f64, rule: Rule) -> Self {
        let node = |i: usize| {
            let probability = |state: usize| {
                let local = 0.5 * (energies[state & !(1 << i)] - energies[state | 1 << i]);
                rule.up(spin(state, i), local, temperature)
            };
            (0..energies.len()).map(probability).collect()
        };
        Self { up: (0..nodes).map(node).collect() }
    }

    pub(super) fn sweep(&self, distribution: &mut Distribution) {
        for (i, up) in self.up.iter().enumerate() {
            for low in (0..distribution.weights.len()).filter(|state| state >> i & 1 == 0) {
                let high = low | 1 << i;
                let (a, b) = (distribution.weights[low], distribution.weights[high]);
                distribution.weights[high] = a * up[low] + b * up[high];
                distribution.weights[low] = a * (1.0 - up[low]) + b * (1.0 - up[high]);
            }
        }
    }
}
