//! Spread and price impact against the numbers of `bidask`, the library of the method's authors.

use std::path::{Path, PathBuf};

use hyperphysics_market::Params;
use serde_json::Value;

use crate::common::{Candles, HOUR, column};

/// `reference/<name>` of the shared folder, or `None` (said so) where there is none.
///
/// # Panics
/// Panics if `HYPERPHYSICS_SHARED` is set and the file is not there.
fn reference(name: &str) -> Option<Value> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let named = std::env::var_os("HYPERPHYSICS_SHARED").map(PathBuf::from);
    let path = named.as_ref().unwrap_or(&beside).join("reference").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(named.is_none(), "{} is not there", path.display());
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn candles(case: &Value) -> Candles {
    let mut candles = Candles::default();
    for (row, values) in case["inputs"]["ohlcv"].as_array().unwrap().iter().enumerate() {
        candles.date.push(HOUR * row as i64);
        for (column, value) in candles.values.iter_mut().zip(values.as_array().unwrap()) {
            column.push(value.as_f64().unwrap());
        }
    }
    candles
}

#[test]
fn spread_and_impact_equal_the_reference() {
    let Some(document) = reference("spread_ohlc.json") else { return };
    for case in document["cases"].as_array().unwrap() {
        let candles = candles(case);
        let over = |bars: u64| {
            let mut params = Params::default();
            params.liquidity.spread_bars = bars;
            params
        };
        let rolling =
            column(&candles, over(case["inputs"]["window"].as_u64().unwrap()), "hp_spread");
        let expected = case["outputs"]["rolling30"]["EDGE"].as_array().unwrap();
        assert_eq!(rolling.len(), expected.len());
        for (row, (got, want)) in rolling.iter().zip(expected).enumerate() {
            // Ours is 0 where the estimate is negative.
            let want = want.as_f64().map(|spread| spread.max(0.0));
            match (got, want) {
                (Some(got), Some(want)) => {
                    assert!((got - want).abs() <= 1e-10, "row {row}: {got} {want}");
                }
                _ => assert_eq!(*got, want, "row {row}"),
            }
        }
        let all = over(candles.len() as u64);
        let spread = column(&candles, all.clone(), "hp_spread").pop().unwrap().unwrap();
        let want = case["outputs"]["all"]["EDGE"].as_f64().unwrap();
        assert!((spread - want).abs() <= 1e-10, "{spread} {want}");
        let impact = column(&candles, all, "hp_amihud").pop().unwrap().unwrap();
        let want = case["outputs"]["amihud_mean_abs_logret_over_quote_volume"].as_f64().unwrap();
        assert!((impact - want).abs() <= 1e-10 * want, "{impact} {want}");
    }
}
