//! Free energy by thermodynamic integration.
//!
//! `ln Z(β) = N ln 2 - ∫_0^β U(b) db` from energies sampled at inverse temperatures b, where no
//! enumeration or elimination reaches. The integral is taken by the 15 nodes of Gauss and Kronrod
//! on each of equal parts of [0, β] (Kronrod 1965; constants of QUADPACK, Piessens et al. 1983).

use std::f64::consts::LN_2;
use std::sync::atomic::AtomicBool;

use super::sample::{Chain, at_least_one, estimate, stop};
use super::words::{Stream, Words};
use crate::math::ising::check::check_temperature;
use crate::math::ising::{Error, Estimate, Lattice, Rule};

/// Most parts of the integral.
const PANELS_MAX: usize = 1000;

/// Positive nodes on [-1, 1], then 0, with the weights of Kronrod and those of Gauss.
const RULE: [[f64; 3]; 8] = [
    [0.991_455_371_120_812_6, 0.022_935_322_010_529_22, 0.0],
    [0.949_107_912_342_758_5, 0.063_092_092_629_978_56, 0.129_484_966_168_869_7],
    [0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0],
    [0.741_531_185_599_394_5, 0.140_653_259_715_525_92, 0.279_705_391_489_276_67],
    [0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0],
    [0.405_845_151_377_397_16, 0.190_350_578_064_785_4, 0.381_830_050_505_118_93],
    [0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0],
    [0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4],
];

/// How to integrate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integration {
    /// Parts of [0, β] with 15 temperatures each, 1 to 1000.
    pub panels: usize,
    /// Sweeps recorded at each temperature and replica, at least 1.
    pub sweeps: usize,
    /// Sweeps before them, at each temperature.
    pub burn_in: usize,
    /// Independent replicas, at least 1.
    pub replicas: u32,
    /// Seed of the random words.
    pub seed: u64,
}

/// Thermodynamics from sampled energies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FreeEnergy {
    /// ln Z in nats.
    pub log_partition: Estimate,
    /// Free energy `F = -T ln Z`.
    pub free_energy: Estimate,
    /// Energy `U = ⟨E⟩`.
    pub energy: Estimate,
    /// Entropy `S = (U - F)/T` in nats.
    pub entropy: Estimate,
    /// By how much ln Z differs with the 7 nodes of Gauss in each part: far more than the error of
    /// the 15, and chance has a part in it.
    pub quadrature: f64,
}

/// A node on [0, 1] with its weights.
#[derive(Clone, Copy, Debug)]
struct Node {
    at: f64,
    kronrod: f64,
    gauss: f64,
}

/// Nodes in ascending order.
fn nodes(panels: usize) -> Vec<Node> {
    let half = 0.5 / panels as f64;
    let panel = |k: usize| {
        let middle = (2 * k + 1) as f64 * half;
        let node = move |x: f64, [_, kronrod, gauss]: [f64; 3]| Node {
            at: middle + x * half,
            kronrod: kronrod * half,
            gauss: gauss * half,
        };
        let below = RULE[..7].iter().map(move |&row| node(-row[0], row));
        below.chain(RULE.iter().rev().map(move |&row| node(row[0], row)))
    };
    (0..panels).flat_map(panel).collect()
}

/// Thermodynamics of a lattice of any size, by the heat bath at falling temperatures.
///
/// Each replica goes through all temperatures, the hottest first, each from the last state of the
/// one before and with random words of its own. Errors are those of the mean energies by their
/// integrated autocorrelation times; they hold where the lattice turns over at the lowest
/// temperature. Near a transition more `panels` are needed.
///
/// # Errors
/// [`Error::Temperature`], [`Error::Range`] for no panels, sweeps or replicas or more than 1000
/// panels, [`Error::Cancelled`].
pub fn integrate(
    lattice: &Lattice,
    temperature: f64,
    integration: &Integration,
    cancel: &AtomicBool,
) -> Result<FreeEnergy, Error> {
    let Integration { panels, sweeps, burn_in, replicas, seed } = *integration;
    check_temperature(temperature)?;
    at_least_one("panels", panels)?;
    at_least_one("sweeps", sweeps)?;
    at_least_one("replicas", replicas as usize)?;
    if panels > PANELS_MAX {
        let expected = "at most 1000";
        return Err(Error::Range { what: "panels", value: panels as f64, expected });
    }
    let nodes = nodes(panels);
    let betas = nodes.iter().map(|node| node.at).chain([1.0]);
    let mut steps: Vec<(f64, Vec<Vec<f64>>)> =
        betas.map(|at| (temperature / at, Vec::new())).collect();
    for replica in 0..replicas {
        let spins = Words::new(seed, Stream::Start, replica).spins(lattice.nodes());
        let mut chain = Chain {
            lattice,
            rule: Rule::HeatBath,
            words: Words::new(seed, Stream::Integrate, replica),
            energy: lattice.energy(&spins),
            conditional: vec![0.0; spins.len()],
            spins,
        };
        for (temperature, series) in &mut steps {
            let mut energies = Vec::new();
            for sweep in 0..burn_in.saturating_add(sweeps) {
                stop(cancel)?;
                chain.sweep(*temperature);
                if sweep >= burn_in {
                    energies.push(chain.energy);
                }
            }
            series.push(energies);
        }
    }
    let energies: Vec<Estimate> = steps.iter().map(|(_, series)| estimate(series)).collect();
    Ok(combine(lattice.nodes(), temperature, &nodes, &energies))
}

