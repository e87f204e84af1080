//! Portfolios: what adds up does, what is refused is named. Numbers of numpy and
//! scikit-learn; those of simulations are compared through Python.
#![allow(clippy::float_cmp)] // equal means equal: the same sums in the same order

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::common::{cases, close, number, numbers, reference};
use hyperphysics_kernels::math::portfolio::{
    Error, Estimate, Filtered, History, LEAST, Stress, loss, tails,
};
use hyperphysics_kernels::shared::rng;
use proptest::prelude::*;
use serde_json::Value;

const ROWS: usize = 400;

static GO: AtomicBool = AtomicBool::new(false);

fn names(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("A{i}")).collect()
}

/// Correlated returns of some assets: a common shock and their own.
fn columns(count: usize) -> Vec<Vec<f64>> {
    let draw = |row: u32, of: u32| rng::normals(rng::philox([row, of, 0, 0], [9, 0]))[0];
    let of = |i: usize| {
        let scale = 0.01 * (i + 1) as f64;
        let r = |row: u32| scale * (0.8 * draw(row, 0) + 0.6 * draw(row, i as u32 + 1));
        (0..ROWS as u32).map(r).collect()
    };
    (0..count).map(of).collect()
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, words: &[&str]) {
    let text = result.unwrap_err().to_string();
    assert!(words.iter().all(|word| text.contains(word)), "{words:?} is not in: {text}");
}

/// The history of a case: names of the assets, and their columns.
fn given(inputs: &Value) -> (Vec<String>, Vec<Vec<f64>>) {
    let rows: Vec<Vec<f64>> =
        inputs["returns"].as_array().expect("rows").iter().map(numbers).collect();
    let count = rows[0].len();
    (names(count), (0..count).map(|i| rows.iter().map(|row| row[i]).collect()).collect())
}

/// Sums of some hundred terms in another order, and weights that are nearly equal.
fn relative(got: f64, want: &Value, what: &str) {
    let want = number(want);
    close(got, want, 1e-9 * want.abs(), what);
}

#[test]
fn covariances_and_tails_of_the_past_equal_those_of_numpy() {
    let Some(file) = reference("portfolio") else { return };
    let mut compared = 0;
    for case in cases(&file).iter().filter(|case| case["inputs"]["returns"].is_array()) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let (names, columns) = given(inputs);
        let (slices, half_life) = (slices(&columns), number(&inputs["half_life"]));
        let history = History::new(&names, &slices).unwrap();
        if let Some(want) = outputs["covariance"].as_array() {
            let shrunk = outputs["shrinkage"].is_number();
            let fixed = if shrunk { None } else { Some(0.0) };
            let estimate = Estimate::new(&history, half_life, fixed).unwrap();
            if shrunk {
                relative(estimate.shrinkage, &outputs["shrinkage"], "shrinkage");
            }
            let want: Vec<&Value> =
                want.iter().flat_map(|row| row.as_array().expect("a row")).collect();
            let got = estimate.covariance();
            assert_eq!(got.len(), want.len());
            got.iter().zip(want).for_each(|(got, want)| relative(*got, want, "covariance"));
            compared += 1;
        }
        if let Some(stress) = outputs["stress"].as_object() {
            let (weights, levels) = (numbers(&inputs["weights"]), [0.05, 0.025, 0.01]);
            let filtered = Filtered::new(&history, half_life);
            let row = |path: usize, to: &mut [f64]| filtered.path(&[path as u32], to);
            let found = tails(&filtered.losses(&weights), &levels, &weights, row, &GO).unwrap();
            for (tail, level) in found.iter().zip(["0.05", "0.025", "0.01"]) {
                let want = &outputs["tails"][level];
                relative(tail.var, &want["VaR"], &format!("VaR {level}"));
                relative(tail.es, &want["ES"], &format!("ES {level}"));
            }
            let mut shock = vec![0.0; weights.len()];
            shock[0] = -0.3;
            let outcome = Stress::Shock(shock).play(&history, &weights, &found[0]).unwrap();
            relative(outcome.loss, &stress["-0.3 of the first"], "stress");
            compared += 1;
        }
    }
    assert_eq!(compared, 3);
}

