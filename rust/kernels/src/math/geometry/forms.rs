//! Four ways to write a point of H³, and the way from each to each.
//!
//! The centre is the origin of the ball, `(1, 0, 0, 0)` on the hyperboloid and `(0, 0, 1)` in the
//! half-space, whose height grows along the third axis of the others.
//!
//! Source: Cannon, Floyd, Kenyon, Parry 1997, section 7; Ratcliffe 2019, chapter 4.

use std::str::FromStr;

use super::ball::distance;
use super::error::{Fault, PointError};
use super::points::{direction, inside, radius};
use super::polar::{self, Polar};

/// Largest radius: twice it is what distances in double precision hold.
pub const FARTHEST: f64 = 350.0;

/// How far `t` may be from `√(1 + |x|²)` on the hyperboloid, relative to it.
const SHEET: f64 = 1e-6;

/// Coordinates of a point of H³.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `(r, nx, ny, nz)`, `0 <= r <= 350`, a unit direction to 1e-6; at `r = 0` any or none.
    Polar,
    /// `(x, y, z)` with `|x| < 1`: the Poincaré ball.
    Ball,
    /// `(t, x, y, z)` with `-t² + |x|² = -1`, `t > 0`.
    Hyperboloid,
    /// `(x, y, z)` with `z > 0`: the upper half-space.
    HalfSpace,
}

impl Form {
    /// Every form with its name.
    pub const NAMES: [(&str, Self); 4] = [
        ("polar", Self::Polar),
        ("ball", Self::Ball),
        ("hyperboloid", Self::Hyperboloid),
        ("half_space", Self::HalfSpace),
    ];

    /// Coordinates of a point.
    #[must_use]
    pub const fn width(self) -> usize {
        match self {
            Self::Polar | Self::Hyperboloid => 4,
            Self::Ball | Self::HalfSpace => 3,
        }
    }

    /// The points of rows of coordinates, in polar form with unit directions.
    ///
    /// # Errors
    /// [`PointError`] with the first row that is no point, as an element of `set`.
    ///
    /// # Panics
    /// Panics if `rows` are no whole rows.
    pub fn points(self, set: &'static str, rows: &[f64]) -> Result<Vec<Polar>, PointError> {
        assert_eq!(rows.len() % self.width(), 0, "whole rows");
        let point = |(index, row)| self.read(row).map_err(|fault| PointError { set, index, fault });
        rows.chunks_exact(self.width()).enumerate().map(point).collect()
    }

    fn read(self, row: &[f64]) -> Result<Polar, Fault> {
        match (self, row) {
            (Self::Polar, &[r, x, y, z]) => {
                radius(r, FARTHEST)?;
                if r == 0.0 && x == 0.0 && y == 0.0 && z == 0.0 {
                    return Ok(polar(0.0, [1.0, 0.0, 0.0]));
                }
                let length = direction([x, y, z])?;
                Ok([r, x / length, y / length, z / length])
            }
            (Self::Ball, &[x, y, z]) => {
                inside(&[x, y, z])?;
                let (r, n) = polar::from_ball([x, y, z]);
                Ok(polar(r, n))
            }
            (Self::Hyperboloid, &[t, x, y, z]) => {
                let length = x.hypot(y).hypot(z);
                let sheet = length.hypot(1.0);
                let near = (t - sheet).abs() <= SHEET * sheet; // not so if NaN
                if !near {
                    return Err(Fault::Sheet { time: t, sheet });
                }
                let r = length.asinh();
                radius(r, FARTHEST)?;
                Ok(polar(r, [x, y, z]))
            }
            (Self::HalfSpace, &[x, y, height]) => {
                if !(height > 0.0 && height.is_finite()) {
                    return Err(Fault::Height { height });
                }
                // sinh²(r/2), as every distance a sum of positive terms.
                let ring = x * x + y * y;
                let square = (ring + (height - 1.0).powi(2)) / (4.0 * height);
                let r = 2.0 * square.sqrt().asinh();
                radius(r, FARTHEST)?;
                Ok(polar(r, [x, y, 0.5 * (ring + (height - 1.0) * (height + 1.0))]))
            }
            _ => unreachable!("a row has as many coordinates as its form"),
        }
    }

