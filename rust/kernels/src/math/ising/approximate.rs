//! Mean field and TAP: fixed points in place of sums over states.

use super::check::check_temperature;
use super::{Error, Lattice};

/// Largest change of a mean at which an iteration has settled.
const SETTLED: f64 = 1e-13;
/// Iterations before it is given up.
const ITERATIONS: usize = 100_000;
/// Share of the new value in each step; full steps can oscillate.
const STEP: f64 = 0.5;

/// A fixed point of the means.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedPoint {
    /// Approximate ⟨s_i⟩.
    pub mean: Vec<f64>,
    /// Variational free energy; above the exact one for the naive mean field.
    pub free_energy: f64,
    /// Iterations until it settled.
    pub iterations: usize,
    /// Largest violation of the equation.
    pub residual: f64,
}

/// Naive mean field: `m_i = tanh((h_i + Σ_j J_ij m_j)/T)`, damped iteration from 0.
///
/// Below `T ≈ λ_max(J)` there are several fixed points, and all are far from the exact means.
///
/// # Errors
/// [`Error::NoFixedPoint`], [`Error::Temperature`].
pub fn mean_field(lattice: &Lattice, temperature: f64) -> Result<FixedPoint, Error> {
    solve(lattice, temperature, 0.0)
}

/// Thouless, Anderson and Palmer 1977: mean field with Onsager's reaction,
/// `m_i = tanh((h_i + Σ_j J_ij m_j - m_i Σ_j J_ij² (1 - m_j²)/T)/T)`.
///
/// # Errors
/// [`Error::NoFixedPoint`], [`Error::Temperature`].
pub fn tap(lattice: &Lattice, temperature: f64) -> Result<FixedPoint, Error> {
    solve(lattice, temperature, 1.0)
}

fn solve(lattice: &Lattice, temperature: f64, reaction: f64) -> Result<FixedPoint, Error> {
    check_temperature(temperature)?;
    let n = lattice.nodes();
    let square = |(j, m): (&f64, &f64)| j * j * (1.0 - m * m);
    let onsager = |i: usize, mean: &[f64]| -> f64 {
        reaction / temperature * lattice.row(i).iter().zip(mean).map(square).sum::<f64>()
    };
    let mut mean = vec![0.0; n];
    let mut residual = f64::INFINITY;
    for iterations in 1..=ITERATIONS {
        let next: Vec<f64> = (0..n)
            .map(|i| {
                let local = lattice.local(i, &mean) - mean[i] * onsager(i, &mean);
                (local / temperature).tanh()
            })
            .collect();
        residual = mean.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        if residual <= SETTLED {
            let entropy: f64 = mean.iter().map(|&m| binary_entropy(m)).sum();
            let pairs: f64 =
                (0..n).map(|i| (1.0 - mean[i] * mean[i]) * onsager(i, &mean)).sum::<f64>() / 4.0;
            let free_energy = lattice.energy(&mean) - temperature * entropy - pairs;
            return Ok(FixedPoint { mean, free_energy, iterations, residual });
        }
        for (m, new) in mean.iter_mut().zip(next) {
            *m += STEP * (new - *m);
        }
    }
    Err(Error::NoFixedPoint { iterations: ITERATIONS, residual })
}

/// Entropy in nats of a spin with mean `m`.
fn binary_entropy(m: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * p.ln() } else { 0.0 };
    part(0.5 * (1.0 + m)) + part(0.5 * (1.0 - m))
}
