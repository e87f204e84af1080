//! The integer sampler beside exact values, and what 8-bit couplings cost.

use crate::common::{cases, close, number, numbers, reference};
use hyperphysics_kernels::gpu::gibbs_sampler::{
    Batch, KERNEL, Params, Record, SWEEPS, chain, quantise, thresholds,
};
use hyperphysics_kernels::math::geometry::polar_distances;
use hyperphysics_kernels::math::ising::{
    Error, Estimate, Lattice, Rule, Sample, exponential, largest_eigenvalue, magnetisation_lags,
    sparse, thermodynamics, uniform,
};
use hyperphysics_kernels::math::tessellation::Tessellation;
use hyperphysics_kernels::spec::Case;
use serde_json::Value;

/// Standard errors that a sample may be off.
const ERRORS: f64 = 4.0;

/// What 8-bit couplings may cost a mean spin, of 1, at temperatures of at least λ_max(J).
const MEAN: f64 = 0.005;

/// The same in spin glasses at a quarter of λ_max(J).
const COLD: f64 = 0.02;

/// What they may cost the energy, of N T, and the entropy, of N.
const ENERGY: f64 = 0.001;

/// What the interpolation of thresholds may cost.
const INTERPOLATED: f64 = 5e-5;

/// Runs the kernel: outputs in the order of its bindings.
fn run(mut params: Params, batch: &Batch, chains: &[[u32; 6]]) -> Vec<Vec<u32>> {
    params.items = chains.len() as u32;
    let inputs = vec![
        batch.couplings().to_vec(),
        batch.lattices().to_vec(),
        thresholds(),
        chains.as_flattened().to_vec(),
    ];
    let params = bytemuck::bytes_of(&params).to_vec();
    crate::common::run(&KERNEL, &Case { name: "", params, items: chains.len(), inputs })
}

fn record(params: Params, outputs: &[Vec<u32>]) -> Record<'_> {
    let [magnetisation, energy, conditional, states] = outputs else { panic!("four outputs") };
    Record { params, magnetisation, energy, conditional, states }
}

/// Replicas of one lattice.
fn replicas(count: u32) -> Vec<[u32; 6]> {
    (0..count).map(|replica| chain(0, [11, 5], 0x0003_0006, replica.into())).collect()
}

/// A sample of 48 replicas in 32 batches, the first sweeps left out.
fn sampled(lattice: &Lattice, temperature: f64, sweeps: u32) -> Sample {
    let mut batch = Batch::default();
    batch.add(lattice, temperature).expect("a valid lattice");
    let params = Params::new(lattice.nodes() as u32, sweeps / 10, sweeps, sweeps.div_ceil(32));
    let outputs = run(params, &batch, &replicas(48));
    record(params, &outputs).sample(0..48, temperature, batch.quantum(0))
}

fn lattice(couplings: Vec<f64>, fields: Vec<f64>) -> Lattice {
    Lattice::new(couplings, fields).expect("valid input")
}

#[track_caller]
fn near(found: Estimate, want: f64, off: f64, what: &str) {
    close(found.value, want, ERRORS * found.error + off, what);
}

/// The lattices of the reference whose states the heat bath turns over, with their temperatures.
fn known(file: &Value) -> Vec<(Lattice, f64, &Value)> {
    let of = |case: &'_ Value| {
        let inputs = &case["inputs"];
        let lattice = if inputs["edges"].is_array() {
            let n = inputs["h"].as_array().expect("fields").len();
            let mut couplings = vec![0.0; n * n];
            for (edge, j) in
                inputs["edges"].as_array().expect("edges").iter().zip(numbers(&inputs["J_edge"]))
            {
                let [a, b] = [0, 1].map(|k| edge[k].as_u64().expect("a node") as usize);
                (couplings[a * n + b], couplings[b * n + a]) = (j, j);
            }
            lattice(couplings, numbers(&inputs["h"]))
        } else if let Some(n) = inputs["n"].as_u64() {
            let n = n as usize;
            lattice(vec![number(&inputs["J_ij"]); n * n], vec![number(&inputs["h_all"]); n])
        } else {
            lattice(crate::common::couplings(inputs), numbers(&inputs["h"]))
        };
        (lattice, number(&inputs["T"]))
    };
    let turns =
        |case: &Value| case["outputs"]["mean_abs_M_per_spin"].as_f64().is_none_or(|m| m < 0.6);
    let cases = cases(file).iter().filter(|case| turns(case));
    cases
        .map(|case| {
            let (lattice, t) = of(case);
            (lattice, t, &case["outputs"])
        })
        .filter(|(lattice, ..)| lattice.nodes() <= 48)
        .collect()
}

