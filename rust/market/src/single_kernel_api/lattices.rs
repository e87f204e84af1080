//! Samples of many lattices at once, by the integer sampler.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::gibbs_sampler::{
    self, Batch, KERNEL, NODES, Params, Record, SWEEPS,
};
use hyperphysics_kernels::math::ising::{BATCHES, Lattice, Sample};
use hyperphysics_kernels::shared::rng;

use super::check::require;
use crate::{Error, Result};

/// Most chains of one plan: what they record is held in memory twice.
const CHAINS: usize = 4096;

/// How to sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sweeps {
    /// Sweeps recorded per replica, at least 1.
    pub sweeps: u32,
    /// Sweeps before them; with them at most 65 535.
    pub burn_in: u32,
    /// Independent replicas of each lattice, at least 1.
    pub replicas: u32,
    /// Seed of the random words.
    pub seed: u64,
}

/// Samples of lattices of up to 48 nodes, each at its temperature, by the heat bath node after node.
///
/// Couplings are rounded to 8 bits ([`gibbs_sampler`] says what that costs). Random words depend on the seed and
/// the replica only: a sample is the same bits on every device and whatever else is sampled, and
/// the chance in samples of similar lattices is correlated.
///
/// # Errors
/// [`Error::Argument`] for a lattice that cannot be rounded, or numbers outside their ranges;
/// [`Error::Engine`] if the engine failed or `cancel` was set.
pub fn sample_lattices(
    engine: &Engine,
    lattices: &[Lattice],
    temperatures: &[f64],
    how: &Sweeps,
    cancel: &AtomicBool,
) -> Result<Vec<Sample>> {
    let Sweeps { sweeps, burn_in, replicas, .. } = *how;
    require(lattices.len() == temperatures.len(), || {
        let (found, expected) = (temperatures.len(), lattices.len());
        format!("{found} temperatures for {expected} lattices, expected as many")
    })?;
    require((1..=SWEEPS).contains(&sweeps), || {
        format!("sweeps is {sweeps}, expected 1 to {SWEEPS}")
    })?;
    let most = SWEEPS - sweeps;
    require(burn_in <= most, || {
        format!("burn_in is {burn_in}, expected at most {most}: with sweeps at most {SWEEPS}")
    })?;
    require((1..=CHAINS as u32).contains(&replicas), || {
        format!("replicas is {replicas}, expected 1 to {CHAINS}")
    })?;
    let mut sizes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, lattice) in lattices.iter().enumerate() {
        sizes.entry(lattice.nodes()).or_default().push(number);
    }
    let mut samples: Vec<Option<Sample>> = vec![None; lattices.len()];
    for numbers in sizes.values() {
        for numbers in numbers.chunks(CHAINS / replicas as usize) {
            let found = equally_large(engine, lattices, temperatures, numbers, how, cancel)?;
            for (&number, sample) in numbers.iter().zip(found) {
                samples[number] = Some(sample);
            }
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Samples of the lattices of those numbers, which have as many nodes each.
fn equally_large(
    engine: &Engine,
    lattices: &[Lattice],
    temperatures: &[f64],
    numbers: &[usize],
    how: &Sweeps,
    cancel: &AtomicBool,
) -> Result<Vec<Sample>> {
    let Sweeps { sweeps, burn_in, replicas, seed } = *how;
    let replicas = replicas as usize;
    let mut batch = Batch::with_capacity(numbers.len());
    for &number in numbers {
        let added = batch.add(&lattices[number], temperatures[number]);
        added.map_err(|why| Error::Argument(format!("lattices[{number}]: {why}")))?;
    }
    let nodes = lattices[numbers[0]].nodes() as u32;
    let params = Params::new(nodes, burn_in, sweeps, sweeps.div_ceil(BATCHES as u32));
    let (key, stream) = (rng::words(seed), rng::stream(rng::LATTICE, gibbs_sampler::STREAM));
    let chains: Vec<u32> = (0..numbers.len() as u32)
        .flat_map(|lattice| (0..replicas as u64).map(move |replica| (lattice, replica)))
        .flat_map(|(lattice, replica)| gibbs_sampler::chain(lattice, key, stream, replica))
        .collect();
    let items = numbers.len() * replicas;
    let thresholds = gibbs_sampler::thresholds();
    let mut plan = Plan::new();
    let inputs = [
        plan.input(batch.couplings()),
        plan.input(batch.lattices()),
        plan.input(&thresholds),
        plan.input(&chains),
    ];
    let magnetisation = plan.output(items * params.magnetisations());
    let energy = plan.output(items * sweeps as usize);
    let conditional = plan.output(gibbs_sampler::tiled(items) * params.batches() * NODES);
    let states = plan.output(2 * items);
    let [couplings, fields, thresholds, chains] = inputs;
    plan.stage(items).step(
        &KERNEL,
        &params,
        &[couplings, fields, thresholds, chains, magnetisation, energy, conditional, states],
    )?;
    let mut outputs = engine.run(&plan, cancel)?;
    let outputs = [magnetisation, energy, conditional, states].map(|id| outputs.take(id));
    let [magnetisation, energy, conditional, states] = &outputs;
    let record = Record { params, magnetisation, energy, conditional, states };
    let sample = |(at, &number): (usize, &usize)| {
        let chains = at * replicas..(at + 1) * replicas;
        record.sample(chains, temperatures[number], batch.quantum(at))
    };
    Ok(numbers.iter().enumerate().map(sample).collect())
}