/// `energies` at the nodes, then at the temperature itself.
fn combine(count: usize, temperature: f64, nodes: &[Node], energies: &[Estimate]) -> FreeEnergy {
    let beta = 1.0 / temperature;
    let free = count as f64 * LN_2;
    let (mut kronrod, mut gauss, mut variance) = (0.0, 0.0, 0.0);
    for (node, energy) in nodes.iter().zip(energies) {
        kronrod += node.kronrod * energy.value;
        gauss += node.gauss * energy.value;
        variance += (node.kronrod * energy.error).powi(2);
    }
    let log_partition = Estimate { value: free - beta * kronrod, error: beta * variance.sqrt() };
    let energy = energies[nodes.len()];
    FreeEnergy {
        log_partition,
        free_energy: Estimate {
            value: -temperature * log_partition.value,
            error: temperature * log_partition.error,
        },
        energy,
        entropy: Estimate {
            value: beta * energy.value + log_partition.value,
            error: (beta * energy.error).hypot(log_partition.error),
        },
        quadrature: beta * (kronrod - gauss).abs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::ising::{thermodynamics, uniform};

    /// Degree 22 exactly, and the nodes in ascending order.
    #[test]
    fn the_rule_integrates_powers() {
        for panels in [1, 3] {
            let nodes = nodes(panels);
            assert!(nodes.windows(2).all(|pair| pair[0].at < pair[1].at));
            for power in 0..=22 {
                let sum: f64 = nodes.iter().map(|n| n.kronrod * n.at.powi(power)).sum();
                assert!((sum * f64::from(power + 1) - 1.0).abs() < 1e-13, "{power}");
            }
            let sum: f64 = nodes.iter().map(|n| n.gauss * n.at.powi(13)).sum();
            assert!((14.0 * sum - 1.0).abs() < 1e-13);
        }
    }

    /// What remains of exact energies is the error of the rule: below 1e-9 down to λ_max, and
    /// below 1e-4 far under it, where four panels help.
    #[test]
    fn quadrature_is_far_below_chance() {
        let n = 10;
        let coupling = |at: usize| 0.2 * (1.0 + 0.5 * ((at / n + at % n) as f64).sin());
        let couplings = (0..n * n).map(coupling).collect();
        let fields = (0..n).map(|i| 0.1 * i as f64 - 0.3).collect();
        let dense = Lattice::new(couplings, fields).expect("valid input");
        let error = |temperature: f64, panels: usize| {
            let exact = |t| thermodynamics(&dense, t).expect("few nodes");
            let nodes = nodes(panels);
            let at = nodes.iter().map(|node| temperature / node.at).chain([temperature]);
            let sure = |t| Estimate { value: exact(t).energy, error: 0.0 };
            let energies: Vec<Estimate> = at.map(sure).collect();
            let found = combine(n, temperature, &nodes, &energies);
            let want = exact(temperature);
            assert!((found.entropy.value - want.entropy).abs() <= found.quadrature + 1e-12);
            (found.log_partition.value - want.log_partition).abs()
        };
        assert!(error(1.9, 1) < 1e-9 && error(0.3, 1) < 1e-4 && error(0.3, 4) < 1e-9);
        // 48 nodes with equal couplings, at the transition of the mean field.
        let exact = |t| uniform(48, 1.0 / 48.0, 0.0, t).expect("valid input");
        let nodes = nodes(1);
        let at = nodes.iter().map(|node| 1.0 / node.at).chain([1.0]);
        let sure = |t| Estimate { value: exact(t).energy, error: 0.0 };
        let energies: Vec<Estimate> = at.map(sure).collect();
        let found = combine(48, 1.0, &nodes, &energies).log_partition.value;
        assert!((found - exact(1.0).log_partition).abs() < 1e-6);
    }
}
