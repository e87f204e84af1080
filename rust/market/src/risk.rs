//! Value at risk and expected shortfall by filtered historical simulation.
//!
//! Residuals are returns in units of the volatility forecast made one bar before, without the mean
//! of their window. The next bar is exact (order statistics of the window; Hull and White 1998), the
//! horizon is simulated on the device. There variances follow residuals of unit mean square, else
//! they would drift, and returns have the spread of the residuals as they are: forecasts that are
//! too small on average, as those of a short memory, would else understate every tail.

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::gpu::{fhs_paths, var_es};
use hyperphysics_kernels::math::risk::{FiniteMemory, Rolling};
use hyperphysics_kernels::shared::rng;
use rayon::prelude::*;

use crate::channels::in_units;
use crate::segment::Segment;
use crate::table::Table;
use crate::volatility::Volatility;
use crate::{Family, Params, Result};

/// Targets that a thread takes at a time.
const RUN: usize = 2048;

/// Bars that a value depends on.
pub(crate) fn bars(params: &Params) -> usize {
    // The oldest residual needs a forecast made a bar before it.
    Volatility::bars(params) + params.residuals as usize
}

/// Distribution of the next bar seen from one target.
#[derive(Clone, Copy, Debug)]
struct Target {
    segment: usize,
    bar: usize,
    sigma: f64,
    next: [f64; 6],
    /// Spread of the residuals in the unit of returns; not finite if they have none.
    spread: f64,
    /// Scale and shift that standardise the window.
    affine: [f32; 2],
}

/// The risk family of a group.
#[derive(Debug)]
pub(crate) struct Risk {
    targets: Vec<Target>,
    /// Targets with a distribution, by number: the items of the plan.
    items: Vec<usize>,
    residuals: Vec<f32>,
    draws: Vec<u32>,
    start: Vec<u32>,
    affine: Vec<f32>,
    simulation: fhs_paths::Params,
}

impl Risk {
    /// Computes what needs double precision.
    pub(crate) fn new(
        segments: &[Segment<'_>],
        volatilities: &[Volatility],
        memory: &FiniteMemory,
        params: &Params,
    ) -> Self {
        let window = params.residuals as usize;
        let mut targets = Vec::new();
        let mut residuals = Vec::new();
        let mut offsets = Vec::new();
        for (number, (segment, volatility)) in segments.iter().zip(volatilities).enumerate() {
            let z = volatility.residuals();
            let full = segment.full(bars(params));
            let runs = full.par_chunks(RUN).flat_map_iter(|run| {
                let mut rolling = Rolling::new(&z, window, run[0]);
                run.iter().map(move |&bar| {
                    let window = rolling.at(bar);
                    let sigma = volatility.sigma[bar];
                    Target {
                        segment: number,
                        bar,
                        sigma,
                        next: window.measures.map(|v| sigma * v),
                        spread: sigma * window.spread,
                        affine: window.affine(),
                    }
                })
            });
            targets.extend(runs.collect::<Vec<_>>());
            offsets.push(residuals.len());
            // A residual without a value is in no item's window.
            residuals.extend(z.iter().map(|z| if z.is_finite() { *z as f32 } else { 0.0 }));
        }
        let has_spread = |n: &usize| targets[*n].affine.iter().all(|a| a.is_finite());
        let items: Vec<usize> = (0..targets.len()).filter(has_spread).collect();
        let start = |n: &usize| {
            let Target { segment, bar, .. } = targets[*n];
            (offsets[segment] + bar + 1 - window) as u32
        };
        let (paths, horizon) = (params.paths as usize, params.risk_horizon as usize);
        Self {
            start: items.iter().map(start).collect(),
            affine: items.iter().flat_map(|n| targets[*n].affine).collect(),
            draws: rng::draws(params.seed, paths, horizon, window),
            simulation: fhs_paths::Params::new(
                window as u32,
                horizon as u32,
                paths as u32,
                memory.decay() as f32,
            ),
            targets,
            items,
            residuals,
        }
    }

    /// Adds the simulation to a plan; returns its output.
    pub(crate) fn add<'a>(&'a self, plan: &mut Plan<'a>) -> Result<BufferId> {
        let inputs = [
            plan.input(&self.residuals),
            plan.input(&self.draws),
            plan.input(&self.start),
            plan.input(&self.affine),
        ];
        let sums = plan.scratch();
        let measures = plan.output(self.items.len() * var_es::MEASURES);
        let [residuals, draws, start, affine] = inputs;
        plan.stage(self.items.len())
            .step(&fhs_paths::KERNEL, &self.simulation, &[residuals, draws, start, affine, sums])?
            .step(
                &var_es::KERNEL,
                &var_es::Params::new(self.simulation.paths),
                &[sums, measures],
            )?;
        Ok(measures)
    }

    /// Fills the columns of a group.
    pub(crate) fn fill(
        &self,
        segments: &[Segment<'_>],
        measures: BufferId,
        outputs: &mut Outputs,
        tables: &mut [Table],
    ) {
        let measures = outputs.take::<f32>(measures);
        let mut horizon = vec![[f64::NAN; var_es::MEASURES]; self.targets.len()];
        for (item, measures) in self.items.iter().zip(measures.as_chunks().0) {
            horizon[*item] = six(measures).map(|m| self.targets[*item].spread * m);
        }
        let mut rows = self.targets.iter().zip(&horizon).peekable();
        for (number, segment) in segments.iter().enumerate() {
            let own = std::iter::from_fn(|| rows.next_if(|(t, _)| t.segment == number));
            let values = own.map(|(t, h)| (segment.row(t.bar), values(t, h)));
            tables[segment.frame].fill(Family::Risk, values);
        }
    }
}

/// What the kernel `var_es` writes, in double precision. ES is a mean of losses of at least VaR; where
/// they are all equal, its rounding may put it below.
pub(crate) fn six(measures: &[f32; var_es::MEASURES]) -> [f64; var_es::MEASURES] {
    let mut six = measures.map(f64::from);
    for level in 0..3 {
        six[level + 3] = six[level + 3].max(six[level]);
    }
    six
}

/// The columns of a target.
fn values(target: &Target, horizon: &[f64; 6]) -> [f64; 14] {
    let mut values = [f64::NAN; 14];
    values[0] = target.sigma;
    values[1..7].copy_from_slice(&target.next);
    values[7..13].copy_from_slice(horizon);
    let [.., var_99, _, _, es_99] = target.next;
    // A ratio of losses says nothing where the value at risk is a gain.
    values[13] = if var_99 > 0.0 { es_99 / var_99 } else { f64::NAN };
    values
}

impl Volatility {
    /// Returns in units of the forecast made one bar before. Infinite where a price moves that
    /// had not moved within memory; NaN until there is a forecast.
    fn residuals(&self) -> Vec<f64> {
        let before = std::iter::once(&f64::NAN).chain(&self.sigma);
        self.returns
            .iter()
            .zip(before)
            .map(|(r, sigma)| if sigma.is_nan() { f64::NAN } else { in_units(*r, *sigma) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortfall_is_no_less_than_its_value_at_risk() {
        let below = 0.3f32.next_down();
        let found = six(&[0.3, 0.5, 0.7, below, 0.6, below]);
        let expected = [0.3f32, 0.5, 0.7, 0.3, 0.6, 0.7].map(f64::from);
        assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits));
        assert!(six(&[f32::NAN; 6]).iter().all(|m| m.is_nan()));
    }
}
