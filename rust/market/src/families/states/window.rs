//! The newest states of a pair, as points that can be drawn.

use hyperphysics_kernels::math::risk::FiniteMemory;
use polars::prelude::*;

use super::{Volatility, distance, labels, states};
use crate::candles::{Bars, Segment, groups};
use crate::{Channel, Error, Params, Result, Timeframe};

/// Most bars of a window.
const MOST: usize = 1 << 20;

/// What the three axes of a state measure, in order: x, y, z of its direction.
#[must_use]
pub fn axes(params: &Params) -> [String; 3] {
    params.shared.channels.map(|channel| match channel {
        Channel::Momentum(bars) => format!("return over {bars} bars in σ√{bars}"),
        Channel::Volume(bars) => format!("log volume against {bars} bars in σ"),
    })
}

/// States of the newest `bars` bars of a frame and what came of them, oldest first.
///
/// Columns: `date`, as in the frame; the state in polar form, `r` (hyperbolic distance from an
/// ordinary one, 0 to 8) and its unit direction `nx`, `ny`, `nz` along [`axes`]; `outcome`, the
/// [label](crate::Label) by the return over `lattice_horizon` bars, in [-1, 1], null where it is not known yet; `coupling` to the newest bar, `exp(-d/length_scale)`, 1 for itself. They are
/// the states, labels and kernel of the lattice family. A bar without a full window of candles is
/// left out.
///
/// # Errors
/// [`Error::Argument`] if `bars` is 0 or above 2^20; [`Error::Schema`] and [`Error::Candle`] if the
/// frame is not as [`analyze`](crate::analyze) wants it.
///
/// # Panics
/// Never: the columns have one length.
pub fn window(
    pair: &str,
    frame: &DataFrame,
    timeframe: Timeframe,
    bars: usize,
    params: &Params,
) -> Result<DataFrame> {
    if !(1..=MOST).contains(&bars) {
        return Err(Error::Argument(format!("bars is {bars}, expected 1 to {MOST}")));
    }
    let batch = [Bars::read(pair, frame, timeframe)?];
    let mut seen = Seen::default();
    if batch[0].len() > 0 {
        let first = batch[0].row(batch[0].len().saturating_sub(bars));
        let last = Some(batch[0].height - first);
        for segment in groups(&batch, super::bars(params) - 1, last, usize::MAX / 4).concat() {
            seen.extend(&segment, params);
        }
    }
    let newest = seen.states.last().copied().unwrap_or_default();
    let coupling = |state| {
        (-distance(state, &newest, params.shared.metric) / params.shared.length_scale).exp()
    };
    let floats = |name: &str, values: Vec<f64>| {
        Float64Chunked::from_vec(name.into(), values).into_series().into_column()
    };
    let coordinate = |axis: usize| seen.states.iter().map(|state| state[axis]).collect();
    let date = frame.column("date").expect("a column that was read").take_slice(&seen.rows);
    let outcome = seen.outcomes.iter().copied().collect::<Float64Chunked>();
    Ok(DataFrame::new(
        seen.rows.len(),
        vec![
            date.expect("rows of the frame"),
            floats("r", coordinate(0)),
            floats("nx", coordinate(1)),
            floats("ny", coordinate(2)),
            floats("nz", coordinate(3)),
            outcome.with_name("outcome".into()).into_series().into_column(),
            floats("coupling", seen.states.iter().map(coupling).collect()),
        ],
    )
    .expect("columns of one length"))
}

/// Bars of a window: their rows in the frame, states, and outcomes where known.
#[derive(Debug, Default)]
struct Seen {
    rows: Vec<IdxSize>,
    states: Vec<[f64; 4]>,
    outcomes: Vec<Option<f64>>,
}

impl Seen {
    /// Adds the targets of a segment that reaches to the end of its frame.
    fn extend(&mut self, segment: &Segment<'_>, params: &Params) {
        let volatility = Volatility::new(segment, &FiniteMemory::new(params.shared.half_life));
        let states = states(segment, &volatility, params);
        let labels = labels(&volatility, params);
        for bar in segment.full(super::bars(params)) {
            let known = bar + (params.shared.lattice_horizon as usize) < segment.len();
            self.rows.push(segment.row(bar) as IdxSize);
            self.states.push(states[bar]);
            self.outcomes.push(known.then(|| f64::from(labels[bar])));
        }
    }
}