#[test]
fn unequal_histories_and_gaps_leave_the_rows_in_common() {
    let (names, mut columns) = (names(2), columns(2));
    columns[1][..50].fill(f64::NAN);
    columns[0][100] = f64::NAN;
    let slices = slices(&columns);
    let history = History::new(&names, &slices).unwrap();
    assert_eq!(history.rows().len(), ROWS - 51);
    assert_eq!(history.rows().next().unwrap(), [columns[0][50], columns[1][50]]);
    refused(history.over(&(40..60)), &["A1, row 40", "no return"]);
    refused(history.over(&(60..60)), &["window"]);
    refused(history.over(&(60..ROWS + 1)), &["401"]);
    assert_eq!(history.over(&(60..62)).unwrap()[0], columns[0][60] + columns[0][61]);
}

#[test]
fn what_is_refused_names_asset_and_row() {
    let names = names(2);
    let mut short = columns(2);
    short[1][..=ROWS - LEAST].fill(f64::NAN);
    refused(History::new(&names, &slices(&short)), &["99 rows", "A1", "100"]);
    let mut wild = columns(2);
    wild[0][7] = f64::INFINITY;
    refused(History::new(&names, &slices(&wild)), &["A0, row 7", "inf"]);
    let mut uneven = columns(2);
    uneven[1].pop();
    refused(History::new(&names, &slices(&uneven)), &["A1", "399", "400"]);
    refused(History::new(&[], &[]), &["no assets"]);
    let twice = ["A".to_owned(), "A".to_owned()];
    refused(History::new(&twice, &slices(&columns(2))), &["`A`", "two assets"]);
    let (columns, one) = (columns(1), &names[..1]);
    let slices = slices(&columns);
    let history = History::new(one, &slices).unwrap();
    for half_life in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(Estimate::new(&history, half_life, None), &["half_life", "positive"]);
    }
    refused(Estimate::new(&history, 9.0, Some(1.5)), &["shrinkage", "1.5"]);
}

#[test]
fn duplicated_assets_are_singular_unless_shrunk() {
    let (names, mut columns) = (names(3), columns(3));
    columns[2] = columns[0].iter().map(|r| 2.0 * r).collect();
    let slices = slices(&columns);
    let history = History::new(&names, &slices).unwrap();
    let raw = Estimate::new(&history, 100.0, Some(0.0)).unwrap();
    assert!((raw.correlation(0, 2) - 1.0).abs() < 1e-12);
    refused(raw.shocks(&names, 1), &["A2", "shrinkage"]);
    let shrunk = Estimate::new(&history, 100.0, None).unwrap();
    assert!(shrunk.shrinkage > 0.0 && shrunk.shocks(&names, 1).is_ok());
}

#[test]
fn an_asset_that_never_moves_has_no_risk() {
    let (names, mut columns) = (names(2), columns(2));
    columns[1].fill(0.0);
    let slices = slices(&columns);
    let history = History::new(&names, &slices).unwrap();
    let estimate = Estimate::new(&history, 72.0, None).unwrap();
    assert_eq!((estimate.volatilities[1], estimate.correlation(0, 1)), (0.0, 0.0));
    let mut returns = [f64::NAN; 2];
    Filtered::new(&history, 72.0).path(&[0, 5], &mut returns);
    assert!(returns[0].is_finite() && returns[1] == 0.0);
}

#[test]
fn a_scaled_covariance_scales_the_shortfall_by_its_root() {
    let (names, columns) = (names(2), columns(2));
    let slices = slices(&columns);
    let history = History::new(&names, &slices).unwrap();
    let filtered = Filtered::new(&history, 72.0);
    let weights = [1.0, -2.0];
    let row = |path: usize, to: &mut [f64]| filtered.path(&[path as u32], to);
    let tail = &tails(&filtered.losses(&weights), &[0.05], &weights, row, &GO).unwrap()[0];
    let outcome = Stress::Scale(4.0).play(&history, &weights, tail).unwrap();
    assert_eq!(outcome.loss, 2.0 * tail.es);
    assert!((outcome.components.iter().sum::<f64>() - outcome.loss).abs() < 1e-14);
    refused(Stress::Scale(-1.0).play(&history, &weights, tail), &["factor", "-1"]);
    refused(Stress::Shock(vec![0.1]).play(&history, &weights, tail), &["1 values", "2"]);
    let shock = Stress::Shock(vec![0.1, f64::NAN]);
    refused(shock.play(&history, &weights, tail), &["shock of A1", "NaN"]);
}

