//! Levels as points of H³.

/// What places a level: the mid, the width δ of the price axis and the size that lies at height 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Space {
    /// Price of the point (0, 0, 1).
    pub mid: f64,
    /// Log price per unit of ξ.
    pub delta: f64,
    /// Size of height 1.
    pub reference: f64,
}

/// A level in the upper half-space, seen from the mid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// `ln(p / mid) / δ`.
    pub xi: f64,
    /// `q / q_ref`.
    pub y: f64,
    /// Distance from (0, 0, 1).
    pub distance: f64,
    /// Image in the Poincaré ball, with (0, 0, 1) at its centre (Cayley's map).
    pub ball: [f64; 3],
}

impl Space {
    /// The point of a level.
    #[must_use]
    pub fn point(&self, price: f64, size: f64) -> Point {
        // Prices next to the mid differ from it without rounding, their ratio does not.
        let away = (price - self.mid) / self.mid;
        let log = if away.abs() < 0.5 { away.ln_1p() } else { (price / self.mid).ln() };
        let (xi, y) = (log / self.delta, size / self.reference);
        let square = xi * xi + (y - 1.0) * (y - 1.0);
        let distance = 2.0 * (0.5 * (square / y).sqrt()).asinh();
        let scale = 1.0 / (xi * xi + (y + 1.0) * (y + 1.0));
        // ξ² + y² - 1, whose last two terms cancel next to y = 1.
        let height = xi * xi + (y - 1.0) * (y + 1.0);
        Point { xi, y, distance, ball: [2.0 * xi * scale, 0.0, height * scale] }
    }
}
