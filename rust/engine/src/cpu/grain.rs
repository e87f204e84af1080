//! How many items a chunk of the CPU backend has.

use hyperphysics_kernels::spec::{LANES, tiles};

use crate::plan::{Plan, Stage};

/// Bytes of scratch that one thread keeps in its second-level cache.
const CACHE: usize = 768 << 10;
/// Nanoseconds of work beside which the cost of a chunk (about 1 µs) vanishes.
const GRAIN_NS: f64 = 200_000.0;
/// Chunks per thread, so that no thread waits long for the last one.
const BALANCE: usize = 4;

/// Items per chunk: whole tiles, as many as pay, but no more than keep the scratch in the cache
/// and the threads busy.
pub(super) fn grain(plan: &Plan<'_>, stage: &Stage, threads: usize) -> usize {
    let cache = CACHE / (4 * LANES) / plan.scratch_words(stage).max(1);
    let paying = GRAIN_NS / stage.cpu_ns().max(0.01) / LANES as f64;
    let balance = tiles(stage.items).div_ceil(threads * BALANCE);
    cache.min(paying as usize).min(balance).max(1) * LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_stage_has_a_grain() {
        let stage = Stage { items: 0, steps: Vec::new() };
        assert_eq!(grain(&Plan::new(), &stage, 8), LANES);
    }
}
