//! The lower tail of sixteen samples: the few values that selection and sums need.

use std::array::from_fn;

use super::search::Bracket;
use crate::simd::{F32, Floats, Isa, LANES, Words};

/// Runs of sixteen rows from which the threshold is guessed.
const RUNS: usize = 64;

/// Cells of a block of sixteen rows: partial sum and lane.
const CELLS: usize = LANES * LANES;

/// Bits that [`list`] takes at a time.
const BATCH: usize = 8;

/// A row of a tile.
pub(super) type Row = [f32; LANES];

/// Values below a threshold, by partial sum (row modulo 16) and in ascending order of their rows.
pub(super) struct Kept {
    /// The `d`-th value of partial sum `p` in row `16·d + p`; infinity behind the last.
    cells: Vec<f32>,
    /// The same, partial sum after partial sum, without the rows that no lane fills.
    rows: Vec<F32>,
    /// End of each partial sum in `rows`.
    ends: [usize; LANES],
}

/// What remains to be done after values were collected.
enum Again {
    /// A lane has too few values: its threshold was lifted.
    Few,
    /// A partial sum has more values than `cells` has room for.
    Deep,
}

impl Kept {
    pub(super) const fn new() -> Self {
        Self { cells: Vec::new(), rows: Vec::new(), ends: [0; LANES] }
    }

    /// Keeps at least the `rank` smallest values of each lane; returns where these lie.
    ///
    /// The threshold is a guess from a part of the sample. A lane where it proves too low keeps all
    /// its values, so that the result does not depend on the guess.
    #[inline(always)]
    pub(super) fn fill<S: Isa>(&mut self, tile: &[Row], rank: u32) -> Bracket {
        let deepest = tile.len().div_ceil(LANES);
        let (mut threshold, share) = threshold::<S>(tile, rank, &mut self.rows);
        // A count exceeds its mean by seven standard deviations once in 10¹¹.
        let mean = share * deepest as f64;
        let mut depth = deepest.min((mean + 7.0 * mean.sqrt()) as usize + 8);
        loop {
            self.cells.clear();
            self.cells.resize(depth * CELLS, f32::INFINITY);
            match self.collect::<S>(tile, &mut threshold, rank) {
                Ok(count) => return Bracket::new::<S>(&self.rows, threshold, count),
                Err(Again::Few) => {}
                Err(Again::Deep) => depth = deepest,
            }
        }
    }

    /// Collects what lies below `threshold`; returns the number of values in each lane.
    #[inline(always)]
    fn collect<S: Isa>(
        &mut self,
        tile: &[Row],
        threshold: &mut F32,
        rank: u32,
    ) -> Result<[u32; LANES], Again> {
        let bound = Floats::<S>::load(&threshold.0);
        let mut next: [usize; CELLS] = from_fn(|cell| cell);
        let mut hits = [0; CELLS + BATCH];
        for block in tile.chunks(LANES) {
            // Bit r of a lane: its value in row r of the block is kept.
            let mut kept = Words::<S>::splat(0);
            for (r, row) in block.iter().enumerate() {
                let (bit, zero) = (Floats::splat(f32::from_bits(1 << r)), Floats::splat(0.0));
                kept = kept | Floats::load(row).select_below(bound, bit, zero).to_bits();
            }
            let len = list(&kept.store().0, &mut hits);
            let values = block.as_flattened();
            for &hit in &hits[..len] {
                // From lane and row to row and lane.
                let cell = usize::from(hit.rotate_left(4));
                let Some(to) = self.cells.get_mut(next[cell]) else { return Err(Again::Deep) };
                *to = values[cell];
                next[cell] += CELLS;
            }
        }
        let count = self.gather(&next);
        let mut enough = true;
        for (count, threshold) in count.iter().zip(&mut threshold.0) {
            if *count < rank {
                *threshold = f32::INFINITY;
                enough = false;
            }
        }
        if enough { Ok(count) } else { Err(Again::Few) }
    }

