//! Risk of portfolios: normal shocks on the device, filtered history beside them, contributions in
//! double precision.

use std::sync::atomic::{AtomicBool, Ordering};

use hyperphysics_engine::{self as engine, Engine, Plan};
use hyperphysics_kernels::gpu::{matmul, normals};
use hyperphysics_kernels::math::portfolio::{
    Error as Portfolio, Estimate, Filtered, History, Outcome, Shocks, Stress, Tail, loss, tails,
};
use hyperphysics_kernels::shared::rng;
use rayon::prelude::*;

use crate::{Error, Result};

pub use hyperphysics_kernels::math::portfolio::{self as model, correlation};

/// Most returns of all paths and assets together, and most draws of resampled bars.
const MOST: usize = 1 << 28;

/// Bytes of a batch of paths: work for a device, and memory that an allocator hands out again instead of
/// fetching it from the system.
const BATCH: u64 = 8 << 20;

/// Paths that a thread takes at a time.
const RUN: usize = 256;

/// What is asked of a portfolio.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Names of the assets.
    pub assets: &'a [String],
    /// Returns per bar of each asset, oldest first; NaN for none.
    pub returns: &'a [&'a [f64]],
    /// Weight of each asset, negative for a short.
    pub weights: &'a [f64],
    /// Bars after which a row weighs half.
    pub half_life: f64,
    /// Part of the identity in the correlations; by OAS if none.
    pub shrinkage: Option<f64>,
    /// Paths of either simulation.
    pub paths: usize,
    /// Bars ahead.
    pub horizon: usize,
    /// Tail probabilities.
    pub levels: &'a [f64],
    /// Seed of the draws.
    pub seed: u64,
    /// Scenarios to play.
    pub stress: &'a [Stress],
}

/// What a portfolio risks.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Rows in which every asset has a return.
    pub rows: usize,
    /// Covariance of the next bar.
    pub estimate: Estimate,
    /// Tails of normal shocks, one per level.
    pub simulated: Vec<Tail>,
    /// Tails of the filtered history, one per level: every row once for one bar, resampled beyond.
    pub historical: Vec<Tail>,
    /// Outcomes of the scenarios.
    pub stress: Vec<Outcome>,
}

/// Value at risk, shortfall and contributions of a portfolio over a horizon.
///
/// Normals are those of blocks numbered by path under the key `seed`, so that neither batches nor threads
/// nor the device change a path; the draws of the history are those that the risk columns share.
///
/// # Errors
/// [`Error::Portfolio`] for input without risk numbers, naming asset and row; [`Error::Engine`] if the
/// engine failed or `cancel` was set.
pub fn portfolio(engine: &Engine, ask: &Question<'_>, cancel: &AtomicBool) -> Result<Answer> {
    check(ask)?;
    let history = History::new(ask.assets, ask.returns)?;
    let estimate = Estimate::new(&history, ask.half_life, ask.shrinkage)?;
    let shocks = estimate.shocks(ask.assets, ask.horizon)?;
    let simulated = simulate(engine, ask, &shocks, cancel)?;
    let historical = resample(engine, ask, &Filtered::new(&history, ask.half_life), cancel)?;
    let deepest = simulated.iter().min_by(|a, b| a.level.total_cmp(&b.level));
    let deepest = deepest.ok_or(range("the number of levels", 0.0, "at least one"))?;
    let play = |stress: &Stress| stress.play(&history, ask.weights, deepest);
    let stress = ask.stress.iter().map(play).collect::<model::Result<_>>()?;
    Ok(Answer { rows: history.rows().len(), estimate, simulated, historical, stress })
}

fn range(what: &'static str, value: f64, expected: &'static str) -> Error {
    Portfolio::Range { what, value, expected }.into()
}

