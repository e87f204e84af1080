//! Walking a side of the book.

use super::{Levels, Side};

/// What an order that takes liquidity gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// Size of the order.
    pub amount: f64,
    /// What the book cannot fill.
    pub unfilled: f64,
    /// Volume-weighted mean price; none where something is left unfilled or the amount is 0.
    pub vwap: Option<f64>,
    /// What the mean price is worse than the mid, as a fraction of the mid; none as above.
    pub slippage: Option<f64>,
}

/// Fills `amount` from the best level on.
#[must_use]
pub fn walk(levels: &Levels, amount: f64, mid: f64) -> Fill {
    let (mut open, mut paid) = (amount, 0.0);
    for (price, size) in levels.prices().iter().zip(levels.sizes()).rev() {
        let taken = size.min(open);
        // Differences from the mid: little is lost where prices are long and spreads are narrow.
        paid += taken * (price - mid);
        open -= taken;
        if open <= 0.0 {
            break;
        }
    }
    let filled = open <= 0.0 && amount > 0.0;
    let above = paid / amount;
    let worse = match levels.side() {
        Side::Bid => -above / mid,
        Side::Ask => above / mid,
    };
    Fill {
        amount,
        unfilled: open,
        vwap: filled.then_some(mid + above),
        slippage: filled.then_some(worse),
    }
}
