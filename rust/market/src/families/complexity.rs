//! Complexity index of the lattice whose nodes are the last 48 bars.
//!
//! Couplings are the kernel of the states' distances, the field of a node is the label of its bar,
//! 0 where there is no outcome yet. The lattice is sampled with words that all candles
//! share, so that a change from bar to bar is one of the market and not of the draws.

use hyperphysics_engine::Plan;
use hyperphysics_kernels::gpu::gibbs_sampler;
use hyperphysics_kernels::math::complexity;
use hyperphysics_kernels::shared::rng;
use rayon::prelude::*;

use super::spec::{Column, FamilySpec, Fill, Prepared, column};
use super::{Group, Params};
use crate::Result;
use crate::families::params::{LOWEST_TEMPERATURE, parameters};
use crate::families::states::{self, Distances, States, Target};

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    column("hp_ci", "fraction", "[0, 1)", "complexity index of the lattice of the last 48 bars: the product of the four below, sampled"),
    column("hp_ci_dimension", "fraction", "(0, 1]", "Takens' dimension of their states over 3, at most 1"),
    column("hp_ci_gain", "fraction", "[0, 1]", "response of the lattice to a field, ln(1 + Var(M) / 48) / ln 49"),
    column("hp_ci_coherence", "fraction", "[0, 1]", "how far the nodes agree, mean of |M| / 48 above that of independent ones"),
    column("hp_ci_dwell", "fraction", "[0, 1)", "how long they keep to a state, 1 - exp(-τ / 5), τ the correlation time of M in sweeps; null above ci_sweeps / 50"),
];

parameters! {
    /// Parameters of the complexity index.
    complexity as Parameters {
        ci_temperature: f64 = 0.9, in LOWEST_TEMPERATURE..=100.0,
            "temperature of the lattice of the last 48 bars, in units of the largest eigenvalue of its kernel matrix";
        ci_sweeps: u64 = 512, in 50..=16_384, "recorded sweeps of that lattice";
    }
}

pub(super) static FAMILY: FamilySpec = FamilySpec {
    name: "complexity",
    columns: COLUMNS,
    parameters: PARAMETERS,
    shared: &["half_life", "seed", "lattice_horizon", "channels", "length_scale", "metric", "label"],
    bars: |params| NODES - 1 + states::bars(params),
    voters: |_| 0,
    prepare: |group| Box::new(Complexity { targets: group.targets(FAMILY.bars) }),
};

/// Bars of a lattice.
const NODES: usize = gibbs_sampler::NODES;

/// Lattices of one plan, 10 KiB each.
const RUN: usize = 4096;

/// Sweeps before the recorded ones.
const BURN_IN: u32 = 64;

/// Sweeps in which the dwell time saturates.
const REFERENCE: f64 = 5.0;

/// Products with the couplings that estimate the largest eigenvalue; the first eigenvector of a
/// positive matrix is near.
const PRODUCTS: usize = 8;

/// The complexity family of a group.
#[derive(Debug)]
struct Complexity {
    targets: Vec<Target>,
}

impl Prepared for Complexity {
    /// Samples in plans of its own: the lattices of a group would not fit into one.
    fn add<'p>(&'p self, group: &'p Group<'p>, _: &mut Plan<'p>) -> Result<Fill<'p>> {
        let mut found: Vec<(Target, [f64; COLUMNS.len()])> = Vec::new();
        for run in self.targets.chunks(RUN) {
            let windows =
                group.engine.install(|| Windows::new(group.states(), run, group.params))?;
            let series = windows.sample(group)?;
            found.extend(group.engine.install(|| {
                let pairs = windows.targets.par_iter().zip(&series);
                let index = |(target, series): (&Target, &Vec<f64>)| {
                    (*target, windows.index(target.row, series))
                };
                pairs.map(index).collect::<Vec<_>>()
            })?);
        }
        Ok(Box::new(move |_, tables| {
            for (target, values) in found {
                let segment = &group.segments[target.segment];
                tables[segment.frame].fill(FAMILY.name, [(segment.row(target.bar), values)]);
            }
        }))
    }
}

/// Lattices of a run of targets.
struct Windows {
    distances: Distances,
    /// Targets that have a lattice.
    targets: Vec<Target>,
    batch: gibbs_sampler::Batch,
}

