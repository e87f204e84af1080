//! Gaps, short frames, constant and tiny prices.

use hyperphysics_market::Channel::{Momentum, Volume};
use hyperphysics_market::{Params, RiskMethod, startup};

use crate::common::{
    Candles, HOUR, column, column_names, engine, families, family, request, short, short_with,
    tables,
};

/// Rows with and without a value.
fn present(values: &[Option<f64>]) -> Vec<bool> {
    values.iter().map(Option::is_some).collect()
}

#[test]
fn startup_is_the_first_full_row() {
    let params = short();
    for family in families() {
        let name = family.columns()[0].name;
        let values = column(&Candles::walk(3, 400), params.clone(), name);
        let first = values.iter().position(Option::is_some).unwrap();
        assert_eq!(first + 1, family.bars(&params), "{family}");
        assert!(values[first..].iter().all(Option::is_some), "{family}");
        assert!(startup(&[family], &params) >= family.bars(&params));
    }
}

#[test]
fn the_default_startup_fits_what_exchanges_give() {
    // 499 candles a call on Binance futures, five calls at most, one of them current.
    assert!(startup(&families(), &Params::default()) <= 2490);
}

#[test]
fn a_gap_is_null_on_its_row_and_tolerated_after_it() {
    let whole = Candles::walk(5, 400);
    let bars = family("liquidity").bars(&short());
    for kind in ["nan", "no volume"] {
        let mut candles = whole.clone();
        match kind {
            "nan" => candles.values[1][200] = f64::NAN,
            _ => candles.values[4][200] = 0.0,
        }
        let values = present(&column(&candles, short(), "hp_spread"));
        let expected: Vec<bool> = (0..400).map(|row| row + 1 >= bars && row != 200).collect();
        assert_eq!(values, expected, "{kind}");
    }
}

#[test]
fn a_missing_candle_equals_an_empty_one() {
    let mut empty = Candles::walk(6, 400);
    let missing = empty.without(&[123, 300]);
    for row in [123, 300] {
        empty.values[4][row] = 0.0;
    }
    for name in column_names() {
        let mut filled = column(&empty, short(), name);
        let dropped = column(&missing, short(), name);
        assert_eq!(filled[123], None);
        filled.remove(300);
        filled.remove(123);
        assert_eq!(filled, dropped, "{name}");
    }
}

#[test]
fn too_many_gaps_give_null_until_they_have_left_the_window() {
    // 6 bars tolerate 1 gap, not 2.
    let candles = Candles::walk(7, 100).without(&[50, 52]);
    let values = present(&column(&candles, short(), "hp_spread"));
    // Rows 50 and 51 are candles 51 and 53 now; the bars before the first gap leave the window
    // of 7 candles once 5 of its 6 bars lie after candle 52.
    let null: Vec<usize> = (5..98).filter(|row| !values[*row]).collect();
    assert_eq!(null, [51, 52, 53, 54]);
}

#[test]
fn risk_outlasts_a_price_that_stands_still() {
    let ewma = short_with(|params| params.risk.risk_method = RiskMethod::Ewma);
    // A memory of 20 half-lives of 2 and 50 bars before them.
    for still in [60, 89, 90, 91, 95] {
        let mut candles = Candles::walk(8, 500);
        let [open, high, low, close] = [0, 1, 2, 3];
        let price = candles.values[close][199];
        for column in &mut candles.values[..4] {
            column[200..200 + still].fill(price);
        }
        let tick = 200 + still;
        candles.values[open][tick] = price;
        candles.values[high][tick] = price.max(candles.values[high][tick]);
        candles.values[low][tick] = price.min(candles.values[low][tick]);
        for name in ["hp_vol", "hp_var_95", "hp_es_99", "hp_es_99_h"] {
            let values = column(&candles, ewma.clone(), name);
            let first = family("risk").bars(&ewma);
            let null = (first..500).find(|row| values[*row].is_none());
            assert_eq!(null, None, "{name} after {still} bars");
        }
        let worst = column(&candles, ewma.clone(), "hp_es_99").into_iter().flatten();
        let vol =
            column(&candles, ewma.clone(), "hp_vol").into_iter().flatten().fold(0.0, f64::max);
        let worst = worst.fold(0.0, f64::max);
        assert!(worst < 20.0 * vol, "{worst} of {vol} after {still} bars");
    }
}

