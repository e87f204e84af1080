//! Polar coordinates: a radius `r >= 0` and a unit direction, accurate at any radius.

/// A point `[r, nx, ny, nz]`: hyperbolic radius and unit direction.
pub type Polar = [f64; 4];

/// Distance of two points.
#[must_use]
pub fn between(a: &Polar, b: &Polar) -> f64 {
    distance(a[0], b[0], (1..4).map(|k| (a[k] - b[k]).powi(2)).sum())
}

/// Distance from the radii and the squared chord `|n1 - n2|²` of the directions.
///
/// `sinh²(d/2) = sinh²((r1 - r2)/2) + sinh r1 sinh r2 |n1 - n2|²/4` has only positive terms, so
/// nothing cancels. Relative error below 1e-14 for `r1 + r2 < 700`; 0 for identical points.
#[must_use]
pub fn distance(r1: f64, r2: f64, chord_squared: f64) -> f64 {
    let along = (0.5 * (r1 - r2)).sinh();
    2.0 * (along * along + 0.25 * r1.sinh() * r2.sinh() * chord_squared).sqrt().asinh()
}

/// Distance from the radii and the angle between the directions.
#[must_use]
pub fn distance_at_angle(r1: f64, r2: f64, angle: f64) -> f64 {
    let chord = 2.0 * (0.5 * angle).sin();
    distance(r1, r2, chord * chord)
}

/// Radius and unit direction of a point of the ball; the origin points along the first axis.
#[must_use]
pub fn from_ball<const N: usize>(x: [f64; N]) -> (f64, [f64; N]) {
    let length = x.iter().map(|a| a * a).sum::<f64>().sqrt();
    if length == 0.0 {
        return (0.0, std::array::from_fn(|i| f64::from(u8::from(i == 0))));
    }
    (2.0 * length.atanh(), x.map(|a| a / length))
}

/// The point of the ball at radius `r` in the unit direction `n`.
#[must_use]
pub fn to_ball<const N: usize>(r: f64, n: [f64; N]) -> [f64; N] {
    n.map(|a| a * (0.5 * r).tanh())
}
