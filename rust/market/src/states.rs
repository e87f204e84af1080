//! States of the market, candle by candle, as the geometry and lattice families see them.

use hyperphysics_engine::Engine;
use hyperphysics_kernels::risk::FiniteMemory;
use polars::prelude::{DataFrame, IntoColumn, NamedFrom, Series};

use crate::bars::Bars;
use crate::lattice::{state_bars, states as of_segment};
use crate::segment::{capacity, groups};
use crate::volatility::Volatility;
use crate::{Params, Result, Timeframe};

/// Coordinates of a state: radius and unit direction.
const NAMES: [&str; 4] = ["r", "nx", "ny", "nz"];

/// States of a batch of frames, each with the name of its pair for error messages.
///
/// A frame is as [`analyze`](crate::analyze) wants it. Each result holds `r` in [0, 8] and the unit
/// vector `nx`, `ny`, `nz`, one row per candle, null where the window is not full; `r n` is the
/// logarithm of the state at the origin, proportional to the channels where `r < 8`.
///
/// # Errors
/// [`Error::Schema`](crate::Error::Schema) and [`Error::Candle`](crate::Error::Candle) if a frame
/// is not as described, [`Error::Engine`](crate::Error::Engine) if the threads could not start.
pub fn states(
    engine: &Engine,
    frames: &[(&str, &DataFrame)],
    timeframe: Timeframe,
    params: &Params,
) -> Result<Vec<DataFrame>> {
    let batch = frames
        .iter()
        .map(|(pair, frame)| Bars::read(pair, frame, timeframe))
        .collect::<Result<Vec<_>>>()?;
    let mut values: Vec<_> = batch.iter().map(|bars| vec![[f64::NAN; 4]; bars.height]).collect();
    let memory = FiniteMemory::new(params.half_life);
    let needed = state_bars(params);
    engine.install(|| {
        for group in groups(&batch, needed - 1, None, capacity(&engine.limits())) {
            for segment in &group {
                let volatility = Volatility::new(segment, &memory);
                let states = of_segment(segment, &volatility, params);
                for bar in segment.full(needed) {
                    values[segment.frame][segment.row(bar)] = states[bar];
                }
            }
        }
    })?;
    Ok(values.into_iter().map(|rows| frame(&rows)).collect())
}

/// The rows as columns; NaN becomes null.
fn frame(rows: &[[f64; 4]]) -> DataFrame {
    let column = |(axis, name): (usize, &str)| {
        let known = |row: &[f64; 4]| (!row[axis].is_nan()).then_some(row[axis]);
        let values: Vec<Option<f64>> = rows.iter().map(known).collect();
        Series::new(name.into(), values).into_column()
    };
    DataFrame::new(rows.len(), NAMES.into_iter().enumerate().map(column).collect())
        .expect("columns of one length")
}