/// Numbers of other libraries, with what rounding to 8 bits may add.
#[test]
fn reference_numbers() {
    let Some(file) = reference("ising_exact") else { return };
    let mut compared = 0;
    for (lattice, temperature, outputs) in known(&file) {
        let sample = sampled(&lattice, temperature, 4000);
        let cold = temperature < 0.5 * largest_eigenvalue(&lattice);
        let mean = if cold { COLD } else { MEAN };
        let energy = number(&outputs["mean_energy"]);
        near(sample.mean_energy(), energy, ENERGY * lattice.nodes() as f64 * temperature, "energy");
        if outputs["mean_spin"].is_array() {
            for (found, want) in sample.mean.iter().zip(numbers(&outputs["mean_spin"])) {
                near(*found, want, mean, "mean");
            }
        }
        if outputs["mean_M2_per_spin2"].is_number() {
            let want = number(&outputs["mean_M2_per_spin2"]);
            near(sample.squared_magnetisation(), want, MEAN, "M²");
        }
        compared += 1;
    }
    assert!(compared >= crate::common::least(&file, 8), "{compared}");
}

/// A lattice of random points of the disc, with fields.
fn random(nodes: usize, seed: u32) -> Lattice {
    let uniform = |at: usize| {
        let word = hyperphysics_kernels::shared::rng::philox([at as u32, 0, 0, 0], [seed, 0])[0];
        hyperphysics_kernels::shared::rng::uniform(word)
    };
    let polar = |i: usize| {
        let angle = std::f64::consts::TAU * uniform(2 * i);
        [3.0 * uniform(2 * i + 1), angle.cos(), angle.sin(), 0.0]
    };
    let points: Vec<[f64; 4]> = (0..nodes).map(polar).collect();
    let distances = polar_distances(&points).expect("points of space");
    let couplings = exponential(&distances, nodes, 1.0, 1.0).expect("valid input");
    lattice(couplings, (0..nodes).map(|i| uniform(1000 + i) - 0.4).collect())
}

/// Exact values of the rounded lattice beside those of the lattice: no sampling, so that what
/// remains is the price of 8 bits alone.
#[test]
fn eight_bits_cost_less_than_stated() {
    let (mut means, mut energies, mut entropies) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (nodes, seed) in [(4, 1), (8, 2), (12, 3), (16, 4), (16, 5), (18, 6)] {
        for t in [1.0, 1.25, 2.0, 5.0] {
            let lattice = random(nodes, seed);
            let temperature = t * largest_eigenvalue(&lattice);
            let rounded = quantise(lattice.couplings(), lattice.fields(), temperature);
            let rounded = rounded.expect("a valid lattice").lattice();
            let exact = |lattice| thermodynamics(lattice, temperature).expect("few nodes");
            let (want, found) = (exact(&lattice), exact(&rounded));
            for (a, b) in want.mean.iter().zip(&found.mean) {
                means = means.max((a - b).abs());
            }
            let scale = nodes as f64;
            energies = energies.max((want.energy - found.energy).abs() / (scale * temperature));
            entropies = entropies.max((want.entropy - found.entropy).abs() / scale);
        }
    }
    println!("means {means:.2e}, energy / N T {energies:.2e}, entropy / N {entropies:.2e}");
    assert!(means < MEAN && energies < ENERGY && entropies < ENERGY);
}

