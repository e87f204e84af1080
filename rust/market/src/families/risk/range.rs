//! The range model, in closed form or with simulated paths on its scales.

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use hyperphysics_kernels::math::risk::{Forecast, Moves, RangeModel, Residuals, Scale};
use rayon::prelude::*;

use super::simulation::{Item, Simulation};
use super::{RUN, Risk, Target, bars, windows};
use crate::candles::Segment;
use crate::families::{Group, Params};

/// Forecasts of all targets of a group; `simulated` where paths take the place of the closed form.
pub(super) fn prepare(group: &Group<'_>, simulated: bool) -> Risk {
    let Group { segments, params, cancel, .. } = *group;
    let of = |(number, segment): (usize, &Segment<'_>)| {
        let bars = segment.full(bars(params));
        let series = Series::new(segment, params, cancel).filter(|_| !bars.is_empty());
        let Some(series) = series else { return Default::default() };
        let mut paths = Paths::default();
        if simulated {
            paths.extend(&series, &bars);
        }
        let target = |(bar, forecast): (&usize, Forecast)| Target {
            segment: number,
            row: segment.row(*bar),
            volatility: forecast.volatility,
            next: [forecast.left[0], forecast.right[0]],
            ahead: [forecast.left[1], forecast.right[1]],
            season: forecast.season,
            trend: forecast.trend,
        };
        (bars.iter().zip(series.forecasts(&bars)).map(target).collect(), paths)
    };
    let found: Vec<(Vec<Target>, Paths)> = segments.par_iter().enumerate().map(of).collect();
    let (mut targets, mut paths) = (Vec::new(), Paths::default());
    for (own_targets, own_paths) in found {
        paths.append(own_paths, targets.len());
        targets.extend(own_targets);
    }
    let simulation = simulated.then(|| {
        let Paths { items, residuals, seasons } = paths;
        Simulation::new(params, group.memory.decay(), items, residuals, seasons)
    });
    Risk { targets, simulation }
}

/// Scales and residuals of a segment.
struct Series<'p> {
    params: &'p Params,
    model: RangeModel,
    moves: Moves,
    seconds: Vec<i64>,
    /// Bar that the first scale was made at.
    first: usize,
    scales: Vec<Scale>,
    residuals: Residuals,
}

impl<'p> Series<'p> {
    /// Nothing if `cancel` was set.
    fn new(segment: &Segment<'_>, params: &'p Params, cancel: &AtomicBool) -> Option<Self> {
        let going = |run: Range<usize>| (!cancel.load(Relaxed)).then_some(run);
        let (windows, horizon) = (windows(params), params.risk.risk_horizon as usize);
        let model = RangeModel::new(windows, horizon, segment.timeframe().seconds());
        let moves = Moves::new(segment.high(), segment.low(), segment.close());
        let seconds = segment.seconds();
        let season = |run| going(run).map(|run| model.seasons(&moves, &seconds, run));
        let seasons: Option<Vec<_>> = runs(windows.seasons..segment.len()).map(season).collect();
        let seasons = seasons?.into_iter().flatten().collect();
        let first = windows.scale_bars() - 1;
        let scale = |run| {
            let each = |bar| model.scale(&moves, &seasons, bar);
            going(run).map(|run| run.map(each).collect::<Vec<_>>())
        };
        let scales: Option<Vec<_>> = runs(first..segment.len()).map(scale).collect();
        let scales = scales?.concat();
        let residuals = Residuals::new(&moves, &scales, first);
        Some(Self { params, model, moves, seconds, first, scales, residuals })
    }

    fn scale(&self, bar: usize) -> Scale {
        self.scales[bar - self.first]
    }

    fn forecasts(&self, bars: &[usize]) -> Vec<Forecast> {
        let of =
            |run: &[usize]| self.model.forecasts(&self.residuals, run, |bar| self.scale(bar));
        bars.par_chunks(RUN).flat_map_iter(of).collect()
    }
}

/// Runs of bars, one for a thread at a time.
fn runs(bars: Range<usize>) -> impl IndexedParallelIterator<Item = Range<usize>> {
    let end = bars.end;
    let starts: Vec<usize> = bars.step_by(RUN).collect();
    starts.into_par_iter().map(move |start| start..end.min(start + RUN))
}

/// Paths of a group.
#[derive(Default)]
struct Paths {
    items: Vec<Item>,
    residuals: Vec<f32>,
    seasons: Vec<f32>,
}

impl Paths {
    /// Adds the paths of a segment whose targets are numbered from `target`.
    fn append(&mut self, other: Self, target: usize) {
        let start = self.residuals.len();
        let moved = |item: Item| Item {
            target: target + item.target,
            start: start + item.start,
            ..item
        };
        self.items.extend(other.items.into_iter().map(moved));
        self.residuals.extend(other.residuals);
        self.seasons.extend(other.seasons);
    }

    /// Adds both sides of the targets of a segment.
    fn extend(&mut self, series: &Series<'_>, bars: &[usize]) {
        let window = series.params.risk.residuals as usize;
        let Series { model, moves, seconds, residuals, .. } = series;
        let Residuals { left, right, .. } = residuals;
        let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return };
        let factors = |run| model.factors(moves, seconds, run);
        let factors: Vec<Vec<f64>> = runs(*first..last + 1).flat_map_iter(factors).collect();
        for (number, bar) in bars.iter().enumerate() {
            let factors = &factors[bar - first];
            let scale = series.scale(*bar).next;
            for (side, (z, scale)) in [(left, scale.left), (right, scale.right)].iter().enumerate()
            {
                let start = bar + 1 - window;
                let squares: f64 = z[start..=*bar].iter().map(|z| z * z).sum();
                let spread = (squares / window as f64).sqrt();
                if scale * spread > 0.0 && spread.is_finite() {
                    self.items.push(Item {
                        target: number,
                        side,
                        start: self.residuals.len() + side * z.len() + start,
                        affine: [spread.recip() as f32, 0.0],
                        unit: scale * spread,
                    });
                    self.seasons.extend(factors.iter().map(|factor| *factor as f32));
                }
            }
        }
        // A residual without a value is in no item's window.
        let finite = |z: &f64| if z.is_finite() { *z as f32 } else { 0.0 };
        self.residuals.extend(left.iter().chain(right).map(finite));
    }
}
