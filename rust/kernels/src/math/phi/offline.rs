//! Measures at one bipartition that ask for a search: Φ_G and Φ_*.

use super::CHANNELS;
use crate::math::dense::at;
use crate::math::dense::{Factor, Matrix};
use crate::shared::rng;

/// Descents from random beginnings, beside the four that have a reason.
const RANDOM: u32 = 4;

/// Steps of a descent at most; few take a hundred.
const STEPS: usize = 20_000;

/// A descent ends where a step gains less nats: far below 1e-6 even where gains shrink slowly.
const GAIN: f64 = 1e-14;

/// Blocks of a joint covariance, and the full regression of the present on the past.
struct Blocks {
    past: Matrix,
    present: Matrix,
    /// Of the past (rows) and the present.
    across: Matrix,
    /// `A`, present from past.
    regression: Matrix,
    /// Covariance `Q` of what it leaves.
    residual: Matrix,
    parts: [Vec<usize>; 2],
}

impl Blocks {
    fn new(channels: usize, joint: &[f64], mask: u32) -> Option<Self> {
        assert!(CHANNELS.contains(&channels), "2 to 8 channels");
        assert_eq!(joint.len(), at(2 * channels, 0), "a packed triangle of {} rows", 2 * channels);
        assert!((1..1 << (channels - 1)).contains(&mask), "a mask of two parts");
        let entry = |i: usize, j: usize| joint[at(i.max(j), i.min(j))];
        let block = |row: usize, column: usize| {
            Matrix::new(channels, channels, |i, j| entry(2 * i + row, 2 * j + column))
        };
        let [past, across, present] = [block(0, 0), block(0, 1), block(1, 1)];
        let regression = past.factor().ok()?.solve(&across).transposed();
        let residual = present.with(&regression.times(&across), |all, seen| all - seen);
        residual.factor().ok()?;
        let part = |two: u32| (0..channels).filter(|k| (mask << 1 >> k & 1) == two).collect();
        let parts = [part(0), part(1)];
        Some(Self { past, present, across, regression, residual, parts })
    }

    /// Regressions of each part's present on its own past, as one matrix.
    fn own_regressions(&self) -> Option<Matrix> {
        let mut all = Matrix::zeros(self.past.rows, self.past.rows);
        for part in &self.parts {
            let own =
                self.past.part(part, part).factor().ok()?.solve(&self.across.part(part, part));
            self.put(&mut all, part, &own.transposed());
        }
        Some(all)
    }

    fn put(&self, to: &mut Matrix, part: &[usize], block: &Matrix) {
        debug_assert_eq!(to.rows, self.past.rows);
        for (i, row) in part.iter().enumerate() {
            for (j, column) in part.iter().enumerate() {
                to.set(*row, *column, block.at(i, j));
            }
        }
    }

    /// Covariance of what the connections leave, factored.
    fn left(&self, connections: &Matrix) -> Option<Factor> {
        let cut = self.regression.with(connections, |all, kept| all - kept);
        let more = cut.times(&self.past).times(&cut.transposed());
        self.residual.with(&more, |a, b| a + b).factor().ok()
    }

    /// The connections within the parts that fit best where the covariance of what is left is `left`: what
    /// is cut is orthogonal, `[S⁻¹ (A − A') Sx]` vanishes within the parts.
    fn fit(&self, left: &Factor) -> Option<Matrix> {
        let d = self.past.rows;
        let weights = left.solve(&Matrix::new(d, d, |i, j| f64::from(u8::from(i == j))));
        let wanted = weights.times(&self.regression).times(&self.past);
        let within = |part: &Vec<usize>| -> Vec<(usize, usize)> {
            part.iter().flat_map(|i| part.iter().map(move |j| (*i, *j))).collect()
        };
        let free: Vec<(usize, usize)> = self.parts.iter().flat_map(within).collect();
        let system = Matrix::new(free.len(), free.len(), |a, b| {
            let ((i, j), (k, l)) = (free[a], free[b]);
            weights.at(i, k) * self.past.at(l, j)
        });
        let right = Matrix::new(free.len(), 1, |a, _| wanted.at(free[a].0, free[a].1));
        let solved = system.factor().ok()?.solve(&right);
        let mut connections = Matrix::zeros(d, d);
        for (number, (i, j)) in free.into_iter().enumerate() {
            connections.set(i, j, solved.at(number, 0));
        }
        Some(connections)
    }

    /// Information lost without the cut connections, from `connections` downhill.
    fn descend(&self, connections: &Matrix, whole: f64) -> Option<f64> {
        let mut left = self.left(connections)?;
        let mut lost = 0.5 * (left.log_determinant() - whole);
        for _ in 0..STEPS {
            // Each half-step is the best answer to the other: no step is uphill.
            left = self.left(&self.fit(&left)?)?;
            let next = 0.5 * (left.log_determinant() - whole);
            let gain = lost - next;
            lost = lost.min(next);
            if gain < GAIN {
                break;
            }
        }
        Some(lost)
    }

