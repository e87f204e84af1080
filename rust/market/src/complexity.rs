//! Complexity index of the lattice whose nodes are the last 48 bars.
//!
//! Couplings are the kernel of the states' distances, the field of a node is the label of its bar,
//! 0 where there is no outcome yet. The lattice is sampled with words that all candles
//! share, so that a change from bar to bar is one of the market and not of the draws.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::gibbs_sampler;
use hyperphysics_kernels::math::complexity;
use hyperphysics_kernels::shared::rng;
use rayon::prelude::*;

use crate::lattice::Target;
use crate::segment::Segment;
use crate::states::{self, Near, States};
use crate::table::Table;
use crate::{Family, Params, Result};

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

/// Bars that a value depends on.
pub(crate) fn bars(params: &Params) -> usize {
    NODES - 1 + states::bars(params)
}

/// Fills the columns of a group.
pub(crate) fn fill(
    engine: &Engine,
    segments: &[Segment<'_>],
    states: &States,
    params: &Params,
    tables: &mut [Table],
    cancel: &AtomicBool,
) -> Result<()> {
    let targets = states.targets(segments, &[Family::Complexity], Family::Complexity, params);
    for run in targets.chunks(RUN) {
        let windows = engine.install(|| Windows::new(states, run, params))?;
        let series = windows.sample(engine, params, cancel)?;
        let values: Vec<[f64; 5]> = engine.install(|| {
            let pairs = windows.targets.par_iter().zip(&series);
            pairs.map(|(target, series)| windows.index(target.row, series)).collect()
        })?;
        for (target, values) in windows.targets.iter().zip(values) {
            let segment = &segments[target.segment];
            let row = segment.row(target.bar);
            tables[segment.frame].fill(Family::Complexity, [(row, values)]);
        }
    }
    Ok(())
}

/// Lattices of a run of targets.
struct Windows {
    near: Near,
    /// Targets that have a lattice.
    targets: Vec<Target>,
    batch: gibbs_sampler::Batch,
}

impl Windows {
    fn new(states: &States, run: &[Target], params: &Params) -> Self {
        let near = Near::new(states, run, NODES, params);
        let of = |target: &Target| {
            // A state without a number has no lattice.
            lattice(&near, states, target.row, params).map(|lattice| (*target, lattice))
        };
        let lattices: Vec<_> = run.par_iter().filter_map(of).collect();
        let mut batch = gibbs_sampler::Batch::with_capacity(lattices.len());
        let mut targets = Vec::with_capacity(lattices.len());
        for (target, lattice) in lattices {
            targets.push(target);
            batch.push(&lattice);
        }
        Self { near, targets, batch }
    }

    /// Magnetisations after each sweep, lattice by lattice.
    fn sample(
        &self,
        engine: &Engine,
        params: &Params,
        cancel: &AtomicBool,
    ) -> Result<Vec<Vec<f64>>> {
        let count = self.targets.len();
        let sweeps = params.ci_sweeps as u32;
        let sampling = gibbs_sampler::Params::new(NODES as u32, BURN_IN, sweeps, sweeps);
        let (key, stream) = (rng::words(params.seed), rng::stream(rng::COMPLEXITY, 0));
        let chains: Vec<u32> = (0..count as u32)
            .flat_map(|lattice| gibbs_sampler::chain(lattice, key, stream, 0))
            .collect();
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
        let found: Vec<u32> = engine.run(&plan, cancel)?.take(magnetisation);
        let bytes = |words: &[u32]| -> Vec<f64> {
            let bytes = words.iter().flat_map(|word| word.to_le_bytes());
            bytes.take(sweeps as usize).map(|byte| f64::from(byte.cast_signed())).collect()
        };
        Ok(found.chunks_exact(words).map(bytes).collect())
    }

    /// Index and factors of the window that ends at `row`; NaN where there is none.
    fn index(&self, row: usize, series: &[f64]) -> [f64; 5] {
        let of = |node: usize| &self.near.distances(row - node)[..NODES - 1 - node];
        let distances: Vec<f64> = (0..NODES).flat_map(of).copied().collect();
        let found = complexity::index(NODES, &distances, &[series], REFERENCE);
        found.map_or([f64::NAN; 5], |found| {
            [found.index, found.dimension, found.gain, found.coherence, found.dwell]
        })
    }
}

/// The lattice of the window that ends at `row`, the newest bar first; nothing where a number is
/// missing.
fn lattice(
    near: &Near,
    states: &States,
    row: usize,
    params: &Params,
) -> Option<gibbs_sampler::Quantised> {
    let mut couplings = vec![0.0; NODES * NODES];
    for newer in 0..NODES {
        couplings[newer * NODES + newer] = 1.0;
        let weights = near.weights(row - newer);
        for (older, weight) in (newer + 1..NODES).zip(weights) {
            couplings[newer * NODES + older] = *weight;
            couplings[older * NODES + newer] = *weight;
        }
    }
    let known = params.lattice_horizon as usize;
    let field = |node: usize| if node < known { 0.0 } else { f64::from(states.labels[row - node]) };
    let fields: [f64; NODES] = std::array::from_fn(field);
    let temperature = params.ci_temperature * largest_eigenvalue(&couplings);
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
