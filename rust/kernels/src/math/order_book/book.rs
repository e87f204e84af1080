//! A book that is kept: snapshots, updates, invariants.

use super::levels::Undo;
use super::{Level, Levels, Side};

/// Most levels of a side.
pub const DEPTH: usize = 5000;

/// Most significant digits of a price, so that different texts are different numbers.
const DIGITS: u32 = 15;

/// What a book must not be; names level (from 0, the best) and rule.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Violation {
    /// A price is impossible.
    #[error("{side}, level {level}: the price is {price}, expected a positive finite number")]
    Price {
        /// Where.
        side: Side,
        /// Place in what was given.
        level: usize,
        /// The price.
        price: f64,
    },
    /// A price has too many digits.
    #[error(
        "{side}, level {level}: the price {price} has {digits} significant digits, expected at most \
         15, which double precision tells apart"
    )]
    Digits {
        /// Where.
        side: Side,
        /// Place in what was given.
        level: usize,
        /// The price.
        price: f64,
        /// Its digits.
        digits: u32,
    },
    /// A size is impossible.
    #[error("{side}, level {level}: the size is {size}, expected a finite number {least}")]
    Size {
        /// Where.
        side: Side,
        /// Place in what was given.
        level: usize,
        /// The size.
        size: f64,
        /// What it has to be: above 0 in a snapshot, at least 0 in an update.
        least: &'static str,
    },
    /// Prices of a snapshot are not in order.
    #[error(
        "{side}, level {level}: the price {price} does not lie behind {before} of the level before it"
    )]
    Order {
        /// Where.
        side: Side,
        /// The second of the two levels.
        level: usize,
        /// Its price.
        price: f64,
        /// The price of the first.
        before: f64,
    },
    /// A snapshot has too many levels.
    #[error("{side}: {levels} levels, expected at most {most}")]
    Depth {
        /// Where.
        side: Side,
        /// How many.
        levels: usize,
        /// How many there may be.
        most: usize,
    },
    /// A side has no level.
    #[error("{side}: no level")]
    Empty {
        /// Where.
        side: Side,
    },
    /// The best bid is above the best ask.
    #[error("level 0: the book is crossed, best bid {bid} above best ask {ask}")]
    Crossed {
        /// Best bid.
        bid: f64,
        /// Best ask.
        ask: f64,
    },
    /// The best prices are equal.
    #[error("level 0: the book is locked, best bid and best ask are both {price}")]
    Locked {
        /// Both of them.
        price: f64,
    },
}

/// An order book that keeps its invariants: bids strictly falling, asks strictly rising, best bid
/// below best ask, prices and sizes positive and finite.
///
/// A step that would break one is refused, and the book stays as it was. One side may be empty.
#[derive(Clone, Debug)]
pub struct Book {
    bids: Levels,
    asks: Levels,
    depth: usize,
    locked: bool,
    done: Vec<(Side, Undo)>,
}

impl Book {
    /// An empty book of at most `depth` levels a side. `locked` lets the best bid equal the best
    /// ask, as exchanges publish that aggregate prices to a coarse grid.
    #[must_use]
    pub fn new(depth: usize, locked: bool) -> Self {
        let (bids, asks) = (Levels::new(Side::Bid), Levels::new(Side::Ask));
        Self { bids, asks, depth, locked, done: Vec::new() }
    }

    /// Bids.
    #[must_use]
    pub const fn bids(&self) -> &Levels {
        &self.bids
    }

    /// Asks.
    #[must_use]
    pub const fn asks(&self) -> &Levels {
        &self.asks
    }

