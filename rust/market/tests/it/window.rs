//! The window of newest states: the lattice's own points, labels and kernel.

use hyperphysics_market::Channel::{Momentum, Volume};
use hyperphysics_market::{Error, Label, Metric, Params, Result, RiskMethod, axes, window};
use polars::prelude::*;

use crate::common::{self, Candles, NAMES, column};

fn of(candles: &Candles, bars: usize, params: &Params) -> Result<DataFrame> {
    window("PAIR", &candles.frame(), "1h".parse().unwrap(), bars, params)
}

/// Short windows, one of 96 bars among them.
fn short() -> Params {
    short_with(|_| {})
}

fn short_with(change: impl FnOnce(&mut Params)) -> Params {
    let mut params = common::short();
    params.shared.channels = [Momentum(6), Momentum(24), Volume(96)];
    change(&mut params);
    params
}

fn values(frame: &DataFrame, name: &str) -> Vec<Option<f64>> {
    frame.column(name).unwrap().f64().unwrap().iter().collect()
}

#[test]
fn states_are_those_of_the_geometry_columns() {
    let candles = Candles::walk(1, 400);
    let frame = of(&candles, 48, &short()).unwrap();
    assert_eq!(frame.shape(), (48, 7));
    let dates = frame.column("date").unwrap();
    assert_eq!(dates.dtype(), &DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)));
    let dates = dates.as_materialized_series().datetime().unwrap().physical();
    assert_eq!(dates.iter().map(Option::unwrap).collect::<Vec<_>>(), candles.date[352..]);
    assert_eq!(values(&frame, "r"), column(&candles, short(), "hp_radius")[352..]);
    // The distance of neighbours by the law of cosines, and as the engine has it.
    let [r, x, y, z] = ["r", "nx", "ny", "nz"].map(|name| values(&frame, name));
    let at = |i: usize| [&r, &x, &y, &z].map(|v| v[i].unwrap());
    let cosh = |a: [f64; 4], b: [f64; 4]| {
        let cosine = a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
        a[0].cosh() * b[0].cosh() - a[0].sinh() * b[0].sinh() * cosine
    };
    let drift = column(&candles, short(), "hp_drift");
    let coupling = values(&frame, "coupling");
    for i in 1..48 {
        let d = cosh(at(i - 1), at(i)).acosh();
        assert!((d - drift[352 + i].unwrap()).abs() < 1e-6);
        let own = (-cosh(at(i), at(47)).max(1.0).acosh() / short().shared.length_scale).exp();
        assert!((own - coupling[i].unwrap()).abs() < 1e-6);
    }
    assert_eq!(coupling[47], Some(1.0));
}

#[test]
fn outcomes_are_open_for_as_many_bars_as_the_horizon() {
    let candles = Candles::walk(2, 300);
    let ewma = short_with(|params| params.risk.risk_method = RiskMethod::Ewma);
    let sigma = column(&candles, ewma, "hp_vol");
    let close = &candles.values[3];
    let of = |label| {
        values(
            &of(&candles, 20, &short_with(|params| params.shared.label = label)).unwrap(),
            "outcome",
        )
    };
    for (i, (outcome, sign)) in of(Label::Tanh).into_iter().zip(of(Label::Sign)).enumerate() {
        let at = 280 + i;
        let moved = close.get(at + 3).map(|later| (later / close[at]).ln());
        let want = moved.map(|moved| (moved / (sigma[at].unwrap() * 3_f64.sqrt())).tanh());
        assert_eq!(sign, moved.map(f64::signum), "{i}");
        assert_eq!(outcome.is_some(), want.is_some(), "{i}");
        let [got, want] = [outcome, want].map(|value| value.unwrap_or(0.0));
        assert!((got - want).abs() < 1e-6, "{i}: {got} {want}");
    }
}

#[test]
fn a_window_depends_on_its_own_candles() {
    let candles = Candles::walk(3, 600);
    let (all, part) = (of(&candles, 30, &short()), of(&candles.cut(450..600), 30, &short()));
    assert!(all.unwrap().equals_missing(&part.unwrap()));
}

#[test]
fn gaps_are_left_out_and_windows_may_be_short() {
    let mut candles = Candles::walk(4, 300);
    candles.values[4][290] = 0.0;
    candles.values[0][292] = f64::NAN;
    let frame = of(&candles, 48, &short()).unwrap();
    assert_eq!(frame.height(), 48);
    let rows = |rows: usize| of(&candles.cut(0..rows), 48, &short()).unwrap();
    assert_eq!(rows(0).shape(), (0, 7));
    assert_eq!(rows(95).height(), 0, "volume is standardised over 96 bars");
    assert_eq!(rows(100).height(), 5);
    assert_eq!(values(&rows(100), "coupling")[4], Some(1.0));
}

#[test]
fn what_is_wrong_is_named() {
    let candles = Candles::walk(5, 200);
    for bars in [0, 1_048_577] {
        let error = of(&candles, bars, &short()).unwrap_err();
        assert!(matches!(error, Error::Argument(_)));
        assert_eq!(error.to_string(), format!("bars is {bars}, expected 1 to 1048576"));
    }
    let mut wrong = candles.clone();
    wrong.values[3][7] = -1.0;
    let text = of(&wrong, 48, &short()).unwrap_err().to_string();
    assert!(text.starts_with("PAIR, row 7: close is -1"), "{text}");
    let lacking = candles.frame().drop(NAMES[4]).unwrap();
    let text = window("PAIR", &lacking, "1h".parse().unwrap(), 48, &short()).unwrap_err();
    assert!(text.to_string().starts_with("PAIR: column `volume` is missing"));
}

#[test]
fn the_metric_is_the_lattice_s() {
    let candles = Candles::walk(6, 300);
    let of =
        |metric| of(&candles, 10, &short_with(|params| params.shared.metric = metric)).unwrap();
    let [near, far] =
        [of(Metric::Euclidean), of(Metric::Hyperbolic)].map(|f| values(&f, "coupling"));
    assert!(near.iter().zip(&far).all(|(near, far)| near >= far), "space widens outwards");
    assert_ne!(near, far);
}

#[test]
fn the_axes_have_names() {
    assert_eq!(axes(&short())[0], "return over 6 bars in σ√6");
    assert!(axes(&short())[2].contains("volume"));
}
