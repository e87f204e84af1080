//! Random numbers of the kernel `normals`.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::normals;

use super::MOST_DRAWS;
use super::check::require;
use crate::Result;

/// Words and standard normals of one Philox block.
///
/// # Errors
/// [`Error::Engine`] if the engine failed or `cancel` was set.
pub fn normal_block(
    engine: &Engine,
    counter: [u32; 4],
    key: [u32; 2],
    cancel: &AtomicBool,
) -> Result<([u32; 4], [f32; 4])> {
    let (words, values) = normal_blocks(engine, &[counter[0]], counter, key, cancel)?;
    Ok((words.as_chunks().0[0], values.as_chunks().0[0]))
}

/// `count` standard normals of the key's stream 0.
///
/// # Errors
/// [`Error::Argument`] if `count` is above 2^28; [`Error::Engine`] if the engine failed or `cancel`
/// was set.
pub fn standard_normals(
    engine: &Engine,
    count: usize,
    key: [u32; 2],
    cancel: &AtomicBool,
) -> Result<Vec<f32>> {
    require(count <= MOST_DRAWS, || {
        format!("count is {count}, expected at most {MOST_DRAWS}; another key gives more")
    })?;
    let blocks: Vec<u32> = (0..count.div_ceil(4) as u32).collect();
    let (_, mut values) = normal_blocks(engine, &blocks, [0; 4], key, cancel)?;
    values.truncate(count);
    Ok(values)
}

fn normal_blocks(
    engine: &Engine,
    blocks: &[u32],
    [_, stream, time_lo, time_hi]: [u32; 4],
    [key_lo, key_hi]: [u32; 2],
    cancel: &AtomicBool,
) -> Result<(Vec<u32>, Vec<f32>)> {
    let params =
        normals::Params { items: 0, stream, time_lo, time_hi, key_lo, key_hi, _pad: [0; 2] };
    let mut plan = Plan::new();
    let blocks_in = plan.input(blocks);
    let [words, values] = [plan.output(4 * blocks.len()), plan.output(4 * blocks.len())];
    plan.stage(blocks.len()).step(&normals::KERNEL, &params, &[blocks_in, words, values])?;
    let mut outputs = engine.run(&plan, cancel)?;
    Ok((outputs.take(words), outputs.take(values)))
}
