//! Maps of the Poincaré ball.

fn dot<const N: usize>(x: &[f64; N], y: &[f64; N]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

fn scaled<const N: usize>(x: [f64; N], by: f64) -> [f64; N] {
    x.map(|a| a * by)
}

/// `1 - |x|²`.
fn gap<const N: usize>(x: &[f64; N]) -> f64 {
    1.0 - dot(x, x)
}

/// Distance `2 asinh(|x - y| / √((1 - |x|²)(1 - |y|²)))`.
#[must_use]
pub fn distance<const N: usize>(x: [f64; N], y: [f64; N]) -> f64 {
    let apart: [f64; N] = std::array::from_fn(|i| x[i] - y[i]);
    2.0 * (dot(&apart, &apart) / (gap(&x) * gap(&y))).sqrt().asinh()
}

/// Möbius sum `x ⊕ y`: `y` moved by the translation that takes the origin to `x`.
#[must_use]
pub fn mobius_add<const N: usize>(x: [f64; N], y: [f64; N]) -> [f64; N] {
    // With |x + y|² in place of the products that it consists of, nothing cancels where x is
    // near -y.
    let sum: [f64; N] = std::array::from_fn(|i| x[i] + y[i]);
    let (square, of_sum) = (dot(&sum, &sum), gap(&x));
    let below = 1.0 / (of_sum * gap(&y) + square);
    std::array::from_fn(|i| (of_sum * sum[i] + square * x[i]) * below)
}

/// The point reached from the origin along `v`, `|v|` far away.
#[must_use]
pub fn exp0<const N: usize>(v: [f64; N]) -> [f64; N] {
    let length = dot(&v, &v).sqrt();
    if length == 0.0 { v } else { scaled(v, (0.5 * length).tanh() / length) }
}

/// The vector at the origin that [`exp0`] takes to `x`; its length is the distance of `x`.
#[must_use]
pub fn log0<const N: usize>(x: [f64; N]) -> [f64; N] {
    let length = dot(&x, &x).sqrt();
    if length == 0.0 { x } else { scaled(x, 2.0 * length.atanh() / length) }
}

/// The point reached from `x` along the tangent vector `v`, given in ball coordinates at `x`
/// (its Riemannian length is `2 |v| / (1 - |x|²)`).
#[must_use]
pub fn exp<const N: usize>(x: [f64; N], v: [f64; N]) -> [f64; N] {
    mobius_add(x, exp0(scaled(v, 2.0 / gap(&x))))
}

/// The tangent vector at `x`, in ball coordinates, that [`exp`] takes to `y`.
#[must_use]
pub fn log<const N: usize>(x: [f64; N], y: [f64; N]) -> [f64; N] {
    let towards = mobius_add(x.map(|a| -a), y);
    let length = dot(&towards, &towards).sqrt();
    // The distance itself is better conditioned than artanh of a length next to 1.
    if length == 0.0 { towards } else { scaled(towards, 0.5 * gap(&x) * distance(x, y) / length) }
}

/// Coordinates on the hyperboloid `-x₀² + |x|² = -1`: `x₀`, then the spatial part.
#[must_use]
pub fn hyperboloid<const N: usize>(x: [f64; N]) -> (f64, [f64; N]) {
    let below = 1.0 / gap(&x);
    ((1.0 + dot(&x, &x)) * below, scaled(x, 2.0 * below))
}
