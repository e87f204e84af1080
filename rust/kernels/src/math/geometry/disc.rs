//! From space to a plane: the picture of points of H³ in a disc.

use super::polar::Polar;

/// Foot of the perpendicular from a point onto the plane `z = 0`, in its Poincaré disc.
///
/// On the hyperboloid the foot of `(t, x, y, z)` is `(t, x, y) / √(1 + z²)`; the point lies
/// `asinh |z|` away from it. Feet are never farther apart than their points.
///
/// Source: Ratcliffe 2019, section 3.2.
#[must_use]
pub fn disc([r, x, y, z]: Polar) -> [f64; 2] {
    let scale = r.sinh() / (r.cosh() + (r.sinh() * z).hypot(1.0));
    [x * scale, y * scale]
}
