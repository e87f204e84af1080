//! Length of a candle.

use std::fmt;
use std::str::FromStr;

use polars::prelude::TimeUnit;

use crate::{Error, Result};

/// Length of a candle as freqtrade writes it: `30s`, `5m`, `1h`, `1d`, `1w`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeframe {
    seconds: u32,
}

impl Timeframe {
    /// Length in seconds.
    pub(crate) const fn seconds(self) -> i64 {
        self.seconds as i64
    }

    /// Length in ticks of a time unit.
    pub(crate) const fn ticks(self, unit: TimeUnit) -> i64 {
        self.seconds() * per_second(unit)
    }
}

/// Ticks of a time unit in a second.
pub(crate) const fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    }
}

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(604_800, "w"), (86_400, "d"), (3_600, "h"), (60, "m")];
        let (length, unit) = units
            .into_iter()
            .find(|(length, _)| self.seconds.is_multiple_of(*length))
            .unwrap_or((1, "s"));
        write!(f, "{}{unit}", self.seconds / length)
    }
}

impl FromStr for Timeframe {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::Param(format!(
                "timeframe is `{text}`, expected a number and one of s, m, h, d, w, such as `5m` \
                 (months and years have no fixed length)"
            ))
        };
        let unit = text.chars().next_back().ok_or_else(wrong)?;
        let seconds: u32 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(wrong()),
        };
        let digits = &text[..text.len() - unit.len_utf8()];
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let count: u32 = digits.parse().map_err(|_| wrong())?;
        let seconds = count.checked_mul(seconds).filter(|s| *s > 0).ok_or_else(wrong)?;
        Ok(Self { seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_timeframes() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h", 3600), ("3d", 259_200)] {
            assert_eq!(text.parse::<Timeframe>().unwrap(), Timeframe { seconds });
        }
    }

    #[test]
    fn a_length_is_written_as_it_is_read() {
        for text in ["30s", "5m", "90m", "1h", "3d", "1w"] {
            assert_eq!(text.parse::<Timeframe>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_named() {
        for text in ["", "5", "m", "0m", "+5m", "-5m", "5.0m", "1M", "1y", "5µ", "99999999w"] {
            let error = text.parse::<Timeframe>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }
}
