//! What a book tells a trader.

use hyperphysics_kernels::math::order_book::{
    Argument, Fill, Levels, Measures, Moves, Point, Setting, measure, walk,
};

use super::LiveBook;
use crate::{Error, Result};

/// What to ask a book.
#[derive(Clone, Debug)]
pub struct Analysis<'a> {
    /// Width δ of the price axis and length λ of the decay.
    pub setting: Setting,
    /// Model of the next move.
    pub moves: &'a Moves,
    /// Size of an order, for models that count them; the mean size of a level if none.
    pub unit: Option<f64>,
    /// Sizes of orders to fill, in each direction.
    pub amounts: &'a [f64],
}

/// A book, measured.
#[derive(Clone, Debug)]
pub struct State {
    /// Measures.
    pub measures: Measures,
    /// Probability that the mid moves up next.
    pub up: f64,
    /// Fills of orders to buy.
    pub buys: Vec<Fill>,
    /// Fills of orders to sell.
    pub sells: Vec<Fill>,
    levels: [Vec<[f64; 2]>; 2],
}

impl State {
    /// Prices and sizes from the best, and the points of H³ where they lie: bids, then asks.
    pub fn levels(&self) -> [impl Iterator<Item = ([f64; 2], Point)>; 2] {
        let space = self.measures.space;
        let place = move |&[price, size]: &[f64; 2]| ([price, size], space.point(price, size));
        [0, 1].map(|side| self.levels[side].iter().map(place))
    }

    /// Spread in basis points of the mid.
    #[must_use]
    pub fn spread_bps(&self) -> f64 {
        1e4 * self.measures.spread / self.measures.space.mid
    }
}

/// Ranges of δ and λ: what leaves squares and powers within double precision.
pub(super) fn check(setting: Setting) -> Result<()> {
    let within = |name, value: f64, low: f64, high: f64, expected| {
        let inside = (low..=high).contains(&value);
        if inside { Ok(()) } else { Err(Argument { name, value, expected }) }
    };
    let Setting { delta, lambda } = setting;
    within("delta", delta.unwrap_or(1.0), 1e-9, 1e3, "a number from 1e-9 to 1000")?;
    within("length_scale", lambda, 0.05, 1e3, "a number from 0.05 to 1000")?;
    Ok(())
}

/// Sizes that an order can have.
pub(super) fn check_amounts(amounts: &[f64]) -> Result<()> {
    let wrong = amounts.iter().position(|amount| !(*amount > 0.0 && amount.is_finite()));
    wrong.map_or(Ok(()), |at| {
        let amount = amounts[at];
        Err(Error::Argument(format!(
            "amounts[{at}] is {amount}, expected a positive finite number"
        )))
    })
}

fn copy(levels: &Levels) -> Vec<[f64; 2]> {
    let pairs = levels.prices().iter().zip(levels.sizes());
    pairs.map(|(price, size)| [*price, *size]).rev().collect()
}

impl LiveBook {
    /// Measures the book.
    ///
    /// # Errors
    /// [`Error::Argument`] if a side is empty or an argument is out of range.
    pub fn state(&self, analysis: &Analysis<'_>) -> Result<State> {
        let Analysis { setting, moves, unit, amounts } = analysis;
        check(*setting)?;
        check_amounts(amounts)?;
        let (bids, asks) = (self.book().bids(), self.book().asks());
        let measures = measure(bids, asks, *setting).ok_or_else(|| {
            let side = if bids.is_empty() { bids.side() } else { asks.side() };
            Error::Argument(format!("the book has no {side}"))
        })?;
        let levels = (bids.len() + asks.len()) as f64;
        let unit = unit.unwrap_or((measures.depth[0] + measures.depth[1]) / levels);
        if !(unit > 0.0 && unit.is_finite()) {
            return Err(Argument { name: "unit", value: unit, expected: "a positive size" }.into());
        }
        let best = [bids, asks].map(|side| side.best().map_or(0.0, |level| level.size));
        let fill = |levels: &Levels| -> Vec<Fill> {
            amounts.iter().map(|amount| walk(levels, *amount, measures.space.mid)).collect()
        };
        Ok(State {
            measures,
            up: moves.up(best[0], best[1], unit),
            buys: fill(asks),
            sells: fill(bids),
            levels: [copy(bids), copy(asks)],
        })
    }
}
