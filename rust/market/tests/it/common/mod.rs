//! Simulated candles and short ways to analyse them.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{DeviceSelector, Engine, Options};
use hyperphysics_kernels::shared::rng::{normals, philox};
use hyperphysics_market::{Family, Params, Request, Result, RiskMethod, Table, analyze};
use polars::prelude::*;

/// Milliseconds of an hour.
pub(crate) const HOUR: i64 = 3_600_000;

/// Candles as plain columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Candles {
    pub(crate) date: Vec<i64>,
    /// Open, high, low, close, volume.
    pub(crate) values: [Vec<f64>; 5],
}

pub(crate) const NAMES: [&str; 5] = ["open", "high", "low", "close", "volume"];

impl Candles {
    /// A random walk of `rows` hourly candles with changing volatility.
    pub(crate) fn walk(seed: u32, rows: usize) -> Self {
        let mut candles = Self::default();
        let mut close = 100.0;
        for row in 0..rows {
            let [a, b, c, d] = normals(philox([row as u32, 0, 0, 0], [seed, 0]));
            let sigma = 0.01 * (1.0 + 0.5 * (row as f64 / 40.0).sin());
            let open = close;
            close = open * (sigma * a).exp();
            let high = open.max(close) * (0.5 * sigma * b.abs()).exp();
            let low = open.min(close) * (-0.5 * sigma * c.abs()).exp();
            candles.date.push(HOUR * row as i64);
            for (column, value) in
                candles.values.iter_mut().zip([open, high, low, close, (2.0 + d).exp()])
            {
                column.push(value);
            }
        }
        candles
    }

    pub(crate) fn len(&self) -> usize {
        self.date.len()
    }

    /// The rows in a range.
    pub(crate) fn cut(&self, rows: std::ops::Range<usize>) -> Self {
        let values = self.values.each_ref().map(|column| column[rows.clone()].to_vec());
        Self { date: self.date[rows].to_vec(), values }
    }

    /// Everything but the given rows.
    pub(crate) fn without(&self, rows: &[usize]) -> Self {
        let kept: Vec<usize> = (0..self.len()).filter(|row| !rows.contains(row)).collect();
        let values = self.values.each_ref().map(|c| kept.iter().map(|r| c[*r]).collect());
        Self { date: kept.iter().map(|r| self.date[*r]).collect(), values }
    }

    pub(crate) fn frame(&self) -> DataFrame {
        let date = Int64Chunked::from_slice("date".into(), &self.date)
            .into_datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC))
            .into_series();
        let columns = NAMES
            .iter()
            .zip(&self.values)
            .map(|(name, values)| Float64Chunked::from_slice((*name).into(), values).into_series());
        DataFrame::new(
            self.len(),
            std::iter::once(date).chain(columns).map(Series::into_column).collect(),
        )
        .unwrap()
    }
}

/// Short windows, so that small frames are enough.
pub(crate) fn short() -> Params {
    let mut params = Params::default();
    params.shared.half_life = 2.0;
    params.shared.lattice_horizon = 3;
    params.shared.past_window = 64;
    params.risk.risk_method = RiskMethod::Range;
    params.risk.residuals = 100;
    params.risk.season_window = 48;
    params.risk.range_memory = 40;
    params.risk.risk_horizon = 3;
    params.risk.paths = 200;
    params.liquidity.spread_bars = 6;
    params.trend.trend_window = 8;
    params.lattice.coupled_unlabelled_bars = 12;
    params.complexity.ci_temperature = 1.5;
    params.complexity.ci_sweeps = 128;
    params
}

/// Short windows with a change.
pub(crate) fn short_with(change: impl FnOnce(&mut Params)) -> Params {
    let mut params = short();
    change(&mut params);
    params
}

/// A family by its name.
pub(crate) fn family(name: &str) -> Family {
    name.parse().unwrap()
}

/// Every family.
pub(crate) fn families() -> Vec<Family> {
    Family::all().collect()
}

/// Names of all columns.
pub(crate) fn column_names() -> Vec<&'static str> {
    Family::all().flat_map(Family::columns).map(|column| column.name).collect()
}

pub(crate) fn engine(threads: usize) -> Engine {
    Engine::open(&Options { device: DeviceSelector::Cpu, threads, max_memory: 0 }).unwrap()
}

pub(crate) fn request(params: Params) -> Request {
    Request { timeframe: "1h".parse().unwrap(), families: families(), params, last: None }
}

/// Columns of a batch.
pub(crate) fn tables(
    engine: &Engine,
    batch: &[DataFrame],
    request: &Request,
) -> Result<Vec<Table>> {
    let frames: Vec<_> = batch.iter().map(|frame| ("PAIR", frame)).collect();
    analyze(engine, &frames, request, &AtomicBool::new(false))
}

/// Bits of the columns of one frame, by column.
pub(crate) fn bits(engine: &Engine, candles: &Candles, request: &Request) -> Vec<Vec<u64>> {
    let table = tables(engine, &[candles.frame()], request).unwrap().remove(0);
    to_bits(table)
}

pub(crate) fn to_bits(table: Table) -> Vec<Vec<u64>> {
    let rows = table.into_frame();
    let bits = |v: Option<f64>| v.unwrap_or(f64::NAN).to_bits();
    rows.columns().iter().map(|c| c.f64().unwrap().iter().map(bits).collect()).collect()
}

/// Values of one column.
pub(crate) fn column(candles: &Candles, params: Params, name: &str) -> Vec<Option<f64>> {
    let table = tables(&engine(1), &[candles.frame()], &request(params)).unwrap().remove(0);
    table.into_frame().column(name).unwrap().f64().unwrap().iter().collect()
}
