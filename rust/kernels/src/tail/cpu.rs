//! CPU twin: lane = sample.

use std::array::from_fn;

use super::{MEASURES, Params};
use crate::simd::{Body, F32, Isa, LANES, dispatch};
use crate::spec::params;

/// Rows that estimate the threshold below which values are kept.
const PILOT: usize = 1024;

/// Cells of a block of rows: partial sum and lane.
const CELLS: usize = LANES * LANES;

/// First float whose mantissa counts units.
const MANTISSA: f32 = 8_388_608.0;

type Row = [f32; LANES];

struct Tail<'a> {
    params: Params,
    sample: &'a [Row],
    measures: &'a mut [[f32; MEASURES]],
}

pub(super) fn run(bytes: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = params(bytes);
    let items = params.items as usize;
    dispatch(Tail {
        params,
        sample: bytemuck::cast_slice(inputs[0]),
        measures: &mut bytemuck::cast_slice_mut(outputs[0])[..items],
    });
}

impl Body for Tail<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let p = self.params;
        let n = p.samples as usize;
        let levels =
            [(p.rank_95, p.mass_95), (p.rank_97, p.mass_97), (p.rank_99, p.mass_99)];
        let mut kept = Kept::new(n);
        for (rows, out) in self.sample.chunks_exact(n).zip(self.measures.chunks_mut(LANES)) {
            let mut threshold = pilot(rows, p.rank_95);
            while !kept.collect(rows, &mut threshold, p.rank_95) {}
            let (low, mut high) = kept.range();
            for (level, &(rank, mass)) in levels.iter().enumerate() {
                let (q, below) = kept.select(rank as f32, low, high);
                let sum = kept.sum_below(q);
                let rest = F32::splat(mass) - below;
                let tail = rest.fma::<S>(q, sum) * F32::splat(1.0 / mass);
                for (i, out) in out.iter_mut().enumerate() {
                    out[level] = -q.0[i];
                    out[3 + level] = -tail.0[i];
                }
                high = q;
            }
        }
    }
}

/// Values below this are kept; about 7 % of a sample when the 5 % quantile is wanted.
#[inline(always)]
fn pilot(rows: &[Row], rank: u32) -> F32 {
    let stride = rows.len() / PILOT;
    if stride < 2 {
        return F32::splat(f32::INFINITY);
    }
    let pilot: Vec<F32> =
        rows.iter().step_by(stride).take(PILOT).map(|row| F32(*row)).collect();
    let expected = f64::from(rank) * PILOT as f64 / rows.len() as f64;
    let bound = |sigmas: f64| (expected + sigmas * expected.sqrt()) as f32 + 1.0;
    let (least, most) = (bound(2.5), bound(4.0));
    let (mut low, mut high) = (pilot[0], pilot[0]);
    for &x in &pilot {
        low = low.min(x);
        high = high.max(x);
    }
    for _ in 0..24 {
        let middle = F32(from_fn(|i| 0.5 * low.0[i] + 0.5 * high.0[i]));
        let count = count_below(&pilot, middle);
        let mut done = true;
        for i in 0..LANES {
            if count.0[i] < least {
                low.0[i] = middle.0[i];
                done = false;
            } else {
                high.0[i] = middle.0[i];
                done &= count.0[i] <= most;
            }
        }
        if done {
            break;
        }
    }
    high
}

/// Values below a threshold, per partial sum and lane in ascending order of their rows.
struct Kept {
    /// Rows of a partial sum.
    depth: usize,
    /// `[partial][depth]`, padded with infinity to the same length in every lane.
    values: Vec<F32>,
    /// End of each partial sum in `values`.
    ends: [usize; LANES],
}

impl Kept {
    fn new(samples: usize) -> Self {
        let depth = samples.div_ceil(LANES);
        Self { depth, values: vec![F32::splat(0.0); depth * LANES], ends: [0; LANES] }
    }

    /// All rows.
    #[inline(always)]
    fn rows(&self) -> &[F32] {
        &self.values[..self.ends[LANES - 1]]
    }

