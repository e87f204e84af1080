//! Thermodynamics of the open p-bits, and of the step from one bar's lattice to the next.
//!
//! The lattice is the predictor's: the newest bars without an outcome, fields from their libraries.
//! When a bar closes, the p-bit of the bar that leaves is set anew for the one that enters, and
//! fields and couplings of the others change; the step is that from one equilibrium to the other.

use hyperphysics_kernels::gpu::kernel_regression;
use hyperphysics_kernels::math::ising::{Lattices, Quench, quench};
use hyperphysics_kernels::spec::LANES;
use rayon::prelude::*;

use crate::lattice::Target;
use crate::segment::Segment;
use crate::states::{Near, States, open_bars, place};
use crate::table::Table;
use crate::{Family, Params};

/// The thermodynamics family of a group.
#[derive(Debug)]
pub(crate) struct Thermodynamics {
    targets: Vec<Target>,
    near: Near,
}

impl Thermodynamics {
    pub(crate) fn new(states: &States, targets: Vec<Target>, params: &Params) -> Self {
        let near = Near::new(states, &targets, open_bars(params) + 1, params);
        Self { targets, near }
    }

    /// Fills the columns of a group. `fields` are those of the bars at the rows `voters`.
    pub(crate) fn fill(
        &self,
        segments: &[Segment<'_>],
        voters: &[u32],
        fields: &[f64],
        params: &Params,
        tables: &mut [Table],
    ) {
        let open = open_bars(params);
        let run = |targets: &[Target]| {
            let (mut before, mut after) = (Lattices::new(open), Lattices::new(open));
            for (lane, target) in targets.iter().enumerate() {
                let at = place(voters, target.row);
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
            let quenches = quench(params.temperature, &before, &after);
            quenches.into_iter().take(targets.len()).map(move |quench| columns(&quench, open))
        };
        let values: Vec<_> = self.targets.par_chunks(LANES).flat_map_iter(run).collect();
        for (target, values) in self.targets.iter().zip(values) {
            let segment = &segments[target.segment];
            let row = segment.row(target.bar);
            tables[segment.frame].fill(Family::Thermodynamics, [(row, values)]);
        }
    }

    /// Coupling of two bars, counted back from `row`.
    fn weight(&self, row: usize, a: usize, b: usize) -> f64 {
        let (newer, older) = (a.min(b), a.max(b));
        self.near.weights(row - newer)[older - newer - 1]
    }
}

/// Fields of the votes on bars: `(Σ K y - mean(y) Σ K) / H`.
pub(crate) fn fields(votes: &[[f32; kernel_regression::VOTES]], params: &Params) -> Vec<f64> {
    let of = |vote: &[f32; kernel_regression::VOTES]| {
        let [sum, weight, labels, _] = vote.map(f64::from);
        (sum - labels / params.library as f64 * weight) / params.lattice_horizon as f64
    };
    votes.iter().map(of).collect()
}

/// Energy, entropy and free energy per p-bit, response, entropy produced and entropy lost.
fn columns(quench: &Quench, open: usize) -> [f64; 6] {
    let Quench { energy, free_energy, entropy, response, dissipation, erased } = *quench;
    let spins = open as f64;
    [energy / spins, entropy / spins, free_energy / spins, response, dissipation, erased]
}
