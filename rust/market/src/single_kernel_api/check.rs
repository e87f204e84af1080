//! What the kernels may be given.

use super::Polar;
use crate::{Error, Result};

/// By how much a direction may miss unit length.
const UNIT: f64 = 1e-3;

pub(super) fn require(holds: bool, what: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::Argument(what())) }
}

/// Single precision is what the kernels compute in.
pub(super) fn finite(name: &str, values: &[f64]) -> Result<()> {
    let bad = values.iter().position(|value| !(*value as f32).is_finite());
    bad.map_or(Ok(()), |at| {
        let (value, most) = (values[at], f32::MAX);
        let expected = format!("expected a finite number of at most {most:.1e} in size");
        Err(Error::Argument(format!("{name}[{at}] is {value:?}, {expected}")))
    })
}

/// A range far inside single precision, so that no product in a kernel leaves it.
pub(super) fn within(name: &str, value: f64, low: f64, high: f64) -> Result<()> {
    require((low..=high).contains(&value), || {
        format!("{name} is {value:?}, expected a number from {low:?} to {high:?}")
    })
}

pub(super) fn points_within(name: &str, points: &[Polar], farthest: f64) -> Result<()> {
    for (at, [radius, x, y, z]) in points.iter().enumerate() {
        require((0.0..=farthest).contains(radius), || {
            format!("{name}, point {at}: radius is {radius}, expected 0 to {farthest}")
        })?;
        let length = (x * x + y * y + z * z).sqrt();
        // The origin lies in no direction.
        let origin = *radius == 0.0 && length == 0.0;
        require(origin || (length - 1.0).abs() <= UNIT, || {
            format!(
                "{name}, point {at}: direction ({x}, {y}, {z}) has length {length}, expected 1 \
                 within {UNIT}"
            )
        })?;
    }
    Ok(())
}
