//! Two birth-death queues and which of them empties first.

/// Longest queue of the table.
pub(super) const LONGEST: usize = 30;

/// Where the chains are cut off: an order that would make a queue longer does not come. Queues of
/// [`LONGEST`] shrink twice as fast as they grow, so that 2^-34 of them come this far.
const CUT: usize = 64;

/// Probabilities of a move up by queue lengths, from 1.
#[derive(Clone, Debug)]
pub(super) struct Race {
    up: Vec<f64>,
}

impl Race {
    /// Solves `r P(b, a) = λ [P(b+1, a) + P(b, a+1)] + (μ + b θ) P(b-1, a) + (μ + a θ) P(b, a-1) + Λ` with
    /// `P(·, 0) = 1` and `P(0, ·) = 0`, r the sum of the rates, 2Λ among them: elimination in a band of
    /// [`CUT`] rows, stable without pivots because no row's rates exceed its diagonal.
    pub(super) fn new(arrival: f64, departure: f64, cancellation: f64, inside: f64) -> Self {
        const BAND: usize = 2 * CUT + 1;
        let n = CUT * CUT;
        let leave = |queue: usize| departure + queue as f64 * cancellation;
        // Row b CUT + a (queues b + 1 and a + 1); column j of it at j - row + CUT.
        let mut band = vec![0.0; n * BAND];
        let mut right = vec![0.0; n];
        for row in 0..n {
            let (b, a) = (row / CUT, row % CUT);
            let entries = &mut band[row * BAND..][..BAND];
            let mut total = 2.0 * inside + leave(b + 1) + leave(a + 1);
            right[row] = inside;
            for (inner, step) in [(b + 1 < CUT, CUT), (a + 1 < CUT, 1)] {
                if inner {
                    entries[CUT + step] = -arrival;
                    total += arrival;
                }
            }
            if b > 0 {
                entries[0] = -leave(b + 1);
            }
            if a > 0 {
                entries[CUT - 1] = -leave(a + 1);
            } else {
                right[row] += leave(1);
            }
            entries[CUT] = total;
        }
        for row in 0..n {
            let (above, below) = band.split_at_mut((row + 1) * BAND);
            let pivot = &above[row * BAND + CUT..];
            for (down, entries) in below.chunks_exact_mut(BAND).take(CUT).enumerate() {
                let (first, last) = (CUT - 1 - down, BAND - 1 - down);
                let factor = entries[first] / pivot[0];
                if factor != 0.0 {
                    for (entry, p) in entries[first..last].iter_mut().zip(pivot) {
                        *entry -= factor * p;
                    }
                    right[row + 1 + down] -= factor * right[row];
                }
            }
        }
        for row in (0..n).rev() {
            let entries = &band[row * BAND + CUT..][..=CUT.min(n - 1 - row)];
            let known: f64 = entries[1..].iter().zip(&right[row + 1..]).map(|(e, x)| e * x).sum();
            right[row] = (right[row] - known) / entries[0];
        }
        let short = right.chunks_exact(CUT).take(LONGEST).flat_map(|row| &row[..LONGEST]);
        Self { up: short.copied().collect() }
    }

    /// Probability for queues of `bid` and `ask` orders, each at least 1.
    pub(super) fn up(&self, bid: usize, ask: usize) -> f64 {
        let at = |queue: usize| queue.min(LONGEST) - 1;
        self.up[at(bid) * LONGEST + at(ask)]
    }
}
