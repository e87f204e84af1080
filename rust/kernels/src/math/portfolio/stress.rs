//! Scenarios that somebody thought of.

use std::ops::Range;

use super::{Error, History, Result, Tail, loss};

/// A scenario of a portfolio.
#[derive(Clone, Debug, PartialEq)]
pub enum Stress {
    /// A return for each asset.
    Shock(Vec<f64>),
    /// All covariances times a factor; the horizon's normal shortfall at the deepest level grows by its root.
    Scale(f64),
    /// Rows of the returns, oldest first: what they would do to today's weights.
    Window(Range<usize>),
}

/// What a scenario costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Loss of the portfolio.
    pub loss: f64,
    /// What each asset loses of it; they sum to `loss`.
    pub components: Vec<f64>,
}

impl Stress {
    /// Plays the scenario; `deepest` is the normal tail of the smallest level.
    ///
    /// # Errors
    /// If a shock or factor is not a number that fits, or a window leaves the history or has a gap.
    pub fn play(&self, history: &History<'_>, weights: &[f64], deepest: &Tail) -> Result<Outcome> {
        let of = |returns: &[f64]| Outcome {
            loss: loss(weights, returns),
            components: weights.iter().zip(returns).map(|(weight, r)| -weight * r).collect(),
        };
        match self {
            Self::Shock(returns) => {
                let assets = history.assets();
                if returns.len() != assets.len() {
                    let (what, have) = ("a shock".into(), returns.len());
                    return Err(Error::Length { what, have, expected: assets.len() });
                }
                match returns.iter().position(|r| !r.is_finite()) {
                    Some(at) => Err(Error::Number {
                        what: "shock",
                        asset: assets[at].clone(),
                        value: returns[at],
                    }),
                    None => Ok(of(returns)),
                }
            }
            Self::Scale(factor) if factor.is_finite() && *factor >= 0.0 => {
                let root = factor.sqrt();
                let parts = weights.iter().zip(&deepest.es_marginal);
                Ok(Outcome {
                    loss: root * deepest.es,
                    components: parts.map(|(weight, es)| root * weight * es).collect(),
                })
            }
            Self::Scale(factor) => Err(Error::Range {
                what: "a factor of covariances",
                value: *factor,
                expected: "a finite number, at least 0",
            }),
            Self::Window(rows) => Ok(of(&history.over(rows)?)),
        }
    }
}