fn check(ask: &Question<'_>) -> Result<()> {
    let (assets, have) = (ask.assets.len(), ask.weights.len());
    if assets == 0 {
        return Err(Portfolio::Empty.into());
    }
    if have != assets {
        let what = "the column of weights".into();
        return Err(Portfolio::Length { what, have, expected: assets }.into());
    }
    if let Some(at) = ask.weights.iter().position(|weight| !weight.is_finite()) {
        let (asset, value) = (ask.assets[at].clone(), ask.weights[at]);
        return Err(Portfolio::Number { what: "weight", asset, value }.into());
    }
    let (paths, horizon) = (ask.paths, ask.horizon);
    if paths == 0 || paths > MOST / assets.next_multiple_of(4) {
        return Err(range("paths", paths as f64, "1 to 2^28 returns of paths and assets together"));
    }
    if horizon == 0 || horizon > MOST / paths {
        return Err(range("horizon", horizon as f64, "1 to 2^28 bars of all paths together"));
    }
    Ok(())
}

/// Tails of normal returns over the horizon.
fn simulate(
    engine: &Engine,
    ask: &Question<'_>,
    shocks: &Shocks,
    cancel: &AtomicBool,
) -> Result<Vec<Tail>> {
    let assets = ask.assets.len();
    let returns = correlated(engine, ask, shocks, cancel)?;
    let row = |path: usize, to: &mut [f64]| {
        let from = &returns[path * assets..][..assets];
        to.iter_mut().zip(from).for_each(|(to, r)| *to = f64::from(*r));
    };
    tails_of(engine, ask, ask.paths, row, cancel)
}

/// Returns of all assets, path after path: normals times the factor of the covariance.
fn correlated(
    engine: &Engine,
    ask: &Question<'_>,
    shocks: &Shocks,
    cancel: &AtomicBool,
) -> Result<Vec<f32>> {
    let (assets, blocks) = (ask.assets.len(), shocks.inner / 4);
    let [key_lo, key_hi] = rng::words(ask.seed);
    let stream = rng::stream(rng::PORTFOLIO, 0);
    let draw =
        normals::Params { items: 0, stream, time_lo: 0, time_hi: 0, key_lo, key_hi, _pad: [0; 2] };
    let times =
        matmul::Params { items: 0, inner: shocks.inner as u32, columns: assets as u32, _pad: 0 };
    // Numbers of blocks, words, normals and returns; half of the budget is left to the device.
    let bytes = 4 * (9 * blocks + assets) as u64;
    let batch = (BATCH.min(engine.limits().memory / 2) / bytes).clamp(1, ask.paths as u64) as usize;
    let mut all = Vec::with_capacity(ask.paths * assets);
    for first in (0..ask.paths).step_by(batch) {
        let paths = batch.min(ask.paths - first);
        let numbers: Vec<u32> =
            ((first * blocks) as u32..((first + paths) * blocks) as u32).collect();
        let mut plan = Plan::new();
        let (numbers, factor) = (plan.input(&numbers), plan.input(&shocks.matrix));
        let (words, shocks) = (plan.scratch(), plan.between(4 * paths * blocks));
        let returns = plan.output(paths * assets);
        plan.stage(paths * blocks).step(&normals::KERNEL, &draw, &[numbers, words, shocks])?;
        plan.stage(paths).step(&matmul::KERNEL, &times, &[shocks, factor, returns])?;
        all.append(&mut engine.run(&plan, cancel)?.take::<f32>(returns));
    }
    Ok(all)
}

/// Tails of the filtered history over the horizon.
fn resample(
    engine: &Engine,
    ask: &Question<'_>,
    filtered: &Filtered,
    cancel: &AtomicBool,
) -> Result<Vec<Tail>> {
    if ask.horizon == 1 {
        let row = |path: usize, to: &mut [f64]| filtered.path(&[path as u32], to);
        return tails_of(engine, ask, filtered.rows(), row, cancel);
    }
    let shape = [ask.paths, ask.horizon];
    let row = |path: usize, to: &mut [f64]| {
        filtered.path(&rng::path_draws(ask.seed, path, shape, filtered.rows()), to);
    };
    tails_of(engine, ask, ask.paths, row, cancel)
}

