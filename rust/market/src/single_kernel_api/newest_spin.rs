//! The newest p-bit of a lattice beside a past window.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::{kernel_regression, marginal};
use hyperphysics_kernels::shared::hyperbolic::{self, HYPERBOLIC};

use super::Polar;
use super::check::{finite, points_within, require, within};
use crate::Result;
use crate::families::params::LOWEST_TEMPERATURE;

/// Largest radius whose separations keep the powers of a kernel within single precision.
const FARTHEST: f64 = 30.0;

/// A lattice of open p-bits beside a past window of labelled states.
#[derive(Clone, Copy, Debug)]
pub struct Lattice<'a> {
    /// Points of the past window.
    pub past_window: &'a [Polar],
    /// Labels of the past window, in [-1, 1]; their mean is taken off the vote.
    pub labels: &'a [f64],
    /// Open points, the newest last; at most 12.
    pub open: &'a [Polar],
    /// Length scale of the kernel `exp(-d/length_scale)`.
    pub length_scale: f64,
    /// Temperature in units of the largest eigenvalue of the open points' Gram matrix, at least
    /// 0.2.
    pub temperature: f64,
    /// Bars by which neighbouring labels overlap.
    pub horizon: f64,
}

/// Exact mean of the newest open p-bit, in [-1, 1].
///
/// # Errors
/// [`Error::Argument`] if there is no past window, a label is missing, there are more than 12 open
/// points or none, or a number is outside its range; [`Error::Engine`] if the engine failed or
/// `cancel` was set.
pub fn newest_spin(engine: &Engine, lattice: Lattice<'_>, cancel: &AtomicBool) -> Result<f64> {
    let Lattice { past_window, labels, open, length_scale, temperature, horizon } = lattice;
    require(!past_window.is_empty() && labels.len() == past_window.len(), || {
        format!("{} labels for a past window of {} points", labels.len(), past_window.len())
    })?;
    require((1..=marginal::OPEN).contains(&open.len()), || {
        format!("{} open points, expected 1 to {}", open.len(), marginal::OPEN)
    })?;
    within("length_scale", length_scale, 1e-6, 1e6)?;
    within("temperature", temperature, LOWEST_TEMPERATURE, 1e6)?;
    within("horizon", horizon, 1e-6, 1e6)?;
    points_within("past window", past_window, FARTHEST)?;
    points_within("open points", open, FARTHEST)?;
    finite("labels", labels)?;
    let rows = past_window.len() + open.len();
    let points: Vec<Polar> = past_window.iter().chain(open).copied().collect();
    let points = hyperbolic::planes(&points);
    let mut labels: Vec<f32> = labels.iter().map(|y| *y as f32).collect();
    labels.resize(rows, 0.0);
    let own: Vec<u32> = (past_window.len() as u32..rows as u32).collect();
    let starts = vec![0u32; open.len()];
    let power = (2.0 / length_scale) as f32;
    let vote = kernel_regression::Params {
        items: 0,
        past_window: past_window.len() as u32,
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
        past_window: past_window.len() as f32,
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
