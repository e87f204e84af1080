//! Parameters that several families share: volatility, draws, and states of the market.

use super::Channel;
use super::{Word, parameters};

/// Distance between states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// Of hyperbolic space, curvature −1.
    #[default]
    Hyperbolic,
    /// Of the tangent space at the origin.
    Euclidean,
}

impl Word for Metric {
    const WORDS: &[(&str, Self)] =
        &[("hyperbolic", Self::Hyperbolic), ("euclidean", Self::Euclidean)];
}

/// What a state votes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Label {
    /// The sign of the return over the horizon.
    #[default]
    Sign,
    /// The hyperbolic tangent of the return in units of its standard deviation.
    Tanh,
}

impl Word for Label {
    const WORDS: &[(&str, Self)] = &[("sign", Self::Sign), ("tanh", Self::Tanh)];
}

/// Temperature below which the weight of every state of a lattice may vanish in single precision.
pub(crate) const LOWEST_TEMPERATURE: f64 = 0.2;

parameters! {
    /// Parameters of more than one family.
    shared as Shared {
        half_life: f64 = 12.0, in 1.0..=120.0,
            "half-life of the EWMA volatility, in bars; memory ends after 20 of them";
        seed: u64 = 0, in 0..=i64::MAX as u64,
            "seed of the draws and permutations, which all candles and pairs share";
        lattice_horizon: u64 = 6, in 1..=96,
            "bars ahead that a label looks; the newest so many bars have no outcome";
        channels: [Channel; 3] =
            [Channel::Momentum(3), Channel::Momentum(12), Channel::Momentum(24)], in (),
            "what the three coordinates of a state are";
        past_window: u64 = 1920, in 64..=100_000,
            "past states with a known outcome that vote, in bars";
        length_scale: f64 = 1.0, in 0.25..=16.0,
            "length scale of the kernel exp(-d/length_scale), in units of hyperbolic distance";
        temperature: f64 = 1.25, in LOWEST_TEMPERATURE..=100.0,
            "temperature of the open p-bits, in units of the largest eigenvalue of their kernel matrix";
        metric: Metric = Metric::Hyperbolic, in (),
            "distance between states; euclidean is there to be compared with";
        label: Label = Label::Sign, in (),
            "what a state votes with: the sign of its outcome, or its size bent into (-1, 1)";
    }
}
