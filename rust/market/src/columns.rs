//! The result columns, documented.

use crate::Family::{
    self, Complexity, Geometry, Integration, Lattice, Liquidity, Risk, Thermodynamics, Trend,
};

/// A documented result column. A value is null until the family's window is full.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in the frame.
    pub name: &'static str,
    /// Family that computes it.
    pub family: Family,
    /// Unit of its values.
    pub unit: &'static str,
    /// Interval that its values lie in.
    pub range: &'static str,
    /// What it says.
    pub doc: &'static str,
}

const fn column(
    name: &'static str,
    family: Family,
    unit: &'static str,
    range: &'static str,
    doc: &'static str,
) -> Column {
    Column { name, family, unit, range, doc }
}

const RETURN: &str = "log return";
const NATS: &str = "nats";

/// Every column; those of a family stand together, in the order in which it computes them.
#[rustfmt::skip]
pub const COLUMNS: [Column; 39] = [
    column("hp_vol", Risk, RETURN, "[0, ∞)", "volatility forecast for the next bar, EWMA"),
    column("hp_var_95", Risk, RETURN, "(-∞, ∞)", "value at risk of the next bar at 95 %, a loss is positive"),
    column("hp_var_97", Risk, RETURN, "(-∞, ∞)", "value at risk of the next bar at 97.5 %"),
    column("hp_var_99", Risk, RETURN, "(-∞, ∞)", "value at risk of the next bar at 99 %"),
    column("hp_es_95", Risk, RETURN, "[hp_var_95, ∞)", "expected shortfall of the next bar at 95 %"),
    column("hp_es_97", Risk, RETURN, "[hp_var_97, ∞)", "expected shortfall of the next bar at 97.5 %"),
    column("hp_es_99", Risk, RETURN, "[hp_var_99, ∞)", "expected shortfall of the next bar at 99 %"),
    column("hp_var_95_h", Risk, RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 95 %, simulated"),
    column("hp_var_97_h", Risk, RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 97.5 %"),
    column("hp_var_99_h", Risk, RETURN, "(-∞, ∞)", "value at risk over risk_horizon bars at 99 %"),
    column("hp_es_95_h", Risk, RETURN, "[hp_var_95_h, ∞)", "expected shortfall over risk_horizon bars at 95 %"),
    column("hp_es_97_h", Risk, RETURN, "[hp_var_97_h, ∞)", "expected shortfall over risk_horizon bars at 97.5 %"),
    column("hp_es_99_h", Risk, RETURN, "[hp_var_99_h, ∞)", "expected shortfall over risk_horizon bars at 99 %"),
    column("hp_tail", Risk, "ratio", "[1, ∞)", "weight of the tail, hp_es_99 / hp_var_99 (1.15 for normal returns)"),
    column("hp_spread", Liquidity, "fraction of price", "[0, ∞)", "effective bid-ask spread, EDGE; noise below about 0.001"),
    column("hp_amihud", Liquidity, "1 / quote currency", "[0, ∞)", "price impact, mean of |log return| / (close · volume)"),
    column("hp_trend", Trend, "ratio", "[-√trend_window, √trend_window]", "return of the last trend_window bars over the root of the sum of squares of theirs: standard normal for a random walk"),
    column("hp_radius", Geometry, "distance", "[0, 8]", "how far the state lies from an ordinary one"),
    column("hp_novelty", Geometry, "distance", "[0, 16]", "distance to the nearest state of the library"),
    column("hp_drift", Geometry, "distance", "[0, 16]", "distance from the state one bar before"),
    column("hp_pbit", Lattice, "mean spin", "[-1, 1]", "direction: exact mean of the newest p-bit"),
    column("hp_confidence", Lattice, "fraction", "[0, 1)", "how much of the library is near: K / (K + lattice_horizon), K the sum of the kernel"),
    column("hp_gain", Lattice, RETURN, "(-∞, ∞)", "expected return over lattice_horizon bars above the library's mean: σ√H times the kernel mean of the labels, times √(2/π) for signs"),
    column("hp_energy", Thermodynamics, "T", "(-∞, 0]", "mean energy of an open p-bit, U / NT: how far they and their fields agree"),
    column("hp_entropy", Thermodynamics, NATS, "[0, ln 2]", "entropy of an open p-bit, S / N: ln 2 where the outcomes are anyone's guess"),
    column("hp_free_energy", Thermodynamics, "T", "(-∞, -ln 2]", "free energy of an open p-bit, hp_energy - hp_entropy"),
    column("hp_susceptibility", Thermodynamics, "ratio", "[0, 12]", "response of the open p-bits to a common field, Tχ = Var(M) / N: 1 for independent ones"),
    column("hp_dissipation", Thermodynamics, NATS, "[0, ∞)", "entropy produced by the step from the last bar's lattice to this one's: how much it surprised"),
    column("hp_landauer", Thermodynamics, NATS, "[-N ln 2, N ln 2]", "entropy lost in that step: the least heat, in units of T, that it gives off; hp_dissipation comes on top"),
    column("hp_phi", Integration, NATS, "[0, hp_tdmi]", "integrated information Φ_R of six channels, one bar apart, at the minimum-information bipartition"),
    column("hp_phi_excess", Integration, NATS, "(-∞, ∞)", "hp_phi above its mean over phi_permutations permuted pairings: what dynamics add to chance"),
    column("hp_phi_wms", Integration, NATS, "(-∞, ∞)", "whole-minus-sum integrated information there, negative where the parts are redundant"),
    column("hp_tdmi", Integration, NATS, "[0, ∞)", "mutual information of all channels now and one bar before"),
    column("hp_phi_mib", Integration, "mask", "[1, 31]", "channels of part 2 there: 1 range, 2 volume, 4 place of the close, 8 volatility, 16 slow momentum"),
    column("hp_ci", Complexity, "fraction", "[0, 1)", "complexity index of the lattice of the last 48 bars: the product of the four below, sampled"),
    column("hp_ci_dimension", Complexity, "fraction", "(0, 1]", "Takens' dimension of their states over 3, at most 1"),
    column("hp_ci_gain", Complexity, "fraction", "[0, 1]", "response of the lattice to a field, ln(1 + Var(M) / 48) / ln 49"),
    column("hp_ci_coherence", Complexity, "fraction", "[0, 1]", "how far the nodes agree, mean of |M| / 48 above that of independent ones"),
    column("hp_ci_dwell", Complexity, "fraction", "[0, 1)", "how long they keep to a state, 1 - exp(-τ / 5), τ the correlation time of M in sweeps; null above ci_sweeps / 50"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_families_stand_together() {
        let names: std::collections::BTreeSet<_> = COLUMNS.iter().map(|c| c.name).collect();
        assert_eq!(names.len(), COLUMNS.len());
        assert!(COLUMNS.is_sorted_by_key(|c| c.family));
        assert!(COLUMNS.iter().all(|c| c.name.starts_with("hp_")));
    }
}
