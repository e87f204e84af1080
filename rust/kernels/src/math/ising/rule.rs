//! How nodes change.

/// How a node chooses its new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// From its distribution given the others, `P(+1) = 1/(1 + exp(-2 L/T))`: the p-bit.
    HeatBath,
    /// Flips with probability `min(1, exp(-ΔE/T))`. A sweep in order flips nearly every node at
    /// high temperature, so magnetisations alternate; for reference.
    Metropolis,
}

impl Rule {
    /// Probability of +1 after the update of a node with local field `local`, now `spin`.
    #[must_use]
    pub fn up(self, spin: f64, local: f64, temperature: f64) -> f64 {
        match self {
            Self::HeatBath => 1.0 / (1.0 + (-2.0 * local / temperature).exp()),
            Self::Metropolis => {
                let flip = (-2.0 * spin * local / temperature).exp().min(1.0);
                if spin > 0.0 { 1.0 - flip } else { flip }
            }
        }
    }
}
