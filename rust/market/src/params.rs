//! Parameters: names, defaults, ranges.

use std::fmt;

use hyperphysics_kernels::gpu::marginal;

use crate::Family::{
    self, Complexity, Geometry, Integration, Lattice, Liquidity, Risk, Thermodynamics, Trend,
};
use crate::channels::Channel;
use crate::{Error, Result};

/// Distance between states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// Of hyperbolic space, curvature −1.
    #[default]
    Hyperbolic,
    /// Of the tangent space at the origin.
    Euclidean,
}

const METRICS: [(&str, Metric); 2] =
    [("hyperbolic", Metric::Hyperbolic), ("euclidean", Metric::Euclidean)];

/// What a state votes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Label {
    /// The sign of the return over the horizon.
    #[default]
    Sign,
    /// The hyperbolic tangent of the return in units of its standard deviation.
    Tanh,
}

const LABELS: [(&str, Label); 2] = [("sign", Label::Sign), ("tanh", Label::Tanh)];

/// Temperature below which the weight of every state of a lattice may vanish in single precision.
pub(crate) const LOWEST_TEMPERATURE: f64 = 0.2;

/// Parameters of an analysis. [`PARAMS`] documents them.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // said once, in PARAMS
pub struct Params {
    pub half_life: f64,
    pub residuals: u64,
    pub risk_horizon: u64,
    pub paths: u64,
    pub seed: u64,
    pub spread_bars: u64,
    pub trend_window: u64,
    pub lattice_horizon: u64,
    pub open_bits: u64,
    pub channels: [Channel; 3],
    pub library: u64,
    pub lam: f64,
    pub temperature: f64,
    pub metric: Metric,
    pub label: Label,
    pub phi_window: u64,
    pub phi_permutations: u64,
    pub ci_temperature: f64,
    pub ci_sweeps: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            half_life: 12.0,
            residuals: 1000,
            risk_horizon: 12,
            paths: 10_000,
            seed: 0,
            spread_bars: 48,
            trend_window: 672,
            lattice_horizon: 6,
            open_bits: 1,
            channels: [Channel::Momentum(3), Channel::Momentum(12), Channel::Momentum(24)],
            library: 1920,
            lam: 1.0,
            temperature: 1.25,
            metric: Metric::Hyperbolic,
            label: Label::Sign,
            phi_window: 256,
            phi_permutations: 8,
            ci_temperature: 0.9,
            ci_sweeps: 512,
        }
    }
}

/// Value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Whole number.
    Int(i64),
    /// Number.
    Float(f64),
    /// One of several words.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(value) => write!(f, "`{value}`"),
        }
    }
}

/// Type, range and place of a parameter.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Int { low: u64, high: u64, place: fn(&mut Params) -> &mut u64 },
    Float { low: f64, high: f64, place: fn(&mut Params) -> &mut f64 },
    Metric,
    Label,
    Channels,
}

/// A documented parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Keyword.
    pub name: &'static str,
    /// Families whose columns it changes.
    pub families: &'static [Family],
    /// What it does.
    pub doc: &'static str,
    kind: Kind,
}

