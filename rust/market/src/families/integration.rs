//! Integrated information of what a bar does: how much of the future the channels know only together.
//!
//! Every measure but two is continuous in the data and comes from the plan. Where two bipartitions are
//! nearly the least, the bipartition and its whole-minus-sum are found in double precision on the
//! host, so that no backend decides otherwise. Windows longer than the kernel takes are measured
//! there as a whole.

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::gpu::integration::{self, Inputs, NONE, UNDECIDED};
use hyperphysics_kernels::gpu::ranks;
use hyperphysics_kernels::math::phi::{MEASURES, Windows};
use rayon::prelude::*;

use super::spec::{Column, FamilySpec, Fill, NATS, Prepared, column};
use super::{Group, Params};
use crate::Result;
use crate::candles::Segment;
use crate::families::params::parameters;
use crate::families::states::{Volatility, in_units};
use crate::families::table::Table;

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_phi", NATS, "[0, hp_tdmi]", "integrated information Φ_R of six channels, one bar apart, at the minimum-information bipartition"),
    column("hp_phi_excess", NATS, "(-∞, ∞)", "hp_phi above its mean over phi_permutations permuted pairings: what dynamics add to chance"),
    column("hp_phi_wms", NATS, "(-∞, ∞)", "whole-minus-sum integrated information there, negative where the parts are redundant"),
    column("hp_tdmi", NATS, "[0, ∞)", "mutual information of all channels now and one bar before"),
    column("hp_phi_mib", "mask", "[1, 31]", "channels of part 2 there: 1 range, 2 volume, 4 place of the close, 8 volatility, 16 slow momentum"),
];

parameters! {
    /// Parameters of integrated information.
    integration as Parameters {
        phi_window: u64 = 256, in 32..=4096, "window of integrated information, in bars";
        phi_permutations: u64 = 8, in 1..=64,
            "permuted pairings whose mean is what chance makes of integrated information";
    }
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "integration",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &["half_life", "seed"],
    bars,
    voters: |_| 0,
    prepare: |group| Box::new(Integration::new(group)),
};

/// Targets that a thread of the host takes at a time; each run ranks its first window anew.
const RUN: usize = 256;

/// Bars of the slow momentum.
const SLOW: usize = 24;

/// Number of channels.
const CHANNELS: usize = 6;

/// Bars that a value depends on.
fn bars(params: &Params) -> usize {
    channel_bars(params) + params.integration.phi_window as usize - 1
}

/// Bars that a channel depends on.
fn channel_bars(params: &Params) -> usize {
    // The return is in units of the forecast made a bar before.
    (Volatility::bars(params) + 1).max(SLOW + 1)
}

/// A segment's channels and targets.
#[derive(Debug)]
struct Own {
    streams: [Vec<f64>; CHANNELS],
    /// Bar that the channels begin with.
    first: usize,
    /// Row of that bar in the streams of the group.
    row: usize,
    targets: Vec<usize>,
}

impl Own {
    /// Measures of windows that end at these bars of the segment.
    fn measured(
        &self,
        bars: &[usize],
        measure: impl Fn(&[&[f64]], &[usize]) -> Vec<[f64; MEASURES]> + Sync,
    ) -> Vec<[f64; MEASURES]> {
        let streams = self.streams.each_ref().map(Vec::as_slice);
        let run = |run: &[usize]| {
            let bars: Vec<usize> = run.iter().map(|bar| bar - self.first).collect();
            measure(&streams, &bars)
        };
        bars.par_chunks(RUN).flat_map_iter(run).collect()
    }
}

/// Outputs of the plan.
#[derive(Clone, Copy, Debug)]
struct Handles {
    measures: BufferId,
    mask: BufferId,
}

/// The integration family of a group.
#[derive(Debug)]
struct Integration {
    windows: Windows,
    inputs: Inputs,
    ranked: ranks::Params,
    measured: integration::Params,
    /// One for each segment.
    own: Vec<Own>,
    keys: Vec<u32>,
    /// Row of each target, segment after segment: the items of the plan.
    end: Vec<u32>,
}

impl Integration {
    /// Computes the channels and their order.
    fn new(group: &Group<'_>) -> Self {
        let Group { segments, params, .. } = *group;
        let (seed, volatilities) = (params.shared.seed, group.volatilities());
        let Parameters { phi_window, phi_permutations } = params.integration;
        let windows = Windows::new(phi_window as usize, phi_permutations as usize, seed);
        let mut rows = 0;
        let mut own = Vec::with_capacity(segments.len());
        for (segment, volatility) in segments.iter().zip(volatilities) {
            let targets = segment.full(bars(params));
            // Nothing before the first window is read.
            let first = targets.first().map_or(segment.len(), |bar| bar + 1 - phi_window as usize);
            let streams = channels(segment, volatility, first);
            own.push(Own { streams, first, row: rows, targets });
            rows += segment.len() - first;
        }
        let end = |own: &Own| {
            let row = |bar: &usize| (own.row + bar - own.first) as u32;
            own.targets.iter().map(row).collect::<Vec<u32>>()
        };
        let streams: Vec<&Vec<f64>> = (0..CHANNELS)
            .flat_map(|channel| own.iter().map(move |o| &o.streams[channel]))
            .collect();
        let keys = streams.par_iter().flat_map_iter(|stream| ranks::keys(stream)).collect();
        let [window, channels] = [phi_window as u32, CHANNELS as u32];
        let permutations = phi_permutations as u32;
        Self {
            inputs: Inputs::new(&windows),
            windows,
            ranked: ranks::Params { items: 0, rows: rows as u32, window, channels },
            measured: integration::Params { items: 0, channels, window, permutations },
            end: own.iter().flat_map(end).collect(),
            keys,
            own,
        }
    }

