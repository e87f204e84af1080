//! Small dense matrices.

/// Place of row `i`, column `j <= i` in a packed lower triangle.
#[must_use]
pub const fn at(i: usize, j: usize) -> usize {
    i * (i + 1) / 2 + j
}

/// A matrix, row after row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    entries: Vec<f64>,
}

impl Matrix {
    pub(crate) fn new(rows: usize, columns: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        let entry = &entry;
        let entries = (0..rows).flat_map(|i| (0..columns).map(move |j| entry(i, j))).collect();
        Self { rows, columns, entries }
    }

    pub(crate) fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, entries: vec![0.0; rows * columns] }
    }

    pub(crate) fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.columns + j]
    }

    pub(crate) fn set(&mut self, i: usize, j: usize, value: f64) {
        self.entries[i * self.columns + j] = value;
    }

    pub(crate) fn transposed(&self) -> Self {
        Self::new(self.columns, self.rows, |i, j| self.at(j, i))
    }

    /// Entry by entry.
    pub(crate) fn with(&self, other: &Self, of: impl Fn(f64, f64) -> f64) -> Self {
        Self::new(self.rows, self.columns, |i, j| of(self.at(i, j), other.at(i, j)))
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        let entry = |i, j| (0..self.columns).map(|k| self.at(i, k) * other.at(k, j)).sum();
        Self::new(self.rows, other.columns, entry)
    }

    /// Chosen rows and columns.
    pub(crate) fn part(&self, rows: &[usize], columns: &[usize]) -> Self {
        Self::new(rows.len(), columns.len(), |i, j| self.at(rows[i], columns[j]))
    }

    pub(crate) fn trace(&self) -> f64 {
        (0..self.rows).map(|i| self.at(i, i)).sum()
    }

    /// Cholesky factor of a symmetric matrix; the row whose pivot is not positive if it is not positive
    /// definite.
    pub(crate) fn factor(&self) -> Result<Factor, usize> {
        let n = self.rows;
        let mut entries = vec![0.0; at(n, 0)];
        for i in 0..n {
            for j in 0..=i {
                let (a, b) = (&entries[at(i, 0)..], &entries[at(j, 0)..]);
                let done: f64 = a[..j].iter().zip(b).map(|(a, b)| a * b).sum();
                let left = self.at(i, j) - done;
                if i > j {
                    entries[at(i, j)] = left / entries[at(j, j)];
                } else if left > 0.0 {
                    entries[at(i, i)] = left.sqrt();
                } else {
                    return Err(i);
                }
            }
        }
        Ok(Factor { rows: n, entries })
    }
}

/// A Cholesky factor, packed.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    rows: usize,
    entries: Vec<f64>,
}

impl Factor {
    /// Row `i` up to the diagonal.
    pub(crate) fn row(&self, i: usize) -> &[f64] {
        &self.entries[at(i, 0)..=at(i, i)]
    }

    /// Logarithm of the determinant of the factored matrix.
    pub(crate) fn log_determinant(&self) -> f64 {
        (0..self.rows).map(|i| 2.0 * self.entries[at(i, i)].ln()).sum()
    }

    /// What the factored matrix takes to `right`.
    pub(crate) fn solve(&self, right: &Matrix) -> Matrix {
        let mut x = right.clone();
        for column in 0..x.columns {
            for i in 0..self.rows {
                let row = &self.entries[at(i, 0)..=at(i, i)];
                let done: f64 = (0..i).map(|k| row[k] * x.at(k, column)).sum();
                x.set(i, column, (x.at(i, column) - done) / row[i]);
            }
            for i in (0..self.rows).rev() {
                let below = i + 1..self.rows;
                let done: f64 = below.map(|k| self.entries[at(k, i)] * x.at(k, column)).sum();
                x.set(i, column, (x.at(i, column) - done) / self.entries[at(i, i)]);
            }
        }
        x
    }
}
