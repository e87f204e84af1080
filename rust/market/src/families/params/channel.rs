//! Names of the coordinates that a state may have.

use std::fmt;
use std::str::FromStr;

use super::{Kind, Value};

/// One coordinate of a state, about 1 in size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Log return over so many bars, in units of its standard deviation σ√bars.
    Momentum(usize),
    /// Logarithm of the volume, standardised over so many bars that end with its own.
    Volume(usize),
}

/// Most bars that a channel looks back on.
const LONGEST: usize = 240;

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Momentum(bars) => write!(f, "momentum_{bars}"),
            Self::Volume(bars) => write!(f, "volume_{bars}"),
        }
    }
}

impl FromStr for Channel {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, bars) = text.trim().split_once('_').ok_or(())?;
        let bars = bars.parse().map_err(|_| ())?;
        match name {
            "momentum" if (1..=LONGEST).contains(&bars) => Ok(Self::Momentum(bars)),
            "volume" if (2..=LONGEST).contains(&bars) => Ok(Self::Volume(bars)),
            _ => Err(()),
        }
    }
}

impl Kind for [Channel; 3] {
    type Range = ();

    fn read(value: &Value, (): &()) -> Option<Self> {
        let Value::Text(text) = value else { return None };
        let found: Option<Vec<Channel>> = text.split(',').map(|name| name.parse().ok()).collect();
        found?.try_into().ok()
    }

    fn show(&self) -> Value {
        Value::Text(self.map(|channel| channel.to_string()).join(","))
    }

    fn accepted((): &()) -> String {
        "three of momentum_N (N from 1 to 240) and volume_N (N from 2 to 240), joined by commas"
            .to_owned()
    }
}
