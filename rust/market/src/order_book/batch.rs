//! Many books in one call.

use std::array::from_fn;
use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::order_book::{FILL, KERNEL, Params, SUMS};
use hyperphysics_kernels::math::order_book::{Sums, decay};
use hyperphysics_kernels::spec::{LANES, tiles};
use polars::prelude::*;
use rayon::prelude::*;

use super::Analysis;
use super::level_frame::Books;
use super::state::{check, check_amounts};
use super::tile::Tile;
use crate::{Error, Result};

/// Columns before those of the amounts.
const NAMES: [&str; 17] = [
    "mid",
    "spread",
    "delta",
    "reference_size",
    "top_imbalance",
    "top_weighted_mid",
    "bid_depth",
    "ask_depth",
    "bid_liquidity",
    "ask_liquidity",
    "imbalance",
    "weighted_mid",
    "bid_decay_length",
    "ask_decay_length",
    "bid_density",
    "ask_density",
    "p_up",
];

/// Columns of each amount.
const OF_AMOUNT: [&str; 4] = ["buy_slippage", "buy_unfilled", "sell_slippage", "sell_unfilled"];

/// Levels, sizes of the orders and widths of a tile of books.
type TileWords<'a> = ((&'a mut [f32], &'a mut [f32]), &'a mut [f32]);

/// Measures one book per row of `frame`: columns `bid_px_0, bid_sz_0, …, ask_px_0, ask_sz_0, …` of Float64,
/// the best level first, null or NaN where a side is shorter.
///
/// A book that breaks an invariant has the reason in the column `fault` and null elsewhere. Sums over
/// levels are computed in single precision with prices relative to the mid.
///
/// # Errors
/// [`Error::Argument`] for columns or arguments that do not fit; [`Error::Engine`] if the engine failed or
/// `cancel` was set.
pub fn measure_books(
    engine: &Engine,
    frame: &DataFrame,
    analysis: &Analysis<'_>,
    locked: bool,
    cancel: &AtomicBool,
) -> Result<DataFrame> {
    let Analysis { setting, unit, amounts, .. } = analysis;
    check(*setting)?;
    check_amounts(amounts)?;
    if let Some(unit) = unit.filter(|unit| !(*unit > 0.0 && unit.is_finite())) {
        return Err(Error::Argument(format!("unit is {unit}, expected a positive size")));
    }
    let books = Books::read(frame)?;
    let (depth, count) = (books.depth(), tiles(books.rows));
    // The kernel wants one amount at least.
    let orders = amounts.len().max(1);
    let mut levels = vec![0_f32; count * LANES * 4 * depth];
    let mut sizes = vec![0_f32; count * LANES * orders];
    let mut inverse_delta = vec![1_f32; count * LANES];
    let known: Vec<Tile> = engine.install(|| {
        let words = levels.par_chunks_exact_mut(LANES * 4 * depth);
        let words = words.zip(sizes.par_chunks_exact_mut(LANES * orders));
        let words = words.zip(inverse_delta.par_chunks_exact_mut(LANES));
        let fill = |(at, ((levels, sizes), inverse)): (usize, TileWords<'_>)| {
            let tile = Tile::fill(&books, at * LANES, setting.delta, locked, levels);
            for lane in 0..LANES {
                inverse[lane] = (1.0 / tile.delta[lane]) as f32;
                let reference = tile.reference(lane);
                for (order, amount) in amounts.iter().enumerate() {
                    let size = (amount / reference).min(1e30) as f32;
                    sizes[order * LANES + lane] = if size.is_finite() { size } else { 0.0 };
                }
            }
            tile
        };
        words.enumerate().map(fill).collect()
    })?;
    let params = Params {
        items: 0,
        depth: depth as u32,
        amounts: orders as u32,
        rate: (1.0 / setting.lambda) as f32,
    };
    let mut plan = Plan::new();
    let inputs = [plan.input(&levels), plan.input(&sizes), plan.input(&inverse_delta)];
    let sums = plan.output(count * LANES * 2 * SUMS);
    let fills = plan.output(count * LANES * 2 * FILL * orders);
    let [levels, sizes, inverse_delta] = inputs;
    plan.stage(books.rows).step(&KERNEL, &params, &[levels, sizes, inverse_delta, sums, fills])?;
    let mut outputs = engine.run(&plan, cancel)?;
    let results = Results {
        sums: outputs.take(sums),
        fills: outputs.take(fills),
        orders,
        analysis,
        tiles: &known,
    };
    results.frame(books.rows)
}

