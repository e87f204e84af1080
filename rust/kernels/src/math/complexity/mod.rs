//! Complexity index of a p-bit lattice: `CI = α D G C (1 - exp(-β τ))`.
//!
//! A regime measure. The product form is that of Bruna 2025 (arXiv:2505.20580); its estimators do not
//! carry over to a p-bit lattice, so the factors are defined here, each in [0, 1]:
//!
//! - dimension D: [`takens`] over the pair distances of the nodes, over 3, at most 1;
//! - gain G: `ln(1 + g) / ln(1 + N)` of the response `g = Var(M) / N`, 1 for free spins;
//! - coherence C: ⟨|M|⟩/N above that of independent spins ([`coherence`]);
//! - dwell: `1 - exp(-τ/τ_ref)` of the integrated [`autocorrelation`] time τ of M in sweeps.
//!
//! N nodes, `M = Σ s_i`.

mod dimension;
mod time;

pub use dimension::{Takens, ball_dimension, correlation_sum, slope, takens, volume_radius};
pub use time::{Autocorrelation, WINDOW, autocorrelation};

/// Series shorter than this many τ give no index: the error of τ would be above a quarter.
pub const LENGTH_MIN: f64 = 50.0;

/// `α D G C (1 - exp(-β τ))`, of any factors.
#[must_use]
pub fn composite(alpha: f64, [d, g, c]: [f64; 3], beta: f64, tau: f64) -> f64 {
    alpha * d * g * c * -(-beta * tau).exp_m1()
}

/// ⟨|M|⟩/N of `nodes` independent fair spins: `binomial(N - 1, ⌊(N - 1)/2⌋) / 2^(N - 1)`, which is
/// `½ · ¾ · ⅚ …` with ⌊N/2⌋ factors.
#[must_use]
pub fn independent_coherence(nodes: usize) -> f64 {
    (1..=nodes / 2).map(|k| (2 * k - 1) as f64 / (2 * k) as f64).product()
}

/// Coherence `max(0, (R - R₀)/(1 - R₀))` of `R = ⟨|M|⟩/N` with the exact R₀; 0 for one node.
#[must_use]
pub fn coherence(nodes: usize, mean_abs_magnetisation: f64) -> f64 {
    let r0 = independent_coherence(nodes);
    let r = mean_abs_magnetisation / nodes as f64;
    if r0 < 1.0 { ((r - r0) / (1.0 - r0)).max(0.0) } else { 0.0 }
}

/// `ln(1 + g) / ln(1 + N)` of the response g, in [0, 1] for g in [0, N].
#[must_use]
pub fn gain(nodes: usize, response: f64) -> f64 {
    response.ln_1p() / (nodes as f64).ln_1p()
}

/// The index of a lattice and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// `D G C (1 - e^(-τ/τ_ref))`, in [0, 1); NaN where a factor is.
    pub index: f64,
    /// Takens' dimension over 3, at most 1; NaN with fewer than 50 pairs below the median.
    pub dimension: f64,
    /// G in [0, 1].
    pub gain: f64,
    /// C in [0, 1].
    pub coherence: f64,
    /// `1 - exp(-τ/τ_ref)` in [0, 1); NaN where the series are shorter than 50 τ.
    pub dwell: f64,
    /// Takens' dimension itself.
    pub takens: f64,
    /// Response `g = Var(M)/N` in [0, N].
    pub response: f64,
    /// τ in sweeps, at least ½.
    pub time: f64,
}

