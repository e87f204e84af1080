//! From frames to tables: one plan for the whole batch.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use hyperphysics_engine::{Engine, Outputs, Plan};
use polars::prelude::DataFrame;

use crate::candles::{Bars, capacity, groups};
use crate::families::Group;
use crate::{Family, Params, Result, Table, Timeframe};

/// What to compute.
#[derive(Clone, Debug)]
pub struct Request {
    /// Length of a candle.
    pub timeframe: Timeframe,
    /// Families, in the order of [`Family::all`].
    pub families: Vec<Family>,
    /// Parameters.
    pub params: Params,
    /// Compute only so many last rows of each frame; the others stay without a value, and those
    /// rows hold the same bits as without this limit.
    pub last: Option<usize>,
}

/// Computes the columns of a batch of frames, each with the name of its pair for error messages.
///
/// A frame holds `date` (datetime, open time of the candle, UTC) and `open`, `high`, `low`,
/// `close`, `volume` (64-bit floats), oldest candle first; other columns are ignored. A candle
/// with a missing value or without volume, and a missing candle, are gaps: windows tolerate up to
/// 5 % of them.
///
/// # Errors
/// [`Error::Schema`](crate::Error::Schema) and [`Error::Candle`](crate::Error::Candle) if a frame
/// is not as described, [`Error::Engine`](crate::Error::Engine) if the engine failed or `cancel`
/// was set.
pub fn analyze(
    engine: &Engine,
    frames: &[(&str, &DataFrame)],
    request: &Request,
    cancel: &AtomicBool,
) -> Result<Vec<Table>> {
    let Request { timeframe, families, params, last } = request;
    let batch = frames
        .iter()
        .map(|(pair, frame)| Bars::read(pair, frame, *timeframe))
        .collect::<Result<Vec<_>>>()?;
    let mut tables: Vec<_> = batch.iter().map(|bars| Table::new(bars.height, families)).collect();
    let longest = families.iter().map(|family| family.bars(params)).max().unwrap_or(1);
    for segments in groups(&batch, longest - 1, *last, capacity(&engine.limits())) {
        run(&Group::new(engine, &segments, families, params, cancel), &mut tables)?;
    }
    Ok(tables)
}

/// Computes one group.
fn run(group: &Group<'_>, tables: &mut [Table]) -> Result<()> {
    let Group { engine, families, cancel, .. } = *group;
    let prepare = || families.iter().map(|family| (family.spec().prepare)(group)).collect();
    let prepared: Vec<_> = engine.install(prepare)?;
    if cancel.load(Relaxed) {
        return Err(hyperphysics_engine::Error::Cancelled.into());
    }
    let mut plan = Plan::new();
    let fills =
        prepared.iter().map(|family| family.add(group, &mut plan)).collect::<Result<Vec<_>>>()?;
    let mut outputs =
        if plan.is_empty() { Outputs::default() } else { engine.run(&plan, cancel)? };
    engine.install(|| fills.into_iter().for_each(|fill| fill(&mut outputs, tables)))?;
    Ok(())
}
