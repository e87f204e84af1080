//! SABR smiles in columns on the engine's device, single precision.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::greeks::{self, FIRST, OPTION, SECOND};
use hyperphysics_kernels::gpu::sabr::{self, SLOPES, SMILE, SPARE};
use hyperphysics_kernels::math::options::sabr::Slopes;
use hyperphysics_kernels::spec::{LANES, tiles};
use rayon::prelude::*;

use super::RUN;
use super::check::{length, positions, within};
use super::device::batch;
use super::row::{Black, Row, SMILE_NAMES};
use super::smiles::{SMILES, Smiles};
use crate::Result;

/// Bytes of an option on the device.
const BYTES: u64 = 4 * (SMILE + OPTION + 1 + SLOPES + FIRST + SECOND) as u64;

/// The measures `wanted` of [`SMILE_NAMES`], all if none is named, column after column, in single precision on the
/// engine's device.
///
/// Errors are below 1e-6 of volatility and distance, and below 3e-6 of a measure's scale elsewhere, for `|rho| <= 0.9`;
/// they grow as `1/(1 - rho²)`. `density` and `valid`, second differences of the smile, and rows beyond
/// single precision ([`smile_words`](hyperphysics_kernels::gpu::sabr::smile_words)) are computed as in [`sabr`](super::sabr).
///
/// # Errors
/// As [`sabr`](super::sabr), and [`Error::Engine`](crate::Error) if `cancel` was set.
pub fn device_sabr(
    engine: &Engine,
    smiles: &Smiles<'_>,
    wanted: &[&str],
    cancel: &AtomicBool,
) -> Result<Vec<f64>> {
    let columns = smiles.columns();
    let rows = length(&SMILES, &columns)?;
    within(&SMILES, &columns)?;
    let wanted = positions(&SMILE_NAMES, wanted)?;
    let mut block = vec![0.0; wanted.len() * rows];
    let batch = batch(engine, BYTES);
    for from in (0..rows).step_by(batch) {
        let count = batch.min(rows - from);
        let row =
            |at: usize| Row::new(columns.map(|c| c[if c.len() == 1 { 0 } else { from + at }]));
        let words = Words::new(engine, count, row)?;
        let mut plan = Plan::new();
        let (smile, option) = (plan.input(&words.smiles), plan.input(&words.options));
        let (totals, second) = (plan.scratch(), plan.scratch());
        let [slopes, first] = [SLOPES, FIRST].map(|n| plan.output(n * tiles(count) * LANES));
        plan.stage(count)
            .step(&sabr::KERNEL, &sabr::Params::default(), &[smile, totals, slopes])?
            .step(&greeks::KERNEL, &greeks::Params::default(), &[option, totals, first, second])?;
        let mut outputs = engine.run(&plan, cancel)?;
        let slopes: Vec<f32> = outputs.take(slopes);
        let first: Vec<f32> = outputs.take(first);
        let values: Vec<[f64; SMILE_NAMES.len()]> = engine.install(|| {
            let whole = wanted.iter().any(|at| *at >= Row::CHAINED);
            let value = |at: usize| {
                let row = row(at);
                match row.words() {
                    None => row.measures(),
                    // The first word of an option is ln(F/K).
                    Some((_, [x, ..])) => {
                        let [price, delta, density, ..] = numbers::<FIRST>(&first, at);
                        let black = row.black(x < 0.0, [price, delta, density]);
                        chained(&row, numbers(&slopes, at), &black, whole)
                    }
                }
            };
            (0..count).into_par_iter().with_min_len(RUN / 16).map(value).collect()
        })?;
        for (column, at) in block.chunks_mut(rows.max(1)).zip(&wanted) {
            column[from..].iter_mut().zip(&values).for_each(|(to, values)| *to = values[*at]);
        }
    }
    Ok(block)
}

/// Inputs of the two kernels, in tiles.
struct Words {
    smiles: Vec<f32>,
    options: Vec<f32>,
}

impl Words {
    fn new(engine: &Engine, rows: usize, row: impl Fn(usize) -> Row + Sync) -> Result<Self> {
        let [mut smiles, mut options] =
            [SMILE, OPTION].map(|n| vec![0_f32; n * tiles(rows) * LANES]);
        let fill = |(tile, (smiles, options)): (usize, (&mut [f32], &mut [f32]))| {
            for lane in 0..LANES {
                let at = Some(tile * LANES + lane).filter(|at| *at < rows);
                let words = at.and_then(|at| row(at).words());
                let (smile, option) = words.unwrap_or((SPARE, [0.0; OPTION]));
                put(smiles, lane, &smile);
                put(options, lane, &option);
            }
        };
        engine.install(|| {
            let smiles = smiles.par_chunks_mut(SMILE * LANES);
            let tiles = smiles.zip(options.par_chunks_mut(OPTION * LANES)).enumerate();
            tiles.with_min_len(RUN / 16 / LANES).for_each(fill);
        })?;
        Ok(Self { smiles, options })
    }
}

/// Writes the words of a lane of a tile.
fn put(tile: &mut [f32], lane: usize, words: &[f32]) {
    tile.iter_mut().skip(lane).step_by(LANES).zip(words).for_each(|(to, word)| *to = *word);
}

/// The `N` words of a row.
fn numbers<const N: usize>(words: &[f32], row: usize) -> [f64; N] {
    let first = row / LANES * N * LANES + row % LANES;
    std::array::from_fn(|n| f64::from(words[first + n * LANES]))
}

/// Measures from what the kernels found; the last two only if `whole`.
fn chained(
    row: &Row,
    [volatility, distance, by_log_forward, by_log_alpha, by_rho, by_nu]: [f64; SLOPES],
    black: &Black,
    whole: bool,
) -> [f64; SMILE_NAMES.len()] {
    let smile = row.smile();
    let slopes = Slopes {
        volatility,
        by_forward: by_log_forward / smile.forward,
        by_alpha: by_log_alpha / smile.alpha,
        by_rho,
        by_nu,
    };
    row.chain(distance, &slopes, black, whole)
}
