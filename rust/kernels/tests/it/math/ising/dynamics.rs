//! Samplers and driven protocols against exact transition distributions.

use std::sync::atomic::AtomicBool;

use crate::common::{cases, close, least, number, numbers, reference};
use hyperphysics_kernels::math::complexity::{WINDOW, autocorrelation};
use hyperphysics_kernels::math::ising::{
    Distribution, Estimate, Lattice, Protocol, Rule, Sample, Sampling, drive, drive_exactly,
    magnetisation_after, magnetisation_lags, relax, relax_exactly, sample, thermodynamics,
};
use serde_json::Value;

/// Of sampled means, in standard errors.
const ERRORS: f64 = 4.0;
/// Of exact distributions, the file's tolerance.
const EXACT: f64 = 1e-9;

static GO: AtomicBool = AtomicBool::new(false);

fn lattice(inputs: &Value) -> Lattice {
    let fields = numbers(&inputs["h"]);
    let couplings = if inputs["J"].is_array() {
        inputs["J"].as_array().expect("rows").iter().flat_map(numbers).collect()
    } else {
        crate::common::couplings(inputs)
    };
    Lattice::new(couplings, fields).expect("valid input")
}

/// Inputs and outputs of the cases whose ids begin with `kind`: at least one of a complete file.
fn cases_of<'a>(file: &'a Value, kind: &str) -> Vec<(&'a Value, &'a Value)> {
    let named = |case: &&Value| case["id"].as_str().is_some_and(|id| id.starts_with(kind));
    let of = |case: &'a Value| (&case["inputs"], &case["outputs"]);
    let found: Vec<_> = cases(file).iter().filter(named).map(of).collect();
    assert!(!found.is_empty() || least(file, 2) == 1, "no case {kind}");
    found
}

fn within(got: Estimate, want: f64, what: &str) {
    assert!(got.error > 0.0, "{what}: {got:?}");
    close(got.value, want, ERRORS * got.error, what);
}

fn run(lattice: &Lattice, temperature: f64, sweeps: usize, rule: Rule) -> Sample {
    let sampling = Sampling { temperature, sweeps, burn_in: 100, replicas: 4, seed: 11, rule };
    sample(lattice, &sampling, &GO).expect("valid input")
}

fn sweeps_of(kind: &str, rule: Rule) {
    let Some(file) = reference("ising_dynamics") else { return };
    for (inputs, outputs) in cases_of(&file, kind) {
        compare_sweeps(inputs, outputs, kind, rule);
    }
}

fn compare_sweeps(inputs: &Value, outputs: &Value, id: &str, rule: Rule) {
    let (lattice, t) = (lattice(inputs), number(&inputs["T"]));
    let n = lattice.nodes() as f64;
    let equilibrium = Distribution::equilibrium(&lattice, t).expect("a small lattice");

    // Boltzmann's distribution is stationary, state by state.
    let mut after = equilibrium.clone();
    after.sweep(&lattice, t, rule).expect("a small lattice");
    for (a, b) in after.weights.iter().zip(&equilibrium.weights) {
        close(*a, *b, 1e-15, id);
    }

    // Relaxation from all up.
    let up = vec![1; lattice.nodes()];
    let found = magnetisation_after(&lattice, t, rule, &up, 5, &GO).expect("a small lattice");
    let want = numbers(&outputs["mean_magnetisation_after_k_sweeps_from_all_up"]);
    assert_eq!(found.len(), want.len());
    for (got, want) in found.iter().zip(want) {
        close(*got, want, EXACT, id);
    }

    // Autocorrelation in stationarity.
    let mean = equilibrium.mean(|state| equilibrium.magnetisation(state));
    close(mean / n, number(&outputs["equilibrium_magnetisation"]), EXACT, id);
    let lags = magnetisation_lags(&lattice, t, rule, 400, &GO).expect("a small lattice");
    for (got, want) in lags.iter().zip(numbers(&outputs["autocorrelation_lag0_5"])) {
        close(*got, want, EXACT, id);
    }
    let time = lags[1..].iter().sum::<f64>() + 0.5;
    let want = number(&outputs["tau_int_magnetisation_sweeps"]);
    close(time, want, EXACT, id);

    // The sampler.
    let found = run(&lattice, t, 50_000, rule);
    within(found.mean_magnetisation(), mean / n, id);
    // Sokal's window ends early where M alternates (Metropolis), so the exact lags are summed as
    // far; the standard error is √(2 (2 window + 1)/S) of the time.
    let sampled = autocorrelation(&found.magnetisation, WINDOW).expect("a series that varies");
    let want = 0.5 + lags[1..=sampled.window].iter().sum::<f64>();
    let share = (2.0 * (2 * sampled.window + 1) as f64 / 200_000.0).sqrt();
    close(sampled.time, want, ERRORS * want * share, id);
    let exact = thermodynamics(&lattice, t).expect("a small lattice");
    within(found.mean_energy(), exact.energy, id);
    within(found.squared_magnetisation(), exact.magnetisation_2, id);
    within(found.abs_magnetisation(), exact.abs_magnetisation, id);
    for (got, want) in found.mean.iter().zip(&exact.mean) {
        within(*got, *want, id);
    }
}

