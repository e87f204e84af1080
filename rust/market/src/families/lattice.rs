//! Direction: how similar states of the past voted, and the exact mean of the newest p-bit.

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::gpu::{kernel_regression, marginal};

use super::spec::{Column, FamilySpec, Fill, Prepared, RETURN, column};
use super::{Group, Params};
use crate::families::params::parameters;
use crate::families::states::{Target, metric, power, unlabelled_bars, vote_bars};
use crate::families::table::Table;
use crate::{Label, Result};

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_pbit", "mean spin", "[-1, 1]", "direction: exact mean of the newest p-bit"),
    column("hp_confidence", "fraction", "[0, 1)", "how much of the past window is near: K / (K + lattice_horizon), K the sum of the kernel"),
    column("hp_gain", RETURN, "(-∞, ∞)", "expected return over lattice_horizon bars above the past window's mean: σ√H times the kernel mean of the labels, times √(2/π) for signs"),
];

parameters! {
    /// Parameters of the direction.
    lattice as Parameters {
        coupled_unlabelled_bars: u64 = 1, in 1..=marginal::OPEN as u64,
            "how many of the newest bars, those without an outcome, are p-bits that act on each other; 1 for a vote alone";
    }
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "lattice",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &[
        "half_life",
        "lattice_horizon",
        "channels",
        "past_window",
        "length_scale",
        "temperature",
        "metric",
        "label",
    ],
    bars: |params| coupled_bars(params) - 1 + vote_bars(params),
    voters: coupled_bars,
    prepare: |group| Box::new(Lattice::new(group)),
};

/// Mean size of a standard normal, √(2/π): what a sign says of a return in units of σ.
const MEAN_SIZE: f64 = 0.797_884_560_802_865_4;

/// Newest bars without an outcome that act on each other.
fn coupled_bars(params: &Params) -> usize {
    unlabelled_bars(params).min(params.lattice.coupled_unlabelled_bars as usize)
}

/// The lattice family of a group.
#[derive(Debug)]
struct Lattice {
    targets: Vec<Target>,
    /// Rows of the newest p-bits, and their numbers among the voters.
    newest: Vec<u32>,
    at: Vec<u32>,
}

impl Lattice {
    fn new(group: &Group<'_>) -> Self {
        let targets = group.targets(FAMILY.bars);
        let votes = group.votes();
        Self {
            newest: targets.iter().map(|t| t.row as u32).collect(),
            at: targets.iter().map(|t| votes.place(t.row) as u32).collect(),
            targets,
        }
    }

    fn fill(
        &self,
        group: &Group<'_>,
        spins: BufferId,
        outputs: &mut Outputs,
        tables: &mut [Table],
    ) {
        let spins = outputs.take::<f32>(spins);
        let votes = group.votes().found(outputs);
        for ((target, at), spin) in self.targets.iter().zip(&self.at).zip(spins) {
            let segment = &group.segments[target.segment];
            let sigma = group.volatilities()[target.segment].sigma[target.bar];
            let values = values(&votes[*at as usize], spin, sigma, group.params);
            tables[segment.frame].fill(FAMILY.name, [(segment.row(target.bar), values)]);
        }
    }
}

impl Prepared for Lattice {
    /// Adds the votes and the lattice of the newest bars.
    fn add<'p>(&'p self, group: &'p Group<'p>, plan: &mut Plan<'p>) -> Result<Fill<'p>> {
        let params = group.params;
        let handles = group.add_votes(plan)?;
        let [newest, at] = [plan.input(&self.newest), plan.input(&self.at)];
        let spins = plan.output(self.newest.len());
        let lattice = marginal::Params {
            items: 0,
            open: coupled_bars(params) as u32,
            rows: group.states().rows.len() as u32,
            metric: metric(params),
            power: power(params),
            temperature: params.shared.temperature as f32,
            horizon: params.shared.lattice_horizon as f32,
            past_window: params.shared.past_window as f32,
        };
        plan.stage(self.newest.len()).step(
            &marginal::KERNEL,
            &lattice,
            &[handles.points, handles.votes, newest, at, spins],
        )?;
        Ok(Box::new(move |outputs, tables| self.fill(group, spins, outputs, tables)))
    }
}

/// Direction, confidence and expected gain.
fn values(
    vote: &[f32; kernel_regression::VOTES],
    spin: f32,
    sigma: f64,
    params: &Params,
) -> [f64; COLUMNS.len()] {
    let [sum, weight, labels, _] = vote.map(f64::from);
    let horizon = params.shared.lattice_horizon as f64;
    let mean = labels / params.shared.past_window as f64;
    let unit = match params.shared.label {
        Label::Sign => MEAN_SIZE,
        Label::Tanh => 1.0,
    };
    let gain = (sum / weight - mean) * unit * sigma * horizon.sqrt();
    [f64::from(spin), weight / (weight + horizon), gain]
}