/// Tails of scenarios of which `row` gives the returns.
fn tails_of(
    engine: &Engine,
    ask: &Question<'_>,
    scenarios: usize,
    row: impl Fn(usize, &mut [f64]) + Sync,
    cancel: &AtomicBool,
) -> Result<Vec<Tail>> {
    let lost = |returns: &mut Vec<f64>, scenario: usize| {
        if cancel.load(Ordering::Relaxed) {
            return f64::NAN;
        }
        returns.resize(ask.assets.len(), 0.0);
        row(scenario, returns);
        loss(ask.weights, returns)
    };
    let scenarios = (0..scenarios).into_par_iter().with_min_len(RUN);
    let losses: Vec<f64> = engine.install(|| scenarios.map_init(Vec::new, lost).collect())?;
    tails(&losses, ask.levels, ask.weights, &row, cancel).map_err(|error| match error {
        Portfolio::Cancelled => engine::Error::Cancelled.into(),
        error => error.into(),
    })
}

/// Product of two matrices in single precision, row after row: `rows` of `left` times `right`, which has
/// `columns` columns.
///
/// # Errors
/// [`Error::Argument`] if a shape does not fit its matrix, a value is not finite, or `right` has more than
/// 2^25 words; [`Error::Engine`] if the engine failed or `cancel` was set.
pub fn matmul(
    engine: &Engine,
    left: &[f32],
    right: &[f32],
    [rows, inner, columns]: [usize; 3],
    cancel: &AtomicBool,
) -> Result<Vec<f32>> {
    let most = engine.limits().binding as usize / 4;
    for (name, words, shape) in [("left", left, [rows, inner]), ("right", right, [inner, columns])]
    {
        let wrong = |why: String| Err(Error::Argument(format!("{name}: {why}")));
        if shape[0].checked_mul(shape[1]) != Some(words.len()) || words.is_empty() {
            let have = words.len();
            return wrong(format!(
                "{have} words, expected {} x {}, at least 1",
                shape[0], shape[1]
            ));
        }
        if let Some(at) = words.iter().position(|word| !word.is_finite()) {
            let (row, column) = (at / shape[1], at % shape[1]);
            return wrong(format!(
                "row {row}, column {column}: {}, expected a finite number",
                words[at]
            ));
        }
        let seen = if name == "left" { shape[1] } else { words.len() };
        if seen > most {
            return wrong(format!("{seen} words that are seen together, at most {most}"));
        }
    }
    let params = matmul::Params { items: 0, inner: inner as u32, columns: columns as u32, _pad: 0 };
    let mut plan = Plan::new();
    let (left, right, out) = (plan.input(left), plan.input(right), plan.output(rows * columns));
    plan.stage(rows).step(&matmul::KERNEL, &params, &[left, right, out])?;
    Ok(engine.run(&plan, cancel)?.take(out))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use hyperphysics_engine::Options;

    use super::*;

    #[test]
    fn a_cancelled_question_computes_no_further_scenario() {
        let device = "cpu".parse().expect("a device");
        let options = Options { device, threads: 2, ..Options::default() };
        let engine = Engine::open(&options).expect("an engine");
        let ask = Question {
            assets: &["A".to_owned()],
            returns: &[],
            weights: &[1.0],
            half_life: 72.0,
            shrinkage: None,
            paths: 100_000,
            horizon: 12,
            levels: &[0.05],
            seed: 0,
            stress: &[],
        };
        let (stop, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
        let row = |_: usize, _: &mut [f64]| {
            if seen.fetch_add(1, Ordering::Relaxed) == 99 {
                stop.store(true, Ordering::Relaxed);
            }
        };
        let cancelled = tails_of(&engine, &ask, ask.paths, row, &stop);
        assert!(matches!(cancelled, Err(Error::Engine(engine::Error::Cancelled))));
        // Each of two threads may have one more under way.
        assert!(seen.into_inner() <= 102);
    }
}