    /// Keeps what lies below `threshold`; where that is less than `rank` values, lifts the
    /// threshold of the lane and returns false.
    #[inline(always)]
    fn collect(&mut self, rows: &[Row], threshold: &mut F32, rank: u32) -> bool {
        let first: [usize; CELLS] = from_fn(|cell| cell / LANES * self.depth);
        let mut next = first;
        let empty = F32::splat(MANTISSA);
        for block in rows.chunks(LANES) {
            // Bit r of a lane's mantissa: row r of the block is kept in that lane.
            let mut hits = empty;
            for (r, row) in block.iter().enumerate() {
                let bit = F32::splat((1 << r) as f32);
                hits = hits + F32(*row).select_below(*threshold, bit, F32::splat(0.0));
            }
            let hits = hits.to_bits();
            let cells = block.as_flattened();
            for four in 0..LANES / 4 {
                let mut mask = (0..4).fold(0, |mask, i| {
                    mask | u64::from(hits.0[4 * four + i] & 0xFFFF) << (16 * i)
                });
                while mask != 0 {
                    let bit = mask.trailing_zeros() as usize;
                    let cell = bit % LANES * LANES + 4 * four + bit / LANES;
                    self.values[next[cell]].0[cell % LANES] = cells[cell];
                    next[cell] += 1;
                    mask &= mask - 1;
                }
            }
        }
        let mut enough = true;
        for lane in 0..LANES {
            let count: usize = (0..LANES).map(|p| next[p * LANES + lane] - first[p * LANES]).sum();
            if count < rank as usize {
                threshold.0[lane] = f32::INFINITY;
                enough = false;
            }
        }
        let mut end = 0;
        for p in 0..LANES {
            let (first, lanes) = (p * self.depth, &next[p * LANES..][..LANES]);
            let last = *lanes.iter().max().unwrap_or(&first);
            for (lane, &from) in lanes.iter().enumerate() {
                for row in &mut self.values[from..last] {
                    row.0[lane] = f32::INFINITY;
                }
            }
            self.values.copy_within(first..last, end);
            end += last - first;
            self.ends[p] = end;
        }
        enough
    }

    /// Smallest value of each lane, and one above all that were kept.
    #[inline(always)]
    fn range(&self) -> (F32, F32) {
        let mut low = F32::splat(f32::INFINITY);
        for row in self.rows() {
            low = low.min(*row);
        }
        (low, F32::splat(f32::INFINITY))
    }

    /// The `rank`-th smallest value of each lane, between `low` and `high` inclusive, and how many
    /// values lie below it.
    #[inline(always)]
    fn select(&self, rank: f32, low: F32, high: F32) -> (F32, F32) {
        // Invariant: fewer than `rank` values below `low`, at least `rank` below `high`.
        let (mut low, mut high) = (low.0.map(key), high.0.map(|x| key(x) + 1));
        let mut below = F32::splat(0.0);
        let mut upto = F32::splat(f32::INFINITY);
        loop {
            let open = (0..LANES).any(|i| high[i] - low[i] > 1 && upto.0[i] - below.0[i] > 1.0);
            if !open {
                break;
            }
            let middle: [u32; LANES] = from_fn(|i| low[i] + (high[i] - low[i]) / 2);
            let bound = F32(middle.map(value));
            let count = count_below(self.rows(), bound);
            for i in 0..LANES {
                if count.0[i] < rank {
                    low[i] = middle[i];
                    below.0[i] = count.0[i];
                } else {
                    high[i] = middle[i];
                    upto.0[i] = count.0[i];
                }
            }
        }
        let bound = F32(low.map(value));
        let mut q = F32::splat(f32::INFINITY);
        for row in self.rows() {
            q = q.min(row.select_below(bound, F32::splat(f32::INFINITY), *row));
        }
        (q, below)
    }

    /// Sum of the values below `q`: sixteen partial sums, then a tree.
    #[inline(always)]
    fn sum_below(&self, q: F32) -> F32 {
        let mut part = [F32::splat(0.0); LANES];
        let mut first = 0;
        for (part, &end) in part.iter_mut().zip(&self.ends) {
            for row in &self.rows()[first..end] {
                *part = *part + row.select_below(q, *row, F32::splat(0.0));
            }
            first = end;
        }
        for half in [8, 4, 2, 1] {
            for p in 0..half {
                part[p] = part[p] + part[p + half];
            }
        }
        part[0]
    }
}

/// Number of values below `bound` in each lane. Counted in floats, exact to 2²⁴: integer sums the
/// compiler would vectorise down the rows instead of across the lanes.
#[inline(always)]
fn count_below(rows: &[F32], bound: F32) -> F32 {
    let (one, zero) = (F32::splat(1.0), F32::splat(0.0));
    let mut count = zero;
    for row in rows {
        count = count + row.select_below(bound, one, zero);
    }
    count
}

/// Unsigned integer in the order of the values.
#[inline(always)]
fn key(x: f32) -> u32 {
    let bits = x.to_bits();
    bits ^ if bits >> 31 == 1 { u32::MAX } else { 1 << 31 }
}

/// Value of a key.
#[inline(always)]
fn value(key: u32) -> f32 {
    f32::from_bits(key ^ if key >> 31 == 1 { 1 << 31 } else { u32::MAX })
}