    /// Connections within the parts drawn about those of the full regression.
    fn drawn(&self, number: u32) -> Matrix {
        let d = self.past.rows;
        let kept = self.within(&self.regression);
        let size = (0..d * d).map(|k| kept.at(k / d, k % d).abs()).fold(0.0, f64::max);
        let key = rng::words(u64::from(number));
        let noise = Matrix::new(d, d, |i, j| {
            size * rng::normals(rng::philox([i as u32, j as u32, 0, 0], key))[0]
        });
        kept.with(&self.within(&noise), |kept, noise| kept + noise)
    }

    /// The entries within the parts.
    fn within(&self, matrix: &Matrix) -> Matrix {
        let together = |i: &usize, j: &usize| {
            self.parts.iter().any(|part| part.contains(i) && part.contains(j))
        };
        Matrix::new(matrix.rows, matrix.columns, |i, j| {
            if together(&i, &j) { matrix.at(i, j) } else { 0.0 }
        })
    }
}

/// Φ_G, geometric integrated information, of a packed joint covariance at the bipartition `mask`: the least
/// `½ ln(|Q + (A − A') Sx (A − A')ᵀ| / |Q|)` over all `A'` without connections between the parts
/// (Oizumi, Tsuchiya, Amari 2016, PNAS 113:14817), in nats; `None` if the covariance is not positive
/// definite.
///
/// The least of several descents, and an upper bound of the true minimum: where connections and
/// correlated noise are strong there are local minima. `0 <= Φ_G <= min(I, Φ_SI)` always holds.
///
/// # Panics
/// As [`bipartition`](super::bipartition).
#[must_use]
pub fn geometric(channels: usize, joint: &[f64], mask: u32) -> Option<f64> {
    let blocks = Blocks::new(channels, joint, mask)?;
    let full = blocks.residual.factor().ok()?;
    let whole = full.log_determinant();
    // From no connection it is at most I, from the parts' own regressions at most Φ_SI.
    let mut starts = vec![
        Matrix::zeros(channels, channels),
        blocks.own_regressions()?,
        blocks.within(&blocks.regression),
        blocks.fit(&full)?,
    ];
    starts.extend((0..RANDOM).map(|number| blocks.drawn(number)));
    let descents = starts.iter().map(|start| blocks.descend(start, whole));
    let least = descents.collect::<Option<Vec<f64>>>()?.into_iter().fold(f64::INFINITY, f64::min);
    // Not negative but for rounding.
    Some(least.max(0.0))
}

/// Φ_*, the information that a decoder without the connections between the parts of the bipartition `mask`
/// cannot read: `I - max I*(β)` over `β` (Oizumi et al. 2016, PLoS Comput. Biol. 12:e1004654), in nats,
/// between 0 and `I`; `None` if the packed joint covariance is not positive definite.
///
/// # Panics
/// As [`bipartition`](super::bipartition).
#[must_use]
pub fn decoding(channels: usize, joint: &[f64], mask: u32) -> Option<f64> {
    let blocks = Blocks::new(channels, joint, mask)?;
    let seen = blocks.present.factor().ok()?.log_determinant();
    let tdmi = 0.5 * (seen - blocks.residual.factor().ok()?.log_determinant());
    let own = blocks.own_regressions()?;
    let mut noise = Matrix::zeros(channels, channels);
    for part in &blocks.parts {
        let explained = own.part(part, part).times(&blocks.across.part(part, part));
        let left = blocks.present.part(part, part).with(&explained, |all, seen| all - seen);
        blocks.put(&mut noise, part, &left);
    }
    let spread = own.times(&blocks.past).times(&own.transposed());
    let noise_ln = noise.factor().ok()?.log_determinant();
    let read = |beta: f64| {
        let mixed = noise.with(&spread, |noise, spread| noise / beta + spread).factor().ok()?;
        let d = channels as f64;
        let logarithm = mixed.log_determinant() + d * beta.ln() - noise_ln;
        Some(0.5 * (logarithm + mixed.solve(&blocks.present).trace() - beta * d))
    };
    Some((tdmi - highest(read)?.max(0.0)).clamp(0.0, tdmi.max(0.0)))
}

/// Highest value of a concave function of positive numbers that begins at 0.
fn highest(of: impl Fn(f64) -> Option<f64>) -> Option<f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (0.0, 2.0);
    while high < 1e6 && of(high)? > of(0.5 * high)? {
        high *= 2.0;
    }
    let (mut a, mut b) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_a, mut at_b) = (of(a)?, of(b)?);
    // To half the digits, which is all of them in the value.
    while high - low > 1e-9 * high {
        if at_a < at_b {
            (low, a, at_a) = (a, b, at_b);
            b = low + GOLDEN * (high - low);
            at_b = of(b)?;
        } else {
            (high, b, at_b) = (b, a, at_a);
            a = high - GOLDEN * (high - low);
            at_a = of(a)?;
        }
    }
    Some(at_a.max(at_b))
}
