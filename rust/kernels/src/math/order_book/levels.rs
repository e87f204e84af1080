//! One side of a book.

use std::fmt;

use super::Decimal;

/// Side of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Orders to buy; the highest price is the best.
    Bid,
    /// Orders to sell; the lowest price is the best.
    Ask,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bid => "bids",
            Self::Ask => "asks",
        })
    }
}

/// A price with the size that stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Price.
    pub price: f64,
    /// Size; in an update 0 takes the level away.
    pub size: f64,
    /// Price and size as they were written, where they came as text.
    pub text: Option<[Decimal; 2]>,
}

impl Level {
    /// A level without a text.
    #[must_use]
    pub const fn new(price: f64, size: f64) -> Self {
        Self { price, size, text: None }
    }

    /// A level that remembers how it was written.
    #[must_use]
    pub fn written(price: Decimal, size: Decimal) -> Self {
        Self { price: price.value(), size: size.value(), text: Some([price, size]) }
    }
}

/// How to take a change back.
#[derive(Clone, Copy, Debug)]
pub(super) enum Undo {
    Remove(usize),
    Insert(usize, Level),
    Replace(usize, Level),
}

/// Levels of one side, the best last: most changes happen next to it.
#[derive(Clone, Debug)]
pub struct Levels {
    side: Side,
    prices: Vec<f64>,
    sizes: Vec<f64>,
    texts: Vec<Option<[Decimal; 2]>>,
}

impl Levels {
    pub(super) const fn new(side: Side) -> Self {
        Self { side, prices: Vec::new(), sizes: Vec::new(), texts: Vec::new() }
    }

    /// Levels whose order was checked, given from the best.
    pub(super) fn of(side: Side, levels: &[Level]) -> Self {
        Self {
            side,
            prices: levels.iter().rev().map(|level| level.price).collect(),
            sizes: levels.iter().rev().map(|level| level.size).collect(),
            texts: levels.iter().rev().map(|level| level.text).collect(),
        }
    }

    /// Which side it is.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.side
    }

    /// Number of levels.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.prices.len()
    }

    /// Whether there is no level.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }

    /// Prices, the best last.
    #[must_use]
    pub fn prices(&self) -> &[f64] {
        &self.prices
    }

    /// Sizes, that of the best price last.
    #[must_use]
    pub fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// The best level.
    #[must_use]
    pub fn best(&self) -> Option<Level> {
        self.len().checked_sub(1).map(|at| self.level(at))
    }

    /// Levels from the best.
    pub fn iter(&self) -> impl Iterator<Item = Level> {
        (0..self.len()).rev().map(|at| self.level(at))
    }

    fn level(&self, at: usize) -> Level {
        Level { price: self.prices[at], size: self.sizes[at], text: self.texts[at] }
    }

    /// Whether `a` is a better price than `b`.
    pub(super) fn better(&self, a: f64, b: f64) -> bool {
        match self.side {
            Side::Bid => a > b,
            Side::Ask => a < b,
        }
    }

    /// Sets the size at a price, takes the level away where it is 0, and says how to undo it.
    #[allow(clippy::float_cmp)] // a price is a key, and a size of zero is a word
    pub(super) fn set(&mut self, level: Level) -> Option<Undo> {
        let at = self.prices.partition_point(|&price| self.better(level.price, price));
        let known = self.prices.get(at) == Some(&level.price);
        match (known, level.size == 0.0) {
            (true, true) => Some(Undo::Insert(at, self.remove(at))),
            (true, false) => {
                let before = self.level(at);
                self.replace(at, level);
                Some(Undo::Replace(at, before))
            }
            (false, true) => None,
            (false, false) => {
                self.insert(at, level);
                Some(Undo::Remove(at))
            }
        }
    }

    /// Takes the worst level away where there are more than `most`.
    pub(super) fn trim(&mut self, most: usize) -> Option<Undo> {
        (self.len() > most).then(|| Undo::Insert(0, self.remove(0)))
    }

    pub(super) fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Remove(at) => {
                self.remove(at);
            }
            Undo::Insert(at, level) => self.insert(at, level),
            Undo::Replace(at, level) => self.replace(at, level),
        }
    }

    fn insert(&mut self, at: usize, level: Level) {
        self.prices.insert(at, level.price);
        self.sizes.insert(at, level.size);
        self.texts.insert(at, level.text);
    }

    fn replace(&mut self, at: usize, level: Level) {
        self.prices[at] = level.price;
        self.sizes[at] = level.size;
        self.texts[at] = level.text;
    }

    fn remove(&mut self, at: usize) -> Level {
        Level {
            price: self.prices.remove(at),
            size: self.sizes.remove(at),
            text: self.texts.remove(at),
        }
    }
}
