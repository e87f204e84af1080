//! Types that a parameter may have: how a value is read, written and described.

use std::ops::RangeInclusive;

use super::Value;

/// A type of parameters.
pub(crate) trait Kind: Clone + Sized {
    /// What narrows the type down.
    type Range: ?Sized;

    /// What stands before the description of the range in an error.
    const ARTICLE: &str = "";

    /// The value, if it has the type and lies in the range.
    fn read(value: &Value, range: &Self::Range) -> Option<Self>;

    /// The value as it was given, or could have been.
    fn show(&self) -> Value;

    /// Accepted values, in words.
    fn accepted(range: &Self::Range) -> String;
}

impl Kind for u64 {
    type Range = RangeInclusive<Self>;

    const ARTICLE: &str = "a ";

    fn read(value: &Value, range: &Self::Range) -> Option<Self> {
        let number = match value {
            Value::Int(number) => Self::try_from(*number).ok(),
            // From JSON and hyperopt a whole number may come as a float.
            Value::Float(number) if number.fract() == 0.0 && *number >= 0.0 => {
                (*number <= 2f64.powi(53)).then_some(*number as Self)
            }
            Value::Float(_) | Value::Text(_) => None,
        };
        number.filter(|number| range.contains(number))
    }

    fn show(&self) -> Value {
        Value::Int(*self as i64)
    }

    fn accepted(range: &Self::Range) -> String {
        format!("whole number from {} to {}", range.start(), range.end())
    }
}

impl Kind for f64 {
    type Range = RangeInclusive<Self>;

    const ARTICLE: &str = "a ";

    fn read(value: &Value, range: &Self::Range) -> Option<Self> {
        let number = match value {
            Value::Int(number) => *number as Self,
            Value::Float(number) => *number,
            Value::Text(_) => return None,
        };
        range.contains(&number).then_some(number)
    }

    fn show(&self) -> Value {
        Value::Float(*self)
    }

    fn accepted(range: &Self::Range) -> String {
        format!("number from {} to {}", range.start(), range.end())
    }
}

/// One of several words.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// The words and what they stand for.
    const WORDS: &[(&str, Self)];
}

impl<W: Word> Kind for W {
    type Range = ();

    fn read(value: &Value, (): &()) -> Option<Self> {
        let Value::Text(text) = value else { return None };
        Self::WORDS.iter().find(|(word, _)| word == text).map(|(_, found)| *found)
    }

    fn show(&self) -> Value {
        let word = Self::WORDS.iter().find(|(_, known)| known == self);
        Value::Text(word.map_or("", |(word, _)| word).to_owned())
    }

    fn accepted((): &()) -> String {
        Self::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" or ")
    }
}
