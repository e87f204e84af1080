//! Couplings, fields and the energy of a state.

use super::Error;
use super::check::{check_network, check_state, check_temperature};

/// A network of p-bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Lattice {
    couplings: Vec<f64>,
    fields: Vec<f64>,
}

impl Lattice {
    /// Nodes with `couplings` (row-major, symmetric; the diagonal is ignored) in `fields`.
    ///
    /// # Errors
    /// See [`Error`]: wrong shape, not finite, not symmetric, no node.
    pub fn new(mut couplings: Vec<f64>, fields: Vec<f64>) -> Result<Self, Error> {
        check_network(&couplings, &fields)?;
        if fields.is_empty() {
            return Err(Error::Empty);
        }
        for cell in couplings.iter_mut().step_by(fields.len() + 1) {
            *cell = 0.0;
        }
        Ok(Self { couplings, fields })
    }

    /// Number of nodes N.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.fields.len()
    }

    /// Couplings `J`, row-major with a zero diagonal.
    #[must_use]
    pub fn couplings(&self) -> &[f64] {
        &self.couplings
    }

    /// Fields `h`.
    #[must_use]
    pub fn fields(&self) -> &[f64] {
        &self.fields
    }

    /// Couplings of node `i`.
    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.couplings[i * self.nodes()..(i + 1) * self.nodes()]
    }

    /// Local field `h_i + Σ_j J_ij s_j` of node `i`.
    ///
    /// # Panics
    /// Panics if there is no such node.
    #[must_use]
    pub fn local(&self, i: usize, spins: &[f64]) -> f64 {
        self.fields[i] + dot(self.row(i), spins)
    }

    /// Energy of a state.
    #[must_use]
    pub fn energy(&self, spins: &[f64]) -> f64 {
        let bonds = |i: usize| 0.5 * dot(self.row(i), spins) + self.fields[i];
        -spins.iter().enumerate().map(|(i, s)| s * bonds(i)).sum::<f64>()
    }

    /// Energy of a state given as 1 or -1 for each node.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NoSpin`].
    pub fn energy_of(&self, spins: &[i8]) -> Result<f64, Error> {
        check_state("spins", self.nodes(), spins)?;
        let spins: Vec<f64> = spins.iter().map(|&s| f64::from(s)).collect();
        Ok(self.energy(&spins))
    }
}

/// The temperature `t λ_max(J)`; above t = 1 the mean field has a single fixed point.
///
/// # Errors
/// [`Error::Temperature`] where that is not positive: for t, or without couplings.
pub fn temperature(lattice: &Lattice, t: f64) -> Result<f64, Error> {
    let temperature = t * largest_eigenvalue(lattice);
    check_temperature(temperature).map(|()| temperature)
}

/// Sum of products in eight running sums, so that one need not wait for the one before.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for k in 0..8 {
            sums[k] += a[k] * b[k];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

/// Couplings `J0 exp(-d/λ)` of a symmetric distance matrix, row-major; zero on the diagonal.
///
/// With curvature -1 the kernel is positive definite for every `λ > 0` (Faraut and Harzallah
/// 1974).
///
/// # Errors
/// [`Error::Range`] for a scale that is not positive or a strength that is not finite,
/// [`Error::NotFinite`] for a distance.
pub fn exponential(
    distances: &[f64],
    nodes: usize,
    strength: f64,
    scale: f64,
) -> Result<Vec<f64>, Error> {
    let (found, expected) = (distances.len(), nodes * nodes);
    if found != expected {
        return Err(Error::Shape { what: "distances", nodes, found, expected });
    }
    if !(scale > 0.0 && scale.is_finite()) {
        let expected = "a positive finite number";
        return Err(Error::Range { what: "lambda", value: scale, expected });
    }
    if !strength.is_finite() {
        let expected = "a finite number";
        return Err(Error::Range { what: "J0", value: strength, expected });
    }
    if let Some(index) = distances.iter().position(|d| !d.is_finite()) {
        return Err(Error::NotFinite { what: "distances", index, value: distances[index] });
    }
    let coupling = |(at, d): (usize, &f64)| {
        if at % (nodes + 1) == 0 { 0.0 } else { strength * (-d / scale).exp() }
    };
    Ok(distances.iter().enumerate().map(coupling).collect())
}

/// Largest eigenvalue of the couplings, by power iteration.
///
/// A shift by the largest row sum of magnitudes makes every eigenvalue non-negative, so that the
/// iteration tends to the largest and not to the most negative one. It ends when the
/// residual is below 1e-12 of the shift, or after 10 000 steps where the two largest eigenvalues
/// nearly coincide: the quotient then lies between them. 0 without couplings.
#[must_use]
pub fn largest_eigenvalue(lattice: &Lattice) -> f64 {
    let n = lattice.nodes();
    let sum = |i: usize| lattice.row(i).iter().map(|j| j.abs()).sum::<f64>();
    let shift = (0..n).map(sum).fold(0.0, f64::max);
    if shift == 0.0 {
        return 0.0;
    }
    // Not symmetric in any numbering of the nodes, so not orthogonal to what is sought.
    let mut vector: Vec<f64> = (0..n).map(|i| 1.0 + (0.618_034 * i as f64).fract()).collect();
    let mut value = 0.0;
    for _ in 0..10_000 {
        let norm = dot(&vector, &vector).sqrt();
        for x in &mut vector {
            *x /= norm;
        }
        let image: Vec<f64> = (0..n).map(|i| dot(lattice.row(i), &vector)).collect();
        value = dot(&vector, &image);
        let off = |(v, w): (&f64, &f64)| (w - value * v).powi(2);
        let residual = vector.iter().zip(&image).map(off).sum::<f64>().sqrt();
        if residual < 1e-12 * shift {
            break;
        }
        vector = vector.iter().zip(&image).map(|(v, w)| shift * v + w).collect();
    }
    value
}
