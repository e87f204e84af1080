//! Levels and numbers of messages.

use hyperphysics_kernels::math::order_book::{Decimal, Level, Side};
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};

use crate::convert::refused;
use crate::errors;

/// What is read.
#[derive(Clone, Copy)]
pub(super) enum Read {
    Snapshot,
    Update,
}

impl Read {
    /// Pairs of price and size, numbers or text; further entries of a level are not looked at.
    pub(super) fn levels(self, side: Side, levels: &Bound<'_, PyAny>) -> PyResult<Vec<Level>> {
        let what = match self {
            Self::Snapshot => "a list of (price, size)",
            Self::Update => "a list of (price, size), 0 where a level is gone",
        };
        let iterator =
            levels.try_iter().map_err(|_| errors::input(format!("{side}: expected {what}")))?;
        let each = |(at, level): (usize, PyResult<Bound<'_, PyAny>>)| {
            let level = level.map_err(|error| refused(levels, error))?;
            let entry = |index: usize| {
                level.get_item(index).map_err(|_| {
                    errors::input(format!("{side}, level {at}: {level} is no (price, size)"))
                })
            };
            one(&entry(0)?, &entry(1)?)
                .map_err(|why| errors::input(format!("{side}, level {at}: {why}")))
        };
        iterator.enumerate().map(each).collect()
    }
}

fn one(price: &Bound<'_, PyAny>, size: &Bound<'_, PyAny>) -> Result<Level, String> {
    if let (Ok(price), Ok(size)) = (price.cast::<PyString>(), size.cast::<PyString>()) {
        let decimal = |text: &Bound<'_, PyString>| -> Result<Decimal, String> {
            let text = text.to_str().map_err(|error| error.to_string())?;
            text.parse().map_err(|error: hyperphysics_kernels::math::order_book::NotDecimal| {
                error.to_string()
            })
        };
        return Ok(Level::written(decimal(price)?, decimal(size)?));
    }
    let number = |value: &Bound<'_, PyAny>| {
        value.extract::<f64>().map_err(|_| {
            format!("{value} is no number; price and size are both numbers or both text")
        })
    };
    Ok(Level::new(number(price)?, number(size)?))
}

/// The entry of a message under the first of some names that it has.
pub(super) fn field<'py>(
    message: &Bound<'py, PyMapping>,
    names: &[&str],
) -> PyResult<Option<Bound<'py, PyAny>>> {
    for name in names {
        if message.contains(name)? {
            return message.get_item(name).map(Some);
        }
    }
    Ok(None)
}

/// A whole number of a message, if it is there and not None.
pub(super) fn optional(message: &Bound<'_, PyMapping>, names: &[&str]) -> PyResult<Option<i64>> {
    let Some(value) = field(message, names)?.filter(|value| !value.is_none()) else {
        return Ok(None);
    };
    let wrong = |_| {
        errors::input(format!("`{}` is {value}, expected a whole number", names.join("` or `")))
    };
    value.extract().map(Some).map_err(wrong)
}
