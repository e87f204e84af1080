//! European options in columns: a row is an option, in double precision on the CPU or in single precision on
//! the engine's device.

mod check;
mod device;
mod device_smiles;
mod row;
mod smiles;

use hyperphysics_engine::Engine;
use hyperphysics_kernels::math::options::black_scholes::{self, NAMES, Options, Wanted};
use hyperphysics_kernels::math::options::implied::{self, Quote};
use rayon::prelude::*;

use self::check::{OPTIONS, length, positions, within};
pub use self::device::device_greeks;
pub use self::device_smiles::device_sabr;
pub use self::row::SMILE_NAMES;
pub use self::smiles::{Smiles, calibrate, sabr};
use crate::Result;

/// Rows that a thread takes at a time.
const RUN: usize = 4096;

/// The measures `wanted` of [`NAMES`], all if none is named, column after column.
///
/// A row with a NaN has no value.
///
/// # Errors
/// [`Error::Argument`](crate::Error) if a measure is unknown, columns differ in length, or a value is
/// out of its range: names column and row and what was expected; [`Error::Engine`](crate::Error)
/// if the engine has no threads.
pub fn greeks(engine: &Engine, options: &Options<'_>, wanted: &[&str]) -> Result<Vec<f64>> {
    let rows = length(&OPTIONS, &options.columns())?;
    within(&OPTIONS, &options.columns())?;
    let wanted = positions(&NAMES, wanted)?;
    let mut block = vec![0.0; wanted.len() * rows];
    let mut runs = runs(&mut block, rows, &wanted);
    engine.install(|| {
        runs.par_iter_mut().enumerate().for_each(|(number, to)| {
            black_scholes::measures(options, number * RUN, to);
        });
    })?;
    drop(runs);
    Ok(block)
}

/// The columns of the block, which are the measures at `wanted`, cut into runs of [`RUN`] rows.
fn runs<'a>(block: &'a mut [f64], rows: usize, wanted: &[usize]) -> Vec<Wanted<'a>> {
    let mut runs: Vec<Wanted<'_>> = (0..rows.div_ceil(RUN)).map(|_| Wanted::default()).collect();
    for (column, measure) in block.chunks_mut(rows.max(1)).zip(wanted) {
        for (run, to) in runs.iter_mut().zip(column.chunks_mut(RUN)) {
            run[*measure] = Some(to);
        }
    }
    runs
}

/// Volatilities that the prices imply; NaN where a row has a NaN, or a price that no volatility gives.
///
/// `options.volatility` is not read.
///
/// # Errors
/// As [`greeks`].
pub fn implied_volatility(
    engine: &Engine,
    price: &[f64],
    options: &Options<'_>,
) -> Result<Vec<f64>> {
    let mut columns = options.columns();
    columns[3] = price;
    let mut named = OPTIONS;
    named[3] = ("price", 0.0, 1e100);
    let rows = length(&named, &columns)?;
    within(&named, &columns)?;
    let volatility = |row: usize| {
        let [spot, strike, years, price, rate, dividend, sign] =
            columns.map(|column| column[if column.len() == 1 { 0 } else { row }]);
        implied::volatility(&Quote { price, spot, strike, years, rate, dividend, call: sign > 0.0 })
    };
    engine
        .install(|| (0..rows).into_par_iter().with_min_len(RUN / 16).map(volatility).collect())
        .map_err(Into::into)
}
