//! Volatility, value at risk and expected shortfall of both tails: of falls, which a long loses by,
//! and of rises, which a short loses by.

mod ewma;
mod range;
mod simulation;

use hyperphysics_engine::Plan;
use hyperphysics_kernels::math::risk::{Losses, Windows};

use self::simulation::Simulation;
use super::spec::{Column, FamilySpec, Fill, Prepared, RETURN, column};
use super::{Group, Params};
use crate::Result;
use crate::families::params::{Word, parameters};
use crate::families::states::Volatility;

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_vol", RETURN, "[0, ∞)", "volatility forecast for the next bar"),
    column("hp_var_95", RETURN, "(-∞, ∞)", "value at risk of the next bar at 95 %, a loss is positive"),
    column("hp_var_97", RETURN, "(-∞, ∞)", "value at risk of the next bar at 97.5 %"),
    column("hp_var_99", RETURN, "(-∞, ∞)", "value at risk of the next bar at 99 %"),
    column("hp_es_95", RETURN, "[hp_var_95, ∞)", "expected shortfall of the next bar at 95 %"),
    column("hp_es_97", RETURN, "[hp_var_97, ∞)", "expected shortfall of the next bar at 97.5 %"),
    column("hp_es_99", RETURN, "[hp_var_99, ∞)", "expected shortfall of the next bar at 99 %"),
    column("hp_var_95_h", RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 95 %"),
    column("hp_var_97_h", RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 97.5 %"),
    column("hp_var_99_h", RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 99 %"),
    column("hp_es_95_h", RETURN, "[hp_var_95_h, ∞)", "expected shortfall over risk_horizon bars at 95 %"),
    column("hp_es_97_h", RETURN, "[hp_var_97_h, ∞)", "expected shortfall over risk_horizon bars at 97.5 %"),
    column("hp_es_99_h", RETURN, "[hp_var_99_h, ∞)", "expected shortfall over risk_horizon bars at 99 %"),
    column("hp_var_95_short", RETURN, "(-∞, ∞)", "value at risk of a short over the next bar at 95 %: a rise is its loss, positive"),
    column("hp_var_97_short", RETURN, "(-∞, ∞)", "value at risk of a short over the next bar at 97.5 %"),
    column("hp_var_99_short", RETURN, "(-∞, ∞)", "value at risk of a short over the next bar at 99 %"),
    column("hp_es_95_short", RETURN, "[hp_var_95_short, ∞)", "expected shortfall of a short over the next bar at 95 %"),
    column("hp_es_97_short", RETURN, "[hp_var_97_short, ∞)", "expected shortfall of a short over the next bar at 97.5 %"),
    column("hp_es_99_short", RETURN, "[hp_var_99_short, ∞)", "expected shortfall of a short over the next bar at 99 %"),
    column("hp_var_95_h_short", RETURN, "(-∞, ∞)", "value at risk of a short over risk_horizon bars at 95 %"),
    column("hp_var_97_h_short", RETURN, "(-∞, ∞)", "value at risk of a short over risk_horizon bars at 97.5 %"),
    column("hp_var_99_h_short", RETURN, "(-∞, ∞)", "value at risk of a short over risk_horizon bars at 99 %"),
    column("hp_es_95_h_short", RETURN, "[hp_var_95_h_short, ∞)", "expected shortfall of a short over risk_horizon bars at 95 %"),
    column("hp_es_97_h_short", RETURN, "[hp_var_97_h_short, ∞)", "expected shortfall of a short over risk_horizon bars at 97.5 %"),
    column("hp_es_99_h_short", RETURN, "[hp_var_99_h_short, ∞)", "expected shortfall of a short over risk_horizon bars at 99 %"),
    column("hp_tail", "ratio", "[1, ∞)", "weight of the tail, hp_es_99 / hp_var_99 (1.15 for normal returns)"),
    column("hp_tail_short", "ratio", "[1, ∞)", "weight of the right tail, hp_es_99_short / hp_var_99_short"),
    column("hp_season", "factor", "(0, ∞)", "volatility of the next bar's hour and day of the week over the mean of all; null for the method ewma"),
    column("hp_range_trend", "ratio", "[-1, 1]", "average return over average true range, half-life 64 bars; null for the method ewma"),
];

/// How risk is forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// The range model in closed form.
    Range,
    /// Filtered historical simulation on an EWMA of squared returns.
    #[default]
    Ewma,
    /// Filtered historical simulation on the scales of the range model.
    Simulated,
}

impl Word for Method {
    const WORDS: &[(&str, Self)] =
        &[("range", Self::Range), ("ewma", Self::Ewma), ("simulated", Self::Simulated)];
}

parameters! {
    /// Parameters of risk.
    risk as Parameters {
        risk_method: Method = Method::Ewma, in (),
            "how risk is forecast: range, ranges with seasons and trend, in closed form; simulated, paths on the scales of range; ewma, paths on an EWMA of squared returns";
        residuals: u64 = 1000, in 100..=10_000,
            "residuals that the tails are made of, in bars";
        season_window: u64 = 1008, in 24..=10_000,
            "bars that the factors of hours and weekends are made of (not ewma)";
        range_memory: u64 = 480, in 20..=2_000,
            "bars that an average of ranges looks back on at most (not ewma)";
        risk_horizon: u64 = 12, in 1..=96, "horizon of the columns that end in `_h` or `_h_short`, in bars";
        paths: u64 = 10_000, in 100..=100_000,
            "simulated paths of the horizon columns (ewma and simulated)";
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

/// Bars that a value depends on.
fn bars(params: &Params) -> usize {
    match params.risk.risk_method {
        // The oldest residual needs a forecast made a bar before it.
        Method::Ewma => Volatility::bars(params) + params.risk.residuals as usize,
        Method::Range | Method::Simulated => windows(params).bars(),
    }
}

/// Windows of the range model.
fn windows(params: &Params) -> Windows {
    let Parameters { season_window, range_memory, residuals, .. } = params.risk;
    let [seasons, memory, residuals] = [season_window, range_memory, residuals].map(|n| n as usize);
    Windows { seasons, memory, residuals }
}

/// Targets that a thread takes at a time.
const RUN: usize = 2048;

/// What is forecast at one target. Values that are not finite are null.
#[derive(Clone, Copy, Debug)]
struct Target {
    segment: usize,
    /// Row of the frame.
    row: usize,
    volatility: f64,
    /// Losses of a long and of a short over the next bar.
    next: [Losses; 2],
    /// The same over the horizon.
    ahead: [Losses; 2],
    season: f64,
    trend: f64,
}

/// The risk family of a group.
#[derive(Debug)]
struct Risk {
    targets: Vec<Target>,
    simulation: Option<Simulation>,
}

impl Risk {
    /// Computes what needs double precision.
    fn new(group: &Group<'_>) -> Self {
        match group.params.risk.risk_method {
            Method::Ewma => ewma::prepare(group),
            Method::Range => range::prepare(group, false),
            Method::Simulated => range::prepare(group, true),
        }
    }
}

impl Prepared for Risk {
    fn add<'p>(&'p self, group: &'p Group<'p>, plan: &mut Plan<'p>) -> Result<Fill<'p>> {
        let measures = match &self.simulation {
            Some(simulation) => Some((simulation, simulation.add(plan)?)),
            None => None,
        };
        Ok(Box::new(move |outputs, tables| {
            let mut targets = self.targets.clone();
            if let Some((simulation, measures)) = measures {
                for (target, side, losses) in simulation.losses(outputs, measures) {
                    targets[target].ahead[side] = losses;
                }
            }
            let mut rows = targets.iter().peekable();
            for (number, segment) in group.segments.iter().enumerate() {
                let own = std::iter::from_fn(|| rows.next_if(|target| target.segment == number));
                tables[segment.frame].fill(FAMILY.name, own.map(|t| (t.row, values(t))));
            }
        }))
    }
}

/// The columns of a target.
fn values(target: &Target) -> [f64; COLUMNS.len()] {
    let Target { volatility, next, ahead, season, trend, .. } = *target;
    // A ratio of losses says nothing where the value at risk is a gain.
    let weight = |[_, _, var, _, _, es]: Losses| if var > 0.0 { es / var } else { f64::NAN };
    let losses = [next[0], ahead[0], next[1], ahead[1]].into_iter().flatten();
    let rest = [weight(next[0]), weight(next[1]), season, trend];
    let mut values = std::iter::once(volatility).chain(losses).chain(rest);
    std::array::from_fn(|_| values.next().unwrap_or(f64::NAN))
}
