//! The SABR model: volatility smiles from distances of the hyperbolic plane.
//!
//! `dF = s F^β dW`, `ds = ν s dZ`, `d⟨W, Z⟩ = ρ dt`, `s(0) = α`. The state (F, s) lives on the hyperbolic
//! plane (Hagan, Lesniewski, Woodward 2005; Henry-Labordère 2005), and the distance from it to the
//! line `F = K` is `D = asinh(ζ (1 + ρ (ζ - 2ρ)/(J + 1)) / (1 - ρ²))` with
//! `ζ = (ν/α) ∫_K^F du/u^β` and `J = √(1 - 2ρζ + ζ²)`: a form in which nothing cancels.
//!
//! **Formula.** `σ = α (ζ/D) ln(F/K) / ∫_K^F du/u^β · (1 + T c)`, the exact leading order of Obłój 2008 with
//! the first order in T of Hagan, Kumar, Lesniewski, Woodward 2002,
//! `c = (1-β)²α²/(24 (FK)^(1-β)) + ρβνα/(4 (FK)^((1-β)/2)) + (2 - 3ρ²)ν²/24`. For `β = 1`, `ν = 0` it is α, exactly.
//!
//! **Range.** The expansion is one in `ν²T` and wants strikes that the diffusion reaches; outside, and where
//! the density of the smile is negative, [`Smile::sound`] says so.

use super::dual::Dual;

/// Parameters of a smile at one expiry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smile {
    /// Forward price F, above 0.
    pub forward: f64,
    /// Years to expiry T, at least 0.
    pub years: f64,
    /// Volatility α of the forward, per `F^β`, above 0.
    pub alpha: f64,
    /// Exponent β, 0 to 1.
    pub beta: f64,
    /// Correlation ρ, between -1 and 1.
    pub rho: f64,
    /// Volatility ν of the volatility, at least 0.
    pub nu: f64,
}

/// A volatility and its derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slopes {
    /// Black volatility σ.
    pub volatility: f64,
    /// `∂σ/∂F` at constant α.
    pub by_forward: f64,
    /// `∂σ/∂α`.
    pub by_alpha: f64,
    /// `∂σ/∂ρ`.
    pub by_rho: f64,
    /// `∂σ/∂ν`.
    pub by_nu: f64,
}

/// Standard deviations of the logarithm within which the expansion is used.
const REACH: f64 = 4.0;

/// Step in ln K for the second derivative of the smile: errors of rounding and of the difference
/// are both near 1e-7.
const STEP: f64 = 1e-4;

impl Smile {
    /// Distance on the hyperbolic plane, of curvature -1, from the state to the line `F = K`; of the
    /// sign of `F - K`.
    #[must_use]
    pub fn distance(&self, strike: f64) -> f64 {
        let (sinh, _) = self.separation(&self.variables(), strike);
        sinh.value.asinh()
    }

    /// Black volatility at a strike.
    #[must_use]
    pub fn volatility(&self, strike: f64) -> f64 {
        self.dual::<0>(&self.variables(), strike).value
    }

    /// Black volatility at a strike and its derivatives.
    #[must_use]
    pub fn slopes(&self, strike: f64) -> Slopes {
        let variables = [self.forward, self.alpha, self.rho, self.nu];
        let mut at = 0..;
        let variables = variables.map(|value| Dual::<4>::variable(value, at.next().unwrap_or(0)));
        let Dual { value, by: [by_forward, by_alpha, by_rho, by_nu] } =
            self.dual(&variables, strike);
        Slopes { volatility: value, by_forward, by_alpha, by_rho, by_nu }
    }

    /// Density of the forward at expiry implied at a strike, per unit of price; negative where the
    /// smile offers a butterfly for less than nothing.
    ///
    /// Breeden, Litzenberger 1978, as Gatheral, Jacquier 2014 write it in total variance.
    #[must_use]
    pub fn density(&self, strike: f64) -> f64 {
        let variance = |shift: f64| self.volatility(strike * shift.exp()).powi(2) * self.years;
        let (below, here, above) = (variance(-STEP), variance(0.0), variance(STEP));
        let slope = (above - below) / (2.0 * STEP);
        let bend = ((above - here) - (here - below)) / (STEP * STEP);
        let k = (strike / self.forward).ln();
        let root = here.sqrt();
        let d2 = -k / root - 0.5 * root;
        let g = (1.0 - 0.5 * k * slope / here).powi(2) - 0.25 * slope * slope * (1.0 / here + 0.25)
            + 0.5 * bend;
        g * (-0.5 * d2 * d2).exp() / (strike * root * std::f64::consts::TAU.sqrt())
    }

    /// Whether the formula can be trusted at a strike: `ν²T < 1`, the strike within four standard
    /// deviations `α F^(β-1) √T` of the forward, and a density that is not negative.
    #[must_use]
    pub fn sound(&self, strike: f64) -> bool {
        let deviation = self.alpha * self.forward.powf(self.beta - 1.0) * self.years.sqrt();
        self.nu * self.nu * self.years < 1.0
            && (strike / self.forward).ln().abs() <= REACH * deviation
            && self.density(strike) >= 0.0
    }

    /// F, α, ρ, ν as constants.
    fn variables(&self) -> [Dual<0>; 4] {
        [self.forward, self.alpha, self.rho, self.nu].map(Dual::constant)
    }

    /// `∫_K^F du/u^β` over `ln(F/K)`, and `sinh D`, ζ over it times α.
    fn separation<const N: usize>(
        &self,
        [forward, alpha, rho, nu]: &[Dual<N>; 4],
        strike: f64,
    ) -> (Dual<N>, [Dual<N>; 2]) {
        let rest = 1.0 - self.beta;
        let log = forward.scale(1.0 / strike).ln();
        // (F^(1-β) - K^(1-β)) / ((1-β) ln(F/K)) = K^(1-β) (e^x - 1)/x.
        let per_span = log.scale(rest).per_expm1().scale(strike.powf(-rest));
        let zeta = *nu * log / (*alpha * per_span);
        let root = (zeta * zeta - (*rho * zeta).scale(2.0)).offset(1.0).sqrt();
        let turned = (*rho * (zeta - rho.scale(2.0)) / root.offset(1.0)).offset(1.0);
        let narrow = (*rho * *rho).scale(-1.0).offset(1.0);
        let slope = turned / narrow;
        (zeta * slope, [per_span, slope])
    }

    fn dual<const N: usize>(&self, variables: &[Dual<N>; 4], strike: f64) -> Dual<N> {
        let [forward, alpha, rho, nu] = *variables;
        let (sinh, [per_span, slope]) = self.separation(variables, strike);
        let leading = alpha * per_span * sinh.per_asinh() / slope;
        // (FK)^((1-β)/2).
        let level = forward.scale(strike).ln().scale(0.5 * (1.0 - self.beta)).exp();
        let local = alpha / level;
        let first = (local * local).scale((1.0 - self.beta).powi(2) / 24.0)
            + (rho * nu * local).scale(self.beta / 4.0)
            + (rho * rho).scale(-3.0).offset(2.0) * (nu * nu).scale(1.0 / 24.0);
        leading * first.scale(self.years).offset(1.0)
    }
}
