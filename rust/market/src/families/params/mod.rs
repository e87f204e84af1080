//! Parameters: names, defaults, ranges.
//!
//! [`parameters!`] declares a group of them: those of one family in its file, those that several
//! families share in [`shared`].

mod channel;
mod kind;
mod shared;

use std::fmt;

pub use self::channel::Channel;
pub(crate) use self::kind::{Kind, Word};
pub(crate) use self::shared::LOWEST_TEMPERATURE;
pub use self::shared::{Label, Metric, Shared};
use super::{Family, Params};
use crate::{Error, Result};

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

/// A documented parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Keyword.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    pub(crate) article: &'static str,
    pub(crate) accepted: fn() -> String,
    pub(crate) get: fn(&Params) -> Value,
    pub(crate) set: fn(&mut Params, &Value) -> Option<()>,
}

/// Declares the parameters of one group, a field of [`Params`]: name, type, default, range and what
/// it does, each said once.
macro_rules! parameters {
    ($(#[doc = $about:literal])* $group:ident as $fields:ident {
        $($name:ident: $kind:ty = $default:expr, in $range:expr, $doc:literal;)*
    }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $fields {
            $(#[doc = $doc] pub $name: $kind,)*
        }

        impl Default for $fields {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        /// The parameters of the group.
        pub(crate) static PARAMETERS: &[$crate::families::params::Param] = &[$($crate::families::params::Param {
            name: stringify!($name),
            doc: $doc,
            article: <$kind as $crate::families::params::Kind>::ARTICLE,
            accepted: || <$kind as $crate::families::params::Kind>::accepted(&$range),
            get: |params| $crate::families::params::Kind::show(&params.$group.$name),
            set: |params, value| {
                params.$group.$name = $crate::families::params::Kind::read(value, &$range)?;
                Some(())
            },
        },)*];
    };
}

pub(crate) use parameters;

impl Param {
    /// Every parameter: those that families share, then those of each.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        shared::PARAMETERS.iter().chain(Family::all().flat_map(|family| family.spec().parameters))
    }

    /// Families whose columns it changes.
    pub fn families(&self) -> impl Iterator<Item = Family> {
        let name = self.name;
        Family::all().filter(move |family| {
            let spec = family.spec();
            spec.shared.contains(&name) || spec.parameters.iter().any(|own| own.name == name)
        })
    }

    /// Value if it is not given.
    #[must_use]
    pub fn default(&self) -> Value {
        (self.get)(&Params::default())
    }

    /// Accepted values.
    #[must_use]
    pub fn range(&self) -> String {
        (self.accepted)()
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
            let param = Param::all().find(|param| param.name == name).ok_or_else(|| {
                let known: Vec<_> = Param::all().map(|param| param.name).collect();
                let known = known.join(", ");
                Error::Param(format!("unknown parameter `{name}`, known are {known}"))
            })?;
            (param.set)(&mut params, value).ok_or_else(|| {
                let (article, range) = (param.article, param.range());
                Error::Param(format!("parameter `{name}` is {value}, expected {article}{range}"))
            })?;
        }
        Ok(params)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_every_one_changes_a_family() {
        let names: BTreeSet<_> = Param::all().map(|param| param.name).collect();
        assert_eq!(names.len(), Param::all().count());
        for param in Param::all() {
            assert!(param.families().next().is_some(), "{}", param.name);
        }
        for family in Family::all() {
            let known = |name: &&str| shared::PARAMETERS.iter().any(|param| param.name == *name);
            assert!(family.spec().shared.iter().all(known), "{family}");
        }
    }

    #[test]
    fn defaults_are_in_range_and_round_trip() {
        for param in Param::all() {
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
        let mut expected = Params::default();
        expected.shared.half_life = 20.0;
        expected.risk.paths = 500;
        expected.shared.metric = Metric::Euclidean;
        expected.shared.channels =
            [Channel::Volume(48), Channel::Momentum(1), Channel::Momentum(96)];
        assert_eq!(parsed, expected);
    }

    #[test]
    fn wrong_values_are_named_with_their_range() {
        let cases = [
            ("half_life", Value::Float(f64::NAN), "a number from 1 to 120"),
            ("half_life", Value::Text("12".into()), "a number from 1 to 120"),
            ("residuals", Value::Int(99), "a whole number from 100 to 10000"),
            ("residuals", Value::Float(500.5), "a whole number from 100 to 10000"),
            ("seed", Value::Int(-1), "a whole number from 0"),
            ("temperature", Value::Float(0.19), "a number from 0.2 to 100"),
            ("seed", Value::Float(1e300), "a whole number from 0"),
            ("metric", Value::Text("manhattan".into()), "expected hyperbolic or euclidean"),
            ("metric", Value::Int(1), "expected hyperbolic or euclidean"),
            ("label", Value::Text("rank".into()), "expected sign or tanh"),
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
