//! Channels: the standardised coordinates of a state, and its place in hyperbolic space.

use hyperphysics_kernels::math::geometry::polar;

use crate::{Channel, Metric};

/// Radius of a state whose coordinates are all 1.
const ORDINARY: f64 = 1.5;
/// Largest radius: the range in which single precision holds distances to 4e-6.
const HORIZON: f64 = 8.0;

/// Streams that channels read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Streams<'a> {
    /// Logarithms of the closes.
    pub(crate) close: &'a [f64],
    /// Logarithms of the volumes.
    pub(crate) volume: &'a [f64],
    /// Volatility forecasts.
    pub(crate) sigma: &'a [f64],
}

impl Channel {
    /// Bars that a value depends on, apart from the volatility forecast.
    pub(crate) const fn bars(self) -> usize {
        match self {
            Self::Momentum(bars) => bars + 1,
            Self::Volume(bars) => bars,
        }
    }

    fn value(self, streams: Streams<'_>, bar: usize) -> f64 {
        match self {
            Self::Momentum(bars) => {
                let moved = streams.close[bar] - streams.close[bar - bars];
                in_units(moved, streams.sigma[bar] * (bars as f64).sqrt())
            }
            Self::Volume(bars) => surprise(&streams.volume[bar + 1 - bars..=bar]),
        }
    }
}

/// `value / unit`, where a unit of 0 means that nothing moved: 0 / 0 is 0.
pub(crate) fn in_units(value: f64, unit: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value / unit }
}

/// Distance of the last value from the mean, in standard deviations; 0 for equal values.
fn surprise(values: &[f64]) -> f64 {
    let last = values[values.len() - 1];
    // Relative to the last value, so that equal values give zeros and not rounding errors.
    let n = values.len() as f64;
    let mean = values.iter().map(|v| v - last).sum::<f64>() / n;
    let square = values.iter().map(|v| (v - last - mean).powi(2)).sum::<f64>() / n;
    in_units(-mean, square.sqrt())
}

/// State of a bar in polar form, `[r, nx, ny, nz]`: the coordinates as a tangent vector at the
/// origin, carried over by the exponential map and cut off at a radius of 8.
pub(crate) fn state(channels: &[Channel; 3], streams: Streams<'_>, bar: usize) -> [f64; 4] {
    let [x, y, z] = channels.map(|channel| channel.value(streams, bar));
    let length = (x * x + y * y + z * z).sqrt();
    if length == 0.0 {
        return [0.0, 1.0, 0.0, 0.0];
    }
    let radius = length * (ORDINARY / (channels.len() as f64).sqrt());
    [radius.min(HORIZON), x / length, y / length, z / length]
}

/// Distance of two states.
pub(crate) fn distance(a: &[f64; 4], b: &[f64; 4], metric: Metric) -> f64 {
    let chord = (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2) + (a[3] - b[3]).powi(2);
    match metric {
        Metric::Hyperbolic => polar::distance(a[0], b[0], chord),
        Metric::Euclidean => ((a[0] - b[0]).powi(2) + a[0] * b[0] * chord).sqrt(),
    }
}
