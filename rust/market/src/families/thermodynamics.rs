//! Thermodynamics of the open p-bits, and of the step from one bar's lattice to the next.
//!
//! The lattice is the predictor's: the newest bars without an outcome, fields from their past
//! windows. When a bar closes, the p-bit of the bar that leaves is set anew for the one that enters,
//! and fields and couplings of the others change; the step is that from one equilibrium to the other.

use hyperphysics_engine::{Outputs, Plan};
use hyperphysics_kernels::math::ising::{Lattices, Quench, quench};
use hyperphysics_kernels::spec::LANES;
use rayon::prelude::*;

use super::Group;
use super::spec::{Column, FamilySpec, Fill, NATS, Prepared, column};
use crate::Result;
use crate::families::params::parameters;
use crate::families::states::{Distances, Target, unlabelled_bars, vote_bars};
use crate::families::table::Table;

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_energy", "T", "(-∞, 0]", "mean energy of an open p-bit, U / NT: how far they and their fields agree"),
    column("hp_entropy", NATS, "[0, ln 2]", "entropy of an open p-bit, S / N: ln 2 where the outcomes are anyone's guess"),
    column("hp_free_energy", "T", "(-∞, -ln 2]", "free energy of an open p-bit, hp_energy - hp_entropy"),
    column("hp_susceptibility", "ratio", "[0, 12]", "response of the open p-bits to a common field, Tχ = Var(M) / N: 1 for independent ones"),
    column("hp_dissipation", NATS, "[0, ∞)", "entropy produced by the step from the last bar's lattice to this one's: how much it surprised"),
    column("hp_landauer", NATS, "[-N ln 2, N ln 2]", "entropy lost in that step: the least heat, in units of T, that it gives off; hp_dissipation comes on top"),
];

parameters! {
    /// The thermodynamics have no parameters of their own.
    thermodynamics as Parameters {}
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "thermodynamics",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &[
        "half_life",
        "lattice_horizon",
        "channels",
        "past_window",
        "length_scale",
        "temperature",
        "metric",
        "label",
    ],
    // The lattice of the bar before, too.
    bars: |params| unlabelled_bars(params) + vote_bars(params),
    voters: |params| unlabelled_bars(params) + 1,
    prepare: |group| Box::new(Thermodynamics::new(group)),
};

/// The thermodynamics family of a group.
#[derive(Debug)]
struct Thermodynamics {
    targets: Vec<Target>,
    distances: Distances,
}

impl Thermodynamics {
    fn new(group: &Group<'_>) -> Self {
        let targets = group.targets(FAMILY.bars);
        let window = unlabelled_bars(group.params) + 1;
        let distances = Distances::new(group.states(), &targets, window, group.params);
        Self { targets, distances }
    }

    fn fill(&self, group: &Group<'_>, outputs: &mut Outputs, tables: &mut [Table]) {
        let (votes, params) = (group.votes(), group.params);
        let fields = votes.fields(outputs, params);
        let open = unlabelled_bars(params);
        let run = |targets: &[Target]| {
            let (mut before, mut after) = (Lattices::new(open), Lattices::new(open));
            for (lane, target) in targets.iter().enumerate() {
                let at = votes.place(target.row);
                // Slot k of the new lattice holds the bar k before; slot 0 of the old one the bar
                // whose p-bit is set anew.
                let age = |slot: usize| if slot == 0 { open } else { slot };
                for k in 0..open {
                    after.expose(lane, k, fields[at - k]);
                    before.expose(lane, k, fields[at - age(k)]);
                    for l in 0..k {
                        after.couple(lane, k, l, self.weight(target.row, l, k));
                        before.couple(lane, k, l, self.weight(target.row, age(l), age(k)));
                    }
                }
            }
            let quenches = quench(params.shared.temperature, &before, &after);
            quenches.into_iter().take(targets.len()).map(move |quench| columns(&quench, open))
        };
        let values: Vec<_> = self.targets.par_chunks(LANES).flat_map_iter(run).collect();
        for (target, values) in self.targets.iter().zip(values) {
            let segment = &group.segments[target.segment];
            let row = segment.row(target.bar);
            tables[segment.frame].fill(FAMILY.name, [(row, values)]);
        }
    }

    /// Coupling of two bars, counted back from `row`.
    fn weight(&self, row: usize, a: usize, b: usize) -> f64 {
        let (newer, older) = (a.min(b), a.max(b));
        self.distances.weights(row - newer)[older - newer - 1]
    }
}

impl Prepared for Thermodynamics {
    /// Adds the votes, which are the fields.
    fn add<'p>(&'p self, group: &'p Group<'p>, plan: &mut Plan<'p>) -> Result<Fill<'p>> {
        group.add_votes(plan)?;
        Ok(Box::new(move |outputs, tables| self.fill(group, outputs, tables)))
    }
}

/// Energy, entropy and free energy per p-bit, response, entropy produced and entropy lost.
fn columns(quench: &Quench, open: usize) -> [f64; COLUMNS.len()] {
    let Quench { energy, free_energy, entropy, response, dissipation, erased } = *quench;
    let spins = open as f64;
    [energy / spins, entropy / spins, free_energy / spins, response, dissipation, erased]
}
