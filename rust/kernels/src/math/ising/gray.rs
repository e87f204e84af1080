//! Enumeration by Gray code: one flip from state to state.

use super::check::{check_network, check_temperature};
use super::{Error, Lattice};

/// Largest number of open spins: 2^20 states.
pub const OPEN_MAX: usize = 20;

/// Exact statistics of a lattice.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// Mean of each spin, in [-1, 1]; a clamped spin is its own mean.
    pub mean: Vec<f64>,
    /// ln Z over the open spins, in nats; clamped spins add their energy.
    pub log_partition: f64,
    /// Mean energy ⟨E⟩.
    pub energy: f64,
}

/// Statistics of spins with `couplings` (row-major, symmetric, diagonal ignored) in `fields`.
///
/// # Errors
/// See [`Error`]; at most [`OPEN_MAX`] spins.
pub fn enumerate(couplings: &[f64], fields: &[f64], temperature: f64) -> Result<Exact, Error> {
    enumerate_clamped(couplings, fields, &vec![0; fields.len()], temperature)
}

/// As [`enumerate`], with the spins held that `clamped` gives as 1 or -1; 0 leaves a spin open.
///
/// # Errors
/// See [`Error`]; at most [`OPEN_MAX`] open spins.
pub fn enumerate_clamped(
    couplings: &[f64],
    fields: &[f64],
    clamped: &[i8],
    temperature: f64,
) -> Result<Exact, Error> {
    check(couplings, fields, clamped, temperature)?;
    let n = fields.len();
    let open: Vec<usize> = (0..n).filter(|&i| clamped[i] == 0).collect();
    let mut mean: Vec<f64> = clamped.iter().map(|&s| f64::from(s)).collect();

    // The walk starts with every open spin down.
    let start: Vec<f64> = mean.iter().map(|&s| if s == 0.0 { -1.0 } else { s }).collect();
    let local = |i: usize| -> f64 {
        fields[i] + (0..n).filter(|&j| j != i).map(|j| couplings[i * n + j] * start[j]).sum::<f64>()
    };
    let energy = -0.5 * (0..n).map(|i| start[i] * (local(i) + fields[i])).sum::<f64>();
    let inner: Vec<f64> =
        open.iter().flat_map(|&i| open.iter().map(move |&j| couplings[i * n + j])).collect();
    let mut walk = Walk {
        couplings: &inner,
        local: open.iter().map(|&i| local(i)).collect(),
        spins: vec![-1.0; open.len()],
        energy,
    };

    let mut sums = Sums::new(energy, open.len());
    sums.add(&walk, temperature);
    for state in 1_u32..1 << open.len() {
        walk.flip(state.trailing_zeros() as usize);
        sums.add(&walk, temperature);
    }
    for (&i, spin) in open.iter().zip(&sums.spins) {
        mean[i] = spin / sums.weight;
    }
    Ok(Exact {
        mean,
        log_partition: sums.weight.ln() - sums.lowest / temperature,
        energy: sums.lowest + sums.excess / sums.weight,
    })
}

/// A state with the local fields of its spins.
pub(super) struct Walk<'a> {
    pub(super) couplings: &'a [f64],
    pub(super) local: Vec<f64>,
    pub(super) spins: Vec<f64>,
    pub(super) energy: f64,
}

impl<'a> Walk<'a> {
    /// The state with every spin down.
    pub(super) fn down(lattice: &'a Lattice) -> Self {
        let spins = vec![-1.0; lattice.nodes()];
        let local = (0..lattice.nodes()).map(|i| lattice.local(i, &spins)).collect();
        let energy = lattice.energy(&spins);
        Self { couplings: lattice.couplings(), local, spins, energy }
    }

    pub(super) fn flip(&mut self, k: usize) {
        let n = self.spins.len();
        self.energy += 2.0 * self.spins[k] * self.local[k];
        self.spins[k] = -self.spins[k];
        let twice = 2.0 * self.spins[k];
        for (i, (local, j)) in self.local.iter_mut().zip(&self.couplings[k * n..]).enumerate() {
            if i != k {
                *local += twice * j;
            }
        }
    }
}

/// Sums of weights relative to the lowest energy met so far.
struct Sums {
    lowest: f64,
    weight: f64,
    excess: f64,
    spins: Vec<f64>,
}

impl Sums {
    fn new(lowest: f64, spins: usize) -> Self {
        Self { lowest, weight: 0.0, excess: 0.0, spins: vec![0.0; spins] }
    }

    fn add(&mut self, walk: &Walk<'_>, temperature: f64) {
        if walk.energy < self.lowest {
            let above = self.lowest - walk.energy;
            let scale = (-above / temperature).exp();
            self.lowest = walk.energy;
            self.excess = (self.excess + above * self.weight) * scale;
            self.weight *= scale;
            for sum in &mut self.spins {
                *sum *= scale;
            }
        }
        let above = walk.energy - self.lowest;
        let weight = (-above / temperature).exp();
        self.weight += weight;
        self.excess += above * weight;
        for (sum, spin) in self.spins.iter_mut().zip(&walk.spins) {
            *sum += weight * spin;
        }
    }
}

fn check(couplings: &[f64], fields: &[f64], clamped: &[i8], t: f64) -> Result<(), Error> {
    check_network(couplings, fields)?;
    let nodes = fields.len();
    if clamped.len() != nodes {
        let found = clamped.len();
        return Err(Error::Shape { what: "clamped", nodes, found, expected: nodes });
    }
    if let Some(index) = clamped.iter().position(|s| !(-1..=1).contains(s)) {
        let expected = "1, -1, or 0 for an open spin";
        return Err(Error::NoSpin { what: "clamped", expected, index, value: clamped[index] });
    }
    let open = clamped.iter().filter(|&&s| s == 0).count();
    if open > OPEN_MAX {
        return Err(Error::TooMany { open });
    }
    check_temperature(t)
}
