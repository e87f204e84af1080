//! Probability that the next move of the mid is up, from the best sizes.

mod balanced;
mod race;

pub use balanced::balanced_race;
use race::Race;

/// An argument that is out of range; the message says what was expected.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{name} is {value}, expected {expected}")]
pub struct Argument {
    /// Name.
    pub name: &'static str,
    /// Value.
    pub value: f64,
    /// Range.
    pub expected: &'static str,
}

/// A model of the next move.
#[derive(Clone, Debug)]
pub struct Moves(Model);

#[derive(Clone, Debug)]
enum Model {
    Diffusion { k: f64, hidden: f64 },
    Race(Box<Race>),
    Balanced,
}

fn require(
    holds: bool,
    name: &'static str,
    value: f64,
    expected: &'static str,
) -> Result<(), Argument> {
    if holds { Ok(()) } else { Err(Argument { name, value, expected }) }
}

impl Default for Moves {
    /// Diffusion with ρ = -1 and nothing hidden: the share of the bid in the best sizes.
    fn default() -> Self {
        Self(Model::Diffusion { k: 0.0, hidden: 0.0 })
    }
}

impl Moves {
    /// Best sizes as correlated diffusions with a hidden size behind each: [`diffusion`].
    ///
    /// # Errors
    /// [`Argument`] unless `-1 <= rho < 1` and `hidden` is finite and not negative.
    pub fn diffusion(rho: f64, hidden: f64) -> Result<Self, Argument> {
        require((-1.0..1.0).contains(&rho), "rho", rho, "a correlation in [-1, 1)")?;
        require(hidden >= 0.0 && hidden.is_finite(), "hidden", hidden, "a size of at least 0")?;
        Ok(Self(Model::Diffusion { k: ((1.0 + rho) / (1.0 - rho)).sqrt(), hidden }))
    }

    /// Best queues as birth-death chains: orders arrive at the rate `arrival` and leave a queue of n
    /// at `departure + n cancellation`; with `inside > 0` orders into the spread compete at that rate on
    /// each side. Queues are counted in orders, from 1 to 30; longer ones count as 30.
    ///
    /// Cont, Stoikov, Talreja 2010, Operations Research 58:549.
    ///
    /// # Errors
    /// [`Argument`] unless the rates are finite, `arrival` and `departure` positive, the others not
    /// negative, and queues of 30 orders shrink on average.
    pub fn race(
        arrival: f64,
        departure: f64,
        cancellation: f64,
        inside: f64,
    ) -> Result<Self, Argument> {
        for (name, rate) in [("arrival", arrival), ("departure", departure)] {
            require(rate > 0.0 && rate.is_finite(), name, rate, "a positive finite rate")?;
        }
        for (name, rate) in [("cancellation", cancellation), ("inside", inside)] {
            require(rate >= 0.0 && rate.is_finite(), name, rate, "a finite rate of at least 0")?;
        }
        let shrinks = 2.0 * arrival <= departure + race::LONGEST as f64 * cancellation;
        require(shrinks, "arrival", arrival, "at most half the departures from a queue of 30")?;
        Ok(Self(Model::Race(Box::new(Race::new(arrival, departure, cancellation, inside)))))
    }

    /// Best queues of unit orders that come as fast as they go: [`balanced_race`].
    #[must_use]
    pub const fn balanced() -> Self {
        Self(Model::Balanced)
    }

    /// Whether sizes are counts of orders.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !matches!(self.0, Model::Diffusion { .. })
    }

    /// Probability of a move up, for the best sizes in units of `unit`, which only models of
    /// queues use; they count whole orders, at least 1.
    #[must_use]
    pub fn up(&self, bid: f64, ask: f64, unit: f64) -> f64 {
        let orders = |size: f64| ((size / unit).round().max(1.0)) as usize;
        match &self.0 {
            Model::Diffusion { k, hidden } => diffusion_of(bid, ask, *k, *hidden),
            Model::Race(race) => race.up(orders(bid), orders(ask)),
            Model::Balanced => balanced_race(orders(bid), orders(ask)),
        }
    }
}

/// `½ (1 - atan(k (y - x)/(x + y + 2H)) / atan k)`, `k = √((1 + ρ)/(1 - ρ))`, x the bid and y the ask
/// size, H the hidden one; for ρ = -1 its limit `(x + H)/(x + y + 2H)`.
///
/// Avellaneda, Reed, Stoikov 2011, Algorithmic Finance 1:35.
#[must_use]
pub fn diffusion(bid: f64, ask: f64, rho: f64, hidden: f64) -> f64 {
    diffusion_of(bid, ask, ((1.0 + rho) / (1.0 - rho)).sqrt(), hidden)
}

fn diffusion_of(bid: f64, ask: f64, k: f64, hidden: f64) -> f64 {
    let all = bid + ask + 2.0 * hidden;
    if k == 0.0 {
        return (bid + hidden) / all;
    }
    0.5 * (1.0 - (k * ((ask - bid) / all)).atan() / k.atan())
}