    /// Fills `rows` from `cells`, given the next free word of each cell; returns the number of values
    /// in each lane.
    #[inline(always)]
    fn gather(&mut self, next: &[usize; CELLS]) -> [u32; LANES] {
        let cells = self.cells.as_chunks().0;
        let mut count = [0; LANES];
        self.rows.clear();
        for (p, next) in next.as_chunks::<LANES>().0.iter().enumerate() {
            let mut longest = 0;
            for (count, next) in count.iter_mut().zip(next) {
                *count += (next / CELLS) as u32;
                longest = longest.max(next / CELLS);
            }
            for d in 0..longest {
                self.rows.push(F32(cells[d * LANES + p]));
            }
            self.ends[p] = self.rows.len();
        }
        count
    }

    /// Narrows `bracket` to the `rank`-th smallest value of each lane and returns it.
    #[inline(always)]
    pub(super) fn select<S: Isa>(&self, bracket: &mut Bracket, rank: u32) -> F32 {
        bracket.narrow::<S>(&self.rows, rank, 1);
        bracket.least::<S>(&self.rows)
    }

    /// Sum of the values below `bound`: partial sums, then a tree.
    #[inline(always)]
    pub(super) fn sum_below<S: Isa>(&self, bound: F32) -> F32 {
        let (bound, zero) = (Floats::<S>::load(&bound.0), Floats::splat(0.0));
        let mut part = [zero; LANES];
        let mut first = 0;
        for (part, &end) in part.iter_mut().zip(&self.ends) {
            for row in &self.rows[first..end] {
                let x = Floats::load(&row.0);
                *part = *part + x.select_below(bound, x, zero);
            }
            first = end;
        }
        for half in [8, 4, 2, 1] {
            for p in 0..half {
                part[p] = part[p] + part[p + half];
            }
        }
        part[0].store()
    }
}

/// A threshold below which somewhat more than `rank` values lie in each lane, and their share.
/// `pilot` is overwritten.
#[inline(always)]
fn threshold<S: Isa>(tile: &[Row], rank: u32, pilot: &mut Vec<F32>) -> (F32, f64) {
    let infinite = F32::splat(f32::INFINITY);
    // Runs of rows from all over the sample, which may be stratified.
    let stride = tile.len() / RUNS;
    if stride < 2 * LANES {
        return (infinite, 1.0);
    }
    pilot.clear();
    for run in tile.chunks_exact(stride).take(RUNS) {
        for row in &run[..LANES] {
            pilot.push(F32(*row));
        }
    }
    // Three standard deviations of the count above its mean; every further value costs time.
    let size = pilot.len() as f64;
    let mean = f64::from(rank) * size / tile.len() as f64;
    let wanted = mean + 3.0 * mean.sqrt();
    let slack = 0.1 * wanted;
    let mut bracket = Bracket::new::<S>(pilot, infinite, [pilot.len() as u32; LANES]);
    bracket.narrow::<S>(pilot, wanted as u32, slack as u32);
    (bracket.high(), (wanted + slack) / size)
}

/// Writes the number of each set bit (sixteen to a word) to the front of `to`; returns how many there
/// are. Eight at a time and without a branch for each, which could not be predicted.
#[inline(always)]
fn list(words: &[u32; LANES], to: &mut [u8; CELLS + BATCH]) -> usize {
    let mut len = 0;
    for (at, four) in words.as_chunks::<4>().0.iter().enumerate() {
        let [a, b, c, d] = four.map(u64::from);
        let mut mask = a | b << 16 | c << 32 | d << 48;
        let mut from = len;
        len += mask.count_ones() as usize;
        while from < len {
            for to in &mut to[from..from + BATCH] {
                *to = (64 * at as u32 + mask.trailing_zeros()) as u8;
                mask &= mask.wrapping_sub(1);
            }
            from += BATCH;
        }
    }
    len
}
