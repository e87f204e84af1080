//! Columns of the open p-bits' thermodynamics against each other and against the lattice family's.

use std::f64::consts::LN_2;

use hyperphysics_market::Params;

use crate::common::{Candles, engine, family, request, short_with, tables};

/// Columns by name, for the rows where all have a value.
fn rows(params: Params, names: &[&str]) -> Vec<Vec<f64>> {
    let candles = Candles::walk(11, 400);
    let mut request = request(params);
    request.families = ["lattice", "thermodynamics"].map(family).to_vec();
    let frame = tables(&engine(1), &[candles.frame()], &request).unwrap().remove(0).into_frame();
    let columns: Vec<_> = names.iter().map(|n| frame.column(n).unwrap().f64().unwrap()).collect();
    let row = |row| columns.iter().map(|c| c.get(row)).collect::<Option<Vec<f64>>>();
    let rows: Vec<_> = (0..candles.len()).filter_map(row).collect();
    assert!(rows.len() > 100, "{} rows", rows.len());
    rows
}

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "{got}, expected {want}");
}

#[test]
fn a_step_begins_where_the_last_one_ended() {
    for open in [1, 2, 3, 6, 12] {
        let params = short_with(|params| params.shared.lattice_horizon = open);
        let n = open as f64;
        let names =
            ["hp_energy", "hp_entropy", "hp_free_energy", "hp_landauer", "hp_susceptibility"];
        let rows = rows(params, &names);
        for pair in rows.windows(2) {
            let [energy, entropy, free_energy, erased, response] = pair[1][..] else { panic!() };
            close(free_energy, energy - entropy, 1e-12);
            close(erased, n * (pair[0][1] - entropy), 1e-9);
            assert!((-1e-12..=LN_2 + 1e-12).contains(&entropy) && energy <= 0.0);
            assert!((0.0..=n + 1e-12).contains(&response));
        }
    }
}

/// A lone p-bit is a coin whose bias the lattice family knows.
#[test]
fn a_lone_bit_is_a_coin() {
    let params = short_with(|params| params.shared.lattice_horizon = 1);
    let names = ["hp_pbit", "hp_entropy", "hp_susceptibility", "hp_dissipation"];
    let rows = rows(params, &names);
    let xlogx = |p: f64| if p == 0.0 { 0.0 } else { p * p.ln() };
    for pair in rows.windows(2) {
        let [before, _, _, _] = pair[0][..] else { panic!() };
        let [spin, entropy, response, dissipation] = pair[1][..] else { panic!() };
        // The mean is of single precision.
        let [p, q] = [before, spin].map(|m| 0.5 * (1.0 + m));
        close(entropy, -xlogx(q) - xlogx(1.0 - q), 2e-4);
        close(response, 1.0 - spin * spin, 1e-4);
        if p.min(q).min(1.0 - p).min(1.0 - q) > 0.01 {
            let apart = p * (p / q).ln() + (1.0 - p) * ((1.0 - p) / (1.0 - q)).ln();
            close(dissipation, apart, 2e-3);
        }
        assert!(dissipation >= 0.0);
    }
}
