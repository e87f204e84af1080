//! Losses over the horizon by simulated paths, on the device.

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::gpu::{fhs_paths, var_es};
use hyperphysics_kernels::math::risk::Losses;
use hyperphysics_kernels::shared::rng;

use crate::Result;
use crate::families::Params;
use crate::measures::f64_measures;

/// Paths of one side of one target.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Number of the target.
    pub(super) target: usize,
    /// 0 for falls, 1 for rises.
    pub(super) side: usize,
    /// First residual of its window in the stream.
    pub(super) start: usize,
    /// Scale and shift that give the residuals unit mean square, and losses the sign of falls.
    pub(super) affine: [f32; 2],
    /// Return of a standardised residual of 1 in the next bar.
    pub(super) unit: f64,
}

/// A simulation of items with a stream of residuals.
#[derive(Debug)]
pub(super) struct Simulation {
    items: Vec<Item>,
    residuals: Vec<f32>,
    draws: Vec<u32>,
    start: Vec<u32>,
    affine: Vec<f32>,
    seasons: Vec<f32>,
    kernel: fhs_paths::Params,
}

impl Simulation {
    /// Paths of `items`, whose variances keep the share `decay` of themselves per bar; `seasons`
    /// holds the factors of each item's horizon.
    pub(super) fn new(
        params: &Params,
        decay: f64,
        items: Vec<Item>,
        residuals: Vec<f32>,
        seasons: Vec<f32>,
    ) -> Self {
        let window = params.risk.residuals as usize;
        let (paths, horizon) = (params.risk.paths as usize, params.risk.risk_horizon as usize);
        let kernel =
            fhs_paths::Params::new(window as u32, horizon as u32, paths as u32, decay as f32);
        Self {
            start: items.iter().map(|item| item.start as u32).collect(),
            affine: items.iter().flat_map(|item| item.affine).collect(),
            draws: rng::draws(params.shared.seed, paths, horizon, window),
            items,
            residuals,
            seasons,
            kernel,
        }
    }

    /// Adds the paths to a plan; returns where their measures will be.
    pub(super) fn add<'p>(&'p self, plan: &mut Plan<'p>) -> Result<BufferId> {
        let inputs = [
            plan.input(&self.residuals),
            plan.input(&self.draws),
            plan.input(&self.start),
            plan.input(&self.affine),
            plan.input(&self.seasons),
        ];
        let sums = plan.scratch();
        let measures = plan.output(self.items.len() * var_es::MEASURES);
        let [residuals, draws, start, affine, seasons] = inputs;
        let buffers = [residuals, draws, start, affine, seasons, sums];
        plan.stage(self.items.len())
            .step(&fhs_paths::KERNEL, &self.kernel, &buffers)?
            .step(&var_es::KERNEL, &var_es::Params::new(self.kernel.paths), &[sums, measures])?;
        Ok(measures)
    }

    /// Target, side and losses of each item.
    pub(super) fn losses(
        &self,
        outputs: &mut Outputs,
        measures: BufferId,
    ) -> Vec<(usize, usize, Losses)> {
        let measures = outputs.take::<f32>(measures);
        let losses = |(item, measures): (&Item, _)| {
            (item.target, item.side, f64_measures(measures).map(|m| item.unit * m))
        };
        self.items.iter().zip(measures.as_chunks().0).map(losses).collect()
    }
}
