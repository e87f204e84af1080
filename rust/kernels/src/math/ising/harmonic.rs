//! Harmonic labels: the Gaussian relaxation of a clamped lattice.

use super::{Error, Lattice};

/// Labels of the unknown nodes of a graph with the lattice's couplings as weights:
/// `f_u = (D_uu - W_uu)⁻¹ W_ul y`, each the weighted mean of its neighbours (Zhu, Ghahramani and
/// Lafferty 2003). `labels` holds a number for a known node and `None` for an unknown one; the
/// result has a number for each. Fields do not count.
///
/// # Errors
/// [`Error::Shape`], [`Error::NotFinite`] for a label, [`Error::Range`] for a negative coupling,
/// [`Error::Unreached`] where an unknown node is not joined to any known one.
pub fn harmonic(lattice: &Lattice, labels: &[Option<f64>]) -> Result<Vec<f64>, Error> {
    let nodes = lattice.nodes();
    if labels.len() != nodes {
        let found = labels.len();
        return Err(Error::Shape { what: "labels", nodes, found, expected: nodes });
    }
    if let Some(index) = labels.iter().position(|y| y.is_some_and(|y| !y.is_finite())) {
        let value = labels[index].unwrap_or_default();
        return Err(Error::NotFinite { what: "labels", index, value });
    }
    if let Some(&value) = lattice.couplings().iter().find(|j| **j < 0.0) {
        let expected = "at least 0 for harmonic labels";
        return Err(Error::Range { what: "a coupling", value, expected });
    }
    let open: Vec<usize> = (0..nodes).filter(|&i| labels[i].is_none()).collect();
    let u = open.len();
    let mut matrix = vec![0.0; u * u];
    let mut values = vec![0.0; u];
    for (a, &i) in open.iter().enumerate() {
        let row = lattice.row(i);
        matrix[a * u + a] = row.iter().sum();
        for (b, &j) in open.iter().enumerate() {
            matrix[a * u + b] -= row[j];
        }
        values[a] = row.iter().zip(labels).map(|(w, y)| w * y.unwrap_or(0.0)).sum();
    }
    cholesky(&mut matrix, &mut values).map_err(|at| Error::Unreached { node: open[at] })?;
    let mut solved = values.into_iter();
    Ok(labels.iter().map(|y| y.unwrap_or_else(|| solved.next().unwrap_or(f64::NAN))).collect())
}

/// Solves `A x = b` in place for a symmetric positive definite A; the pivot that fails otherwise.
fn cholesky(a: &mut [f64], b: &mut [f64]) -> Result<(), usize> {
    let n = b.len();
    for k in 0..n {
        let whole = a[k * n + k];
        let pivot = whole - (0..k).map(|j| a[k * n + j].powi(2)).sum::<f64>();
        // Unknown nodes by themselves make a singular block: nothing is left of its last pivot.
        if pivot <= 1e-14 * whole || whole <= 0.0 {
            return Err(k);
        }
        let root = pivot.sqrt();
        a[k * n + k] = root;
        for i in k + 1..n {
            let sum: f64 = (0..k).map(|j| a[i * n + j] * a[k * n + j]).sum();
            a[i * n + k] = (a[i * n + k] - sum) / root;
        }
        let sum: f64 = (0..k).map(|j| a[k * n + j] * b[j]).sum();
        b[k] = (b[k] - sum) / root;
    }
    for k in (0..n).rev() {
        let sum: f64 = (k + 1..n).map(|i| a[i * n + k] * b[i]).sum();
        b[k] = (b[k] - sum) / a[k * n + k];
    }
    Ok(())
}
