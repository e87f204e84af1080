//! States of the market in hyperbolic space: where they lie, and how similar states voted.

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::gpu::{kernel_regression, marginal};
use hyperphysics_kernels::shared::hyperbolic::{self, EUCLIDEAN, HYPERBOLIC};

use crate::channels::distance;
use crate::segment::Segment;
use crate::states::{self, States, open_bars};
use crate::table::Table;
use crate::thermodynamics::{self, Thermodynamics};
use crate::volatility::Volatility;
use crate::{Family, Label, Metric, Params, Result};

/// Mean size of a standard normal, √(2/π): what a sign says of a return in units of σ.
const MEAN_SIZE: f64 = 0.797_884_560_802_865_4;

/// Bars from the first of a library to the bar that it belongs to.
fn reach(params: &Params) -> usize {
    (params.library + params.lattice_horizon) as usize - 1
}

/// Bars that a value of the geometry family depends on.
pub(crate) fn geometry_bars(params: &Params) -> usize {
    reach(params) + states::bars(params)
}

/// Newest bars that the direction leaves open.
fn free_bars(params: &Params) -> usize {
    open_bars(params).min(params.open_bits as usize)
}

/// Bars that a value of the lattice family depends on.
pub(crate) fn lattice_bars(params: &Params) -> usize {
    free_bars(params) - 1 + geometry_bars(params)
}

/// Bars that a value of the thermodynamics family depends on: the lattice of the bar before, too.
pub(crate) fn thermodynamics_bars(params: &Params) -> usize {
    open_bars(params) + geometry_bars(params)
}

/// A target: its segment, bar, and row in the streams of the group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) segment: usize,
    pub(crate) bar: usize,
    pub(crate) row: usize,
}

/// Outputs of the plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handles {
    votes: BufferId,
    spins: Option<BufferId>,
}

/// The geometry, lattice and thermodynamics families of a group.
#[derive(Debug)]
pub(crate) struct Lattice<'p> {
    params: &'p Params,
    states: &'p States,
    points: Vec<f32>,
    /// Bars whose votes are columns.
    voted: Vec<Target>,
    /// Bars whose newest p-bits are columns.
    predicted: Vec<Target>,
    /// Bars whose lattices' thermodynamics are columns.
    thermodynamics: Thermodynamics,
    /// Rows whose libraries vote, ascending, and the first rows of the libraries.
    voters: Vec<u32>,
    libraries: Vec<u32>,
    /// Rows of the newest p-bits, and their numbers among the voters.
    newest: Vec<u32>,
    at: Vec<u32>,
}

impl<'p> Lattice<'p> {
    /// What each target looks back on.
    pub(crate) fn new(
        segments: &[Segment<'_>],
        states: &'p States,
        families: &[Family],
        params: &'p Params,
    ) -> Self {
        let targets = |family: Family| states.targets(segments, families, family, params);
        let (voted, predicted) = (targets(Family::Geometry), targets(Family::Lattice));
        let driven = targets(Family::Thermodynamics);
        let (open, free) = (open_bars(params), free_bars(params));
        let opened = predicted.iter().flat_map(|t| t.row + 1 - free..=t.row);
        let stepped = driven.iter().flat_map(|t| t.row - open..=t.row);
        let own = voted.iter().map(|t| t.row);
        let mut voters: Vec<u32> = own.chain(opened).chain(stepped).map(|row| row as u32).collect();
        voters.sort_unstable();
        voters.dedup();
        let at = |t: &Target| states::place(&voters, t.row) as u32;
        Self {
            params,
            points: hyperbolic::planes(&states.rows),
            states,
            newest: predicted.iter().map(|t| t.row as u32).collect(),
            at: predicted.iter().map(at).collect(),
            libraries: voters.iter().map(|row| row - reach(params) as u32).collect(),
            thermodynamics: Thermodynamics::new(states, driven, params),
            voters,
            voted,
            predicted,
        }
    }

    /// Adds vote and lattice to a plan.
    pub(crate) fn add<'a>(&'a self, plan: &mut Plan<'a>) -> Result<Handles> {
        let params = self.params;
        let rows = self.states.rows.len() as u32;
        let power = (2.0 / params.lam) as f32;
        let metric = match params.metric {
            Metric::Hyperbolic => HYPERBOLIC,
            Metric::Euclidean => EUCLIDEAN,
        };
        let points = plan.input(&self.points);
        let labels = plan.input(&self.states.labels);
        let [voters, libraries] = [plan.input(&self.voters), plan.input(&self.libraries)];
        let votes = plan.output(self.voters.len() * kernel_regression::VOTES);
        let library = params.library as u32;
        let vote =
            kernel_regression::Params { items: 0, library, rows, metric, power, _pad: [0; 3] };
        plan.stage(self.voters.len()).step(
            &kernel_regression::KERNEL,
            &vote,
            &[points, labels, voters, libraries, votes],
        )?;
        if self.predicted.is_empty() {
            return Ok(Handles { votes, spins: None });
        }
        let [newest, at] = [plan.input(&self.newest), plan.input(&self.at)];
        let spins = plan.output(self.newest.len());
        let lattice = marginal::Params {
            items: 0,
            open: free_bars(params) as u32,
            rows,
            metric,
            power,
            temperature: params.temperature as f32,
            horizon: params.lattice_horizon as f32,
            library: params.library as f32,
        };
        plan.stage(self.newest.len()).step(
            &marginal::KERNEL,
            &lattice,
            &[points, votes, newest, at, spins],
        )?;
        Ok(Handles { votes, spins: Some(spins) })
    }