/// Input that has no index.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// Fewer than two nodes.
    #[error("{0} nodes, expected at least 2")]
    Nodes(usize),
    /// A distance that is none.
    #[error("distances[{index}] is {value}, expected a finite number of at least 0")]
    Distance {
        /// Position of the value.
        index: usize,
        /// The value.
        value: f64,
    },
    /// A magnetisation outside [-N, N].
    #[error("magnetisation[{replica}][{sweep}] is {value}, expected -{nodes} to {nodes}")]
    Magnetisation {
        /// The series.
        replica: usize,
        /// Position in it.
        sweep: usize,
        /// The value.
        value: f64,
        /// N.
        nodes: usize,
    },
    /// No series, or an empty one, or series of different lengths.
    #[error("magnetisation[{replica}] has {found} sweeps, expected {expected}")]
    Length {
        /// The series.
        replica: usize,
        /// Its length.
        found: usize,
        /// What it must be.
        expected: &'static str,
    },
    /// A reference time that is not positive.
    #[error("reference time is {0}, expected a positive finite number of sweeps")]
    Reference(f64),
}

/// The index of `nodes` nodes with the pair `distances` (each pair once, any order) from series of
/// M, one per replica and of equal length, one value a sweep in stationarity; `reference` is τ_ref
/// in sweeps.
///
/// Where M never changes there is neither gain nor a time: gain and index are 0, as in the limit.
///
/// # Errors
/// See [`Error`].
pub fn index<S: AsRef<[f64]>>(
    nodes: usize,
    distances: &[f64],
    magnetisation: &[S],
    reference: f64,
) -> Result<Index, Error> {
    check(nodes, distances, magnetisation, reference)?;
    let count = magnetisation.iter().map(|s| s.as_ref().len()).sum::<usize>() as f64;
    let all = || magnetisation.iter().flat_map(AsRef::as_ref).copied();
    let mean = all().sum::<f64>() / count;
    let variance = all().map(|m| (m - mean) * (m - mean)).sum::<f64>() / count;
    let size = all().map(f64::abs).sum::<f64>() / count;

    let takens = takens(distances).map_or(f64::NAN, |t| t.dimension);
    let response = variance / nodes as f64;
    let time = autocorrelation(magnetisation, WINDOW).map_or(f64::NAN, |a| a.time.max(0.5));
    let length = magnetisation[0].as_ref().len() as f64;
    let dwell = if length < LENGTH_MIN * time {
        f64::NAN
    } else {
        composite(1.0, [1.0; 3], reference.recip(), time)
    };
    // `min` would turn a missing dimension into 1.
    let dimension = if takens > 3.0 { 1.0 } else { takens / 3.0 };
    let (gain, coherence) = (gain(nodes, response), coherence(nodes, size));
    let frozen = variance == 0.0 && !dimension.is_nan();
    let index = if frozen { 0.0 } else { dimension * gain * coherence * dwell };
    Ok(Index { index, dimension, gain, coherence, dwell, takens, response, time })
}

fn check<S: AsRef<[f64]>>(
    nodes: usize,
    distances: &[f64],
    magnetisation: &[S],
    reference: f64,
) -> Result<(), Error> {
    if nodes < 2 {
        return Err(Error::Nodes(nodes));
    }
    let wrong = |d: &f64| !(d.is_finite() && *d >= 0.0);
    if let Some(index) = distances.iter().position(wrong) {
        return Err(Error::Distance { index, value: distances[index] });
    }
    let lengths = || magnetisation.iter().map(|s| s.as_ref().len());
    let first = lengths().next().unwrap_or(0);
    if first == 0 {
        return Err(Error::Length { replica: 0, found: 0, expected: "at least 1" });
    }
    if let Some(replica) = lengths().position(|n| n != first) {
        let found = magnetisation[replica].as_ref().len();
        return Err(Error::Length { replica, found, expected: "as many as the first series" });
    }
    for (replica, series) in magnetisation.iter().enumerate() {
        let outside = |m: &f64| m.is_nan() || m.abs() > nodes as f64;
        if let Some(sweep) = series.as_ref().iter().position(outside) {
            let value = series.as_ref()[sweep];
            return Err(Error::Magnetisation { replica, sweep, value, nodes });
        }
    }
    if !(reference > 0.0 && reference.is_finite()) {
        return Err(Error::Reference(reference));
    }
    Ok(())
}
