//! Maps of the ball over rows of points.

use super::ball;
use super::error::{Fault, PointError};
use super::points::inside;

/// A map of the Poincaré ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Map {
    /// [`mobius_add`](super::mobius_add) of two points.
    MobiusAdd,
    /// [`exp0`](super::exp0) of a vector at the origin.
    Exp0,
    /// [`log0`](super::log0) of a point.
    Log0,
    /// [`exp`](super::exp) of a point and a vector.
    Exp,
    /// [`log`](super::log) of two points.
    Log,
}

impl Map {
    /// Images of the rows `x` and, where the map takes two, `y`, each of `N` coordinates.
    ///
    /// # Errors
    /// [`PointError`] with the first row that is no point or no finite vector, or whose image
    /// rounds to the edge of the ball.
    ///
    /// # Panics
    /// Panics if the map takes two and there are not as many of both, or rows are not whole.
    pub fn of_rows<const N: usize>(self, x: &[f64], y: &[f64]) -> Result<Vec<f64>, PointError> {
        let ((x, []), (y, [])) = (x.as_chunks::<N>(), y.as_chunks::<N>()) else {
            panic!("whole rows");
        };
        let one = matches!(self, Self::Exp0 | Self::Log0);
        assert!(one || x.len() == y.len(), "as many rows");
        let mut images = Vec::with_capacity(N * x.len());
        for (index, x) in x.iter().enumerate() {
            let at = |set| move |fault| PointError { set, index, fault };
            let y = if one { &[0.0; N] } else { &y[index] };
            let image = match self {
                Self::MobiusAdd => {
                    inside(x).map_err(at("x"))?;
                    inside(y).map_err(at("y"))?;
                    ball::mobius_add(*x, *y)
                }
                Self::Exp0 => {
                    finite(x).map_err(at("v"))?;
                    ball::exp0(*x)
                }
                Self::Log0 => {
                    inside(x).map_err(at("x"))?;
                    ball::log0(*x)
                }
                Self::Exp => {
                    inside(x).map_err(at("x"))?;
                    finite(y).map_err(at("v"))?;
                    ball::exp(*x, *y)
                }
                Self::Log => {
                    inside(x).map_err(at("x"))?;
                    inside(y).map_err(at("y"))?;
                    ball::log(*x, *y)
                }
            };
            if !matches!(self, Self::Log0 | Self::Log) {
                let edge = |_| Fault::Edge { radius: f64::INFINITY };
                inside(&image).map_err(edge).map_err(at("results"))?;
            }
            images.extend(image);
        }
        Ok(images)
    }
}

fn finite(vector: &[f64]) -> Result<(), Fault> {
    vector
        .iter()
        .find(|a| !a.is_finite())
        .map_or(Ok(()), |value| Err(Fault::Vector { value: *value }))
}
