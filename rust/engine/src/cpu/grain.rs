//! How many items a chunk of the CPU backend has.

use hyperphysics_kernels::spec::{Access, Extent, LANES, tiles};

use crate::plan::{Bound, Buffer, Plan, Stage, Step};

/// Bytes of scratch that one thread keeps in its second-level cache.
const CACHE: usize = 768 << 10;
/// Nanoseconds of work after which a thread looks up: a caller who stops waits no longer.
const LONGEST: f64 = 1e6;
/// Nanoseconds of work that pay for a chunk of its own and for waking a thread.
const SHORTEST: f64 = 25_000.0;
/// Bytes of a shared input above which fetching it for every chunk is felt.
const FAR: usize = 256 << 10;
/// Nanoseconds of work that pay for fetching a word of it.
const FETCH: f64 = 16.0;
/// Chunks per thread, so that no thread waits long for the last one.
const BALANCE: usize = 8;

/// Items per chunk: whole tiles, few enough to keep scratch in the cache and the threads busy,
/// but as many as pay.
pub(super) fn grain(plan: &Plan<'_>, stage: &Stage, threads: usize) -> usize {
    let tile = stage.cpu_ns().max(0.01) * LANES as f64;
    let cache = CACHE / (4 * LANES) / plan.scratch_words(stage).max(1);
    let share = tiles(stage.items).div_ceil(if threads > 1 { threads * BALANCE } else { 1 });
    let fetch = fetch(plan, stage);
    let pays = (fetch.max(SHORTEST) / tile).ceil() as usize;
    cache.min(share.max(pays)).min((fetch.max(LONGEST) / tile) as usize).max(1) * LANES
}

/// Nanoseconds of work that pay for fetching what all items of a stage read.
fn fetch(plan: &Plan<'_>, stage: &Stage) -> f64 {
    let shared = |bound: &Bound| bound.access == Access::Read && bound.extent == Extent::Shared;
    let words = |bound: Bound| match &plan.buffers[bound.id] {
        Buffer::Input(data) => data.len(),
        Buffer::Output { words, .. } => *words,
        Buffer::Scratch => 0,
    };
    let read = stage.steps.iter().flat_map(Step::bound).filter(shared).map(words);
    read.filter(|words| 4 * words > FAR).sum::<usize>() as f64 * FETCH
}

#[cfg(test)]
mod tests {
    use hyperphysics_kernels::gpu::{fhs_paths, matmul, normals};

    use super::*;

    fn stage(items: usize) -> (usize, usize) {
        let blocks = vec![0; items];
        let mut plan = Plan::new();
        let ids = [plan.input(&blocks), plan.output(4 * items), plan.output(4 * items)];
        let params: normals::Params = bytemuck::Zeroable::zeroed();
        plan.stage(items).step(&normals::KERNEL, &params, &ids).expect("a plan that fits");
        (grain(&plan, &plan.stages[0], 1), grain(&plan, &plan.stages[0], 4))
    }

    #[test]
    fn small_work_is_one_chunk_and_large_work_feeds_every_thread() {
        assert!(stage(64).1 >= 64);
        let (alone, shared) = stage(1_000_000);
        assert!(alone >= shared && 1_000_000 / shared >= 4, "{alone} {shared}");
    }

    #[test]
    fn scratch_stays_in_the_cache() {
        let (z, draws) = (vec![0f32; 2000], vec![0u32; 120_000]);
        let (start, affine, seasons) = (vec![0u32; 1000], vec![0f32; 2000], vec![1f32; 12_000]);
        let mut plan = Plan::new();
        let ids = [plan.input(&z), plan.input(&draws), plan.input(&start), plan.input(&affine)];
        let ids = [ids[0], ids[1], ids[2], ids[3], plan.input(&seasons), plan.scratch()];
        let params = fhs_paths::Params::new(1000, 12, 10_000, 0.94);
        plan.stage(1000).step(&fhs_paths::KERNEL, &params, &ids).expect("a plan that fits");
        assert_eq!(grain(&plan, &plan.stages[0], 2), LANES);
    }

    #[test]
    fn a_large_shared_matrix_is_fetched_for_many_rows() {
        let (left, right) = (vec![0f32; 64 * 2048], vec![0f32; 2048 * 2048]);
        let mut plan = Plan::new();
        let ids = [plan.input(&left), plan.input(&right), plan.output(64 * 2048)];
        let params = matmul::Params { items: 0, inner: 2048, columns: 2048, _pad: 0 };
        plan.stage(64).step(&matmul::KERNEL, &params, &ids).expect("a plan that fits");
        assert!(grain(&plan, &plan.stages[0], 2) >= 256);
    }

    #[test]
    fn an_empty_stage_has_a_grain() {
        let stage = Stage { items: 0, steps: Vec::new() };
        assert!(grain(&Plan::new(), &stage, 8) >= LANES);
    }
}
