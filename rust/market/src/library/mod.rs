//! Single uses of the kernels, outside a frame of candles: what verification and users of the
//! library call.

mod check;
mod lattices;
mod points;

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::{
    distances, fhs_paths, kernel_regression, marginal, normals, var_es,
};
use hyperphysics_kernels::shared::hyperbolic::{self, HYPERBOLIC};
use hyperphysics_kernels::shared::rng;
use hyperphysics_kernels::spec::LANES;

pub use self::lattices::{Sweeps, sample_lattices};

use self::check::{finite, points_within, require, within};
use crate::params::LOWEST_TEMPERATURE;
use crate::risk::six;
use crate::{Error, Result};

pub use hyperphysics_kernels::math::geometry::Polar;
pub use points::{Neighbours, cross_distances, nearest_neighbours};

/// Largest radius of the distance kernel.
const FAR: f64 = 20.0;

/// Largest radius whose separations keep the powers of a kernel within single precision.
const FARTHEST: f64 = 30.0;

/// Most numbers of one draw, a gigabyte of them: far below the 2^32 blocks of a stream, and what
/// the address space gives without a doubt.
const MOST_DRAWS: usize = 1 << 28;

/// Most values of a sample whose ranks are exact.
const MOST_SAMPLES: usize = 1 << 24;

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

/// Distance matrices of equally large sets of points, set by set, row by row.
///
/// # Errors
/// [`Error::Argument`] if the sets differ in size, a radius is outside `0..=20` or a direction has no
/// unit length; [`Error::Engine`] if the engine failed or `cancel` was set.
pub fn distance_matrices(
    engine: &Engine,
    sets: &[Vec<Polar>],
    cancel: &AtomicBool,
) -> Result<Vec<f32>> {
    let points = sets.first().map_or(0, Vec::len);
    let most = distances::MAX_POINTS as usize;
    require((1..=most).contains(&points), || {
        format!("a set has 1 to {most} points, not {points}")
    })?;
    for (number, set) in sets.iter().enumerate() {
        require(set.len() == points, || {
            format!("set {number} has {} points, the first has {points}", set.len())
        })?;
        points_within(&format!("set {number}"), set, FAR)?;
    }
    let planes = |set: &Vec<Polar>| -> Vec<f32> {
        (0..4).flat_map(|axis| set.iter().map(move |point| point[axis] as f32)).collect()
    };
    let polar: Vec<f32> = sets.iter().flat_map(planes).collect();
    let params = distances::Params { items: 0, points: points as u32, _pad: [0; 2] };
    let mut plan = Plan::new();
    let polar = plan.input(&polar);
    let matrix = plan.output(sets.len() * points * points);
    plan.stage(sets.len()).step(&distances::KERNEL, &params, &[polar, matrix])?;
    Ok(engine.run(&plan, cancel)?.take(matrix))
}

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
    Ok(six(&engine.run(&plan, cancel)?.take::<f32>(measures).as_chunks().0[0]))
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
    let mut plan = Plan::new();
    let inputs = [plan.input(&stream), plan.input(&draws), plan.input(starts), plan.input(&affine)];
    let sums = plan.scratch();
    let measures = plan.output(starts.len() * var_es::MEASURES);
    let [stream, draws, starts_in, affine] = inputs;
    let params = fhs_paths::Params::new(window as u32, horizon as u32, paths as u32, decay as f32);
    plan.stage(starts.len())
        .step(&fhs_paths::KERNEL, &params, &[stream, draws, starts_in, affine, sums])?
        .step(&var_es::KERNEL, &var_es::Params::new(paths as u32), &[sums, measures])?;
    let measures: Vec<f32> = engine.run(&plan, cancel)?.take(measures);
    Ok(measures.as_chunks().0.iter().map(six).collect())
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

/// A lattice of open p-bits beside a library of labelled states.
#[derive(Clone, Copy, Debug)]
pub struct Lattice<'a> {
    /// Points of the library.
    pub library: &'a [Polar],
    /// Labels of the library, in [-1, 1]; their mean is taken off the vote.
    pub labels: &'a [f64],
    /// Open points, the newest last; at most 12.
    pub open: &'a [Polar],
    /// Length λ of the kernel `exp(-d/λ)`.
    pub lambda: f64,
    /// Temperature in units of the largest eigenvalue of the open points' Gram matrix, at least
    /// 0.2.
    pub temperature: f64,
    /// Bars by which neighbouring labels overlap.
    pub horizon: f64,
}

/// Exact mean of the newest open p-bit, in [-1, 1].
///
/// # Errors
/// [`Error::Argument`] if there is no library, a label is missing, there are more than 12 open
/// points or none, or a number is outside its range; [`Error::Engine`] if the engine failed or
/// `cancel` was set.
pub fn newest_spin(engine: &Engine, lattice: Lattice<'_>, cancel: &AtomicBool) -> Result<f64> {
    let Lattice { library, labels, open, lambda, temperature, horizon } = lattice;
    require(!library.is_empty() && labels.len() == library.len(), || {
        format!("{} labels for a library of {} points", labels.len(), library.len())
    })?;
    require((1..=marginal::OPEN).contains(&open.len()), || {
        format!("{} open points, expected 1 to {}", open.len(), marginal::OPEN)
    })?;
    within("lambda", lambda, 1e-6, 1e6)?;
    within("temperature", temperature, LOWEST_TEMPERATURE, 1e6)?;
    within("horizon", horizon, 1e-6, 1e6)?;
    points_within("library", library, FARTHEST)?;
    points_within("open points", open, FARTHEST)?;
    finite("labels", labels)?;
    let rows = library.len() + open.len();
    let points: Vec<Polar> = library.iter().chain(open).copied().collect();
    let points = hyperbolic::planes(&points);
    let mut labels: Vec<f32> = labels.iter().map(|y| *y as f32).collect();
    labels.resize(rows, 0.0);
    let own: Vec<u32> = (library.len() as u32..rows as u32).collect();
    let starts = vec![0u32; open.len()];
    let power = (2.0 / lambda) as f32;
    let vote = kernel_regression::Params {
        items: 0,
        library: library.len() as u32,
        rows: rows as u32,
        metric: HYPERBOLIC,
        power,
        _pad: [0; 3],
    };
    let spin = marginal::Params {
        items: 0,
        open: open.len() as u32,
        rows: rows as u32,
        metric: HYPERBOLIC,
        power,
        temperature: temperature as f32,
        horizon: horizon as f32,
        library: library.len() as f32,
    };
    let (newest, at) = ([rows as u32 - 1], [open.len() as u32 - 1]);
    let mut plan = Plan::new();
    let [points, labels] = [plan.input(&points), plan.input(&labels)];
    let [own, starts] = [plan.input(&own), plan.input(&starts)];
    let [newest, at] = [plan.input(&newest), plan.input(&at)];
    let votes = plan.between(open.len() * kernel_regression::VOTES);
    let spins = plan.output(1);
    plan.stage(open.len()).step(
        &kernel_regression::KERNEL,
        &vote,
        &[points, labels, own, starts, votes],
    )?;
    plan.stage(1).step(&marginal::KERNEL, &spin, &[points, votes, newest, at, spins])?;
    Ok(f64::from(engine.run(&plan, cancel)?.take::<f32>(spins)[0]))
}
