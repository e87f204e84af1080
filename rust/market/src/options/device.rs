//! Options in columns on the engine's device, single precision.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::greeks::natural;
use hyperphysics_kernels::gpu::greeks::{self, FIRST, OPTION, SECOND};
use hyperphysics_kernels::math::options::black_scholes::{NAMES, Options};
use hyperphysics_kernels::spec::{LANES, tiles};
use rayon::prelude::*;

use super::check::{OPTIONS, length, positions, within};
use super::{RUN, runs};
use crate::Result;

/// Measures of the kernel's `second`: those from here on in [`NAMES`].
const LATER: usize = 7;

/// Bytes of an option on the device.
const BYTES: u64 = 4 * (OPTION + 1 + FIRST + SECOND) as u64;

/// The measures `wanted` of [`NAMES`], all if none is named, column after column, in single precision on the
/// engine's device.
///
/// Errors are below 1e-6 of a measure's scale: S for the price, 1 for delta, `1/(S σ√T)` for gamma, `S√T` for vega and so
/// on; charm, color and veta count the drift in units of `σ√T`. Parity holds to the last bits of double precision. A row
/// with a NaN has no value.
///
/// # Errors
/// As [`greeks`](super::greeks), and [`Error::Engine`](crate::Error) if `cancel` was set.
pub fn device_greeks(
    engine: &Engine,
    options: &Options<'_>,
    wanted: &[&str],
    cancel: &AtomicBool,
) -> Result<Vec<f64>> {
    let rows = length(&OPTIONS, &options.columns())?;
    within(&OPTIONS, &options.columns())?;
    let wanted = positions(&NAMES, wanted)?;
    let later = wanted.iter().any(|measure| *measure >= LATER);
    let mut block = vec![0.0; wanted.len() * rows];
    let mut runs = runs(&mut block, rows, &wanted);
    let batch = batch(engine, BYTES);
    for (number, runs) in runs.chunks_mut(batch / RUN).enumerate() {
        let from = number * batch;
        let count = batch.min(rows - from);
        let [mut words, mut totals] = [OPTION, 1].map(|n| vec![0_f32; n * tiles(count) * LANES]);
        engine.install(|| {
            let parts = words.par_chunks_mut(OPTION * RUN).zip(totals.par_chunks_mut(RUN));
            parts.enumerate().for_each(|(part, (words, totals))| {
                let live = RUN.min(count - part * RUN);
                natural::prepare(options, from + part * RUN, live, words, totals);
            });
        })?;
        let mut plan = Plan::new();
        let (words, totals) = (plan.input(&words), plan.input(&totals));
        let padded = tiles(count) * LANES;
        let first = plan.output(padded * FIRST);
        let second = if later { plan.output(padded * SECOND) } else { plan.scratch() };
        let buffers = [words, totals, first, second];
        plan.stage(count).step(&greeks::KERNEL, &greeks::Params::default(), &buffers)?;
        let mut outputs = engine.run(&plan, cancel)?;
        let first: Vec<f32> = outputs.take(first);
        let second: Vec<f32> = if later { outputs.take(second) } else { Vec::new() };
        engine.install(|| {
            runs.par_iter_mut().enumerate().for_each(|(run, to)| {
                let second = if later { &second[run * RUN * SECOND..] } else { &[] };
                let words = [&first[run * RUN * FIRST..], second];
                natural::widen(options, from + run * RUN, words, to);
            });
        })?;
    }
    Ok(block)
}

/// Rows of a plan that takes `bytes` a row, a multiple of [`RUN`]; half of the budget is left to the device.
pub(super) fn batch(engine: &Engine, bytes: u64) -> usize {
    let runs = engine.limits().memory / 2 / bytes / RUN as u64;
    RUN * runs.clamp(1, u64::from(u32::MAX) / RUN as u64) as usize
}
