//! Risk and backtests against `risk.json`: arch, vartests, statsmodels and published values.

use hyperphysics_kernels::math::backtest::{self, diebold_mariano};
use hyperphysics_kernels::math::risk::{self, FiniteMemory, Garch, Rolling, Tail};
use serde_json::Value;

/// The file's own tolerance for recursions and tests.
const RELATIVE: f64 = 1e-10;
const ABSOLUTE: f64 = 1e-8;

fn close(what: &str, got: f64, want: f64) {
    let allowed = ABSOLUTE.max(RELATIVE * want.abs());
    assert!((got - want).abs() <= allowed, "{what}: {got}, expected {want}");
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(number).collect()
}

fn all_close(what: &str, got: &[f64], want: &Value) {
    let want = numbers(want);
    assert_eq!(got.len(), want.len(), "{what}");
    for (at, (got, want)) in got.iter().zip(want).enumerate() {
        close(&format!("{what}[{at}]"), *got, want);
    }
}

#[test]
fn agrees_with_the_reference() {
    let Some(document) = crate::common::reference("risk") else { return };
    let given = &document["series"];
    let series = if given.is_null() { Vec::new() } else { numbers(given) }; // not carried
    let mut compared = 0;
    for case in document["cases"].as_array().expect("cases") {
        let id = case["id"].as_str().expect("an id");
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        compared += 1;
        if id.starts_with("ewma") {
            ewma(&series, inputs, outputs);
        } else if id == "garch11_filter_fixed" {
            garch(&series, inputs, outputs);
        } else if id == "quantile_es_estimators" {
            estimators(inputs, outputs);
        } else if id == "analytic_unit_variance" {
            analytic(outputs);
        } else if id == "mc_standard_errors_normal" {
            errors(outputs);
        } else if id == "fhs_ewma094_h1" {
            one_bar(&series, outputs);
        } else if id == "kupiec" {
            let [n, x] = ["n", "x"].map(|name| number(&inputs[name]) as usize);
            let found = backtest::kupiec(n, x, number(&inputs["p"]));
            // Carried cases are published ones, as many digits as were printed.
            let allowed = case["tolerance"].as_f64().unwrap_or(ABSOLUTE);
            crate::common::close(found.statistic, number(&outputs["LR"]), allowed, "kupiec");
            crate::common::close(found.p_value, number(&outputs["p_value"]), allowed, "kupiec p");
        } else if id.starts_with("backtest_") {
            backtests(&series, inputs, outputs);
        } else if id.starts_with("diebold_mariano") {
            comparison(&series, inputs, outputs);
        } else {
            compared -= 1; // fits by maximum likelihood and simulations
        }
    }
    assert!(compared >= crate::common::least(&document, 20), "{compared} cases compared");
}

fn ewma(series: &[f64], inputs: &Value, outputs: &Value) {
    let found = risk::ewma(series, number(&inputs["lambda"]), number(&inputs["initial_variance"]));
    let (next, inside) = found.split_last().expect("variances");
    all_close("first", &inside[..5], &outputs["variance_first5"]);
    all_close("last", &inside[inside.len() - 5..], &outputs["variance_last5_in_sample"]);
    close("next", *next, number(&outputs["next_variance"]));
    close("sum", inside.iter().sum(), number(&outputs["sum_variance_in_sample"]));
}

fn garch(series: &[f64], inputs: &Value, outputs: &Value) {
    let [omega, alpha, beta] = ["omega", "alpha", "beta"].map(|name| number(&inputs[name]));
    let model = Garch { omega, alpha, beta };
    let backcast = number(&inputs["initial_variance_backcast"]);
    let found = model.filter(series, omega + (alpha + beta) * backcast);
    let (next, inside) = found.split_last().expect("variances");
    all_close("first", &inside[..5], &outputs["variance_first5"]);
    all_close("last", &inside[inside.len() - 5..], &outputs["variance_last5"]);
    let forecast = model.forecast(*next, 24);
    all_close("forecast", &forecast, &outputs["variance_forecast_h1_24"]);
}

fn estimators(inputs: &Value, outputs: &Value) {
    let sample = numbers(&inputs["sample_sorted"]);
    for (level, want) in outputs.as_object().expect("levels") {
        let a: f64 = level.parse().expect("a level");
        close(level, risk::value_at_risk(&sample, a), number(&want["VaR_inverted_cdf"]));
        if let Some(linear) = want.get("VaR_linear_type7") {
            close(level, -risk::linear_quantile(&sample, a), number(linear));
        }
        close(level, risk::shortfall(&sample, a), number(&want["ES_acerbi_tasche"]));
    }
}

