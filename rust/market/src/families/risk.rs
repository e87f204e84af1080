//! Value at risk and expected shortfall by filtered historical simulation.
//!
//! Residuals are returns in units of the volatility forecast made one bar before, without the mean
//! of their window. The next bar is exact (order statistics of the window; Hull and White 1998), the
//! horizon is simulated on the device. There variances follow residuals of unit mean square, else
//! they would drift, and returns have the spread of the residuals as they are: forecasts that are
//! too small on average, as those of a short memory, would else understate every tail. A move of a
//! price that had stood still is in units of the forecast made after it.

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::math::risk::Rolling;
use hyperphysics_kernels::gpu::{fhs_paths, var_es};
use hyperphysics_kernels::shared::rng;
use rayon::prelude::*;

use super::spec::{Column, FamilySpec, Fill, Prepared, RETURN, column};
use super::{Group, Params};
use crate::Result;
use crate::families::params::parameters;
use crate::measures::f64_measures;
use crate::families::states::Volatility;
use crate::families::table::Table;

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_vol", RETURN, "[0, ∞)", "volatility forecast for the next bar, EWMA"),
    column("hp_var_95", RETURN, "(-∞, ∞)", "value at risk of the next bar at 95 %, a loss is positive"),
    column("hp_var_97", RETURN, "(-∞, ∞)", "value at risk of the next bar at 97.5 %"),
    column("hp_var_99", RETURN, "(-∞, ∞)", "value at risk of the next bar at 99 %"),
    column("hp_es_95", RETURN, "[hp_var_95, ∞)", "expected shortfall of the next bar at 95 %"),
    column("hp_es_97", RETURN, "[hp_var_97, ∞)", "expected shortfall of the next bar at 97.5 %"),
    column("hp_es_99", RETURN, "[hp_var_99, ∞)", "expected shortfall of the next bar at 99 %"),
    column("hp_var_95_h", RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 95 %, simulated"),
    column("hp_var_97_h", RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 97.5 %"),
    column("hp_var_99_h", RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 99 %"),
    column("hp_es_95_h", RETURN, "[hp_var_95_h, ∞)", "expected shortfall over risk_horizon bars at 95 %"),
    column("hp_es_97_h", RETURN, "[hp_var_97_h, ∞)", "expected shortfall over risk_horizon bars at 97.5 %"),
    column("hp_es_99_h", RETURN, "[hp_var_99_h, ∞)", "expected shortfall over risk_horizon bars at 99 %"),
    column("hp_tail", "ratio", "[1, ∞)", "weight of the tail, hp_es_99 / hp_var_99 (1.15 for normal returns)"),
];

parameters! {
    /// Parameters of risk.
    risk as Parameters {
        residuals: u64 = 1000, in 100..=10_000,
            "residuals that filtered historical simulation draws from, in bars";
        risk_horizon: u64 = 12, in 1..=96, "horizon of the columns that end in _h, in bars";
        paths: u64 = 10_000, in 100..=100_000, "simulated paths of the horizon columns";
    }
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "risk",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &["half_life", "seed"],
    bars,
    voters: |_| 0,
    prepare: |group| Box::new(Risk::new(group)),
};

/// Targets that a thread takes at a time.
const RUN: usize = 2048;

/// Bars that a value depends on.
fn bars(params: &Params) -> usize {
    // The oldest residual needs a forecast made a bar before it.
    Volatility::bars(params) + params.risk.residuals as usize
}

/// Distribution of the next bar seen from one target.
#[derive(Clone, Copy, Debug)]
struct Target {
    segment: usize,
    bar: usize,
    sigma: f64,
    next: [f64; var_es::MEASURES],
    /// Spread of the residuals in the unit of returns; not finite if they have none.
    spread: f64,
    /// Scale and shift that standardise the window.
    affine: [f32; 2],
}

/// The risk family of a group.
#[derive(Debug)]
struct Risk {
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
    fn new(group: &Group<'_>) -> Self {
        let Group { segments, params, .. } = *group;
        let window = params.risk.residuals as usize;
        let mut targets = Vec::new();
        let mut residuals = Vec::new();
        let mut offsets = Vec::new();
        for (number, (segment, volatility)) in segments.iter().zip(group.volatilities()).enumerate() {
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
        let (paths, horizon) = (params.risk.paths as usize, params.risk.risk_horizon as usize);
        Self {
            start: items.iter().map(start).collect(),
            affine: items.iter().flat_map(|n| targets[*n].affine).collect(),
            draws: rng::draws(params.shared.seed, paths, horizon, window),
            simulation: fhs_paths::Params::new(
                window as u32,
                horizon as u32,
                paths as u32,
                group.memory.decay() as f32,
            ),
            targets,
            items,
            residuals,
        }
    }

    /// Fills the columns of a group.
    fn fill(
        &self,
        group: &Group<'_>,
        measures: BufferId,
        outputs: &mut Outputs,
        tables: &mut [Table],
    ) {
        let measures = outputs.take::<f32>(measures);
        let mut horizon = vec![[f64::NAN; var_es::MEASURES]; self.targets.len()];
        for (item, measures) in self.items.iter().zip(measures.as_chunks().0) {
            horizon[*item] = f64_measures(measures).map(|m| self.targets[*item].spread * m);
        }
        let mut rows = self.targets.iter().zip(&horizon).peekable();
        for (number, segment) in group.segments.iter().enumerate() {
            let own = std::iter::from_fn(|| rows.next_if(|(t, _)| t.segment == number));
            let values = own.map(|(t, h)| (segment.row(t.bar), values(t, h)));
            tables[segment.frame].fill(FAMILY.name, values);
        }
    }
}

impl Prepared for Risk {
    /// Adds the simulation.
    fn add<'p>(&'p self, group: &'p Group<'p>, plan: &mut Plan<'p>) -> Result<Fill<'p>> {
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
            .step(&var_es::KERNEL, &var_es::Params::new(self.simulation.paths), &[sums, measures])?;
        Ok(Box::new(move |outputs, tables| self.fill(group, measures, outputs, tables)))
    }
}

/// The columns of a target.
fn values(target: &Target, horizon: &[f64; var_es::MEASURES]) -> [f64; COLUMNS.len()] {
    let [.., var_99, _, _, es_99] = target.next;
    // A ratio of losses says nothing where the value at risk is a gain.
    let weight = if var_99 > 0.0 { es_99 / var_99 } else { f64::NAN };
    let simulated = horizon.iter().copied().chain([weight]);
    let mut values = std::iter::once(target.sigma).chain(target.next).chain(simulated);
    std::array::from_fn(|_| values.next().unwrap_or(f64::NAN))
}
