//! Tails of samples, and filtered historical simulation.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::{fhs_paths, var_es};
use hyperphysics_kernels::shared::rng;
use hyperphysics_kernels::spec::LANES;

use super::MOST_DRAWS;
use super::check::{finite, require};
use crate::measures::f64_measures;
use crate::{Error, Result};

/// Most values of a sample whose ranks are exact.
const MOST_SAMPLES: usize = 1 << 24;

/// VaR at 95, 97.5 and 99 %, then ES at the same levels, of a sample of returns: positive losses
/// in the unit of the sample.
///
/// # Errors
/// [`Error::Argument`] if the sample is empty, holds more than 2^24 values or one that is not finite
/// in single precision; [`Error::Engine`] if the engine failed or `cancel` was set.
pub fn tail_measures(engine: &Engine, sample: &[f64], cancel: &AtomicBool) -> Result<[f64; 6]> {
    require((1..=MOST_SAMPLES).contains(&sample.len()), || {
        format!("the sample has {} values, expected 1 to {MOST_SAMPLES}", sample.len())
    })?;
    finite("sample", sample)?;
    let mut tile = vec![0f32; sample.len() * LANES];
    for (row, value) in tile.iter_mut().step_by(LANES).zip(sample) {
        *row = *value as f32;
    }
    let mut plan = Plan::new();
    let tile = plan.input(&tile);
    let measures = plan.output(var_es::MEASURES);
    plan.stage(1).step(
        &var_es::KERNEL,
        &var_es::Params::new(sample.len() as u32),
        &[tile, measures],
    )?;
    Ok(f64_measures(&engine.run(&plan, cancel)?.take::<f32>(measures).as_chunks().0[0]))
}

/// A filtered historical simulation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simulation {
    /// Bars ahead.
    pub horizon: usize,
    /// Paths.
    pub paths: usize,
    /// Decay λ of the variance recursion.
    pub decay: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// VaR and ES as in [`tail_measures`] of the return over the horizon, in units of the volatility
/// forecast for the next bar, for each window of residuals in `residuals` (windows of `window`
/// values beginning at each of `starts`). Residuals are demeaned and scaled to unit mean square
/// within their window.
///
/// # Errors
/// [`Error::Argument`] if a window leaves the residuals or is constant, a value is not finite in
/// single precision, there are more than 2^24 paths or 2^28 draws; [`Error::Engine`] if the engine
/// failed or `cancel` was set.
pub fn simulate(
    engine: &Engine,
    residuals: &[f64],
    window: usize,
    starts: &[u32],
    simulation: Simulation,
    cancel: &AtomicBool,
) -> Result<Vec<[f64; 6]>> {
    finite("residuals", residuals)?;
    let Simulation { horizon, paths, decay, seed } = simulation;
    let most = residuals.len().min(u32::MAX as usize);
    require((1..=most).contains(&window), || {
        format!("window is {window}, expected 1 to {most}: there are no more residuals")
    })?;
    require((1..=MOST_SAMPLES).contains(&paths), || {
        format!("paths is {paths}, expected 1 to {MOST_SAMPLES}")
    })?;
    let most = MOST_DRAWS / paths;
    require((1..=most).contains(&horizon), || {
        format!(
            "horizon is {horizon}, expected 1 to {most}: paths times horizon is at most {MOST_DRAWS}"
        )
    })?;
    require(decay > 0.0 && decay <= 1.0, || format!("decay is in (0, 1], not {decay}"))?;
    let mut affine = Vec::with_capacity(2 * starts.len());
    for &start in starts {
        let values = residuals.get(start as usize..start as usize + window);
        require(values.is_some(), || {
            format!("window {start}..+{window} leaves the {} residuals", residuals.len())
        })?;
        affine
            .extend(standardise(values.unwrap_or_default()).ok_or_else(|| {
                Error::Argument(format!("window {start}..+{window} is constant"))
            })?);
    }
    let stream: Vec<f32> = residuals.iter().map(|z| *z as f32).collect();
    let draws = rng::draws(seed, paths, horizon, window);
    let seasons = vec![1f32; starts.len() * horizon];
    let mut plan = Plan::new();
    let inputs = [plan.input(&stream), plan.input(&draws), plan.input(starts), plan.input(&affine)];
    let seasons = plan.input(&seasons);
    let sums = plan.scratch();
    let measures = plan.output(starts.len() * var_es::MEASURES);
    let [stream, draws, starts_in, affine] = inputs;
    let params = fhs_paths::Params::new(window as u32, horizon as u32, paths as u32, decay as f32);
    plan.stage(starts.len())
        .step(&fhs_paths::KERNEL, &params, &[stream, draws, starts_in, affine, seasons, sums])?
        .step(&var_es::KERNEL, &var_es::Params::new(paths as u32), &[sums, measures])?;
    let measures: Vec<f32> = engine.run(&plan, cancel)?.take(measures);
    Ok(measures.as_chunks().0.iter().map(f64_measures).collect())
}

/// Scale and shift to zero mean and unit mean square; nothing for a window without a spread that
/// single precision can tell.
fn standardise(values: &[f64]) -> Option<[f32; 2]> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let scale = 1.0 / (values.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / n).sqrt();
    let affine = [scale as f32, (-mean * scale) as f32];
    affine.iter().all(|a| a.is_finite()).then_some(affine)
}
