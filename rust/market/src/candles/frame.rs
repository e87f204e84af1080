//! A frame of candles, checked.

use std::borrow::Cow;

use polars::prelude::{Column, DataFrame, DataType, Float64Chunked};

use super::timeframe::per_second;
use crate::{Error, Result, Timeframe};

/// Candle columns of a frame. Null is NaN.
#[derive(Debug)]
pub(crate) struct Candles<'a> {
    /// Time at which the first row opens, in seconds of UTC; 0 for an empty frame.
    pub(crate) origin: i64,
    /// Position of each row on the grid of candle times, from the first row.
    pub(crate) slot: Vec<i64>,
    pub(crate) open: Cow<'a, [f64]>,
    pub(crate) high: Cow<'a, [f64]>,
    pub(crate) low: Cow<'a, [f64]>,
    pub(crate) close: Cow<'a, [f64]>,
    pub(crate) volume: Cow<'a, [f64]>,
}

impl<'a> Candles<'a> {
    /// Reads and checks a frame; columns other than `date` and OHLCV are ignored.
    pub(crate) fn read(pair: &str, frame: &'a DataFrame, timeframe: Timeframe) -> Result<Self> {
        let column = |name: &str| {
            frame.column(name).map_err(|_| Error::Schema {
                pair: pair.to_owned(),
                why: format!(
                    "column `{name}` is missing, expected date, open, high, low, close, volume"
                ),
            })
        };
        let floats = |name: &str| floats(pair, name, column(name)?);
        let (origin, slot) = slots(pair, column("date")?, timeframe)?;
        let candles = Self {
            origin,
            slot,
            open: floats("open")?,
            high: floats("high")?,
            low: floats("low")?,
            close: floats("close")?,
            volume: floats("volume")?,
        };
        candles.check(pair)?;
        Ok(candles)
    }

    fn check(&self, pair: &str) -> Result<()> {
        for row in 0..self.slot.len() {
            let [open, high, low, close] =
                [self.open[row], self.high[row], self.low[row], self.close[row]];
            let volume = self.volume[row];
            // Comparisons with NaN are false: a gap is no error.
            let prices = [("open", open), ("high", high), ("low", low), ("close", close)];
            let why = if let Some((name, price)) =
                prices.into_iter().find(|(_, p)| *p <= 0.0 || *p == f64::INFINITY)
            {
                format!("{name} is {price}, expected a finite price above 0")
            } else if volume < 0.0 || volume == f64::INFINITY {
                format!("volume is {volume}, expected a finite number of at least 0")
            } else if high < open || high < close || high < low {
                format!("high is {high}, expected at least open {open}, low {low}, close {close}")
            } else if low > open || low > close {
                format!("low is {low}, expected at most open {open}, close {close}")
            } else {
                continue;
            };
            return Err(Error::Candle { pair: pair.to_owned(), row, why });
        }
        Ok(())
    }

    /// Whether a row holds no bar: a value is missing, or nothing was traded.
    pub(crate) fn is_gap(&self, row: usize) -> bool {
        let sum = self.open[row] + self.high[row] + self.low[row] + self.close[row];
        sum.is_nan() || self.volume[row].is_nan() || self.volume[row] == 0.0
    }
}

/// Values of a float column, without a copy if it is contiguous and has no nulls.
fn floats<'a>(pair: &str, name: &str, column: &'a Column) -> Result<Cow<'a, [f64]>> {
    let wrong = || Error::Schema {
        pair: pair.to_owned(),
        why: format!("column `{name}` has type {}, expected 64-bit float", column.dtype()),
    };
    let values: &Float64Chunked = column.as_materialized_series().f64().map_err(|_| wrong())?;
    Ok(match values.cont_slice() {
        Ok(slice) => Cow::Borrowed(slice),
        Err(_) => Cow::Owned(values.iter().map(|v| v.unwrap_or(f64::NAN)).collect()),
    })
}

/// Seconds of the first date, and positions of the dates on the grid of the timeframe from there.
fn slots(pair: &str, column: &Column, timeframe: Timeframe) -> Result<(i64, Vec<i64>)> {
    let DataType::Datetime(unit, _) = column.dtype() else {
        return Err(Error::Schema {
            pair: pair.to_owned(),
            why: format!("column `date` has type {}, expected a datetime in UTC", column.dtype()),
        });
    };
    let step = timeframe.ticks(*unit);
    let dates =
        column.as_materialized_series().datetime().expect("the type was matched").physical();
    let mut slots = Vec::with_capacity(dates.len());
    let mut last: Option<(i64, i64)> = None;
    for (row, date) in dates.iter().enumerate() {
        let fail = |why: String| Err(Error::Candle { pair: pair.to_owned(), row, why });
        // pandas marks a missing date by the smallest integer.
        let Some(date) = date.filter(|d| *d != i64::MIN) else {
            return fail("date is missing".into());
        };
        let slot = match last {
            None => 0,
            Some((before, _)) if date == before => {
                return fail(
                    "date repeats that of the row before, expected each candle once".into(),
                );
            }
            Some((before, _)) if date < before => {
                return fail("date is before that of the row before, expected oldest first".into());
            }
            Some((before, slot)) => match date.checked_sub(before) {
                Some(apart) if apart % step == 0 => slot + apart / step,
                _ => {
                    return fail(
                        "date is no whole number of candles after the row before, expected the \
                         timeframe that was passed"
                            .into(),
                    );
                }
            },
        };
        last = Some((date, slot));
        slots.push(slot);
    }
    // Longer candles fit the grid of a shorter timeframe, but none follows another.
    if slots.len() > 1 && slots.windows(2).all(|pair| pair[1] - pair[0] > 1) {
        return Err(Error::Schema {
            pair: pair.to_owned(),
            why: format!(
                "no two candles are {timeframe} apart, expected the timeframe that was passed"
            ),
        });
    }
    let first = dates.iter().next().flatten().unwrap_or_default();
    let origin = first.div_euclid(per_second(*unit));
    Ok((origin, slots))
}
