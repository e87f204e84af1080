//! From frames to tables: one plan for the whole batch.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::math::risk::FiniteMemory;
use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::bars::Bars;
use crate::integration::Integration;
use crate::lattice::Lattice;
use crate::risk::Risk;
use crate::segment::{Segment, capacity, groups};
use crate::states::States;
use crate::table::Table;
use crate::volatility::Volatility;
use crate::{Family, Params, Result, Timeframe, complexity, liquidity, trend};

/// What to compute.
#[derive(Clone, Debug)]
pub struct Request {
    /// Length of a candle.
    pub timeframe: Timeframe,
    /// Families, in the order of [`Family::ALL`].
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
/// with a missing value or without volume, and a missing candle, are holes: windows skip them.
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
    for group in groups(&batch, longest - 1, *last, capacity(&engine.limits())) {
        run(engine, &group, families, params, &mut tables, cancel)?;
    }
    Ok(tables)
}

/// Computes one group.
fn run(
    engine: &Engine,
    segments: &[Segment<'_>],
    families: &[Family],
    params: &Params,
    tables: &mut [Table],
    cancel: &AtomicBool,
) -> Result<()> {
    let has = |family| families.contains(&family);
    let memory = FiniteMemory::new(params.half_life);
    let mut each = |family, fill: fn(&Segment<'_>, &Params, &mut Table)| {
        if !has(family) {
            return Ok(());
        }
        engine.install(|| {
            for segment in segments {
                fill(segment, params, &mut tables[segment.frame]);
            }
        })
    };
    each(Family::Liquidity, liquidity::fill)?;
    each(Family::Trend, trend::fill)?;
    if families.iter().all(|family| matches!(family, Family::Liquidity | Family::Trend)) {
        return Ok(());
    }
    let needs_states = families.iter().any(|family| family.has_states());
    let (volatilities, risk, states, integration) = engine.install(|| {
        let volatility = |segment| Volatility::new(segment, &memory);
        let volatilities: Vec<_> = segments.par_iter().map(volatility).collect();
        let risk = has(Family::Risk).then(|| Risk::new(segments, &volatilities, &memory, params));
        let states = needs_states.then(|| States::new(segments, &volatilities, params));
        let integration =
            has(Family::Integration).then(|| Integration::new(segments, &volatilities, params));
        (volatilities, risk, states, integration)
    })?;
    let lattice = engine.install(|| {
        states.as_ref().map(|states| Lattice::new(segments, states, families, params))
    })?;
    if let Some(states) = states.as_ref().filter(|_| has(Family::Complexity)) {
        complexity::fill(engine, segments, states, params, tables, cancel)?;
    }
    let mut plan = Plan::new();
    let measures = risk.as_ref().map(|risk| risk.add(&mut plan)).transpose()?;
    let handles = lattice.as_ref().map(|lattice| lattice.add(&mut plan)).transpose()?;
    let integrated = integration.as_ref().map(|family| family.add(&mut plan)).transpose()?;
    let mut outputs = engine.run(&plan, cancel)?;
    if let (Some(risk), Some(measures)) = (&risk, measures) {
        risk.fill(segments, measures, &mut outputs, tables);
    }
    if let (Some(lattice), Some(handles)) = (&lattice, handles) {
        engine.install(|| {
            lattice.fill(segments, &volatilities, handles, &mut outputs, tables);
        })?;
    }
    if let (Some(integration), Some(handles)) = (&integration, integrated) {
        engine.install(|| integration.fill(segments, handles, &mut outputs, tables))?;
    }
    Ok(())
}
