//! Motions of the plane as matrices that act on the hyperboloid `t² - x² - y² = 1`.

/// A point `(t, x, y)` of the hyperboloid.
pub(super) type Point = [f64; 3];

/// A motion of the plane; its columns are the images of the axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion([[f64; 3]; 3]);

impl Motion {
    pub(super) const IDENTITY: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

    /// Turns by `angle` about the origin.
    pub(super) fn turn(angle: f64) -> Self {
        let (s, c) = angle.sin_cos();
        Self([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    }

    /// Moves the origin by `distance` along the x axis.
    pub(super) fn shift(distance: f64) -> Self {
        let (s, c) = (distance.sinh(), distance.cosh());
        Self([[c, s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    }

    /// `other` first, then this.
    pub(super) fn after(&self, other: &Self) -> Self {
        let cell = |i: usize, j: usize| (0..3).map(|k| self.0[i][k] * other.0[k][j]).sum::<f64>();
        Self(std::array::from_fn(|i| std::array::from_fn(|j| cell(i, j))))
    }

    pub(super) fn apply(&self, x: Point) -> Point {
        self.0.map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum())
    }

    /// Where the origin goes.
    pub(super) fn origin(&self) -> Point {
        self.0.map(|row| row[0])
    }
}

/// Whether two points are closer than a quarter.
///
/// Vertices of a tiling are at least 0.566 apart, and so are centres ({7, 3} and its dual), while
/// rounding moves points of radius r by about 1e-16 e^r.
pub(super) fn same(a: &Point, b: &Point) -> bool {
    const COSH_QUARTER: f64 = 1.031_413_099_879_573;
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] < COSH_QUARTER
}
