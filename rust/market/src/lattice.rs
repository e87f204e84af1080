//! States of the market in hyperbolic space: where they lie, and how similar states voted.

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::shared::hyperbolic::{self, EUCLIDEAN, HYPERBOLIC};
use hyperphysics_kernels::{field, marginal};
use rayon::prelude::*;

use crate::channels::{CHANNELS, Streams, distance, in_units, state};
use crate::segment::Segment;
use crate::table::Table;
use crate::volatility::Volatility;
use crate::{Family, Metric, Params, Result};

/// Bars that a state depends on.
pub(crate) fn state_bars(params: &Params) -> usize {
    let channels = CHANNELS.iter().map(|channel| channel.bars()).max().unwrap_or(0);
    Volatility::bars(params).max(channels)
}

/// Newest bars without an outcome that the lattice leaves open.
fn open_bars(params: &Params) -> usize {
    (params.lattice_horizon as usize).min(marginal::OPEN)
}

/// Bars from the first of a library to the bar that it belongs to.
fn reach(params: &Params) -> usize {
    (params.library + params.lattice_horizon) as usize - 1
}

/// Bars that a value of the geometry family depends on.
pub(crate) fn geometry_bars(params: &Params) -> usize {
    reach(params) + state_bars(params)
}

/// Bars that a value of the lattice family depends on.
pub(crate) fn lattice_bars(params: &Params) -> usize {
    open_bars(params) - 1 + geometry_bars(params)
}

/// A target: its segment, bar, and row in the streams of the group.
#[derive(Clone, Copy, Debug)]
struct Target {
    segment: usize,
    bar: usize,
    row: usize,
}

/// Outputs of the plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handles {
    votes: BufferId,
    spins: Option<BufferId>,
}

/// The geometry and lattice families of a group.
#[derive(Debug)]
pub(crate) struct Lattice<'p> {
    params: &'p Params,
    /// State of every row, `[r, nx, ny, nz]`.
    states: Vec<[f64; 4]>,
    points: Vec<f32>,
    labels: Vec<f32>,
    /// Bars whose votes are columns.
    voted: Vec<Target>,
    /// Bars whose newest p-bits are columns.
    predicted: Vec<Target>,
    /// Rows whose libraries vote, ascending, and the first rows of the libraries.
    voters: Vec<u32>,
    libraries: Vec<u32>,
    /// Rows of the newest p-bits, and their numbers among the voters.
    newest: Vec<u32>,
    at: Vec<u32>,
}

impl<'p> Lattice<'p> {
    /// Computes states and labels, and what each target looks back on.
    pub(crate) fn new(
        segments: &[Segment<'_>],
        volatilities: &[Volatility],
        families: &[Family],
        params: &'p Params,
    ) -> Self {
        let (mut states, mut labels) = (Vec::new(), Vec::new());
        let (mut voted, mut predicted) = (Vec::new(), Vec::new());
        for (number, (segment, volatility)) in segments.iter().zip(volatilities).enumerate() {
            let first = states.len();
            let full = |family: Family, bars: usize| {
                let bars = if families.contains(&family) { segment.full(bars) } else { Vec::new() };
                bars.into_iter().map(move |bar| Target { segment: number, bar, row: first + bar })
            };
            voted.extend(full(Family::Geometry, geometry_bars(params)));
            predicted.extend(full(Family::Lattice, lattice_bars(params)));
            labels.extend(self::labels(volatility, params));
            states.extend(self::states(segment, volatility, params));
        }
        let open = open_bars(params);
        let opened = predicted.iter().flat_map(|t| t.row + 1 - open..=t.row);
        let mut voters: Vec<u32> =
            voted.iter().map(|t| t.row).chain(opened).map(|row| row as u32).collect();
        voters.sort_unstable();
        voters.dedup();
        let at = |t: &Target| voters.partition_point(|row| (*row as usize) < t.row) as u32;
        Self {
            params,
            points: hyperbolic::planes(&states),
            states,
            labels,
            newest: predicted.iter().map(|t| t.row as u32).collect(),
            at: predicted.iter().map(at).collect(),
            libraries: voters.iter().map(|row| row - reach(params) as u32).collect(),
            voters,
            voted,
            predicted,
        }
    }

    /// Adds vote and lattice to a plan.
    pub(crate) fn add<'a>(&'a self, plan: &mut Plan<'a>) -> Result<Handles> {
        let params = self.params;
        let rows = self.states.len() as u32;
        let power = (2.0 / params.lam) as f32;
        let metric = match params.metric {
            Metric::Hyperbolic => HYPERBOLIC,
            Metric::Euclidean => EUCLIDEAN,
        };
        let points = plan.input(&self.points);
        let labels = plan.input(&self.labels);
        let [voters, libraries] = [plan.input(&self.voters), plan.input(&self.libraries)];
        let votes = plan.output(self.voters.len() * field::VOTES);
        let library = params.library as u32;
        let vote = field::Params { items: 0, library, rows, metric, power, _pad: [0; 3] };
        plan.stage(self.voters.len()).step(
            &field::KERNEL,
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
            open: open_bars(params) as u32,
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
        let votes: &[[f32; field::VOTES]] = votes.as_chunks().0;
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
    }

    /// Radius, novelty and drift.
    fn geometry(&self, target: &Target, vote: &[f32; field::VOTES]) -> [f64; 3] {
        let [before, now] = [&self.states[target.row - 1], &self.states[target.row]];
        let nearest = f64::from(vote[3]).sqrt();
        let novelty = match self.params.metric {
            Metric::Hyperbolic => 2.0 * nearest.asinh(),
            Metric::Euclidean => 2.0 * nearest,
        };
        [now[0], novelty, distance(before, now, self.params.metric)]
    }

    /// Direction, confidence and expected gain.
    fn lattice(&self, vote: &[f32; field::VOTES], spin: f32, sigma: f64) -> [f64; 3] {
        let [sum, weight, labels, _] = vote.map(f64::from);
        let horizon = self.params.lattice_horizon as f64;
        let mean = labels / self.params.library as f64;
        let gain = (sum / weight - mean) * sigma * horizon.sqrt();
        [f64::from(spin), weight / (weight + horizon), gain]
    }
}

/// Outcome of each bar: the return over the horizon in units of its standard deviation, bent into
/// (-1, 1). 0 where it is not known; no library reaches there.
fn labels(volatility: &Volatility, params: &Params) -> Vec<f32> {
    let horizon = params.lattice_horizon as usize;
    let Volatility { close, sigma, .. } = volatility;
    let label = |bar: usize| match close.get(bar + horizon) {
        Some(later) if sigma[bar].is_finite() => {
            let unit = sigma[bar] * (horizon as f64).sqrt();
            in_units(later - close[bar], unit).tanh() as f32
        }
        _ => 0.0,
    };
    (0..close.len()).into_par_iter().with_min_len(512).map(label).collect()
}

/// State of each bar; the origin where its window is not full.
pub(crate) fn states(
    segment: &Segment<'_>,
    volatility: &Volatility,
    params: &Params,
) -> Vec<[f64; 4]> {
    let volume: Vec<f64> = segment.volume().par_iter().map(|v| v.ln()).collect();
    let streams = Streams { close: &volatility.close, volume: &volume, sigma: &volatility.sigma };
    let needed = state_bars(params);
    let at = |bar: usize| {
        if bar + 1 < needed { [0.0, 1.0, 0.0, 0.0] } else { state(streams, bar) }
    };
    (0..segment.len()).into_par_iter().with_min_len(512).map(at).collect()
}
