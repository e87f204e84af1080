//! Which update follows which.

use std::str::FromStr;

use crate::{Error, Result};

/// Rules of an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Every update follows; numbers are not looked at.
    #[default]
    None,
    /// Binance spot: `U` is one more than the `u` before.
    Binance,
    /// Binance futures: `pu` is the `u` before, or at most that of a snapshot.
    BinanceFutures,
    /// OKX: `prevSeqId` is the `seqId` before, or at most that of a snapshot, where both are there.
    Okx,
}

impl Rules {
    /// Every set of rules.
    pub const ALL: [Self; 4] = [Self::None, Self::Binance, Self::BinanceFutures, Self::Okx];

    /// Name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Binance => "binance",
            Self::BinanceFutures => "binance_futures",
            Self::Okx => "okx",
        }
    }
}

impl FromStr for Rules {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|rules| rules.name() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::Argument(format!("rules are `{name}`, expected one of {known}"))
        })
    }
}

/// Numbers of an update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// First change in it: Binance's `U`.
    pub first: Option<i64>,
    /// Last change in it: Binance's `u`, OKX's `seqId`.
    pub last: Option<i64>,
    /// Last change before it: Binance's `pu`, OKX's `prevSeqId`.
    pub previous: Option<i64>,
}

/// Where a stream of updates stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Last change that the book knows.
    pub(super) last: Option<i64>,
    /// Whether the book is a snapshot that no update has touched.
    pub(super) fresh: bool,
    /// Whether there was a snapshot.
    pub(super) started: bool,
}

fn named(id: Option<i64>, name: &str) -> Result<i64> {
    id.ok_or_else(|| Error::Sequence(format!("the update has no `{name}`")))
}

fn gap(name: &str, found: i64, expected: &str, last: i64) -> Error {
    Error::Sequence(format!(
        "`{name}` is {found}, expected {expected} {last}: updates are missing, ask for a snapshot"
    ))
}

/// Whether an update is news, or only repeats what the book knows.
///
/// # Errors
/// [`Error::Sequence`] if updates are missing before it, or its numbers are.
pub(super) fn news(rules: Rules, place: Place, ids: Ids) -> Result<bool> {
    if rules == Rules::None {
        return Ok(true);
    }
    if !place.started {
        return Err(Error::Sequence("no snapshot yet, which updates could follow".into()));
    }
    match rules {
        Rules::None => Ok(true),
        Rules::Okx => match (place.last, ids.previous) {
            // Also a keep-alive, whose numbers are equal, and numbers that start anew from a smaller.
            (Some(last), Some(previous)) if previous != last => {
                if !place.fresh {
                    return Err(gap("prevSeqId", previous, "the last number,", last));
                }
                // -1 is of a snapshot, which is no update.
                match ids.last {
                    Some(newest) if (0..last).contains(&previous) && newest > last => Ok(true),
                    Some(newest) if (0..=newest).contains(&previous) && newest <= last => Ok(false),
                    _ => Err(gap("prevSeqId", previous, "at most the snapshot's number,", last)),
                }
            }
            _ => Ok(true),
        },
        Rules::Binance | Rules::BinanceFutures => {
            let last = place.last.ok_or_else(|| {
                Error::Sequence("the snapshot has no number, which updates could follow".into())
            })?;
            let (first, newest) = (named(ids.first, "U")?, named(ids.last, "u")?);
            if newest <= last {
                return Ok(false);
            }
            let next = last.saturating_add(1);
            match (rules, place.fresh) {
                (Rules::Binance, true) if first > next => {
                    Err(gap("U", first, "at most one more than the snapshot's", last))
                }
                (Rules::Binance, false) if first != next => {
                    Err(gap("U", first, "one more than the last number,", last))
                }
                (Rules::Binance, _) => Ok(true),
                // All symbols share the numbers of futures: what came between is of others.
                (_, fresh) => match named(ids.previous, "pu")? {
                    previous if fresh && previous > last => {
                        Err(gap("pu", previous, "at most the snapshot's number,", last))
                    }
                    previous if !fresh && previous != last => {
                        Err(gap("pu", previous, "the last number,", last))
                    }
                    _ => Ok(true),
                },
            }
        }
    }
}