impl Windows {
    fn new(states: &States, run: &[Target], params: &Params) -> Self {
        let distances = Distances::new(states, run, NODES, params);
        let of = |target: &Target| {
            // A state without a number has no lattice.
            lattice(&distances, states, target.row, params).map(|lattice| (*target, lattice))
        };
        let lattices: Vec<_> = run.par_iter().filter_map(of).collect();
        let mut batch = gibbs_sampler::Batch::with_capacity(lattices.len());
        let mut targets = Vec::with_capacity(lattices.len());
        for (target, lattice) in lattices {
            targets.push(target);
            batch.push(&lattice);
        }
        Self { distances, targets, batch }
    }

    /// Magnetisations after each sweep, lattice by lattice.
    fn sample(&self, group: &Group<'_>) -> Result<Vec<Vec<f64>>> {
        let params = group.params;
        let count = self.targets.len();
        let sweeps = params.complexity.ci_sweeps as u32;
        let sampling = gibbs_sampler::Params::new(NODES as u32, BURN_IN, sweeps, sweeps);
        let (key, stream) = (rng::words(params.shared.seed), rng::stream(rng::COMPLEXITY, 0));
        let chains: Vec<u32> =
            (0..count as u32).flat_map(|lattice| gibbs_sampler::chain(lattice, key, stream, 0)).collect();
        let thresholds = gibbs_sampler::thresholds();
        let mut plan = Plan::new();
        let inputs = [self.batch.couplings(), self.batch.lattices(), &thresholds, &chains];
        let [couplings, lattices, thresholds, chains] = inputs.map(|words| plan.input(words));
        let words = sampling.magnetisations();
        let magnetisation = plan.output(words * count);
        let [energy, conditional, ends] = [plan.scratch(), plan.scratch(), plan.scratch()];
        plan.stage(count).step(
            &gibbs_sampler::KERNEL,
            &sampling,
            &[couplings, lattices, thresholds, chains, magnetisation, energy, conditional, ends],
        )?;
        let found: Vec<u32> = group.engine.run(&plan, group.cancel)?.take(magnetisation);
        let bytes = |words: &[u32]| -> Vec<f64> {
            let bytes = words.iter().flat_map(|word| word.to_le_bytes());
            bytes.take(sweeps as usize).map(|byte| f64::from(byte.cast_signed())).collect()
        };
        Ok(found.chunks_exact(words).map(bytes).collect())
    }

    /// Index and factors of the window that ends at `row`; NaN where there is none.
    fn index(&self, row: usize, series: &[f64]) -> [f64; COLUMNS.len()] {
        let of = |node: usize| &self.distances.before(row - node)[..NODES - 1 - node];
        let distances: Vec<f64> = (0..NODES).flat_map(of).copied().collect();
        let found = complexity::index(NODES, &distances, &[series], REFERENCE);
        found.map_or([f64::NAN; COLUMNS.len()], |found| {
            [found.index, found.dimension, found.gain, found.coherence, found.dwell]
        })
    }
}

/// The lattice of the window that ends at `row`, the newest bar first; nothing where a number is
/// missing.
fn lattice(distances: &Distances, states: &States, row: usize, params: &Params) -> Option<gibbs_sampler::Quantised> {
    let mut couplings = vec![0.0; NODES * NODES];
    for newer in 0..NODES {
        couplings[newer * NODES + newer] = 1.0;
        let weights = distances.weights(row - newer);
        for (older, weight) in (newer + 1..NODES).zip(weights) {
            couplings[newer * NODES + older] = *weight;
            couplings[older * NODES + newer] = *weight;
        }
    }
    let known = params.shared.lattice_horizon as usize;
    let field = |node: usize| if node < known { 0.0 } else { f64::from(states.labels[row - node]) };
    let fields: [f64; NODES] = std::array::from_fn(field);
    let temperature = params.complexity.ci_temperature * largest_eigenvalue(&couplings);
    gibbs_sampler::quantise(&couplings, &fields, temperature).ok()
}

/// Rayleigh quotient after [`PRODUCTS`] products with a vector of ones.
fn largest_eigenvalue(matrix: &[f64]) -> f64 {
    let dot = |a: &[f64; NODES], b: &[f64; NODES]| {
        // Eight partial sums, so that the loop becomes vectors.
        let mut sums = [0.0; 8];
        for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
            for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += a * b;
            }
        }
        sums.iter().sum::<f64>()
    };
    let mut product = [1.0; NODES];
    let mut old = product;
    for _ in 0..PRODUCTS {
        old = product;
        for (to, row) in product.iter_mut().zip(matrix.as_chunks::<NODES>().0) {
            *to = dot(row, &old);
        }
    }
    dot(&old, &product) / dot(&old, &old)
}
