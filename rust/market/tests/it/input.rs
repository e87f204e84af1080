//! Bad input is named: pair, row, and what was expected.

use std::sync::atomic::AtomicBool;

use hyperphysics_market::{Error, Request, Table, analyze};
use polars::prelude::*;

use crate::common::{Candles, engine, families, family, request, short};

fn error(frame: &DataFrame) -> Error {
    let frames = [("ETH/USDT", frame)];
    analyze(&engine(1), &frames, &request(short()), &AtomicBool::new(false)).unwrap_err()
}

/// Asserts that a frame changed by `change` is refused with all of `words`.
fn refused(change: impl FnOnce(&mut Candles), words: &[&str]) {
    let mut candles = Candles::walk(1, 20);
    change(&mut candles);
    let error = error(&candles.frame());
    assert!(matches!(error, Error::Candle { .. }));
    let text = error.to_string();
    for word in ["ETH/USDT, row 7: "].iter().chain(words) {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

#[test]
fn impossible_candles_are_refused() {
    for (column, name) in crate::common::NAMES.iter().enumerate().take(4) {
        for price in [0.0, -1.0, f64::INFINITY] {
            let change = |c: &mut Candles| c.values[column][7] = price;
            refused(change, &[&format!("{name} is {price}"), "above 0"]);
        }
    }
    for volume in [-1.0, f64::INFINITY] {
        refused(|c| c.values[4][7] = volume, &["volume is", "at least 0"]);
    }
    refused(|c| c.values[1][7] = 1e-3, &["high is 0.001", "at least open"]);
    refused(|c| c.values[2][7] = 1e9, &["high is", "at least open"]);
    refused(
        |c| {
            let open = c.values[0][7];
            c.values[2][7] = c.values[1][7];
            assert!(c.values[2][7] > open);
        },
        &["low is", "at most open"],
    );
}

#[test]
fn the_impossible_is_seen_beside_a_gap() {
    refused(
        |c| {
            c.values[0][7] = f64::NAN;
            c.values[3][7] = -1.0;
        },
        &["close is -1"],
    );
    refused(
        |c| {
            c.values[4][7] = 0.0;
            c.values[3][7] = -1.0;
        },
        &["close is -1"],
    );
}

#[test]
fn disorder_is_refused() {
    refused(|c| c.date[7] = c.date[6], &["repeats", "once"]);
    refused(|c| c.date[7] = c.date[5] + 1, &["before", "oldest first"]);
    refused(|c| c.date[7] += 1, &["no whole number of candles", "timeframe"]);
    refused(|c| c.date[7] = i64::MIN, &["date is missing"]);
    refused(
        |c| {
            c.date[..7].iter_mut().for_each(|d| *d += i64::MIN / 2 * 2 + 1);
            c.date[7] = i64::MAX;
        },
        &["no whole number of candles"],
    );
}

#[test]
fn a_wrong_schema_is_refused() {
    let frame = Candles::walk(1, 20).frame();
    let text = |frame: &DataFrame| error(frame).to_string();
    for name in ["date", "open", "high", "low", "close", "volume"] {
        let error = text(&frame.drop(name).unwrap());
        assert!(error.contains(&format!("ETH/USDT: column `{name}` is missing")), "{error}");
    }
    let with = |name: &str, dtype: DataType| {
        let mut frame = frame.clone();
        let column = frame.column(name).unwrap().cast(&dtype).unwrap();
        frame.with_column(column).unwrap();
        frame
    };
    let error = text(&with("volume", DataType::Int64));
    assert!(error.contains("column `volume` has type i64, expected 64-bit float"), "{error}");
    let error = text(&with("date", DataType::Int64));
    assert!(error.contains("column `date` has type i64, expected a datetime"), "{error}");
}

#[test]
fn candles_of_a_longer_timeframe_are_refused() {
    let every_other: Vec<usize> = (1..20).step_by(2).collect();
    let whole = Candles::walk(1, 20);
    let text = error(&whole.without(&every_other).frame()).to_string();
    assert!(text.starts_with("ETH/USDT: no two candles are 1h apart"), "{text}");
    // Two that follow one another tell the timeframe; fewer than two say nothing against it.
    let rest: Vec<usize> = (2..20).collect();
    for gaps in [&every_other[1..], &rest, &rest[..1], &[1, 3, 5]] {
        let frames = [whole.without(gaps).frame()];
        assert!(crate::common::tables(&engine(1), &frames, &request(short())).is_ok(), "{gaps:?}");
    }
    for rows in [0..0, 0..1] {
        let frames = [whole.cut(rows).frame()];
        assert!(crate::common::tables(&engine(1), &frames, &request(short())).is_ok());
    }
}

#[test]
fn nulls_are_gaps_and_chunks_do_not_matter() {
    let candles = Candles::walk(2, 300);
    let whole = candles.frame();
    let mut parts = candles.cut(0..100).frame();
    parts.vstack_mut(&candles.cut(100..300).frame()).unwrap();
    let nulls: Float64Chunked =
        (0..300).map(|row| (row != 250).then(|| candles.values[0][row])).collect();
    let mut with_gap = whole.clone();
    with_gap.with_column(nulls.into_series().with_name("open".into()).into_column()).unwrap();
    let tables =
        crate::common::tables(&engine(1), &[whole, parts, with_gap], &request(short())).unwrap();
    let [whole, parts, with_gap] =
        <[_; 3]>::try_from(tables.into_iter().map(Table::into_frame).collect::<Vec<_>>()).unwrap();
    assert!(whole.equals_missing(&parts));
    let spread = with_gap.column("hp_spread").unwrap().f64().unwrap();
    assert_eq!((spread.get(250), spread.get(251).is_some()), (None, true));
}

#[test]
fn the_time_unit_does_not_matter() {
    let candles = Candles::walk(3, 300);
    let frames: Vec<_> = [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds]
        .into_iter()
        .map(|unit| {
            let mut frame = candles.frame();
            let dtype = DataType::Datetime(unit, None);
            let date = frame.column("date").unwrap().cast(&dtype).unwrap();
            frame.with_column(date).unwrap();
            frame
        })
        .collect();
    let tables = crate::common::tables(&engine(1), &frames, &request(short())).unwrap();
    let frames: Vec<_> = tables.into_iter().map(Table::into_frame).collect();
    assert!(frames.iter().all(|frame| frame.equals_missing(&frames[0])));
}

#[test]
fn a_cancelled_call_is_no_input_error() {
    let frame = Candles::walk(4, 400).frame();
    let cancelled = AtomicBool::new(true);
    // With and without steps for a device.
    for families in [families(), vec![family("risk")]] {
        let request = Request { families, ..request(short()) };
        let error = analyze(&engine(1), &[("X", &frame)], &request, &cancelled).unwrap_err();
        assert!(matches!(error, Error::Engine(_)), "{error}");
    }
}
