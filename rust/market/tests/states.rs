//! States as a table of their own: what the geometry family measures, and from the first bar on.

mod common;

use common::{Candles, column, engine, short};
use hyperphysics_kernels::geometry::polar;
use hyperphysics_market::{Family, states};

fn of(candles: &Candles, threads: usize) -> [Vec<Option<f64>>; 4] {
    let frame = candles.frame();
    let timeframe = "1h".parse().unwrap();
    let table = states(&engine(threads), &[("X", &frame)], timeframe, &short()).unwrap().remove(0);
    ["r", "nx", "ny", "nz"].map(|name| table.column(name).unwrap().f64().unwrap().iter().collect())
}

#[test]
fn they_are_those_that_the_columns_measure() {
    let mut candles = Candles::walk(11, 400);
    candles.values[4][333] = 0.0;
    let [r, nx, ny, nz] = of(&candles, 1);
    let [radius, drift] = ["hp_radius", "hp_drift"].map(|name| column(&candles, short(), name));
    let mut measured = 0;
    for row in (1..400).filter(|row| radius[*row].is_some()) {
        assert_eq!(r[row], radius[row], "row {row}");
        // The bar before the one after a hole is two rows back.
        let before = if row == 334 { 332 } else { row - 1 };
        let chord: f64 = [&nx, &ny, &nz]
            .map(|axis| (axis[row].unwrap() - axis[before].unwrap()).powi(2))
            .iter()
            .sum();
        let moved = polar::distance(r[before].unwrap(), r[row].unwrap(), chord);
        assert!((moved - drift[row].unwrap()).abs() <= 1e-12, "row {row}");
        measured += 1;
    }
    assert_eq!(measured, 400 - Family::Geometry.bars(&short()));
}

#[test]
fn they_begin_where_their_own_window_is_full_and_skip_holes() {
    let mut candles = Candles::walk(12, 400);
    candles.values[1][250] = f64::NAN;
    let axes = of(&candles, 2);
    let first = axes[0].iter().position(Option::is_some).unwrap();
    assert!(first + 1 < Family::Geometry.bars(&short()));
    for row in 0..400 {
        let known = axes.each_ref().map(|axis| axis[row].is_some());
        assert_eq!(known, [row >= first && row != 250; 4], "row {row}");
    }
    let length = |row: usize| axes[1..].iter().map(|axis| axis[row].unwrap().powi(2)).sum::<f64>();
    assert!((first..400).filter(|row| *row != 250).all(|row| (length(row) - 1.0).abs() < 1e-14));
    assert_eq!(of(&candles, 1), axes);
}
