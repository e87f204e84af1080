//! Families: groups of columns that are computed together, one file each.
//!
//! A family adds itself by its file and its word in [`families!`]: everything that lists families,
//! columns or parameters is collected from there.

mod group;
pub(crate) mod params;
mod spec;
mod states;
mod table;

use std::fmt;
use std::str::FromStr;

pub(crate) use self::group::Group;
pub use self::params::{Channel, Label, Metric, Param, Shared, Value};
pub use self::risk::Method as RiskMethod;
pub use self::spec::Column;
pub(crate) use self::spec::FamilySpec;
use self::spec::families;
pub use self::states::{axes, window};
pub use self::table::Table;
use crate::candles::reach;
use crate::{Error, Result};

families! { risk, liquidity, trend, geometry, lattice, thermodynamics, integration, complexity }

/// A group of columns that is asked for, and paid for, as a whole.
#[derive(Clone, Copy)]
pub struct Family(&'static FamilySpec);

impl Family {
    /// Every family, in the order of the columns.
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.iter().map(|spec| Self(spec))
    }

    pub(crate) const fn spec(self) -> &'static FamilySpec {
        self.0
    }

    /// Name in calls and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Its columns.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        self.0.columns
    }

    /// Bars that a value depends on.
    #[must_use]
    pub fn bars(self, params: &Params) -> usize {
        (self.0.bars)(params)
    }

    /// Reads a list of names; none means all. The order of the names does not matter.
    ///
    /// # Errors
    /// [`Error::Param`] if a name is unknown or the list is empty.
    pub fn parse_all(names: Option<&[String]>) -> Result<Vec<Self>> {
        let Some(names) = names else {
            return Ok(Self::all().collect());
        };
        let chosen = names.iter().map(|name| name.parse()).collect::<Result<Vec<Self>>>()?;
        if chosen.is_empty() {
            return Err(Error::Param(format!("no family was named, known are {}", known())));
        }
        Ok(Self::all().filter(|family| chosen.contains(family)).collect())
    }
}

fn known() -> String {
    Family::all().map(Family::name).collect::<Vec<_>>().join(", ")
}

impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Family {}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Family({})", self.name())
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Family {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::all().find(|family| family.name() == text);
        found.ok_or_else(|| Error::Param(format!("unknown family `{text}`, known are {}", known())))
    }
}

/// Candles before the first value of every family: freqtrade's `startup_candle_count`.
///
/// Windows count bars, and up to 5 % of the candles may be gaps, so this is a little more than
/// the longest window.
#[must_use]
pub fn startup(families: &[Family], params: &Params) -> usize {
    families.iter().map(|family| reach(family.bars(params))).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_begin_with_the_prefix() {
        let names: Vec<_> = Family::all().flat_map(Family::columns).map(|c| c.name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(names.iter().all(|name| name.starts_with("hp_")));
        let families: BTreeSet<_> = Family::all().map(Family::name).collect();
        assert_eq!(families.len(), REGISTRY.len());
    }
}
