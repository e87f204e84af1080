//! Tails of simulated losses and Euler's contributions of the assets.
//!
//! Risk that is homogeneous of degree one in the weights is the sum of `wᵢ ∂R/∂wᵢ` (Tasche 1999). The
//! derivatives of a tail are means over scenarios: of the asset's loss where the portfolio's is in the tail
//! for expected shortfall, and where it equals the quantile for value at risk.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Error, Result};
use crate::math::risk::estimators::rank;

/// Scenarios between two looks at whether to stop.
const RUN: usize = 1 << 16;

/// A tail of a portfolio's losses.
#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    /// Tail probability.
    pub level: f64,
    /// Value at risk: the `⌈n·level⌉`-th largest loss.
    pub var: f64,
    /// Expected shortfall: mean of the `n·level` largest losses, the last one in part.
    pub es: f64,
    /// Standard error of `var`: half of the distance between the losses one standard deviation of the rank,
    /// `√(n·level·(1 - level))`, to either side; NaN where there are not so many.
    pub var_error: f64,
    /// Standard error of `es`: `√((V + (1 - level)(es - var)²) / (n·level))`, V the variance in the tail;
    /// NaN for a tail of one scenario, which says nothing of it.
    pub es_error: f64,
    /// Marginal value at risk of each asset, `∂var/∂wᵢ`: local linear regression (Fan and Gijbels 1996) of
    /// the asset's loss on the portfolio's at `var`, over the ranks within half of the tail's, with
    /// Epanechnikov weights. Times the weights it sums to `var`.
    pub var_marginal: Vec<f64>,
    /// Marginal shortfall of each asset, `∂es/∂wᵢ`: its mean loss with the weights of the scenarios in `es`
    /// (Acerbi and Tasche 2002). Times the weights it sums to `es`.
    pub es_marginal: Vec<f64>,
}

/// Tails at `levels` of scenarios with `losses`; `returns` gives each asset's return in a scenario.
///
/// Scenarios of equal loss count in their order.
///
/// # Errors
/// [`Error::Range`] if a level is not in (0, 1) or there is no scenario, [`Error::Cancelled`] if `cancel`
/// was set.
pub fn tails(
    losses: &[f64],
    levels: &[f64],
    weights: &[f64],
    returns: impl Fn(usize, &mut [f64]),
    cancel: &AtomicBool,
) -> Result<Vec<Tail>> {
    let n = losses.len();
    if n == 0 {
        return Err(Error::Range { what: "paths", value: 0.0, expected: "at least one scenario" });
    }
    if let Some(&value) = levels.iter().find(|level| !(**level > 0.0 && **level < 1.0)) {
        let expected = "tail probabilities between 0 and 1, such as 0.05";
        return Err(Error::Range { what: "levels", value, expected });
    }
    let deepest = levels.iter().map(|&level| reach(n, level)).max().unwrap_or(1);
    let stopped = || if cancel.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) };
    let worst = worst(losses, deepest, stopped)?;
    let mean = |scenarios: &[(usize, f64)]| {
        let (mut sum, mut row) = (vec![0.0; weights.len()], vec![0.0; weights.len()]);
        for &(scenario, weight) in scenarios {
            stopped()?;
            returns(scenario, &mut row);
            sum.iter_mut().zip(&row).for_each(|(sum, r)| *sum -= weight * r);
        }
        Ok(sum)
    };
    let tail = |level: f64| {
        let (rank, mass) = (rank(n, level), n as f64 * level);
        let at = |rank: usize| {
            let scenario = rank.checked_sub(1).and_then(|place| worst.get(place));
            scenario.map_or(f64::NAN, |&scenario| losses[scenario])
        };
        let var = at(rank);
        let share = |place: usize| if place + 1 < rank { 1.0 } else { mass - (rank - 1) as f64 };
        let inside: Vec<(usize, f64)> =
            (0..rank).map(|place| (worst[place], share(place) / mass)).collect();
        let over = |of: &dyn Fn(f64) -> f64| -> f64 {
            inside.iter().map(|&(scenario, weight)| weight * of(losses[scenario])).sum()
        };
        let es = over(&|loss| loss);
        let spread = over(&|loss| (loss - es).powi(2));
        let deviation = deviation(n, level);
        let variance = (spread + (1.0 - level) * (es - var).powi(2)) / mass;
        Ok(Tail {
            level,
            var,
            es,
            var_error: 0.5 * (at(rank.saturating_sub(deviation)) - at(rank + deviation)),
            es_error: if rank > 1 { variance.sqrt() } else { f64::NAN },
            var_marginal: mean(&at_quantile(losses, &worst, rank))?,
            es_marginal: mean(&inside)?,
        })
    };
    levels.iter().map(|&level| tail(level)).collect()
}

