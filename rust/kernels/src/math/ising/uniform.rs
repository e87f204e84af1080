//! Equal couplings and fields: a sum over the number of spins up.

use super::Error;
use super::check::check_temperature;

/// Most nodes of a sum.
const NODES_MAX: usize = 1_000_000;

/// Exact statistics of N nodes with equal couplings (Curie and Weiss).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    /// ln Z in nats.
    pub log_partition: f64,
    /// Energy ⟨E⟩.
    pub energy: f64,
    /// ⟨M⟩/N.
    pub magnetisation: f64,
    /// ⟨|M|⟩/N.
    pub abs_magnetisation: f64,
    /// ⟨M²⟩/N².
    pub magnetisation_2: f64,
    /// ⟨M⁴⟩/N⁴.
    pub magnetisation_4: f64,
}

/// Exact statistics of `nodes` nodes, each pair coupled by `coupling`, each node in `field`.
///
/// # Errors
/// [`Error::Empty`], [`Error::Range`] beyond a million nodes, [`Error::Temperature`].
pub fn uniform(
    nodes: usize,
    coupling: f64,
    field: f64,
    temperature: f64,
) -> Result<Uniform, Error> {
    check_temperature(temperature)?;
    if nodes == 0 {
        return Err(Error::Empty);
    }
    if nodes > NODES_MAX {
        let expected = "at most 1 000 000";
        return Err(Error::Range { what: "nodes", value: nodes as f64, expected });
    }
    let n = nodes as f64;
    let mut ln_binomial = 0.0_f64;
    let mut levels = Vec::with_capacity(nodes + 1);
    for up in 0..=nodes {
        let m = 2.0 * up as f64 - n;
        let energy = -0.5 * coupling * (m * m - n) - field * m;
        levels.push((m / n, energy, ln_binomial - energy / temperature));
        ln_binomial += ((nodes - up) as f64).ln() - ((up + 1) as f64).ln();
    }
    let largest = levels.iter().fold(f64::NEG_INFINITY, |top, level| top.max(level.2));
    let z: f64 = levels.iter().map(|level| (level.2 - largest).exp()).sum();
    let mean = |of: fn(f64, f64) -> f64| -> f64 {
        levels.iter().map(|(m, e, log)| of(*m, *e) * (log - largest).exp()).sum::<f64>() / z
    };
    Ok(Uniform {
        log_partition: largest + z.ln(),
        energy: mean(|_, e| e),
        magnetisation: mean(|m, _| m),
        abs_magnetisation: mean(|m, _| m.abs()),
        magnetisation_2: mean(|m, _| m * m),
        magnetisation_4: mean(|m, _| m.powi(4)),
    })
}