    /// Appends the coordinates of a point.
    fn write(self, [r, x, y, z]: Polar, to: &mut Vec<f64>) -> Result<(), Fault> {
        match self {
            Self::Polar => to.extend([r, x, y, z]),
            Self::Ball => {
                let point = polar::to_ball(r, [x, y, z]);
                inside(&point).map_err(|_| Fault::Edge { radius: r })?;
                to.extend(point);
            }
            Self::Hyperboloid => to.extend([r.cosh(), r.sinh() * x, r.sinh() * y, r.sinh() * z]),
            Self::HalfSpace => {
                // t - z without the difference of two large numbers.
                let below = if z > 0.0 { (x * x + y * y) / (1.0 + z) } else { 1.0 - z };
                let height = 1.0 / ((-r).exp() + r.sinh() * below);
                let ring = r.sinh() * height;
                to.extend([ring * x, ring * y, height]);
            }
        }
        Ok(())
    }
}

/// Radius and direction of a vector of any length; the centre points along the first axis.
fn polar(r: f64, vector: [f64; 3]) -> Polar {
    let length = vector[0].hypot(vector[1]).hypot(vector[2]);
    if r == 0.0 || length == 0.0 {
        return [0.0, 1.0, 0.0, 0.0];
    }
    let [x, y, z] = vector.map(|a| a / length);
    [r, x, y, z]
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::NAMES.iter().find(|(name, _)| *name == text);
        known.map(|(_, form)| *form).ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name).join(", ");
            format!("form is `{text}`, expected one of {names}")
        })
    }
}

/// Rows of one form written in another.
///
/// # Errors
/// [`PointError`] with the first row that is no point, or that rounds to the edge of the ball.
///
/// # Panics
/// Panics if `rows` are no whole rows.
pub fn convert(rows: &[f64], from: Form, to: Form) -> Result<Vec<f64>, PointError> {
    let set = "points";
    let points = from.points(set, rows)?;
    if from == to && from != Form::Polar {
        return Ok(rows.to_vec());
    }
    let mut written = Vec::with_capacity(points.len() * to.width());
    for (index, point) in points.into_iter().enumerate() {
        to.write(point, &mut written).map_err(|fault| PointError { set, index, fault })?;
    }
    Ok(written)
}

/// Distances of the points `x` and `y`, row by row.
///
/// # Errors
/// [`PointError`] with the first row that is no point.
///
/// # Panics
/// Panics if `x` or `y` are no whole rows, or not as many.
pub fn row_distances(x: &[f64], y: &[f64], form: Form) -> Result<Vec<f64>, PointError> {
    let (a, b) = (form.points("x", x)?, form.points("y", y)?);
    assert_eq!(a.len(), b.len(), "as many rows");
    // Straight from the ball, whose near points are better apart than in another form.
    let (xs, ys): (&[[f64; 3]], &[[f64; 3]]) = (x.as_chunks().0, y.as_chunks().0);
    Ok(match form {
        Form::Ball => xs.iter().zip(ys).map(|(x, y)| distance(*x, *y)).collect(),
        Form::HalfSpace => xs.iter().zip(ys).map(|(x, y)| half_space_distance(*x, *y)).collect(),
        Form::Polar | Form::Hyperboloid => {
            a.iter().zip(&b).map(|(a, b)| polar::between(a, b)).collect()
        }
    })
}

/// Distance `2 asinh(|x - y| / (2 √(x₃ y₃)))` in the upper half-space.
fn half_space_distance(x: [f64; 3], y: [f64; 3]) -> f64 {
    let apart = (x[0] - y[0]).hypot(x[1] - y[1]).hypot(x[2] - y[2]);
    2.0 * (0.5 * apart / (x[2].sqrt() * y[2].sqrt())).asinh()
}