fn analytic(outputs: &Value) {
    for row in outputs["rows"].as_array().expect("rows") {
        let level = number(&row["alpha"]);
        let normal = risk::normal(level);
        close("normal VaR", normal.var, number(&row["normal_VaR"]));
        close("normal ES", normal.es, number(&row["normal_ES"]));
        for freedom in [3, 5, 8] {
            let t = risk::student(level, f64::from(freedom));
            close("t VaR", t.var, number(&row[format!("t{freedom}_unit_variance_VaR")]));
            close("t ES", t.es, number(&row[format!("t{freedom}_unit_variance_ES")]));
        }
    }
}

/// Asymptotic standard error of a VaR from `n` draws, `density` being that at the quantile.
fn value_at_risk_error(level: f64, n: f64, density: f64) -> f64 {
    (level * (1.0 - level) / n).sqrt() / density
}

/// Asymptotic standard error of an ES from `n` draws (Chen 2008): `spread` is the variance beyond
/// the quantile.
fn shortfall_error(level: f64, n: f64, tail: Tail, spread: f64) -> f64 {
    let beyond = tail.es - tail.var;
    ((spread + (1.0 - level) * beyond * beyond) / (level * n)).sqrt()
}

fn errors(outputs: &Value) {
    for (level, want) in outputs.as_object().expect("levels") {
        let a: f64 = level.parse().expect("a level");
        let tail = risk::normal(a);
        let density = tail.es * a;
        let spread = 1.0 + tail.var * tail.es - tail.es * tail.es;
        close("VaR se", value_at_risk_error(a, 1e4, density), number(&want["VaR_se"]));
        close("ES se", shortfall_error(a, 1e4, tail, spread), number(&want["ES_se"]));
    }
}

fn one_bar(series: &[f64], outputs: &Value) {
    let variances = risk::ewma(series, 0.94, 1.221_073_942_772);
    let sigma = variances[series.len()].sqrt();
    let residuals = series.iter().zip(&variances).map(|(r, v)| r / v.sqrt());
    let mut window: Vec<f64> = residuals.skip(series.len() - 1000).collect();
    window.sort_by(f64::total_cmp);
    for (level, want) in outputs.as_object().expect("levels") {
        let a: f64 = level.parse().expect("a level");
        close(level, sigma * risk::value_at_risk(&window, a), number(&want["VaR"]));
        close(level, sigma * risk::shortfall(&window, a), number(&want["ES"]));
    }
    // The reference keeps the window's mean.
    let found = Rolling::new(&window, 1000, 999).at(999);
    for (at, level) in ["0.05", "0.025", "0.01"].into_iter().enumerate() {
        let [var, es] = [at, at + 3].map(|m| sigma * (found.measures[m] - found.mean));
        close(level, var, number(&outputs[level]["VaR"]));
        close(level, es, number(&outputs[level]["ES"]));
    }
}

/// Forecasts of the reference's two models for `series[500..]`.
fn forecasts(series: &[f64], model: &str, level: f64) -> Vec<Tail> {
    let unit = if model == "t5_ewma" { risk::student(level, 5.0) } else { risk::normal(level) };
    let variances = risk::ewma(series, 0.94, 1.221_073_942_772);
    let scaled = |v: &f64| Tail { var: v.sqrt() * unit.var, es: v.sqrt() * unit.es };
    variances[500..series.len()].iter().map(scaled).collect()
}

fn backtests(series: &[f64], inputs: &Value, outputs: &Value) {
    let level = number(&inputs["alpha"]);
    let forecasts = forecasts(series, inputs["model"].as_str().expect("a model"), level);
    let returns = &series[500..];
    let hits: Vec<bool> = returns.iter().zip(&forecasts).map(|(y, f)| *y < -f.var).collect();
    let count = hits.iter().filter(|hit| **hit).count();
    close("hits", count as f64, number(&outputs["violations"]));
    let coverage = backtest::kupiec(hits.len(), count, level);
    close("kupiec", coverage.statistic, number(&outputs["kupiec_LR"]));
    close("kupiec p", coverage.p_value, number(&outputs["kupiec_p"]));
    let (counts, independence) = backtest::christoffersen(&hits);
    let want = &outputs["christoffersen"];
    for (name, n) in
        [("n00", counts.n00), ("n01", counts.n01), ("n10", counts.n10), ("n11", counts.n11)]
    {
        close(name, n as f64, number(&want[name]));
    }
    close("independence", independence.statistic, number(&want["LR_ind"]));
    close("independence p", independence.p_value, number(&want["p_value"]));
    let both = backtest::conditional_coverage(&hits, level);
    close("both", both.statistic, number(&outputs["conditional_coverage_LR"]));
    close("both p", both.p_value, number(&outputs["conditional_coverage_p"]));
    let (z1, z2) = backtest::acerbi_szekely(returns, &forecasts, level);
    close("Z1", z1, number(&outputs["acerbi_szekely_Z1"]));
    close("Z2", z2, number(&outputs["acerbi_szekely_Z2"]));
    let n = returns.len() as f64;
    let pairs = || returns.iter().zip(&forecasts);
    let fz0 = pairs().map(|(y, f)| backtest::fz0(*y, *f, level)).sum::<f64>() / n;
    let tick = pairs().map(|(y, f)| backtest::tick_loss(*y, f.var, level)).sum::<f64>() / n;
    close("FZ0", fz0, number(&outputs["mean_FZ0"]));
    close("tick", tick, number(&outputs["mean_tick_loss"]));
}

