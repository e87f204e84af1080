//! Single uses of the kernels: what is refused is named.

use std::sync::atomic::AtomicBool;

use hyperphysics_market::single_kernel_api::{
    Lattice, Polar, Simulation, distance_matrices, newest_spin, simulate, standard_normals,
    tail_measures,
};
use hyperphysics_market::{Error, Result};

use crate::common::engine;

static GO: AtomicBool = AtomicBool::new(false);
const X: Polar = [1.0, 1.0, 0.0, 0.0];
const Y: Polar = [2.0, 0.0, 0.6, 0.8];

/// Asserts that a call is refused with all of `words`.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, words: &[&str]) {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Argument(_)), "{error:?}");
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

fn distances(point: Polar) -> Result<Vec<f32>> {
    distance_matrices(&engine(1), &[vec![X, Y], vec![X, point]], &GO)
}

#[test]
fn points_are_finite_and_their_directions_have_unit_length() {
    let expected = distances(Y).unwrap();
    assert!(expected.iter().all(|d| d.is_finite()));
    assert_eq!(expected[..4], expected[4..]);
    assert!(distances([2.0, 0.0, 0.6003, 0.8]).is_ok());
    assert!(distances([0.0; 4]).is_ok(), "the origin has no direction");
    for axis in 1..4 {
        for value in [f64::NAN, f64::INFINITY, 1e300, 3.0] {
            let mut point = Y;
            point[axis] = value;
            refused(distances(point), &["set 1, point 1: direction", "length", "expected 1"]);
        }
    }
    refused(distances([2.0, 0.0, 0.0, 0.0]), &["set 1, point 1: direction", "has length 0"]);
    for radius in [f64::NAN, f64::INFINITY, -1.0, 20.5] {
        refused(distances([radius, 1.0, 0.0, 0.0]), &["set 1, point 1: radius", "0 to 20"]);
    }
}

#[test]
fn samples_are_finite_in_single_precision() {
    for value in [1e300, -1e39, f64::NAN, f64::INFINITY] {
        let found = tail_measures(&engine(1), &[0.0, value], &GO);
        refused(found, &["sample[1] is", "expected a finite number"]);
    }
    refused(tail_measures(&engine(1), &[], &GO), &["the sample has 0 values"]);
    let largest = tail_measures(&engine(1), &[3e38, -3e38], &GO).unwrap();
    assert!(largest.iter().all(|m| m.is_finite()));
}

#[test]
fn a_shortfall_is_no_less_than_its_value_at_risk() {
    for n in 1..400 {
        let loss = -0.1 - 1e-3 * f64::from(n);
        let found = tail_measures(&engine(1), &vec![loss; n as usize], &GO).unwrap();
        let (var, es) = found.split_at(3);
        assert!(var.iter().zip(es).all(|(var, es)| es >= var), "{n}: {found:?}");
    }
}

#[test]
fn counts_that_no_stream_holds_are_refused() {
    for count in [usize::MAX, 1 << 34, (1 << 28) + 1] {
        let words = [&*format!("count is {count}"), "at most 268435456"];
        refused(standard_normals(&engine(1), count, [0; 2], &GO), &words);
    }
    assert_eq!(standard_normals(&engine(1), 5, [0; 2], &GO).unwrap().len(), 5);
}

fn simulated(horizon: usize, paths: usize, window: usize) -> Result<Vec<[f64; 6]>> {
    let residuals: Vec<f64> = (0..8).map(f64::from).collect();
    let simulation = Simulation { horizon, paths, decay: 0.94, seed: 0 };
    simulate(&engine(1), &residuals, window, &[1], simulation, &GO)
}

#[test]
fn simulations_that_are_too_large_are_refused() {
    assert!(simulated(2, 50, 7).is_ok());
    refused(
        simulated(1 << 13, 1 << 20, 7),
        &["horizon is 8192", "1 to 256", "paths times horizon"],
    );
    refused(simulated(usize::MAX, 100, 7), &["horizon is", "paths times horizon"]);
    refused(simulated(0, 100, 7), &["horizon is 0"]);
    refused(simulated(1, 1 << 25, 7), &["paths is 33554432", "1 to 16777216"]);
    refused(simulated(1, 0, 7), &["paths is 0"]);
    refused(simulated(2, 50, usize::MAX), &["window is", "expected 1 to 8"]);
    refused(simulated(2, 50, 8), &["window 1..+8 leaves the 8 residuals"]);
    let tiny = [1.0, 1.0 + 1e-15].repeat(4).iter().map(|z| z * 1e-30).collect::<Vec<_>>();
    let simulation = Simulation { horizon: 2, paths: 50, decay: 0.94, seed: 0 };
    refused(simulate(&engine(1), &tiny, 8, &[0], simulation, &GO), &["is constant"]);
}

fn spin(change: impl FnOnce(&mut Lattice<'_>)) -> Result<f64> {
    let mut lattice = Lattice {
        past_window: &[X, Y],
        labels: &[1.0, -1.0],
        open: &[Y, X],
        length_scale: 1.0,
        temperature: 1.25,
        horizon: 2.0,
    };
    change(&mut lattice);
    newest_spin(&engine(1), lattice, &GO)
}

#[test]
fn a_lattice_of_impossible_numbers_is_refused() {
    assert!(spin(|_| ()).unwrap() > 0.0);
    refused(
        spin(|l| l.past_window = &[X, [31.0, 1.0, 0.0, 0.0]]),
        &["past window, point 1: radius is 31"],
    );
    refused(
        spin(|l| l.open = &[Y, [1.0, 0.0, f64::NAN, 0.0]]),
        &["open points, point 1: direction"],
    );
    refused(spin(|l| l.labels = &[1.0, f64::NAN]), &["labels[1] is NaN", "finite"]);
    for value in [f64::NAN, f64::INFINITY, 0.0, -1.0, 1e-300] {
        refused(spin(|l| l.length_scale = value), &["length_scale is", "expected a number from"]);
        refused(spin(|l| l.horizon = value), &["horizon is", "expected a number from"]);
        refused(spin(|l| l.temperature = value), &["temperature is", "a number from 0.2 to"]);
    }
    refused(spin(|l| l.temperature = 0.19), &["temperature is 0.19", "0.2"]);
}

#[test]
fn a_lattice_at_the_lowest_temperature_leans() {
    for sign in [1.0, -1.0] {
        let found = spin(|l| {
            l.labels = if sign > 0.0 { &[1.0, -0.5] } else { &[-1.0, 0.5] };
            l.open = &[X; 12];
            l.temperature = 0.2;
        });
        assert!(found.unwrap() * sign > 0.1);
    }
}