/// Nothing but chance parts the sampler from the rounded lattice.
#[test]
fn samples_agree_with_exact_values_of_the_rounded_lattice() {
    for (nodes, seed, t) in [(1, 1, 1.0), (2, 2, 1.0), (5, 3, 0.8), (13, 4, 1.25), (16, 5, 2.0)] {
        let lattice = random(nodes, seed);
        let temperature = t * largest_eigenvalue(&lattice).max(0.7);
        let rounded = quantise(lattice.couplings(), lattice.fields(), temperature);
        let rounded = rounded.expect("a valid lattice").lattice();
        let exact = thermodynamics(&rounded, temperature).expect("few nodes");
        let sample = sampled(&lattice, temperature, 8000);
        for (found, want) in sample.mean.iter().zip(&exact.mean) {
            near(*found, *want, INTERPOLATED, "mean");
        }
        near(sample.mean_energy(), exact.energy, INTERPOLATED * temperature, "energy");
        near(sample.mean_magnetisation(), exact.magnetisation, INTERPOLATED, "M");
        near(sample.abs_magnetisation(), exact.abs_magnetisation, INTERPOLATED, "|M|");
        near(sample.squared_magnetisation(), exact.magnetisation_2, INTERPOLATED, "M²");
        close(sample.heat_capacity() / exact.heat_capacity, 1.0, 0.05, "heat capacity");
    }
}

/// 48 nodes of the {3, 7} tiling with its edges as couplings, by elimination.
#[test]
fn forty_eight_nodes() {
    let tiles = Tessellation::region();
    let n = tiles.vertices.len();
    assert_eq!(n, 48);
    let mut couplings = vec![0.0; n * n];
    for (at, &[a, b]) in tiles.edges.iter().enumerate() {
        let j = if at % 3 == 0 { -0.4 } else { 1.0 };
        (couplings[a * n + b], couplings[b * n + a]) = (j, j);
    }
    let lattice = lattice(couplings, (0..n).map(|i| 0.02 * i as f64 - 0.4).collect());
    let rounded = quantise(lattice.couplings(), lattice.fields(), 2.5).expect("a valid lattice");
    let exact = sparse(&rounded.lattice(), 2.5).expect("few couplings");
    let sample = sampled(&lattice, 2.5, 4000);
    for (found, want) in sample.mean.iter().zip(&exact.mean) {
        near(*found, *want, INTERPOLATED, "mean");
    }
    near(sample.mean_energy(), exact.energy, INTERPOLATED * 48.0, "energy");
}

/// Equal couplings stay equal, so that their rounding is one of the temperature only.
#[test]
fn equal_couplings_of_48_nodes() {
    let (n, j, t) = (48, 1.0 / 47.0, 1.25);
    let lattice = lattice(vec![j; n * n], vec![0.01; n]);
    let exact = uniform(n, j, 0.01, t).expect("valid input");
    let sample = sampled(&lattice, t, 8000);
    near(sample.mean_energy(), exact.energy, ENERGY * 48.0 * t, "energy");
    near(sample.mean_magnetisation(), exact.magnetisation, MEAN, "M");
    near(sample.squared_magnetisation(), exact.magnetisation_2, MEAN, "M²");
}

/// Free nodes: their conditional mean is `tanh(h/T)` at every update, up to the interpolation.
#[test]
fn free_nodes_follow_the_hyperbolic_tangent() {
    let fields: Vec<f64> = (0..40).map(|i| 0.45 * f64::from(i) - 9.0).collect();
    let lattice = lattice(vec![0.0; 1600], fields.clone());
    for temperature in [0.8, 1.7, 30.0] {
        let sample = sampled(&lattice, temperature, 2000);
        for (found, field) in sample.mean.iter().zip(&fields) {
            close(found.value, (field / temperature).tanh(), 1e-4, "tanh");
        }
        let want = fields.iter().map(|h| (h / temperature).tanh()).sum::<f64>() / 40.0;
        near(sample.mean_magnetisation(), want, INTERPOLATED, "M");
    }
}