    /// Fills the columns of a group.
    pub(crate) fn fill(
        &self,
        segments: &[Segment<'_>],
        volatilities: &[Volatility],
        handles: Handles,
        outputs: &mut Outputs,
        tables: &mut [Table],
    ) {
        let votes = outputs.take::<f32>(handles.votes);
        let votes: &[[f32; kernel_regression::VOTES]] = votes.as_chunks().0;
        let spins = handles.spins.map(|spins| outputs.take::<f32>(spins)).unwrap_or_default();
        let mut entries = self.voters.iter().zip(votes);
        for target in &self.voted {
            // Both lists ascend, and every target is among the voters.
            let (_, vote) = entries.find(|(row, _)| **row as usize == target.row).expect("a voter");
            let segment = &segments[target.segment];
            let values = self.geometry(target, vote);
            tables[segment.frame].fill(Family::Geometry, [(segment.row(target.bar), values)]);
        }
        for ((target, at), spin) in self.predicted.iter().zip(&self.at).zip(spins) {
            let segment = &segments[target.segment];
            let sigma = volatilities[target.segment].sigma[target.bar];
            let values = self.lattice(&votes[*at as usize], spin, sigma);
            tables[segment.frame].fill(Family::Lattice, [(segment.row(target.bar), values)]);
        }
        let fields = thermodynamics::fields(votes, self.params);
        self.thermodynamics.fill(segments, &self.voters, &fields, self.params, tables);
    }

    /// Radius, novelty and drift.
    fn geometry(&self, target: &Target, vote: &[f32; kernel_regression::VOTES]) -> [f64; 3] {
        let [before, now] = [&self.states.rows[target.row - 1], &self.states.rows[target.row]];
        let nearest = f64::from(vote[3]).sqrt();
        let novelty = match self.params.metric {
            Metric::Hyperbolic => 2.0 * nearest.asinh(),
            Metric::Euclidean => 2.0 * nearest,
        };
        [now[0], novelty, distance(before, now, self.params.metric)]
    }

    /// Direction, confidence and expected gain.
    fn lattice(&self, vote: &[f32; kernel_regression::VOTES], spin: f32, sigma: f64) -> [f64; 3] {
        let [sum, weight, labels, _] = vote.map(f64::from);
        let horizon = self.params.lattice_horizon as f64;
        let mean = labels / self.params.library as f64;
        let unit = match self.params.label {
            Label::Sign => MEAN_SIZE,
            Label::Tanh => 1.0,
        };
        let gain = (sum / weight - mean) * unit * sigma * horizon.sqrt();
        [f64::from(spin), weight / (weight + horizon), gain]
    }
}
