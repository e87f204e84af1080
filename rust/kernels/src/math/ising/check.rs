//! What every lattice, state and temperature has to be.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Error;

/// Whether couplings and fields belong together, are finite and symmetric.
pub(super) fn check_network(couplings: &[f64], fields: &[f64]) -> Result<(), Error> {
    let nodes = fields.len();
    let (found, expected) = (couplings.len(), nodes * nodes);
    if found != expected {
        return Err(Error::Shape { what: "couplings", nodes, found, expected });
    }
    for (what, values) in [("couplings", couplings), ("fields", fields)] {
        if let Some(index) = values.iter().position(|v| !v.is_finite()) {
            return Err(Error::NotFinite { what, index, value: values[index] });
        }
    }
    for row in 0..nodes {
        for column in row + 1..nodes {
            let (a, b) = (couplings[row * nodes + column], couplings[column * nodes + row]);
            if (a - b).abs() > 0.0 {
                return Err(Error::Asymmetric { row, column });
            }
        }
    }
    Ok(())
}

/// Whether `t` is a temperature.
pub(super) fn check_temperature(t: f64) -> Result<(), Error> {
    if t > 0.0 && t.is_finite() { Ok(()) } else { Err(Error::Temperature(t)) }
}

/// Whether `spins`, the argument `what`, are a state of `nodes` nodes.
pub(super) fn check_state(what: &'static str, nodes: usize, spins: &[i8]) -> Result<(), Error> {
    let found = spins.len();
    if found != nodes {
        return Err(Error::Shape { what, nodes, found, expected: nodes });
    }
    check_spins(what, spins)
}

/// Whether every value is a spin.
pub(super) fn check_spins(what: &'static str, spins: &[i8]) -> Result<(), Error> {
    let Some(index) = spins.iter().position(|s| s.abs() != 1) else { return Ok(()) };
    Err(Error::NoSpin { what, expected: "1 or -1", index, value: spins[index] })
}

/// An error once somebody has asked for the end.
pub(super) fn stop(cancel: &AtomicBool) -> Result<(), Error> {
    if cancel.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
}
