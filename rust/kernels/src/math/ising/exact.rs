//! Thermodynamics by enumeration of every state.

use super::check::check_temperature;
use super::gray::Walk;
use super::{Error, Lattice, OPEN_MAX};

/// Exact thermodynamics of a lattice of N nodes; `M = Σ s_i`.
#[derive(Clone, Debug, PartialEq)]
pub struct Thermodynamics {
    /// ln Z in nats.
    pub log_partition: f64,
    /// Free energy `F = -T ln Z`.
    pub free_energy: f64,
    /// Energy `U = ⟨E⟩`.
    pub energy: f64,
    /// Entropy `S = (U - F)/T` in nats, in [0, N ln 2].
    pub entropy: f64,
    /// Heat capacity `C_v = Var(E)/T²`.
    pub heat_capacity: f64,
    /// Susceptibility `χ = (⟨M²⟩ - ⟨M⟩²)/(N T)`.
    pub susceptibility: f64,
    /// Lowest energy.
    pub ground_energy: f64,
    /// ⟨s_i⟩.
    pub mean: Vec<f64>,
    /// ⟨s_i s_j⟩, row-major.
    pub pairs: Vec<f64>,
    /// ⟨M⟩/N.
    pub magnetisation: f64,
    /// ⟨|M|⟩/N.
    pub abs_magnetisation: f64,
    /// ⟨M²⟩/N².
    pub magnetisation_2: f64,
    /// ⟨M⁴⟩/N⁴.
    pub magnetisation_4: f64,
}

/// Sums of weights `exp(-(E - lowest)/T)`.
struct Sums {
    weight: f64,
    excess: [f64; 2],
    moments: [f64; 4],
    spins: Vec<f64>,
    pairs: Vec<f64>,
}

/// Exact thermodynamics in `2^N (N²/2 + N)` steps: about a second for 20 nodes.
///
/// # Errors
/// [`Error::TooMany`] beyond [`OPEN_MAX`] nodes, [`Error::Temperature`].
pub fn thermodynamics(lattice: &Lattice, temperature: f64) -> Result<Thermodynamics, Error> {
    check_temperature(temperature)?;
    let n = lattice.nodes();
    if n > OPEN_MAX {
        return Err(Error::TooMany { open: n });
    }
    let mut lowest = f64::INFINITY;
    walk(lattice, |state| lowest = lowest.min(state.energy));
    let mut sums = Sums {
        weight: 0.0,
        excess: [0.0; 2],
        moments: [0.0; 4],
        spins: vec![0.0; n],
        pairs: vec![0.0; n * n],
    };
    walk(lattice, |state| sums.add(&state.spins, state.energy - lowest, temperature));
    Ok(sums.finish(lowest, temperature))
}

/// Calls `visit` with every state, one flip apart.
fn walk(lattice: &Lattice, mut visit: impl FnMut(&Walk<'_>)) {
    let mut state = Walk::down(lattice);
    visit(&state);
    for next in 1_u32..1 << lattice.nodes() {
        state.flip(next.trailing_zeros() as usize);
        visit(&state);
    }
}

impl Sums {
    fn add(&mut self, spins: &[f64], above: f64, temperature: f64) {
        let weight = (-above / temperature).exp();
        let m: f64 = spins.iter().sum();
        self.weight += weight;
        self.excess[0] += weight * above;
        self.excess[1] += weight * above * above;
        self.moments[0] += weight * m;
        self.moments[1] += weight * m.abs();
        self.moments[2] += weight * m * m;
        self.moments[3] += weight * m * m * m * m;
        let n = spins.len();
        for i in 0..n {
            let up = weight * spins[i];
            self.spins[i] += up;
            for (sum, spin) in self.pairs[i * n..i * n + i].iter_mut().zip(spins) {
                *sum += up * spin;
            }
        }
    }

    fn finish(self, lowest: f64, temperature: f64) -> Thermodynamics {
        let n = self.spins.len();
        let (count, share) = (n as f64, self.weight.recip());
        let above = self.excess[0] * share;
        let log_partition = self.weight.ln() - lowest / temperature;
        let moments = self.moments.map(|m| m * share);
        let mut pairs = self.pairs;
        for i in 0..n {
            for j in 0..i {
                pairs[i * n + j] *= share;
                pairs[j * n + i] = pairs[i * n + j];
            }
            pairs[i * n + i] = 1.0;
        }
        Thermodynamics {
            log_partition,
            free_energy: -temperature * log_partition,
            energy: lowest + above,
            // (U - F)/T without the ground energy, which would cancel.
            entropy: above / temperature + self.weight.ln(),
            heat_capacity: (self.excess[1] * share - above * above) / (temperature * temperature),
            susceptibility: (moments[2] - moments[0] * moments[0]) / (count * temperature),
            ground_energy: lowest,
            mean: self.spins.iter().map(|s| s * share).collect(),
            pairs,
            magnetisation: moments[0] / count,
            abs_magnetisation: moments[1] / count,
            magnetisation_2: moments[2] / count.powi(2),
            magnetisation_4: moments[3] / count.powi(4),
        }
    }
}
