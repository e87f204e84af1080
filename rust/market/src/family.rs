//! Families: groups of columns that are computed together.

use std::fmt;
use std::str::FromStr;

use crate::{
    Error, Params, Result, bars, complexity, integration, lattice, liquidity, risk, trend,
};

/// A group of columns that is asked for, and paid for, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Volatility, value at risk and expected shortfall.
    Risk,
    /// Spread and price impact.
    Liquidity,
    /// How far the price has gone for its volatility.
    Trend,
    /// Where the state of the market lies in hyperbolic space.
    Geometry,
    /// Direction by the vote of similar states.
    Lattice,
    /// Energy, entropy and dissipation of the open p-bits.
    Thermodynamics,
    /// How much of the future the channels know only together.
    Integration,
    /// Whether the last states form a lattice between order and disorder.
    Complexity,
}

impl Family {
    /// Every family, in the order of the columns.
    pub const ALL: [Self; 8] = [
        Self::Risk,
        Self::Liquidity,
        Self::Trend,
        Self::Geometry,
        Self::Lattice,
        Self::Thermodynamics,
        Self::Integration,
        Self::Complexity,
    ];

    /// Name in calls and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Liquidity => "liquidity",
            Self::Trend => "trend",
            Self::Geometry => "geometry",
            Self::Lattice => "lattice",
            Self::Thermodynamics => "thermodynamics",
            Self::Integration => "integration",
            Self::Complexity => "complexity",
        }
    }

    /// Bars that a value depends on.
    #[must_use]
    pub fn bars(self, params: &Params) -> usize {
        match self {
            Self::Risk => risk::bars(params),
            Self::Liquidity => liquidity::bars(params),
            Self::Trend => trend::bars(params),
            Self::Geometry => lattice::geometry_bars(params),
            Self::Lattice => lattice::lattice_bars(params),
            Self::Thermodynamics => lattice::thermodynamics_bars(params),
            Self::Integration => integration::bars(params),
            Self::Complexity => complexity::bars(params),
        }
    }

    /// Whether its columns are made of states in hyperbolic space.
    pub(crate) const fn has_states(self) -> bool {
        match self {
            Self::Geometry | Self::Lattice | Self::Thermodynamics | Self::Complexity => true,
            Self::Risk | Self::Liquidity | Self::Trend | Self::Integration => false,
        }
    }

    /// Reads a list of names; none means all. The order of the names does not matter.
    ///
    /// # Errors
    /// [`Error::Param`] if a name is unknown or the list is empty.
    pub fn parse_all(names: Option<&[String]>) -> Result<Vec<Self>> {
        let Some(names) = names else {
            return Ok(Self::ALL.to_vec());
        };
        let chosen = names.iter().map(|name| name.parse()).collect::<Result<Vec<Self>>>()?;
        if chosen.is_empty() {
            return Err(Error::Param(format!("no family was named, known are {}", known())));
        }
        Ok(Self::ALL.into_iter().filter(|family| chosen.contains(family)).collect())
    }
}

fn known() -> String {
    Family::ALL.map(Family::name).join(", ")
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Family {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|family| family.name() == text);
        found.ok_or_else(|| Error::Param(format!("unknown family `{text}`, known are {}", known())))
    }
}

/// Candles before the first value of every family: freqtrade's `startup_candle_count`.
///
/// Windows count bars, and up to 5 % of the candles may be holes, so this is a little more than
/// the longest window.
#[must_use]
pub fn startup(families: &[Family], params: &Params) -> usize {
    families.iter().map(|family| bars::reach(family.bars(params))).max().unwrap_or(0)
}
