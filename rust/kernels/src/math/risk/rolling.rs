//! Exact order statistics of a window that moves along a stream.

/// Tail probabilities as parts of one: 5, 2.5 and 1 %.
const PARTS: [usize; 3] = [20, 40, 100];

/// Window of residuals, kept sorted while it moves: filtered historical simulation of the next bar
/// (Hull and White 1998; Barone-Adesi et al. 1999), exact.
#[derive(Debug)]
pub struct Rolling<'z> {
    stream: &'z [f64],
    window: usize,
    /// Bar that the window ends at.
    end: usize,
    sorted: Vec<f64>,
}

/// A window of residuals; NaN where it has no finite spread.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Value at risk at 95, 97.5 and 99 % and expected shortfall at the same levels, of the window
    /// without its mean.
    pub measures: [f64; 6],
    /// The same of the mirrored window.
    pub mirrored: [f64; 6],
    /// Mean.
    pub mean: f64,
    /// Root of the mean square about the mean.
    pub spread: f64,
}

impl Window {
    /// Scale and shift that give the window zero mean and unit mean square.
    #[must_use]
    pub fn affine(&self) -> [f32; 2] {
        let scale = self.spread.recip();
        [scale as f32, (-self.mean * scale) as f32]
    }
}

impl<'z> Rolling<'z> {
    /// The window of `window` residuals that ends at `end`.
    ///
    /// # Panics
    /// Panics if the window is empty or leaves the stream.
    #[must_use]
    pub fn new(stream: &'z [f64], window: usize, end: usize) -> Self {
        let mut sorted = stream[end + 1 - window..=end].to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        Self { stream, window, end, sorted }
    }

    fn advance(&mut self) {
        let find =
            |sorted: &[f64], value: f64| sorted.partition_point(|v| v.total_cmp(&value).is_lt());
        self.end += 1;
        let (old, new) = (self.stream[self.end - self.window], self.stream[self.end]);
        let (from, to) = (find(&self.sorted, old), find(&self.sorted, new));
        // One move of what lies between the places of the old and the new value.
        if from < to {
            self.sorted.copy_within(from + 1..to, from);
            self.sorted[to - 1] = new;
        } else {
            self.sorted.copy_within(to..from, to + 1);
            self.sorted[to] = new;
        }
    }

    /// Moves to `end`, which is not before the last one: the window there in ascending order, NaN at
    /// its ends.
    ///
    /// # Panics
    /// Panics if `end` leaves the stream or lies before the last one.
    pub fn sorted(&mut self, end: usize) -> &[f64] {
        assert!(end >= self.end, "a rolling window moves forward");
        while self.end < end {
            self.advance();
        }
        &self.sorted
    }

    /// Moves to `end`, which is not before the last one, and describes the window there. Every
    /// value is a function of its own window, bit for bit, whatever window came before.
    ///
    /// # Panics
    /// Panics if `end` leaves the stream or lies before the last one.
    pub fn at(&mut self, end: usize) -> Window {
        self.sorted(end);
        let window = &self.stream[end + 1 - self.window..=end];
        let n = self.window as f64;
        let mean = sum(window, |z| z) / n;
        let spread = (sum(window, |z| (z - mean) * (z - mean)) / n).sqrt();
        if !(mean.is_finite() && spread.recip().is_finite()) {
            let measures = [f64::NAN; 6];
            return Window { measures, mirrored: measures, mean: f64::NAN, spread: f64::NAN };
        }
        let sorted = &self.sorted;
        let centred = measures(self.window, mean, |rank| sorted[rank]);
        let last = self.window - 1;
        let mirrored = measures(self.window, -mean, |rank| -sorted[last - rank]);
        Window { measures: centred, mirrored, mean, spread }
    }
}

/// Measures of a window without its mean, whose values come in ascending order.
fn measures(window: usize, mean: f64, ascending: impl Fn(usize) -> f64) -> [f64; 6] {
    let mut measures = [0.0; 6];
    for (level, parts) in PARTS.into_iter().enumerate() {
        let mass = window as f64 / parts as f64;
        let below = window.div_ceil(parts) - 1;
        let quantile = ascending(below);
        let tail = (0..below).map(&ascending).sum::<f64>();
        let shortfall = (tail + (mass - below as f64) * quantile) / mass;
        measures[level] = mean - quantile;
        // Among equal values rounding may put the mean of the tail above its last.
        measures[level + 3] = (mean - shortfall).max(measures[level]);
    }
    measures
}

/// Sum of a function of values, in eight lanes and a tree: a fixed order that vectorises.
pub(super) fn sum(values: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; 8];
    for values in values.chunks(8) {
        for (lane, value) in lanes.iter_mut().zip(values) {
            *lane += of(*value);
        }
    }
    tree(lanes)
}

/// Sum of products, in the same order.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    for (left, right) in left.chunks(8).zip(right.chunks(8)) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    tree(lanes)
}

/// Sum of eight lanes.
fn tree([a, b, c, d, e, f, g, h]: [f64; 8]) -> f64 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
