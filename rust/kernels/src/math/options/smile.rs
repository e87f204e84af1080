//! Calibration of a SABR smile to quoted volatilities.

use rmpfit::{MPError, MPFitter, MPPar, MPResult, MPSide, MPSuccess};

use super::sabr::Smile;

/// Least quoted volatilities of a smile: as many as parameters.
pub const QUOTES: usize = 3;

/// Bounds of ρ.
const MOST_RHO: f64 = 0.999;

/// Bounds of ν and, as a volatility, of α.
const MOST_NU: f64 = 20.0;

/// Where the search for ρ starts, each once.
const STARTS: [f64; 3] = [-0.5, 0.0, 0.5];

/// A fitted smile.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The smile.
    pub smile: Smile,
    /// Model minus quote, per quote.
    pub residuals: Vec<f64>,
    /// Root of the weighted mean square of the residuals.
    pub rms: f64,
    /// Standard errors of α, ρ and ν under independent residuals of one size; 0 for one at its bound.
    pub errors: [f64; 3],
    /// Evaluations of the smile.
    pub evaluations: usize,
    /// Whether the search ended at a minimum, not at its limit of steps.
    pub converged: bool,
}

/// Quotes to fit: strikes with their Black volatilities and weights.
#[derive(Clone, Copy, Debug)]
pub struct Quotes<'a> {
    /// Forward price.
    pub forward: f64,
    /// Years to expiry.
    pub years: f64,
    /// Strikes.
    pub strikes: &'a [f64],
    /// Black volatility at each strike.
    pub volatilities: &'a [f64],
    /// Weight of each squared residual, at least 0.
    pub weights: &'a [f64],
}

/// The smile of exponent `beta` with the least weighted sum of squared residuals, `|ρ| <= 0.999` and
/// `0 <= ν <= 20`; `None` where no start gives finite residuals.
///
/// Levenberg's and Marquardt's method with bounds (MPFIT, Markwardt 2009) on exact derivatives, from
/// three values of ρ: the problem is not convex.
#[must_use]
pub fn fit(quotes: &Quotes<'_>, beta: f64) -> Option<Fit> {
    let nearest = |a: &usize, b: &usize| {
        let away = |at: usize| (quotes.strikes[at] / quotes.forward).ln().abs();
        away(*a).total_cmp(&away(*b))
    };
    let level = quotes.volatilities[(0..quotes.strikes.len()).min_by(nearest)?];
    let alpha = level * quotes.forward.powf(1.0 - beta);
    let fits = STARTS.into_iter().filter_map(|rho| from(quotes, beta, [alpha, rho, 1.0]));
    fits.min_by(|a, b| a.rms.total_cmp(&b.rms))
}

fn from(quotes: &Quotes<'_>, beta: f64, start: [f64; 3]) -> Option<Fit> {
    let bound = |low, high| MPPar {
        limited_low: true,
        limited_up: true,
        limit_low: low,
        limit_up: high,
        side: MPSide::User,
        ..MPPar::new()
    };
    let alpha = start[0];
    let bounds =
        [bound(1e-3 * alpha, 1e3 * alpha), bound(-MOST_RHO, MOST_RHO), bound(0.0, MOST_NU)];
    let mut search = Search { quotes, beta, bounds };
    let mut found = start;
    let status = search.mpfit(&mut found).ok()?;
    let smile = search.smile(&found);
    let model = quotes.strikes.iter().map(|strike| smile.volatility(*strike));
    let residuals: Vec<f64> =
        model.zip(quotes.volatilities).map(|(model, quote)| model - quote).collect();
    let whole: f64 = quotes.weights.iter().sum();
    let square: f64 = residuals.iter().zip(quotes.weights).map(|(r, w)| w * r * r).sum();
    let rms = (square / whole).sqrt();
    // MPFIT's errors are those of residuals of unit size.
    let freedom = quotes.weights.iter().filter(|w| **w > 0.0).count().saturating_sub(QUOTES);
    let size = if freedom > 0 { (square / freedom as f64).sqrt() } else { f64::NAN };
    let errors = std::array::from_fn(|i| size * status.xerror[i]);
    let converged = status.success != MPSuccess::MaxIter && status.success != MPSuccess::NotDone;
    rms.is_finite().then_some(Fit {
        smile,
        residuals,
        rms,
        errors,
        evaluations: status.n_fev,
        converged,
    })
}

struct Search<'a> {
    quotes: &'a Quotes<'a>,
    beta: f64,
    bounds: [MPPar; 3],
}

impl Search<'_> {
    fn smile(&self, params: &[f64]) -> Smile {
        let Quotes { forward, years, .. } = *self.quotes;
        Smile { forward, years, alpha: params[0], beta: self.beta, rho: params[1], nu: params[2] }
    }

    /// Strike, volatility and root of the weight of each quote.
    fn each(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let Quotes { strikes, volatilities, weights, .. } = *self.quotes;
        let quotes = strikes.iter().zip(volatilities).zip(weights);
        quotes.map(|((strike, volatility), weight)| (*strike, *volatility, weight.sqrt()))
    }
}

impl MPFitter for Search<'_> {
    fn eval(&mut self, params: &[f64], deviates: &mut [f64]) -> MPResult<()> {
        let smile = self.smile(params);
        for (to, (strike, volatility, root)) in deviates.iter_mut().zip(self.each()) {
            *to = root * (smile.volatility(strike) - volatility);
        }
        if deviates.iter().all(|deviate| deviate.is_finite()) { Ok(()) } else { Err(MPError::Eval) }
    }

    fn number_of_points(&self) -> usize {
        self.quotes.strikes.len()
    }

    fn parameters(&self) -> &[MPPar] {
        &self.bounds
    }

    fn jacobian(
        &mut self,
        params: &[f64],
        deviates: &mut [f64],
        derivs: &mut [Option<Vec<f64>>],
    ) -> MPResult<()> {
        let smile = self.smile(params);
        for (at, (strike, volatility, root)) in self.each().enumerate() {
            let slopes = smile.slopes(strike);
            deviates[at] = root * (slopes.volatility - volatility);
            let by = [slopes.by_alpha, slopes.by_rho, slopes.by_nu];
            for (column, slope) in derivs.iter_mut().zip(by) {
                if let Some(column) = column {
                    column[at] = root * slope;
                }
            }
        }
        Ok(())
    }
}