fn comparison(series: &[f64], inputs: &Value, outputs: &Value) {
    let level = number(&inputs["alpha"]);
    let losses = |model| -> Vec<f64> {
        let forecasts = forecasts(series, model, level);
        series[500..].iter().zip(&forecasts).map(|(y, f)| backtest::fz0(*y, *f, level)).collect()
    };
    let (normal, student) = (losses("normal_ewma"), losses("t5_ewma"));
    let plain = diebold_mariano(&normal, &student, 0);
    close("difference", plain.difference, number(&outputs["mean_difference"]));
    close("lag 0", plain.statistic, number(&outputs["DM_stat_lag0"]));
    let robust = diebold_mariano(&normal, &student, 5);
    close("lag 5", robust.statistic, number(&outputs["DM_stat_newey_west_5"]));
    close("p", robust.p_value, number(&outputs["p_two_sided_normal_nw5"]));
}

#[test]
fn a_finite_memory_forgets_what_lies_before_it() {
    let memory = FiniteMemory::new(12.0);
    assert_eq!(memory.window(), FiniteMemory::returns(12.0));
    let squares: Vec<f64> = (0..600).map(|i| f64::from((i * 7919) % 101) / 1e4).collect();
    let window = &squares[600 - memory.window()..];
    // The oracle runs the recursion from the mean square of the first 50 bars of the window.
    let start = window[..50].iter().sum::<f64>() / 50.0;
    let returns: Vec<f64> = window[50..].iter().map(|s| s.sqrt()).collect();
    let oracle = risk::ewma(&returns, memory.decay(), start)[returns.len()].sqrt();
    assert!((memory.forecast(window) / oracle - 1.0).abs() < 1e-13);
    let constant = vec![4e-6; memory.window()];
    assert!((memory.forecast(&constant) / 2e-3 - 1.0).abs() < 1e-13, "weights sum to one");
}

#[test]
fn a_rolling_window_is_a_function_of_its_own_values() {
    // Ties, zeros of both signs, huge and tiny values.
    let value = |i: u32| match i % 11 {
        0 => 0.0,
        1 => -0.0,
        2 => 1e9,
        3 => -1e-9,
        _ => f64::from((i * 2_654_435) % 41) - 20.0,
    };
    let stream: Vec<f64> = (0..400).map(value).collect();
    let mut rolling = Rolling::new(&stream, 97, 96);
    for end in 96..400 {
        let found = rolling.at(end);
        let alone = Rolling::new(&stream, 97, end).at(end);
        let measures = found.measures;
        assert_eq!(measures.map(f64::to_bits), alone.measures.map(f64::to_bits), "ends at {end}");
        let affine = found.affine();
        assert_eq!(affine.map(f32::to_bits), alone.affine().map(f32::to_bits), "ends at {end}");
        let mut window = stream[end - 96..=end].to_vec();
        let mean = window.iter().sum::<f64>() / 97.0;
        let spread = (window.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / 97.0).sqrt();
        crate::common::close(found.spread, spread, 1e-12 * spread, "spread");
        crate::common::close(f64::from(affine[0]), 1.0 / spread, 1e-7 / spread, "scale");
        for z in &mut window {
            *z -= mean;
        }
        window.sort_by(f64::total_cmp);
        // Of the largest values summed.
        let rounding = 1e-12 * spread;
        for (at, level) in [0.05, 0.025, 0.01].into_iter().enumerate() {
            crate::common::close(
                measures[at],
                risk::value_at_risk(&window, level),
                rounding,
                "VaR",
            );
            crate::common::close(measures[at + 3], risk::shortfall(&window, level), rounding, "ES");
            assert!(measures[at + 3] >= measures[at]);
        }
    }
}

#[test]
fn a_shortfall_is_no_less_than_its_value_at_risk() {
    for worst in 1..200 {
        // The tail at every level is one value, and the mean of it need not be it.
        let stream: Vec<f64> =
            (0..997).map(|i| if i < 60 { -0.1 * f64::from(worst) } else { 0.37 }).collect();
        let measures = Rolling::new(&stream, 997, 996).at(996).measures;
        let (var, es) = measures.split_at(3);
        assert!(var.iter().zip(es).all(|(var, es)| es >= var), "{worst}: {measures:?}");
    }
}

#[test]
fn a_window_without_spread_has_no_measures() {
    let found = Rolling::new(&[3.0; 20], 20, 19).at(19);
    assert!(found.measures.iter().all(|m| m.is_nan()));
    assert!(found.affine().iter().all(|a| a.is_nan()));
}
