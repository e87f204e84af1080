//! Liquidity from candles: effective spread and price impact.

use rayon::prelude::*;

use super::Params;
use super::spec::{Column, FamilySpec, OnHost, column};
use crate::candles::Segment;
use crate::families::params::parameters;

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_spread", "fraction of price", "[0, ∞)", "effective bid-ask spread, EDGE; noise below about 0.001"),
    column("hp_amihud", "1 / quote currency", "[0, ∞)", "price impact, mean of |log return| / (close · volume)"),
];

parameters! {
    /// Parameters of liquidity.
    liquidity as Parameters {
        spread_bars: u64 = 48, in 3..=1_000, "window of the spread and the price impact, in bars";
    }
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "liquidity",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &[],
    bars,
    voters: |_| 0,
    prepare: |group| OnHost::prepare(&FAMILY, group, rows),
};

/// Targets that a thread takes at a time.
const RUN: usize = 4096;

/// Bars that a value depends on.
const fn bars(params: &Params) -> usize {
    params.liquidity.spread_bars as usize
}

/// Spread and price impact of each of a segment's targets.
fn rows(segment: &Segment<'_>, params: &Params) -> Vec<(usize, [f64; 2])> {
    let window = bars(params);
    let targets = segment.full(window);
    let runs = targets.par_chunks(RUN).flat_map_iter(|run| {
        let first = run[0] + 1 - window;
        let bars: Vec<Bar> =
            (first..=run[run.len() - 1]).map(|bar| Bar::new(segment, bar)).collect();
        let steps: Vec<Step> = bars.windows(2).map(|pair| Step::new(&pair[0], &pair[1])).collect();
        let value = move |bar: &usize| {
            // A window of n bars has n - 1 steps.
            let window = &steps[bar + 1 - window - first..bar - first];
            let impact = window.iter().map(|step| step.impact).sum::<f64>() / window.len() as f64;
            (segment.row(*bar), [spread(window), impact])
        };
        run.iter().map(value)
    });
    runs.collect()
}

/// Logarithms of a bar's prices, and which of them are equal.
#[derive(Clone, Copy, Debug)]
struct Bar {
    open: f64,
    middle: f64,
    close: f64,
    /// Number of extremes that the open differs from.
    open_inside: f64,
    /// Number of extremes that the close differs from.
    close_inside: f64,
    /// Price of all trades, if they had one price.
    flat: Option<f64>,
    last: f64,
    turnover: f64,
}

impl Bar {
    // A price lies at an extreme or it does not.
    #[allow(clippy::float_cmp)]
    fn new(segment: &Segment<'_>, bar: usize) -> Self {
        let [open, high, low, close] =
            [segment.open(), segment.high(), segment.low(), segment.close()].map(|p| p[bar]);
        let inside = |price: f64| f64::from(price != high) + f64::from(price != low);
        Self {
            open: open.ln(),
            middle: 0.5 * (high.ln() + low.ln()),
            close: close.ln(),
            open_inside: inside(open),
            close_inside: inside(close),
            flat: (high == low).then_some(low),
            last: close,
            turnover: close * segment.volume()[bar],
        }
    }
}

/// What the estimators need of two bars in a row.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Middle minus open.
    middle_open: f64,
    /// Open minus the middle before.
    open_before: f64,
    /// Middle minus the close before.
    middle_close: f64,
    /// Close before minus the middle before.
    close_before: f64,
    /// Open minus the close before.
    open_close: f64,
    /// 1 if the price moved at all, else 0.
    moved: f64,
    open_inside: f64,
    close_inside: f64,
    /// Absolute return per unit of turnover.
    impact: f64,
}

impl Step {
    fn new(before: &Bar, bar: &Bar) -> Self {
        let moved = f64::from(bar.flat != Some(before.last));
        Self {
            middle_open: bar.middle - bar.open,
            open_before: bar.open - before.middle,
            middle_close: bar.middle - before.close,
            close_before: before.close - before.middle,
            open_close: bar.open - before.close,
            moved,
            open_inside: moved * bar.open_inside,
            close_inside: moved * before.close_inside,
            impact: (bar.close - before.close).abs() / bar.turnover,
        }
    }
}

/// Effective spread of a window as a fraction of the price, 0 where the estimate of its square is
/// negative, NaN where prices hardly moved.
fn spread(steps: &[Step]) -> f64 {
    let square = squared_spread(steps);
    if square < 0.0 { 0.0 } else { square.sqrt() }
}

/// Square of the spread by EDGE; negative in noise, NaN if fewer than two steps moved or no open
/// or close lies inside its bar.
///
/// Source: Ardia, Guidotti, Kroencke (2024), "Efficient estimation of bid–ask spreads from open,
/// high, low, and close prices", Journal of Financial Economics 161, 103916.
fn squared_spread(steps: &[Step]) -> f64 {
    let n = steps.len() as f64;
    let mean = |of: fn(&Step) -> f64| steps.iter().map(of).sum::<f64>() / n;
    let moved = mean(|s| s.moved);
    let opens = mean(|s| s.open_inside);
    let closes = mean(|s| s.close_inside);
    if moved * n < 2.0 || opens == 0.0 || closes == 0.0 {
        return f64::NAN;
    }
    // Each return is centred where the price moved and 0 where it did not.
    let [from_open, from_close, overnight] =
        [|s: &Step| s.middle_open, |s: &Step| s.middle_close, |s: &Step| s.open_close]
            .map(|of| mean(of) / moved);
    let [mut sum, mut square] = [[0.0; 2]; 2];
    for s in steps {
        let open = (s.middle_open - from_open * s.moved) / opens;
        let close = (s.middle_close - from_close * s.moved) / closes;
        let gap = (s.open_close - overnight * s.moved) / closes;
        let moments = [
            -4.0 * (open * s.open_before + close * s.close_before),
            -4.0 * (open * s.open_close + gap * s.close_before),
        ];
        for (k, moment) in moments.into_iter().enumerate() {
            sum[k] += moment;
            square[k] += moment * moment;
        }
    }
    let [first, second] = sum.map(|s| s / n);
    let [v1, v2] = [square[0] / n - first * first, square[1] / n - second * second];
    if v1 + v2 > 0.0 { (v2 * first + v1 * second) / (v1 + v2) } else { 0.5 * (first + second) }
}