/// Every parameter.
pub const PARAMS: [Param; 19] = [
    Param {
        name: "half_life",
        families: &[Risk, Geometry, Lattice, Thermodynamics, Integration, Complexity],
        doc: "half-life of the EWMA volatility, in bars; memory ends after 20 of them",
        kind: Kind::Float { low: 1.0, high: 120.0, place: |p| &mut p.half_life },
    },
    Param {
        name: "residuals",
        families: &[Risk],
        doc: "residuals that filtered historical simulation draws from, in bars",
        kind: Kind::Int { low: 100, high: 10_000, place: |p| &mut p.residuals },
    },
    Param {
        name: "risk_horizon",
        families: &[Risk],
        doc: "horizon of the columns that end in _h, in bars",
        kind: Kind::Int { low: 1, high: 96, place: |p| &mut p.risk_horizon },
    },
    Param {
        name: "paths",
        families: &[Risk],
        doc: "simulated paths of the horizon columns",
        kind: Kind::Int { low: 100, high: 100_000, place: |p| &mut p.paths },
    },
    Param {
        name: "seed",
        families: &[Risk, Integration, Complexity],
        doc: "seed of the draws and permutations, which all candles and pairs share",
        kind: Kind::Int { low: 0, high: i64::MAX as u64, place: |p| &mut p.seed },
    },
    Param {
        name: "spread_bars",
        families: &[Liquidity],
        doc: "window of the spread and the price impact, in bars",
        kind: Kind::Int { low: 3, high: 1_000, place: |p| &mut p.spread_bars },
    },
    Param {
        name: "trend_window",
        families: &[Trend],
        doc: "returns that the trend is made of, in bars",
        kind: Kind::Int { low: 2, high: 10_000, place: |p| &mut p.trend_window },
    },
    Param {
        name: "lattice_horizon",
        families: &[Geometry, Lattice, Thermodynamics, Complexity],
        doc: "bars ahead that a label looks; the newest so many bars have no outcome",
        kind: Kind::Int { low: 1, high: 96, place: |p| &mut p.lattice_horizon },
    },
    Param {
        name: "open_bits",
        families: &[Lattice],
        doc: "how many of them are p-bits that act on each other, the newest; 1 for a vote alone",
        kind: Kind::Int { low: 1, high: marginal::OPEN as u64, place: |p| &mut p.open_bits },
    },
    Param {
        name: "channels",
        families: &[Geometry, Lattice, Thermodynamics, Complexity],
        doc: "what the three coordinates of a state are",
        kind: Kind::Channels,
    },
    Param {
        name: "library",
        families: &[Geometry, Lattice, Thermodynamics],
        doc: "past states with a known outcome that vote, in bars",
        kind: Kind::Int { low: 64, high: 100_000, place: |p| &mut p.library },
    },
    Param {
        name: "lam",
        families: &[Lattice, Thermodynamics, Complexity],
        doc: "length scale of the kernel exp(-d/lam), in units of hyperbolic distance",
        kind: Kind::Float { low: 0.25, high: 16.0, place: |p| &mut p.lam },
    },
    Param {
        name: "temperature",
        families: &[Lattice, Thermodynamics],
        doc: "temperature of the open p-bits, in units of the largest eigenvalue of their kernel matrix",
        kind: Kind::Float { low: LOWEST_TEMPERATURE, high: 100.0, place: |p| &mut p.temperature },
    },
    Param {
        name: "metric",
        families: &[Geometry, Lattice, Thermodynamics, Complexity],
        doc: "distance between states; euclidean is there to be compared with",
        kind: Kind::Metric,
    },
    Param {
        name: "label",
        families: &[Lattice, Thermodynamics, Complexity],
        doc: "what a state votes with: the sign of its outcome, or its size bent into (-1, 1)",
        kind: Kind::Label,
    },
    Param {
        name: "phi_window",
        families: &[Integration],
        doc: "window of integrated information, in bars",
        kind: Kind::Int { low: 32, high: 4096, place: |p| &mut p.phi_window },
    },
    Param {
        name: "phi_permutations",
        families: &[Integration],
        doc: "permuted pairings whose mean is what chance makes of integrated information",
        kind: Kind::Int { low: 1, high: 64, place: |p| &mut p.phi_permutations },
    },
    Param {
        name: "ci_temperature",
        families: &[Complexity],
        doc: "temperature of the lattice of the last 48 bars, in units of the largest eigenvalue of its kernel matrix",
        kind: Kind::Float {
            low: LOWEST_TEMPERATURE,
            high: 100.0,
            place: |p| &mut p.ci_temperature,
        },
    },
    Param {
        name: "ci_sweeps",
        families: &[Complexity],
        doc: "recorded sweeps of that lattice",
        kind: Kind::Int { low: 50, high: 16_384, place: |p| &mut p.ci_sweeps },
    },
];

impl Param {
    /// Value if it is not given.
    #[must_use]
    pub fn default(&self) -> Value {
        let mut params = Params::default();
        match self.kind {
            Kind::Int { place, .. } => Value::Int(*place(&mut params) as i64),
            Kind::Float { place, .. } => Value::Float(*place(&mut params)),
            Kind::Metric => Value::Text(METRICS[0].0.to_owned()),
            Kind::Label => Value::Text(LABELS[0].0.to_owned()),
            Kind::Channels => Value::Text(params.channels.map(|c| c.to_string()).join(",")),
        }
    }

    /// Accepted values.
    #[must_use]
    pub fn range(&self) -> String {
        match self.kind {
            Kind::Int { low, high, .. } => format!("whole number from {low} to {high}"),
            Kind::Float { low, high, .. } => format!("number from {low} to {high}"),
            Kind::Metric => METRICS.map(|(name, _)| name).join(" or "),
            Kind::Label => LABELS.map(|(name, _)| name).join(" or "),
            Kind::Channels => Channel::RANGE.to_owned(),
        }
    }