    /// Fills the columns of a group; without handles by measuring here.
    fn fill(
        &self,
        group: &Group<'_>,
        handles: Option<Handles>,
        outputs: &mut Outputs,
        tables: &mut [Table],
    ) {
        let (measures, masks) = handles.map_or_else(Default::default, |handles| {
            (outputs.take::<f32>(handles.measures), outputs.take::<u32>(handles.mask))
        });
        let mut found = measures.as_chunks().0.iter().zip(&masks);
        for (segment, own) in group.segments.iter().zip(&self.own) {
            let values = if handles.is_some() {
                self.decided(own, found.by_ref().take(own.targets.len()))
            } else {
                own.measured(&own.targets, |streams, bars| self.windows.measure(streams, bars))
            };
            let rows = own.targets.iter().map(|bar| segment.row(*bar));
            tables[segment.frame].fill(FAMILY.name, rows.zip(values));
        }
    }

    /// What the kernel found, with what it left open.
    fn decided<'f>(
        &self,
        own: &Own,
        found: impl Iterator<Item = (&'f [f32; integration::MEASURES], &'f u32)>,
    ) -> Vec<[f64; MEASURES]> {
        let (mut values, mut open) = (Vec::with_capacity(own.targets.len()), Vec::new());
        for (measures, mask) in found {
            let [phi, excess, wms, tdmi] = measures.map(f64::from);
            if *mask == UNDECIDED {
                open.push(values.len());
            }
            values.push(match *mask {
                NONE => [f64::NAN; MEASURES],
                mask => [phi, excess, wms, tdmi, f64::from(mask)],
            });
        }
        let bars: Vec<usize> = open.iter().map(|at| own.targets[*at]).collect();
        let measure = |streams: &[&[f64]], bars: &[usize]| self.windows.measure_real(streams, bars);
        for (at, [_, _, wms, _, mask]) in open.iter().zip(own.measured(&bars, measure)) {
            (values[*at][2], values[*at][4]) = (wms, mask);
        }
        values
    }
}

impl Prepared for Integration {
    /// Adds ranks and measures, unless the windows are longer than a kernel takes.
    fn add<'p>(&'p self, group: &'p Group<'p>, plan: &mut Plan<'p>) -> Result<Fill<'p>> {
        if self.ranked.window as usize > integration::LONGEST {
            return Ok(Box::new(|outputs, tables| self.fill(group, None, outputs, tables)));
        }
        let items = self.end.len();
        let [keys, end] = [plan.input(&self.keys), plan.input(&self.end)];
        let table = plan.input(&self.inputs.table);
        let pairings = plan.input(&self.inputs.pairings);
        let ranks = plan.scratch();
        let measures = plan.output(items * integration::MEASURES);
        let mask = plan.output(items);
        plan.stage(items).step(&ranks::KERNEL, &self.ranked, &[keys, end, ranks])?.step(
            &integration::KERNEL,
            &self.measured,
            &[ranks, table, pairings, measures, mask],
        )?;
        let handles = Some(Handles { measures, mask });
        Ok(Box::new(move |outputs, tables| self.fill(group, handles, outputs, tables)))
    }
}

/// Channels from bar `first` on: return in units of its forecast, range, volume, place of the close
/// in the range, volatility, return over a day of hourly bars. Only their order counts, so no
/// logarithm is taken.
fn channels(segment: &Segment<'_>, volatility: &Volatility, first: usize) -> [Vec<f64>; CHANNELS] {
    let bars = first..segment.len();
    let (high, low, close) = (segment.high(), segment.low(), segment.close());
    let Volatility { close: logs, returns, sigma } = volatility;
    let place = |bar: usize| {
        let range = high[bar] - low[bar];
        if range > 0.0 { (close[bar] - low[bar]) / range } else { 0.5 }
    };
    let slow = |bar: usize| in_units(logs[bar] - logs[bar - SLOW], sigma[bar]);
    [
        bars.clone().map(|bar| in_units(returns[bar], sigma[bar - 1])).collect(),
        bars.clone().map(|bar| high[bar] / low[bar]).collect(),
        segment.volume()[first..].to_vec(),
        bars.clone().map(place).collect(),
        sigma[first..].to_vec(),
        bars.map(slow).collect(),
    ]
}