/// Flipping all fields flips all means; without fields there is no mean.
#[test]
fn spin_flip_symmetry() {
    let lattice = random(12, 9);
    let negated =
        self::lattice(lattice.couplings().to_vec(), lattice.fields().iter().map(|h| -h).collect());
    let without = self::lattice(lattice.couplings().to_vec(), vec![0.0; 12]);
    let t = 1.25 * largest_eigenvalue(&lattice);
    let [up, down, none] = [&lattice, &negated, &without].map(|l| sampled(l, t, 4000));
    for i in 0..12 {
        let both = up.mean[i].error.hypot(down.mean[i].error);
        close(up.mean[i].value, -down.mean[i].value, ERRORS * both + INTERPOLATED, "flipped");
        near(none.mean[i], 0.0, INTERPOLATED, "no field");
    }
    assert!(up.mean.iter().any(|m| m.value.abs() > 20.0 * m.error));
}

/// Autocorrelations of M are those of a heat bath that updates the nodes in their order.
#[test]
fn the_dynamics_are_those_of_ordered_sweeps() {
    let lattice = random(8, 12);
    let t = largest_eigenvalue(&lattice);
    let rounded = quantise(lattice.couplings(), lattice.fields(), t).expect("a valid lattice");
    let lags = magnetisation_lags(
        &rounded.lattice(),
        t,
        Rule::HeatBath,
        3,
        &std::sync::atomic::AtomicBool::new(false),
    )
    .expect("few nodes");
    let sample = sampled(&lattice, t, 20_000);
    let all: Vec<f64> = sample.magnetisation.concat();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let variance = all.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / all.len() as f64;
    for (lag, want) in lags.iter().enumerate().skip(1) {
        let product = |series: &Vec<f64>| -> f64 {
            let pairs = series.iter().zip(&series[lag..]);
            pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / (series.len() - lag) as f64
        };
        let each: Vec<f64> = sample.magnetisation.iter().map(|s| product(s) / variance).collect();
        let found = each.iter().sum::<f64>() / 48.0;
        let spread = each.iter().map(|x| (x - found).powi(2)).sum::<f64>() / 47.0;
        close(found, *want, ERRORS * (spread / 48.0).sqrt() + 1e-3, "autocorrelation");
    }
    assert!(lags[1] > 0.2);
}

/// Energies follow the flips without an error: the last one is that of the last state.
#[test]
fn energies_are_exact() {
    for (nodes, field) in [(1, 0.5), (7, 0.0), (48, 3.0), (46, 1e6)] {
        let mut lattice = random(nodes, 20);
        if field > 1.0 {
            let fields = (0..nodes).map(|i| if i % 3 == 0 { -field } else { field }).collect();
            lattice = self::lattice(lattice.couplings().to_vec(), fields);
        }
        let temperature = 1.5;
        let rounded = quantise(lattice.couplings(), lattice.fields(), temperature);
        let rounded = rounded.expect("a valid lattice");
        let mut batch = Batch::default();
        batch.push(&rounded);
        let params = Params::new(nodes as u32, 3, 50, 50);
        let outputs = run(params, &batch, &replicas(20));
        let record = record(params, &outputs);
        for chain in 0..20 {
            let spins: Vec<i8> = record.state(chain).collect();
            let energy = rounded.lattice().energy_of(&spins).expect("a state") / rounded.quantum;
            let last = record.energy(chain).last().expect("recorded");
            close(f64::from(last), energy, 1e-6 * energy.abs() + 1e-6, "energy");
            let total: i32 = spins.iter().map(|&s| i32::from(s)).sum();
            assert_eq!(i32::from(record.magnetisation(chain).last().expect("recorded")), total);
        }
    }
}