#[test]
fn constant_prices_have_no_risk_and_no_direction() {
    let mut candles = Candles::walk(8, 400);
    for column in &mut candles.values[..4] {
        column.fill(7.0);
    }
    let params =
        short_with(|params| params.shared.channels = [Momentum(6), Momentum(24), Volume(96)]);
    let last = |name: &str| *column(&candles, params.clone(), name).last().unwrap();
    for name in ["hp_vol", "hp_var_95", "hp_es_99_short", "hp_season"] {
        assert_eq!(last(name), None, "prices that do not move have no scale");
    }
    assert_eq!(last("hp_spread"), None, "prices that do not move show no spread");
    assert_eq!(last("hp_amihud"), Some(0.0));
    assert_eq!(last("hp_pbit"), Some(0.0));
    assert_eq!(last("hp_gain"), Some(0.0));
    assert!(last("hp_radius").is_some_and(|r| r > 0.0), "volume still moves");
    let ewma = short_with(|params| params.risk.risk_method = RiskMethod::Ewma);
    let last = |name: &str| *column(&candles, ewma.clone(), name).last().unwrap();
    assert_eq!(last("hp_vol"), Some(0.0));
    assert_eq!(last("hp_var_95"), None, "a window without spread has no quantiles");
    assert_eq!(last("hp_es_99_h"), None);
}

#[test]
fn constant_candles_stay_at_the_origin() {
    let mut candles = Candles::walk(9, 400);
    for column in &mut candles.values {
        column.fill(3.0);
    }
    for name in ["hp_radius", "hp_novelty", "hp_drift", "hp_pbit"] {
        assert_eq!(column(&candles, short(), name)[399], Some(0.0), "{name}");
    }
}

#[test]
fn the_scale_of_prices_hardly_matters() {
    let candles = Candles::walk(10, 400);
    for scale in [1e-10, 1e12] {
        let mut scaled = candles.clone();
        for column in &mut scaled.values[..4] {
            for price in column.iter_mut() {
                *price *= scale;
            }
        }
        for name in column_names().into_iter().filter(|name| *name != "hp_amihud") {
            let (a, b) = (
                column(&candles, short(), name)[399].unwrap(),
                column(&scaled, short(), name)[399].unwrap(),
            );
            // Scaling rounds prices, by 1e-16 of returns of 1e-2; f32 kernels add 1e-5.
            assert!((a - b).abs() <= 1e-4 * a.abs().max(1e-3), "{name} {a} {b}");
        }
    }
}

#[test]
fn a_price_that_moves_for_the_first_time_gives_null_and_nothing_infinite() {
    let mut candles = Candles::walk(11, 600);
    let scale = 5.0 / candles.values[3][300];
    for column in &mut candles.values[..4] {
        column[..300].fill(5.0);
        column[300..].iter_mut().for_each(|price| *price *= scale);
    }
    for name in column_names() {
        let values = column(&candles, short(), name);
        assert!(values.iter().flatten().all(|v| v.is_finite()), "{name}");
        assert!(values[599].is_some(), "{name}");
    }
}

#[test]
fn short_and_empty_frames_are_null() {
    for rows in [0, 1, 2, 30] {
        let frame = Candles::walk(12, rows).frame();
        let table = tables(&engine(1), &[frame], &request(Params::default())).unwrap().remove(0);
        let frame = table.into_frame();
        assert_eq!(frame.shape(), (rows, column_names().len()));
        assert!(frame.columns().iter().all(|c| c.null_count() == rows));
    }
}

#[test]
fn a_frame_of_gaps_only_is_null() {
    let mut candles = Candles::walk(13, 50);
    candles.values[4].fill(0.0);
    assert!(column(&candles, short(), "hp_vol").iter().all(Option::is_none));
}

#[test]
fn the_width_of_the_gap_does_not_overflow() {
    let mut candles = Candles::walk(14, 20);
    let end = i64::MAX / 2 / HOUR * HOUR;
    candles.date[19] = end;
    assert_eq!(column(&candles, short(), "hp_spread")[19], None);
}
