//! One option under SABR.

use hyperphysics_kernels::gpu::greeks::OPTION;
use hyperphysics_kernels::gpu::sabr::{SMILE, smile_words};
use hyperphysics_kernels::math::options::black_scholes::{self, NAMES};
use hyperphysics_kernels::math::options::sabr::{Slopes, Smile};

/// Measures of [`sabr`](super::sabr), in its order.
pub const SMILE_NAMES: [&str; 11] = [
    "volatility",
    "distance",
    "price",
    "delta",
    "bartlett",
    "vega",
    "rega",
    "sega",
    "backbone",
    "density",
    "valid",
];

/// An option and its smile, in the order of the columns.
pub(super) struct Row {
    values: [f64; 10],
    smile: Smile,
    growth: f64,
}

/// Black's measures that those of a smile are made of.
pub(super) struct Black {
    pub(super) price: f64,
    pub(super) delta: f64,
    pub(super) vega: f64,
}

impl Row {
    /// First of the measures that are taken from the smile as a whole, and not from its slopes.
    pub(super) const CHAINED: usize = 9;

    pub(super) fn new(values: [f64; 10]) -> Self {
        let [spot, _, years, rate, dividend, _, alpha, beta, rho, nu] = values;
        let growth = ((rate - dividend) * years).exp();
        let smile = Smile { forward: spot * growth, years, alpha, beta, rho, nu };
        Self { values, smile, growth }
    }

    /// Whether a value is missing.
    fn has_gap(&self) -> bool {
        self.values.iter().any(|value| value.is_nan())
    }

    pub(super) const fn smile(&self) -> Smile {
        self.smile
    }

    const fn strike(&self) -> f64 {
        self.values[1]
    }

    /// The words of the kernels `sabr` and `greeks`; none where a value is missing, or beyond single precision.
    pub(super) fn words(&self) -> Option<([f32; SMILE], [f32; OPTION])> {
        let smile = smile_words(&self.smile, self.strike()).filter(|_| !self.has_gap())?;
        let [_, _, years, rate, dividend, ..] = self.values;
        Some((smile, [smile[0], (rate * years) as f32, (dividend * years) as f32]))
    }

    /// The measures in double precision.
    pub(super) fn measures(&self) -> [f64; SMILE_NAMES.len()] {
        if self.has_gap() {
            return [f64::NAN; SMILE_NAMES.len()];
        }
        let [spot, strike, years, rate, dividend, sign, ..] = self.values;
        let slopes = self.smile.slopes(strike);
        let black =
            black_scholes::one([spot, strike, years, slopes.volatility, rate, dividend, sign]);
        let of =
            |name| NAMES.iter().position(|known| *known == name).map_or(f64::NAN, |at| black[at]);
        let black = Black { price: of("price"), delta: of("delta"), vega: of("vega") };
        self.chain(self.smile.distance(strike), &slopes, &black, true)
    }

    /// Black's measures from the words of the kernel `greeks`, which are those of the side out of the money: of the
    /// call if the strike is `above` the forward.
    pub(super) fn black(&self, above: bool, [price, delta, density]: [f64; 3]) -> Black {
        let [spot, strike, years, rate, dividend, sign, ..] = self.values;
        let yielded = (-dividend * years).exp();
        let (forward, discounted) = (spot * yielded, strike * (-rate * years).exp());
        let smaller = forward.min(discounted);
        // The sign where it is the side in the money, else 0.
        let within = if above == (sign > 0.0) { 0.0 } else { sign };
        Black {
            price: price * smaller + within * (forward - discounted),
            delta: delta * smaller / spot + within * yielded,
            vega: density * smaller * years.sqrt(),
        }
    }

    /// All measures; NaN for the last two unless `whole`.
    pub(super) fn chain(
        &self,
        distance: f64,
        slopes: &Slopes,
        black: &Black,
        whole: bool,
    ) -> [f64; SMILE_NAMES.len()] {
        let (Smile { forward, years, beta, rho, nu, .. }, strike) = (self.smile, self.strike());
        let Black { price, delta, vega } = *black;
        let along = slopes.by_forward * self.growth;
        // dα = (ρν/F^β) dF + what is independent of F.
        let with = slopes.by_alpha * rho * nu / forward.powf(beta) * self.growth;
        let dated = whole && years > 0.0;
        [
            slopes.volatility,
            distance,
            price,
            delta + vega * along,
            delta + vega * (along + with),
            vega * slopes.by_alpha,
            vega * slopes.by_rho,
            vega * slopes.by_nu,
            slopes.by_forward,
            if dated { self.smile.density(strike) } else { f64::NAN },
            f64::from(dated && self.smile.sound(strike)),
        ]
    }
}