/// Fewer sweeps are the first ones; what a chain gives depends on its lattice, key and counter only.
#[test]
fn chains_are_nested_and_alone() {
    let mut batch = Batch::default();
    for seed in 0..20 {
        batch.add(&random(9, 30 + seed), 1.0).expect("a valid lattice");
    }
    let (long, short) = (Params::new(9, 5, 70, 10), Params::new(9, 5, 33, 10));
    let chains: Vec<_> = (0..20).map(|l| chain(l, [1, 2], 7, 100 + u64::from(l))).collect();
    let (all, few) = (run(long, &batch, &chains), run(short, &batch, &[chains[17], chains[3]]));
    let (all, few) = (record(long, &all), record(short, &few));
    for (there, here) in [(17, 0), (3, 1)] {
        let first = |series: Vec<i32>| series[..33].to_vec();
        assert_eq!(first(all.energy(there).collect()), few.energy(here).collect::<Vec<_>>());
        let first = |series: Vec<i8>| series[..33].to_vec();
        assert_eq!(
            first(all.magnetisation(there).collect()),
            few.magnetisation(here).collect::<Vec<_>>()
        );
        for (batch, node) in [(0, 0), (2, 8)] {
            close(
                all.conditional(there, batch, node),
                few.conditional(here, batch, node),
                0.0,
                "sum",
            );
        }
    }
    let other = run(short, &batch, &[chain(3, [1, 2], 7, 104), chain(3, [2, 2], 7, 103)]);
    let other = record(short, &other);
    for here in 0..2 {
        assert_ne!(other.energy(here).collect::<Vec<_>>(), few.energy(1).collect::<Vec<_>>());
    }
}

/// The longest chain: sums of thresholds do not overflow.
#[test]
fn the_longest_batch() {
    let lattice = lattice(vec![0.0], vec![20.0]);
    let mut batch = Batch::default();
    batch.add(&lattice, 1.0).expect("a valid lattice");
    let params = Params::new(1, 0, SWEEPS, SWEEPS);
    let outputs = run(params, &batch, &replicas(1));
    let sum = record(params, &outputs).conditional(0, 0, 0);
    close(sum / f64::from(SWEEPS), 1.0, 1.6e-5, "mean");
}

#[test]
fn quantised_lattices_are_within_half_a_quantum() {
    for (nodes, seed, temperature) in [(1, 1, 0.3), (20, 2, 1.0), (48, 3, 1e4)] {
        let lattice = random(nodes, seed);
        let found = quantise(lattice.couplings(), lattice.fields(), temperature);
        let found = found.expect("a valid lattice");
        let rounded = found.lattice();
        let pairs = lattice.couplings().iter().zip(rounded.couplings());
        for (a, b) in pairs.chain(lattice.fields().iter().zip(rounded.fields())) {
            close(*a, *b, 0.5 * found.quantum * (1.0 + 1e-12), "rounded");
        }
        let steps = f64::from(found.multiplier) / 4_194_304.0;
        close(steps * temperature / (64.0 * found.quantum), 1.0, 5e-5, "multiplier");
        assert!(u64::from(found.limit) * u64::from(found.multiplier) <= 511 << 22);
        let up = rounded.energy_of(&vec![1; nodes]).expect("a state") / found.quantum;
        close(f64::from(found.all_up), up, 1e-6, "all up");
    }
    let table = thresholds();
    assert_eq!((table.len(), table[512]), (1024, 1 << 31));
    assert!(table.windows(2).all(|pair| pair[0] < pair[1]));
    for k in 1..512 {
        assert!(u64::from(table[512 + k]) + u64::from(table[512 - k]) >= (1 << 32) - 1);
    }
}

#[test]
fn wrong_input_is_named() {
    let text = |couplings: &[f64], fields: &[f64], temperature| {
        quantise(couplings, fields, temperature).expect_err("wrong").to_string()
    };
    assert_eq!(quantise(&[], &[], 1.0), Err(Error::Empty));
    assert_eq!(text(&[0.0], &[0.0], 0.0), "temperature is 0, expected a positive finite number");
    let wide = text(&vec![0.0; 49 * 49], &[0.0; 49], 1.0);
    assert_eq!(wide, "nodes is 49, expected at most 48 for 8-bit couplings");
    assert!(text(&[0.0; 3], &[0.0; 2], 1.0).starts_with("couplings has 3 values, expected 4"));
    assert!(text(&[0.0], &[f64::NAN], 1.0).starts_with("fields[0] is NaN"));
    let cold = text(&[0.0, 1.27, 1.27, 0.0], &[0.0; 2], 0.1);
    assert!(cold.starts_with("temperature is 0.1, expected at least 0.16"), "{cold}");
    // The diagonal is no coupling.
    assert!(quantise(&[1e9], &[0.0], 1.0).is_ok());
}