#[test]
fn the_heat_bath_sweeps_as_computed() {
    sweeps_of("sequential_gibbs", Rule::HeatBath);
}

#[test]
fn metropolis_sweeps_as_computed() {
    sweeps_of("sequential_metropolis", Rule::Metropolis);
}

/// Updating all nodes at once would give 0.586 for the pair instead of 0.852.
#[test]
fn updates_are_never_synchronous() {
    let Some(file) = reference("ising_dynamics") else { return };
    let found = cases_of(&file, "synchronous_update_is_wrong_n3");
    let Some(&(inputs, outputs)) = found.first() else { return };
    let (lattice, t) = (lattice(inputs), number(&inputs["T"]));
    let exact = thermodynamics(&lattice, t).expect("a small lattice");
    close(exact.pairs[1], number(&outputs["boltzmann_corr01"]), EXACT, "pair");
    for rule in [Rule::HeatBath, Rule::Metropolis] {
        let found = run(&lattice, t, 50_000, rule);
        let (want, wrong) =
            (numbers(&outputs["boltzmann_mean_spin"]), numbers(&outputs["synchronous_mean_spin"]));
        for i in 0..3 {
            close(exact.mean[i], want[i], EXACT, "mean");
            within(found.mean[i], want[i], "mean");
            assert!((found.mean[i].value - wrong[i]).abs() > ERRORS * found.mean[i].error);
        }
        within(found.squared_magnetisation(), exact.magnetisation_2, "pairs");
    }
}

#[test]
fn continuous_time_relaxes_as_computed() {
    let Some(file) = reference("ising_dynamics") else { return };
    let found = cases_of(&file, "continuous_time_glauber_n4");
    let Some(&(inputs, outputs)) = found.first() else { return };
    let (lattice, t) = (lattice(inputs), number(&inputs["T"]));
    let times = numbers(&outputs["times"]);
    let found = relax(&lattice, t, &[1; 4], &times, 40_000, 5, &GO).expect("valid input");
    let distributions = relax_exactly(&lattice, t, &[1; 4], &times, &GO).expect("a small lattice");
    for (k, distribution) in distributions.iter().enumerate() {
        let want = numbers(&outputs["mean_spin"][k]);
        for (i, want) in want.iter().enumerate() {
            close(distribution.mean_spins()[i], *want, EXACT, "mean");
            within(found.mean[k][i], *want, "sampled mean");
        }
        let want = number(&outputs["mean_energy"][k]);
        close(distribution.mean_energy(&lattice).expect("small"), want, EXACT, "energy");
        within(found.energy[k], want, "sampled energy");
        close(distribution.entropy(), number(&outputs["entropy_of_law"][k]), EXACT, "entropy");
    }
}

/// Mean of runs with its standard error.
fn mean(values: &[f64], of: impl Fn(f64) -> f64) -> Estimate {
    let n = values.len() as f64;
    let value = values.iter().map(|&x| of(x)).sum::<f64>() / n;
    let variance = values.iter().map(|&x| (of(x) - value).powi(2)).sum::<f64>() / (n - 1.0);
    Estimate { value, error: (variance / n).sqrt() }
}

