//! Variance filters.

/// Half-lives after which a finite memory ends: the weights left out are below 1e-6.
const HALF_LIVES: f64 = 20.0;

/// Returns before the memory whose mean square stands for all that went before.
const BASE: usize = 50;

/// Variances of an exponentially weighted moving average (RiskMetrics 1996): the first is
/// `initial`, each next one `decay · variance + (1 - decay) · return²`; one more than returns.
#[must_use]
pub fn ewma(returns: &[f64], decay: f64, initial: f64) -> Vec<f64> {
    let next = |variance: &mut f64, r: &f64| {
        *variance = decay * *variance + (1.0 - decay) * r * r;
        Some(*variance)
    };
    std::iter::once(initial).chain(returns.iter().scan(initial, next)).collect()
}

/// EWMA of squared returns with a finite memory, so that a forecast is a function of a fixed
/// window and not of where a series begins.
#[derive(Clone, Debug, PartialEq)]
pub struct FiniteMemory {
    decay: f64,
    /// Weights of the squared returns of the window, oldest first.
    weights: Vec<f64>,
}

impl FiniteMemory {
    /// A memory whose weights halve every `half_life` bars and end after 20 half-lives; before
    /// them, the mean square of 50 more returns takes the weight that is left.
    #[must_use]
    pub fn new(half_life: f64) -> Self {
        let decay = (-1.0 / half_life).exp2();
        let memory = Self::returns(half_life) - BASE;
        let base = decay.powi(memory as i32) / BASE as f64;
        let recent = (0..memory).rev().map(|age| (1.0 - decay) * decay.powi(age as i32));
        Self { decay, weights: std::iter::repeat_n(base, BASE).chain(recent).collect() }
    }

    /// Returns that a forecast depends on.
    #[must_use]
    pub fn returns(half_life: f64) -> usize {
        (HALF_LIVES * half_life).ceil() as usize + BASE
    }

    /// Decay λ per bar.
    #[must_use]
    pub const fn decay(&self) -> f64 {
        self.decay
    }

    /// Length of the window of [`forecast`](Self::forecast).
    #[must_use]
    pub const fn window(&self) -> usize {
        self.weights.len()
    }

    /// Volatility forecast for the bar after a full window of squared returns, oldest first.
    #[must_use]
    pub fn forecast(&self, squares: &[f64]) -> f64 {
        super::rolling::dot(&self.weights, squares).sqrt()
    }
}

/// A GARCH(1,1) variance: `omega + alpha · return² + beta · variance` (Bollerslev 1986).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Garch {
    /// Constant.
    pub omega: f64,
    /// Weight of the last squared return.
    pub alpha: f64,
    /// Weight of the last variance.
    pub beta: f64,
}

impl Garch {
    /// Variances of a series: the first is `initial`; one more than returns.
    #[must_use]
    pub fn filter(&self, returns: &[f64], initial: f64) -> Vec<f64> {
        let next = |variance: &mut f64, r: &f64| {
            *variance = self.omega + self.alpha * r * r + self.beta * *variance;
            Some(*variance)
        };
        std::iter::once(initial).chain(returns.iter().scan(initial, next)).collect()
    }

    /// Expected variances 1 to `horizon` bars ahead, the first being `next`.
    #[must_use]
    pub fn forecast(&self, next: f64, horizon: usize) -> Vec<f64> {
        let step = |variance: &f64| Some(self.omega + (self.alpha + self.beta) * variance);
        std::iter::successors(Some(next), step).take(horizon).collect()
    }
}
