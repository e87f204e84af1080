//! Where the state of the market lies in hyperbolic space.

use hyperphysics_engine::{Outputs, Plan};
use hyperphysics_kernels::gpu::kernel_regression;

use super::spec::{Column, FamilySpec, Fill, Prepared, column};
use super::Group;
use crate::families::params::parameters;
use crate::families::states::{Target, distance, vote_bars};
use crate::families::table::Table;
use crate::{Metric, Result};

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_radius", "distance", "[0, 8]", "how far the state lies from an ordinary one"),
    column("hp_novelty", "distance", "[0, 16]", "distance to the nearest state of the past window"),
    column("hp_drift", "distance", "[0, 16]", "distance from the state one bar before"),
];

parameters! {
    /// The geometry has no parameters of its own.
    geometry as Parameters {}
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "geometry",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &["half_life", "lattice_horizon", "channels", "past_window", "metric"],
    bars: vote_bars,
    voters: |_| 1,
    prepare: |group| Box::new(Geometry { targets: group.targets(FAMILY.bars) }),
};

/// The geometry family of a group.
#[derive(Debug)]
struct Geometry {
    targets: Vec<Target>,
}

impl Prepared for Geometry {
    /// Adds the votes, which know the nearest state of a past window.
    fn add<'p>(&'p self, group: &'p Group<'p>, plan: &mut Plan<'p>) -> Result<Fill<'p>> {
        group.add_votes(plan)?;
        Ok(Box::new(move |outputs, tables| self.fill(group, outputs, tables)))
    }
}

impl Geometry {
    fn fill(&self, group: &Group<'_>, outputs: &mut Outputs, tables: &mut [Table]) {
        let votes = group.votes();
        let mut entries = votes.rows.iter().zip(votes.found(outputs));
        for target in &self.targets {
            // Both lists ascend, and every target is among the voters.
            let (_, vote) = entries.find(|(row, _)| **row as usize == target.row).expect("a voter");
            let segment = &group.segments[target.segment];
            let values = values(group, target, vote);
            tables[segment.frame].fill(FAMILY.name, [(segment.row(target.bar), values)]);
        }
    }
}

/// Radius, novelty and drift.
fn values(
    group: &Group<'_>,
    target: &Target,
    vote: &[f32; kernel_regression::VOTES],
) -> [f64; COLUMNS.len()] {
    let (states, metric) = (&group.states().rows, group.params.shared.metric);
    let [before, now] = [&states[target.row - 1], &states[target.row]];
    let nearest = f64::from(vote[3]).sqrt();
    let novelty = match metric {
        Metric::Hyperbolic => 2.0 * nearest.asinh(),
        Metric::Euclidean => 2.0 * nearest,
    };
    [now[0], novelty, distance(before, now, metric)]
}