#[test]
fn driven_lattices_keep_the_laws() {
    let Some(file) = reference("ising_dynamics") else { return };
    let mut compared = 0;
    let driven = |case: &&Value| case["id"].as_str().is_some_and(|id| id.starts_with("drive_"));
    for case in cases(&file).iter().filter(driven) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let id = case["id"].as_str().expect("an id");
        let part = |from: &str| -> f64 {
            let text = id.split(from).nth(1).expect("a part");
            text.split('_').next().and_then(|n| n.parse().ok()).expect("a number")
        };
        let (steps, highest) = (part("_K") as usize, part("hmax"));
        let couplings: Vec<f64> =
            inputs["J"].as_array().expect("rows").iter().flat_map(numbers).collect();
        let nodes = couplings.len().isqrt();
        let at = |k: usize| {
            let field = highest * k as f64 / steps as f64;
            Lattice::new(couplings.clone(), vec![field; nodes]).expect("valid input")
        };
        let t = number(&inputs["T"]);
        let sweeps = number(&inputs["sweeps_per_step"]) as usize;
        let path = (0..=steps).map(at).collect();
        let protocol = Protocol { path, sweeps, temperature: t };

        let exact = drive_exactly(&protocol, &GO).expect("a small lattice");
        for (got, name) in [
            (exact.free_energy_change, "delta_F"),
            (exact.work, "mean_work"),
            (exact.work_variance, "var_work"),
            (exact.heat, "mean_heat_absorbed"),
            (exact.energy_change, "delta_U"),
            (exact.entropy_change, "delta_S_system_nats"),
            (exact.entropy_production, "total_entropy_production_nats"),
            (exact.dissipated_work, "dissipated_work"),
        ] {
            close(got, number(&outputs[name]), EXACT, &format!("{id} {name}"));
        }
        let want = number(&outputs["mean_exp_minus_W_over_T"]);
        close(exact.jarzynski, want, EXACT * want, id);
        // First law, Jarzynski, second law: to rounding over some hundred steps.
        close(exact.work + exact.heat, exact.energy_change, 1e-11, id);
        let promised = (-exact.free_energy_change / t).exp();
        close(exact.jarzynski, promised, 1e-11 * promised, id);
        assert!(exact.entropy_production > 0.0 && exact.dissipated_work > 0.0, "{id}");
        assert!(exact.heat <= t * exact.entropy_change, "{id}: Landauer");

        let runs = if steps > 100 { 10_000 } else { 50_000 };
        let found = drive(&protocol, runs, 17, &GO).expect("a small lattice");
        for ((w, q), u) in found.work.iter().zip(&found.heat).zip(&found.energy_change) {
            close(w + q, *u, 1e-12 * f64::from(nodes as u32) * highest * steps as f64, id);
        }
        within(mean(&found.work, |w| w), exact.work, id);
        within(mean(&found.heat, |q| q), exact.heat, id);
        within(mean(&found.work, |w| (-w / t).exp()), promised, id);
        let spread = mean(&found.work, |w| (w - exact.work).powi(2));
        within(spread, exact.work_variance, id);
        compared += 1;
    }
    assert!(compared >= least(&file, 4), "{compared}");
}

/// Erasing a bit: heat of at least T ln 2 is given off, and nearly that in a slow protocol.
#[test]
fn erasing_a_bit_costs_ln_2() {
    let at = |k: i32| Lattice::new(vec![0.0], vec![0.04 * f64::from(k)]).expect("valid input");
    let erase = |sweeps| {
        let protocol = Protocol { path: (0..=500).map(at).collect(), sweeps, temperature: 1.5 };
        drive_exactly(&protocol, &GO).expect("one node")
    };
    let floor = 1.5 * std::f64::consts::LN_2;
    let (quick, slow) = (erase(1), erase(20));
    assert!((slow.entropy_change + std::f64::consts::LN_2).abs() < 1e-4);
    assert!(-quick.heat > floor && -slow.heat > floor * (1.0 - 1e-4), "{quick:?} {slow:?}");
    assert!(-slow.heat <= -quick.heat && -quick.heat < 1.02 * floor);
}
