//! The complexity index of a window's lattice: its factors, its limits, what moves it.

use hyperphysics_market::Params;

use crate::common::{Candles, engine, family, request, short, short_with, tables};

/// Index, dimension, gain, coherence and dwell of every row that has them.
fn rows(candles: &Candles, params: Params) -> Vec<[f64; 5]> {
    let mut request = request(params);
    request.families = vec![family("complexity")];
    let frame = tables(&engine(1), &[candles.frame()], &request).unwrap().remove(0).into_frame();
    let columns: Vec<_> = frame.columns().iter().map(|c| c.f64().unwrap()).collect();
    let row = |row: usize| -> Option<[f64; 5]> {
        let values: Option<Vec<f64>> = columns.iter().map(|c| c.get(row)).collect();
        values.map(|values| values.try_into().unwrap())
    };
    (0..candles.len()).filter_map(row).collect()
}

fn mean(rows: &[[f64; 5]], column: usize) -> f64 {
    rows.iter().map(|row| row[column]).sum::<f64>() / rows.len() as f64
}

#[test]
fn the_index_is_the_product_of_its_factors() {
    let rows = rows(&Candles::walk(3, 300), short());
    assert!(rows.len() > 100, "{} rows", rows.len());
    for [index, dimension, gain, coherence, dwell] in rows {
        let product = dimension * gain * coherence * dwell;
        assert!((index - product).abs() < 1e-15, "{index}, expected {product}");
        assert!([dimension, gain, coherence, dwell].iter().all(|f| (0.0..=1.0).contains(f)));
    }
}

/// Independent nodes respond as one each and cohere by chance only; frozen ones do not respond;
/// between them the index has its peak.
#[test]
fn the_index_peaks_between_order_and_disorder() {
    let candles = Candles::walk(3, 300);
    let at = |temperature| {
        let params = short_with(|params| {
            params.complexity.ci_temperature = temperature;
            params.complexity.ci_sweeps = 2048;
        });
        rows(&candles, params)
    };
    let [cold, critical, hot] = [0.25, 0.9, 100.0].map(at);
    let free = 2.0_f64.ln() / 49.0_f64.ln();
    assert!((mean(&hot, 2) - free).abs() < 0.01, "gain {}", mean(&hot, 2));
    assert!(mean(&hot, 3) < 0.01 && mean(&hot, 0) < 1e-3, "{:?}", hot[0]);
    assert!(mean(&cold, 2) < 0.1 && mean(&cold, 3) > 0.8, "{:?}", cold[0]);
    let peak = mean(&critical, 0);
    assert!(peak > 5.0 * mean(&cold, 0) && peak > 5.0 * mean(&hot, 0), "{peak}");
}

/// The sample is of the states, not of the draws: another seed moves it within its error.
#[test]
fn another_seed_gives_the_same_index_within_its_error() {
    let candles = Candles::walk(5, 200);
    let at = |seed| {
        let params = short_with(|params| {
            params.shared.seed = seed;
            params.complexity.ci_sweeps = 4096;
        });
        rows(&candles, params)
    };
    let (one, two) = (at(1), at(2));
    assert_eq!(one.len(), two.len());
    assert!(one != two, "the seed counts");
    for (one, two) in one.iter().zip(&two) {
        // Var(M) of 4096 sweeps, a few correlation times each, is good to some 5 %.
        assert!(
            (one[2] - two[2]).abs() < 0.06 && (one[3] - two[3]).abs() < 0.03,
            "{one:?} {two:?}"
        );
    }
}