    fn set(&self, params: &mut Params, value: &Value) -> Result<()> {
        let wrong = || {
            let article = match self.kind {
                Kind::Metric | Kind::Label | Kind::Channels => "",
                Kind::Int { .. } | Kind::Float { .. } => "a ",
            };
            let (name, range) = (self.name, self.range());
            Error::Param(format!("parameter `{name}` is {value}, expected {article}{range}"))
        };
        match (self.kind, value) {
            (Kind::Int { low, high, place }, value) => {
                let number = match value {
                    Value::Int(number) => u64::try_from(*number).ok(),
                    // From JSON and hyperopt a whole number may come as a float.
                    Value::Float(number) if number.fract() == 0.0 && *number >= 0.0 => {
                        (*number <= 2f64.powi(53)).then_some(*number as u64)
                    }
                    _ => None,
                };
                let number = number.filter(|n| (low..=high).contains(n));
                *place(params) = number.ok_or_else(wrong)?;
            }
            (Kind::Float { low, high, place }, value) => {
                let number = match value {
                    Value::Int(number) => *number as f64,
                    Value::Float(number) => *number,
                    Value::Text(_) => return Err(wrong()),
                };
                if !(low..=high).contains(&number) {
                    return Err(wrong());
                }
                *place(params) = number;
            }
            (Kind::Metric, Value::Text(text)) => {
                let found = METRICS.iter().find(|(name, _)| name == text);
                params.metric = found.ok_or_else(wrong)?.1;
            }
            (Kind::Label, Value::Text(text)) => {
                let found = LABELS.iter().find(|(name, _)| name == text);
                params.label = found.ok_or_else(wrong)?.1;
            }
            (Kind::Channels, Value::Text(text)) => {
                let found: Option<Vec<Channel>> =
                    text.split(',').map(|name| name.parse().ok()).collect();
                let found = found.and_then(|found| found.try_into().ok());
                params.channels = found.ok_or_else(wrong)?;
            }
            (Kind::Metric | Kind::Label | Kind::Channels, _) => return Err(wrong()),
        }
        Ok(())
    }
}

impl Params {
    /// Defaults with the given values in their place.
    ///
    /// # Errors
    /// [`Error::Param`] if a name is unknown or a value out of range.
    pub fn parse<'v>(values: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Result<Self> {
        let mut params = Self::default();
        for (name, value) in values {
            let param = PARAMS.iter().find(|param| param.name == name).ok_or_else(|| {
                let known = PARAMS.map(|param| param.name).join(", ");
                Error::Param(format!("unknown parameter `{name}`, known are {known}"))
            })?;
            param.set(&mut params, value)?;
        }
        Ok(params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_in_range_and_round_trip() {
        for param in PARAMS {
            let value = param.default();
            let parsed = Params::parse([(param.name, &value)]).unwrap();
            assert_eq!(parsed, Params::default(), "{}", param.name);
        }
    }

    #[test]
    fn values_are_taken() {
        let values = [
            ("half_life", Value::Int(20)),
            ("paths", Value::Float(500.0)),
            ("metric", Value::Text("euclidean".into())),
            ("channels", Value::Text("volume_48, momentum_1, momentum_96".into())),
        ];
        let parsed = Params::parse(values.iter().map(|(n, v)| (*n, v))).unwrap();
        let expected = Params {
            half_life: 20.0,
            paths: 500,
            metric: Metric::Euclidean,
            channels: [Channel::Volume(48), Channel::Momentum(1), Channel::Momentum(96)],
            ..Params::default()
        };
        assert_eq!(parsed, expected);
    }

    #[test]
    fn wrong_values_are_named_with_their_range() {
        let cases = [
            ("half_life", Value::Float(f64::NAN), "number from 1 to 120"),
            ("half_life", Value::Text("12".into()), "number from 1 to 120"),
            ("residuals", Value::Int(99), "whole number from 100 to 10000"),
            ("residuals", Value::Float(500.5), "whole number from 100 to 10000"),
            ("seed", Value::Int(-1), "whole number from 0"),
            ("temperature", Value::Float(0.19), "number from 0.2 to 100"),
            ("seed", Value::Float(1e300), "whole number from 0"),
            ("metric", Value::Text("manhattan".into()), "hyperbolic or euclidean"),
            ("metric", Value::Int(1), "hyperbolic or euclidean"),
            ("label", Value::Text("rank".into()), "sign or tanh"),
            ("channels", Value::Text("momentum_6,momentum_24".into()), "three of momentum_N"),
            ("channels", Value::Text("momentum_0,volume_9,volume_2".into()), "three of momentum_N"),
            ("channels", Value::Text("price_1,volume_9,volume_2".into()), "three of momentum_N"),
        ];
        for (name, value, range) in cases {
            let error = Params::parse([(name, &value)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(range), "{error}");
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = Params::parse([("halflife", &Value::Int(1))]).unwrap_err().to_string();
        assert!(error.contains("`halflife`") && error.contains("half_life"), "{error}");
    }
}
