//! Annealing, reproducibility and wrong input of the samplers.

use std::sync::atomic::AtomicBool;

use crate::common::{cases, close, number, numbers, reference};
use hyperphysics_kernels::math::ising::{
    Annealing, Distribution, Error, Lattice, Protocol, Rule, Sampling, anneal, drive,
    drive_exactly, geometric, relax, sample,
};
use serde_json::Value;

static GO: AtomicBool = AtomicBool::new(false);

const ONE: Sampling = Sampling {
    temperature: 1.0,
    sweeps: 1,
    burn_in: 0,
    replicas: 1,
    seed: 0,
    rule: Rule::HeatBath,
};

fn lattice(inputs: &Value) -> Lattice {
    Lattice::new(crate::common::couplings(inputs), numbers(&inputs["h"])).expect("valid input")
}

#[test]
fn annealing_finds_ground_states() {
    let Some(file) = reference("ising_exact") else { return };
    let mut compared = 0;
    for case in cases(&file).iter().filter(|case| case["inputs"]["positions_ball"].is_array()) {
        let lattice = lattice(&case["inputs"]);
        let annealing = Annealing {
            schedule: geometric(20.0, 0.05, 40).expect("valid input"),
            sweeps: 10,
            replicas: 8,
            seed: 1,
        };
        let found = anneal(&lattice, &annealing, &GO).expect("valid input");
        let lowest = found.energies.iter().copied().fold(f64::INFINITY, f64::min);
        let want = number(&case["outputs"]["ground_energy"]);
        close(lowest, want, 1e-9 * want.abs(), "ground state");
        for (state, energy) in found.states.iter().zip(&found.energies) {
            let spins: Vec<f64> = state.iter().map(|&s| f64::from(s)).collect();
            close(lattice.energy(&spins), *energy, 1e-12, "energy");
        }
        assert!(found.path[0] > found.path[39]);
        compared += 1;
    }
    assert!(compared >= crate::common::least(&file, 6), "{compared}");
    assert_eq!(geometric(4.0, 1.0, 3), Ok(vec![4.0, 2.0, 1.0]));
}

/// Words depend on seed, replica, sweep and node only: fewer sweeps or replicas are the same ones.
#[test]
fn samples_are_reproducible_and_nested() {
    let lattice = Lattice::new(vec![0.0, 0.4, 0.4, 0.0], vec![0.1, -0.2]).expect("valid input");
    let run = |sweeps, replicas, seed| {
        let sampling =
            Sampling { temperature: 1.0, sweeps, burn_in: 7, replicas, seed, rule: Rule::HeatBath };
        sample(&lattice, &sampling, &GO).expect("valid input")
    };
    let (long, short) = (run(300, 3, 1), run(100, 2, 1));
    assert_eq!(run(300, 3, 1), long);
    for replica in 0..2 {
        assert_eq!(long.magnetisation[replica][..100], short.magnetisation[replica]);
        assert_eq!(long.energy[replica][..100], short.energy[replica]);
    }
    assert_ne!(run(300, 3, 2).magnetisation, long.magnetisation);
    assert_ne!(long.magnetisation[0], long.magnetisation[1]);
}

/// The mean of conditional means has a smaller variance than the mean of spins.
#[test]
fn rao_and_blackwell_help() {
    let lattice = Lattice::new(vec![0.0], vec![0.3]).expect("valid input");
    let found = sample(&lattice, &Sampling { sweeps: 4000, ..ONE }, &GO).expect("valid input");
    // A free node's conditional mean is its mean, sweep by sweep.
    close(found.mean[0].value, 0.3_f64.tanh(), 1e-13, "free node");
    assert!(found.mean_magnetisation().error > 1e-3);
}

#[test]
fn wrong_input_is_named() {
    let pair = Lattice::new(vec![0.0; 4], vec![0.0; 2]).expect("valid input");
    let text = |sampling: &Sampling| sample(&pair, sampling, &GO).expect_err("wrong").to_string();
    assert_eq!(text(&Sampling { sweeps: 0, ..ONE }), "sweeps is 0, expected at least 1");
    assert_eq!(text(&Sampling { replicas: 0, ..ONE }), "replicas is 0, expected at least 1");
    assert_eq!(
        text(&Sampling { temperature: -1.0, ..ONE }),
        "temperature is -1, expected a positive finite number"
    );
    assert!(sample(&pair, &ONE, &GO).expect("valid input").mean[0].error.is_nan());
    let stopped = AtomicBool::new(true);
    assert_eq!(sample(&pair, &ONE, &stopped), Err(Error::Cancelled));

    let relaxed = |start: &[i8], times: &[f64]| relax(&pair, 1.0, start, times, 1, 0, &GO);
    let start = relaxed(&[1, 0], &[1.0]);
    assert_eq!(
        start,
        Err(Error::NoSpin { what: "start", expected: "1 or -1", index: 1, value: 0 })
    );
    assert!(matches!(relaxed(&[1], &[1.0]), Err(Error::Shape { what: "start", .. })));
    assert!(matches!(relaxed(&[1, 1], &[2.0, 1.0]), Err(Error::Range { what: "a time", .. })));

    let one = Lattice::new(vec![0.0], vec![0.0]).expect("valid input");
    let mixed = Protocol { path: vec![pair.clone(), one], sweeps: 1, temperature: 1.0 };
    assert!(matches!(drive_exactly(&mixed, &GO), Err(Error::Shape { .. })));
    let none = Protocol { path: vec![], sweeps: 1, temperature: 1.0 };
    assert!(matches!(drive(&none, 1, 0, &GO), Err(Error::Range { what: "steps", .. })));
    let wide = Lattice::new(vec![0.0; 289], vec![0.0; 17]).expect("valid input");
    assert_eq!(Distribution::equilibrium(&wide, 1.0), Err(Error::LargeDistribution { nodes: 17 }));
    assert!(matches!(geometric(1.0, 0.0, 3), Err(Error::Temperature(_))));
}
