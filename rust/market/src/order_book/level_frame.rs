//! Frames of books: one row per book, one column per level and kind.

use std::borrow::Cow;

use hyperphysics_kernels::math::order_book::{DEPTH, Side};
use polars::prelude::*;

use crate::{Error, Result};

/// Prices and sizes of one side, level by level; NaN where there is no level.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    /// Prices of every row, per level.
    pub(super) prices: Vec<Cow<'a, [f64]>>,
    /// Sizes of every row, per level.
    pub(super) sizes: Vec<Cow<'a, [f64]>>,
}

/// Both sides of a frame.
#[derive(Debug)]
pub(super) struct Books<'a> {
    /// Bids, then asks.
    pub(super) sides: [Columns<'a>; 2],
    /// Books.
    pub(super) rows: usize,
}

fn prefix(side: Side) -> &'static str {
    match side {
        Side::Bid => "bid",
        Side::Ask => "ask",
    }
}

/// Whether a frame's column is one of those that are read.
#[must_use]
pub fn is_level(name: &str) -> bool {
    ["bid_px_", "bid_sz_", "ask_px_", "ask_sz_"].iter().any(|start| name.starts_with(start))
}

impl<'a> Books<'a> {
    /// Reads `bid_px_0, bid_sz_0, …, ask_px_0, ask_sz_0, …`, as many levels as each side has columns.
    pub(super) fn read(frame: &'a DataFrame) -> Result<Self> {
        let sides = [side(frame, Side::Bid)?, side(frame, Side::Ask)?];
        Ok(Self { sides, rows: frame.height() })
    }

    /// Levels of the longer side.
    pub(super) fn depth(&self) -> usize {
        self.sides.iter().map(|side| side.prices.len()).max().unwrap_or_default()
    }
}

fn side(frame: &DataFrame, side: Side) -> Result<Columns<'_>> {
    let name = prefix(side);
    let columns = |kind: &str| -> Result<Vec<Cow<'_, [f64]>>> {
        let each = |level| frame.column(&format!("{name}_{kind}_{level}")).ok();
        (0..=DEPTH).map_while(each).map(values).collect()
    };
    let [prices, sizes] = [columns("px")?, columns("sz")?];
    let (levels, others) = (prices.len(), sizes.len());
    if levels == 0 || levels > DEPTH {
        return Err(Error::Argument(format!(
            "the frame has {levels} columns {name}_px_0, {name}_px_1, …, expected 1 to {DEPTH}"
        )));
    }
    if levels != others {
        return Err(Error::Argument(format!(
            "the frame has {levels} columns {name}_px_* and {others} {name}_sz_*, expected as many"
        )));
    }
    Ok(Columns { prices, sizes })
}

fn values(column: &Column) -> Result<Cow<'_, [f64]>> {
    let wrong = || {
        let (name, kind) = (column.name(), column.dtype());
        Error::Argument(format!("column {name} is {kind}, expected Float64"))
    };
    let floats = column.as_materialized_series().f64().map_err(|_| wrong())?;
    match floats.cont_slice() {
        Ok(values) => Ok(Cow::Borrowed(values)),
        Err(_) => Ok(floats.iter().map(|value| value.unwrap_or(f64::NAN)).collect()),
    }
}