    /// Most levels of a side.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// Replaces the book; levels from the best.
    ///
    /// # Errors
    /// What `accept` refuses, and any [`Violation`]; the book stays as it was.
    pub fn snapshot<E: From<Violation>>(
        &mut self,
        bids: &[Level],
        asks: &[Level],
        accept: impl FnOnce(&Self) -> Result<(), E>,
    ) -> Result<(), E> {
        for (side, levels) in [(Side::Bid, bids), (Side::Ask, asks)] {
            let most = self.depth;
            if levels.len() > most {
                return Err(Violation::Depth { side, levels: levels.len(), most }.into());
            }
            check(side, levels, false)?;
            ordered(side, levels)?;
        }
        let mut book = Self::new(self.depth, self.locked);
        book.bids = Levels::of(Side::Bid, bids);
        book.asks = Levels::of(Side::Ask, asks);
        book.uncrossed()?;
        accept(&book)?;
        *self = book;
        Ok(())
    }

    /// Sets the sizes at the given prices; a size of 0 takes a level away, whether it is there or
    /// not. Where a side becomes longer than the depth, its worst level is forgotten.
    ///
    /// # Errors
    /// What `accept` refuses, and any [`Violation`]; the book stays as it was.
    pub fn update<E: From<Violation>>(
        &mut self,
        bids: &[Level],
        asks: &[Level],
        accept: impl FnOnce(&Self) -> Result<(), E>,
    ) -> Result<(), E> {
        check(Side::Bid, bids, true)?;
        check(Side::Ask, asks, true)?;
        self.done.clear();
        for (side, levels) in [(Side::Bid, bids), (Side::Ask, asks)] {
            for level in levels {
                let set = self.side(side).set(*level);
                self.done.extend(set.map(|undo| (side, undo)));
            }
            while let Some(undo) = {
                let most = self.depth;
                self.side(side).trim(most)
            } {
                self.done.push((side, undo));
            }
        }
        let verdict = self.uncrossed().map_err(E::from).and_then(|()| accept(self));
        if verdict.is_err() {
            while let Some((side, undo)) = self.done.pop() {
                self.side(side).undo(undo);
            }
        }
        verdict
    }

    fn side(&mut self, side: Side) -> &mut Levels {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }

    fn uncrossed(&self) -> Result<(), Violation> {
        match (self.bids.best(), self.asks.best()) {
            (Some(bid), Some(ask)) => Violation::between(bid.price, ask.price, self.locked),
            _ => Ok(()),
        }
    }
}

impl Violation {
    /// Whether the best prices may stand side by side; equal ones only if `locked`.
    ///
    /// # Errors
    /// [`Violation::Crossed`] or [`Violation::Locked`].
    #[allow(clippy::float_cmp)] // prices on a grid
    pub fn between(bid: f64, ask: f64, locked: bool) -> Result<(), Self> {
        if bid > ask {
            return Err(Self::Crossed { bid, ask });
        }
        if bid == ask && !locked {
            return Err(Self::Locked { price: bid });
        }
        Ok(())
    }
}

/// Prices and sizes one by one.
fn check(side: Side, levels: &[Level], zero: bool) -> Result<(), Violation> {
    for (level, &Level { price, size, text }) in levels.iter().enumerate() {
        if !(price > 0.0 && price.is_finite()) {
            return Err(Violation::Price { side, level, price });
        }
        let digits = text.map_or(0, |[price, _]| price.significant());
        if digits > DIGITS {
            return Err(Violation::Digits { side, level, price, digits });
        }
        if !(size.is_finite() && (size > 0.0 || zero && size >= 0.0)) {
            let least = if zero { "of at least 0" } else { "above 0" };
            return Err(Violation::Size { side, level, size, least });
        }
    }
    Ok(())
}

fn ordered(side: Side, levels: &[Level]) -> Result<(), Violation> {
    let behind = |before: f64, price: f64| match side {
        Side::Bid => price < before,
        Side::Ask => price > before,
    };
    for (at, pair) in levels.windows(2).enumerate() {
        let (before, price) = (pair[0].price, pair[1].price);
        if !behind(before, price) {
            return Err(Violation::Order { side, level: at + 1, price, before });
        }
    }
    Ok(())
}
