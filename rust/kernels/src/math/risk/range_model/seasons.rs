//! Factors of the hour and of the weekend.

use std::ops::Range;

use super::Moves;

/// Days of observations that stand against an hour's mean.
const HOUR_DAYS: f64 = 20.0;
/// Days that stand against the weekend's.
const WEEKEND_DAYS: f64 = 2.0;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Units of 2^-64 in which logarithms are added: sums of integers are the same in any order.
const UNIT: f64 = 18_446_744_073_709_551_616.0;

/// Season of a bar and of those to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Season {
    /// The bar's true range without its season.
    pub range: f64,
    /// Logarithm of the next bar's factor.
    pub next: f64,
    /// Logarithm of the root of the sum of squares of the horizon's factors.
    pub ahead: f64,
}

/// Number and sum of logarithms of ranges.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    number: u32,
    sum: i128,
}

impl Group {
    fn add(&mut self, log: i128) {
        self.number += 1;
        self.sum += log;
    }

    fn remove(&mut self, log: i128) {
        self.number -= 1;
        self.sum -= log;
    }

    fn number(self) -> f64 {
        f64::from(self.number)
    }

    fn sum(self) -> f64 {
        self.sum as f64 / UNIT
    }
}

/// Logarithms of the ranges of a window, by hour and by weekend, those of flat bars left out.
#[derive(Debug)]
pub(super) struct Seasons {
    /// Seconds of a bar.
    step: i64,
    hours: [Group; 24],
    week: Group,
    weekend: Group,
}

impl Seasons {
    /// Describes the window of `window` bars that ends at each of a run of bars.
    pub(super) fn along<T>(
        step: i64,
        window: usize,
        moves: &Moves,
        seconds: &[i64],
        bars: Range<usize>,
        describe: impl Fn(&Factors<'_>, usize) -> T,
    ) -> Vec<T> {
        let (hours, week, weekend) = Default::default();
        let mut seasons = Self { step, hours, week, weekend };
        let change = |seasons: &mut Self, bar: usize, by| {
            seasons.change(moves.ranges[bar], seconds[bar], by);
        };
        for bar in bars.start + 1 - window..bars.start {
            change(&mut seasons, bar, Group::add);
        }
        bars.map(|bar| {
            change(&mut seasons, bar, Group::add);
            let described = describe(&Factors::new(&seasons), bar);
            change(&mut seasons, bar + 1 - window, Group::remove);
            described
        })
        .collect()
    }

    fn change(&mut self, range: f64, seconds: i64, by: fn(&mut Group, i128)) {
        if range > 0.0 {
            let log = (range.ln() * UNIT) as i128;
            by(&mut self.hours[hour(seconds)], log);
            by(if is_weekend(seconds) { &mut self.weekend } else { &mut self.week }, log);
        }
    }
}

/// Logarithms of factors by time.
pub(super) struct Factors<'s> {
    seasons: &'s Seasons,
    /// Mean logarithm of all ranges.
    mean: f64,
    /// Observations that stand against an hour's mean; none for bars of a day and more, which have
    /// no hour.
    against: Option<f64>,
    weekend: f64,
}

impl<'s> Factors<'s> {
    fn new(seasons: &'s Seasons) -> Self {
        let Seasons { step, week, weekend, .. } = *seasons;
        let number = week.number() + weekend.number();
        let mean = if number > 0.0 { (week.sum + weekend.sum) as f64 / UNIT / number } else { 0.0 };
        let per_day = (HOUR as f64 / step as f64).max(1.0);
        let against = (step < DAY).then_some(HOUR_DAYS * per_day);
        let weekend = if week.number > 0 && weekend.number > 0 {
            let days = weekend.number() * week.number() / number * (step as f64 / DAY as f64);
            let apart = weekend.sum() / weekend.number() - week.sum() / week.number();
            apart * days / (days + WEEKEND_DAYS)
        } else {
            0.0
        };
        Self { seasons, mean, against, weekend }
    }

    /// Season of the bar that opens at `seconds`, whose range is given, and of the `horizon` after it.
    pub(super) fn season(&self, range: f64, seconds: i64, horizon: usize) -> Season {
        let (mut squares, mut last, mut square) = (0.0, None, 0.0);
        for time in self.coming(seconds, horizon) {
            let place = (hour(time), is_weekend(time));
            if last != Some(place) {
                last = Some(place);
                square = (2.0 * self.at(time)).exp();
            }
            squares += square;
        }
        Season {
            range: range * (-self.at(seconds)).exp(),
            next: self.at(seconds + self.seasons.step),
            ahead: 0.5 * f64::ln(squares),
        }
    }

    /// Factors of the `horizon` bars after the one that opens at `seconds`, in units of the first.
    pub(super) fn path(&self, seconds: i64, horizon: usize) -> Vec<f64> {
        let next = self.at(seconds + self.seasons.step);
        self.coming(seconds, horizon).map(|time| (self.at(time) - next).exp()).collect()
    }

    /// Times at which the bars open that come after one.
    fn coming(&self, seconds: i64, horizon: usize) -> impl Iterator<Item = i64> {
        let step = self.seasons.step;
        (1..=horizon as i64).map(move |ahead| seconds + ahead * step)
    }

    fn at(&self, seconds: i64) -> f64 {
        let by_hour = self.against.map_or(0.0, |against| {
            let group = self.seasons.hours[hour(seconds)];
            (group.sum() - group.number() * self.mean) / (group.number() + against)
        });
        if is_weekend(seconds) { by_hour + self.weekend } else { by_hour }
    }
}

/// Hour of the day, UTC.
const fn hour(seconds: i64) -> usize {
    (seconds.rem_euclid(DAY) / HOUR) as usize
}

/// Whether it is Saturday or Sunday, UTC.
const fn is_weekend(seconds: i64) -> bool {
    // The first of January 1970 was a Thursday.
    (seconds.div_euclid(DAY) + 3).rem_euclid(7) >= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_weekends_of_known_dates() {
        // 2024-03-02 23:59:59, a Saturday; the second after; the Monday's first; before 1970, a
        // Wednesday's last second.
        assert_eq!((hour(1_709_423_999), is_weekend(1_709_423_999)), (23, true));
        assert_eq!((hour(1_709_424_000), is_weekend(1_709_424_000)), (0, true));
        assert_eq!((hour(1_709_510_400), is_weekend(1_709_510_400)), (0, false));
        assert_eq!((hour(-1), is_weekend(-1)), (23, false));
    }
}