/// Ranks that a tail looks at.
fn reach(n: usize, level: f64) -> usize {
    let rank = rank(n, level);
    (rank + deviation(n, level).max(half_width(rank))).min(n)
}

/// Standard deviation of the rank of a quantile, at least 1.
fn deviation(n: usize, level: f64) -> usize {
    (n as f64 * level * (1.0 - level)).sqrt().round().max(1.0) as usize
}

/// Ranks to either side of value at risk that its contributions come from.
const fn half_width(rank: usize) -> usize {
    if rank < 2 { 1 } else { rank / 2 }
}

/// The `count` scenarios with the largest losses, largest first. Looks up after every [`RUN`].
fn worst(losses: &[f64], count: usize, stopped: impl Fn() -> Result<()>) -> Result<Vec<usize>> {
    let order = |a: &usize, b: &usize| losses[*b].total_cmp(&losses[*a]).then(a.cmp(b));
    let mut scenarios: Vec<usize> = Vec::new();
    let mut least = None;
    for (run, part) in losses.chunks(RUN).enumerate() {
        stopped()?;
        // Of equal losses the first counts, so that a later one must be larger.
        let may = |loss: &f64| least.is_none_or(|least| loss.total_cmp(least).is_gt());
        let found = part.iter().enumerate().filter(|(_, loss)| may(loss));
        scenarios.extend(found.map(|(at, _)| run * RUN + at));
        if scenarios.len() > 2 * count {
            scenarios.select_nth_unstable_by(count - 1, order);
            scenarios.truncate(count);
            least = Some(&losses[scenarios[count - 1]]);
        }
    }
    scenarios.sort_unstable_by(order);
    scenarios.truncate(count);
    Ok(scenarios)
}

/// Scenarios around the quantile with the weights of a local linear regression at it: they sum to one, and
/// so weighted the losses have the quantile as their mean.
fn at_quantile(losses: &[f64], worst: &[usize], rank: usize) -> Vec<(usize, f64)> {
    let width = half_width(rank);
    let places = rank.saturating_sub(width + 1)..(rank + width).min(worst.len());
    let kernel = |place: usize| {
        let distance = (place as f64 - (rank - 1) as f64) / (width + 1) as f64;
        1.0 - distance * distance
    };
    let total: f64 = places.clone().map(kernel).sum();
    // From the quantile, where equal losses are 0 and near ones have all their digits.
    let beyond = |place: usize| losses[worst[place]] - losses[worst[rank - 1]];
    let near = |of: &dyn Fn(f64) -> f64| -> f64 {
        places.clone().map(|place| kernel(place) / total * of(beyond(place))).sum()
    };
    let mean = near(&|excess| excess);
    let variance = near(&|excess| (excess - mean).powi(2));
    // Equal losses have no slope, and their mean is the quantile.
    let slope = if variance > 0.0 { -mean / variance } else { 0.0 };
    let weight = |place: usize| {
        let share = kernel(place) / total * (1.0 + slope * (beyond(place) - mean));
        (worst[place], share)
    };
    places.clone().map(weight).collect()
}