#[test]
fn levels_and_scenarios_are_checked() {
    for level in [0.0, 1.0, f64::NAN, -0.1] {
        refused(tails(&[1.0], &[level], &[1.0], |_, _| (), &GO), &["levels"]);
    }
    refused(tails(&[], &[0.05], &[1.0], |_, _| (), &GO), &["scenario"]);
}

#[test]
fn the_worst_of_many_scenarios_are_those_of_a_sort() {
    let loss = |i: u32| f64::from(rng::philox([i, 0, 0, 0], [3, 0])[0] % 5_000);
    let losses: Vec<f64> = (0..200_000).map(loss).collect();
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by(|a, b| losses[*b].total_cmp(&losses[*a]));
    let row = |scenario: usize, to: &mut [f64]| to[0] = -(scenario as f64);
    for (tail, rank) in
        tails(&losses, &[0.05, 0.5], &[1.0], row, &GO).unwrap().iter().zip([10_000, 100_000])
    {
        let mean = order[..rank].iter().sum::<usize>() as f64 / rank as f64;
        close(tail.es_marginal[0], mean, 1e-9 * mean, "mean number of the worst");
        assert_eq!(tail.var, losses[order[rank - 1]]);
    }
}

#[test]
fn a_cancelled_tail_looks_at_no_further_scenario() {
    let (stop, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
    let row = |_: usize, _: &mut [f64]| {
        stop.store(seen.fetch_add(1, Ordering::Relaxed) == 9, Ordering::Relaxed);
    };
    let cancelled = tails(&vec![1.0; 10_000], &[0.05, 0.01], &[1.0], row, &stop);
    assert_eq!(cancelled, Err(Error::Cancelled));
    assert_eq!(seen.into_inner(), 10);
}

#[test]
fn a_single_scenario_and_equal_losses_have_tails() {
    for count in [1, 2, 500] {
        let losses = vec![3.0; count];
        let tail = &tails(&losses, &[0.01], &[1.0], |_, to| to[0] = -3.0, &GO).unwrap()[0];
        assert!((tail.es - 3.0).abs() < 1e-14 && tail.var == 3.0, "{count}");
        if count == 500 {
            assert!(tail.var_error == 0.0 && tail.es_error < 1e-7, "{count}");
        } else {
            // One scenario in the tail: chance in it is not known.
            assert!(tail.var_error.is_nan() && tail.es_error.is_nan(), "{count}");
        }
        assert!((tail.var_marginal[0] - 3.0).abs() < 1e-14, "{count}");
    }
}

proptest! {
    /// With ties, shorts, weights of nothing and any number of scenarios.
    #[test]
    fn contributions_add_up(
        rows in prop::collection::vec([-9..9_i32, -9..9_i32, -9..9_i32], 1..400),
        weights in [-5..5_i32, -5..5_i32, 0..1_i32],
        level in 0.001..0.999_f64,
    ) {
        let weights = weights.map(f64::from);
        let rows: Vec<[f64; 3]> = rows.iter().map(|row| row.map(f64::from)).collect();
        let losses: Vec<f64> = rows.iter().map(|row| loss(&weights, row)).collect();
        let row = |path: usize, to: &mut [f64]| to.copy_from_slice(&rows[path]);
        let tail = &tails(&losses, &[level], &weights, row, &GO).unwrap()[0];
        let whole = |parts: &[f64]| -> f64 { parts.iter().zip(&weights).map(|(m, w)| m * w).sum() };
        // Sums of at most 400 terms below 100.
        prop_assert!((whole(&tail.es_marginal) - tail.es).abs() < 1e-10);
        prop_assert!((whole(&tail.var_marginal) - tail.var).abs() < 1e-10);
        let chance = |error: f64| error.is_nan() || error >= 0.0;
        prop_assert!(chance(tail.es_error) && chance(tail.var_error));
        prop_assert!(tail.es >= tail.var - 1e-12);
    }
}