/// What the kernel found, beside what the host knows.
struct Results<'a> {
    sums: Vec<f32>,
    fills: Vec<f32>,
    orders: usize,
    analysis: &'a Analysis<'a>,
    tiles: &'a [Tile],
}

impl Results<'_> {
    fn sums(&self, row: usize, side: usize) -> Sums {
        let first = (row / LANES * 2 + side) * SUMS * LANES + row % LANES;
        let [liquidity, depth, first, first_log, d, dd, l, dl]: [f64; SUMS] =
            from_fn(|word| f64::from(self.sums[first + word * LANES]));
        Sums { liquidity, depth, first, first_log, d, dd, l, dl }
    }

    /// Slippage, if all is filled, and the unfilled rest of an order that takes from `side`.
    fn fill(&self, row: usize, side: usize, order: usize, reference: f64) -> [Option<f64>; 2] {
        let first = (row / LANES * 2 + side) * self.orders + order;
        let first = first * FILL * LANES + row % LANES;
        let [cost, open] = [0, LANES].map(|word| f64::from(self.fills[first + word]));
        let amount = self.analysis.amounts[order] / reference;
        [(open <= 0.0).then_some(cost / amount), Some(open * reference)]
    }

    /// The columns of one book.
    fn measures(&self, row: usize) -> Option<Vec<Option<f64>>> {
        let (tile, lane) = (&self.tiles[row / LANES], row % LANES);
        if tile.fault[lane].is_some() {
            return None;
        }
        let (mid, reference) = (tile.mid(lane), tile.reference(lane));
        let spread = tile.best[1][lane] - tile.best[0][lane];
        let [bid, ask] = [0, 1].map(|side| tile.top[side][lane]);
        let sums = [0, 1].map(|side| self.sums(row, side));
        let counts = [0, 1].map(|side| tile.levels[side][lane]);
        let levels = (counts[0] + counts[1]) as f64;
        let share = |b: f64, a: f64| (b - a) / (b + a);
        let (top, effective) = (share(bid, ask), share(sums[0].liquidity, sums[1].liquidity));
        let depth = sums.map(|side| side.depth * reference);
        let fits = [0, 1].map(|side| decay(counts[side], &sums[side], reference));
        let unit = self.analysis.unit.unwrap_or((depth[0] + depth[1]) / levels);
        let mut values = vec![
            Some(mid),
            Some(spread),
            Some(tile.delta[lane]),
            Some(reference),
            Some(top),
            Some(mid + 0.5 * spread * top),
            Some(depth[0]),
            Some(depth[1]),
            Some(sums[0].liquidity * reference),
            Some(sums[1].liquidity * reference),
            Some(effective),
            Some(mid + 0.5 * spread * effective),
            fits[0].map(|fit| fit.lambda),
            fits[1].map(|fit| fit.lambda),
            fits[0].map(|fit| fit.density),
            fits[1].map(|fit| fit.density),
            Some(self.analysis.moves.up(bid, ask, unit)),
        ];
        for order in 0..self.analysis.amounts.len() {
            values.extend(self.fill(row, 1, order, reference));
            values.extend(self.fill(row, 0, order, reference));
        }
        Some(values)
    }

    fn frame(&self, rows: usize) -> Result<DataFrame> {
        let amounts = 0..self.analysis.amounts.len();
        let of_amounts = amounts.flat_map(|at| OF_AMOUNT.map(|name| format!("{name}_{at}")));
        let names: Vec<String> = NAMES.map(str::to_owned).into_iter().chain(of_amounts).collect();
        let books: Vec<_> = (0..rows).map(|row| self.measures(row)).collect();
        let faults = (0..rows).map(|row| self.tiles[row / LANES].fault[row % LANES].as_ref());
        let faults: Vec<Option<String>> = faults.map(|f| f.map(ToString::to_string)).collect();
        let mut columns = vec![Column::new("fault".into(), faults)];
        for (at, name) in names.iter().enumerate() {
            let values = books.iter().map(|book| book.as_ref().and_then(|values| values[at]));
            columns.push(Column::new(name.as_str().into(), values.collect::<Vec<Option<f64>>>()));
        }
        DataFrame::new(rows, columns).map_err(|error| Error::Argument(error.to_string()))
    }
}
