//! Sixteen books on their way to the kernel.

use std::array::from_fn;

use hyperphysics_kernels::math::order_book::{NARROWEST, Side, Violation};
use hyperphysics_kernels::spec::LANES;

use super::level_frame::{Books, Columns};

/// The lowest price, relative to the mid, that single precision tells from nothing.
const LOWEST: f64 = -1.0 + 1e-6;
/// Far above any price relative to the mid, far inside single precision.
const HIGHEST: f64 = 1e12;
/// Sizes in units of the reference size.
const SIZES: [f64; 2] = [1e-15, 1e15];

/// What the host knows of sixteen books.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    /// What is wrong with a book; its levels are left out.
    pub(super) fault: [Option<Violation>; LANES],
    /// Best bids and asks.
    pub(super) best: [[f64; LANES]; 2],
    /// Sizes there.
    pub(super) top: [[f64; LANES]; 2],
    /// Widths δ.
    pub(super) delta: [f64; LANES],
    /// Levels of each side.
    pub(super) levels: [[usize; LANES]; 2],
}

impl Tile {
    /// Mid of a book.
    pub(super) fn mid(&self, lane: usize) -> f64 {
        0.5 * (self.best[0][lane] + self.best[1][lane])
    }

    /// Geometric mean of the best sizes.
    pub(super) fn reference(&self, lane: usize) -> f64 {
        self.top[0][lane].sqrt() * self.top[1][lane].sqrt()
    }

    /// Checks the rows from `first` on and writes their levels, `depth` of each side; rows behind the
    /// last are empty books.
    pub(super) fn fill(
        books: &Books<'_>,
        first: usize,
        delta: Option<f64>,
        locked: bool,
        to: &mut [f32],
    ) -> Self {
        let live = LANES.min(books.rows - first);
        let best = [0, 1].map(|side| row(&books.sides[side].prices[0], first, live));
        let top = [0, 1].map(|side| row(&books.sides[side].sizes[0], first, live));
        let mut tile = Self {
            fault: [const { None }; LANES],
            best,
            top,
            delta: [1.0; LANES],
            levels: [[0; LANES]; 2],
        };
        let mut kept = [false; LANES];
        for lane in 0..live {
            tile.fault[lane] = fault(books, first + lane, locked, &mut tile.levels, lane);
            kept[lane] = tile.fault[lane].is_none();
            let (spread, mid) = (best[1][lane] - best[0][lane], tile.mid(lane));
            if kept[lane] {
                tile.delta[lane] = delta.unwrap_or((0.5 * spread / mid).max(NARROWEST));
            }
        }
        let mid: [f64; LANES] = from_fn(|lane| if kept[lane] { tile.mid(lane) } else { 1.0 });
        let inverse = mid.map(|mid| 1.0 / mid);
        let scale = from_fn(|lane| if kept[lane] { 1.0 / tile.reference(lane) } else { f64::NAN });
        for (side, to) in books.sides.iter().zip(to.chunks_exact_mut(to.len() / 2)) {
            write(side, first, live, [mid, inverse, scale], to);
        }
        tile
    }
}

/// Up to sixteen values of a column, NaN behind the last row.
fn row(column: &[f64], first: usize, live: usize) -> [f64; LANES] {
    let mut lanes = [f64::NAN; LANES];
    lanes[..live].copy_from_slice(&column[first..first + live]);
    lanes
}

/// Prices relative to the mid and sizes in units of the reference, zeros where there is no level.
fn write(
    side: &Columns<'_>,
    first: usize,
    live: usize,
    [mid, inverse, scale]: [[f64; LANES]; 3],
    to: &mut [f32],
) {
    let [least, most] = SIZES;
    let levels = side.prices.iter().zip(&side.sizes);
    let mut words = to.chunks_exact_mut(2 * LANES);
    for ((prices, sizes), words) in levels.zip(&mut words) {
        let (prices, sizes) = (row(prices, first, live), row(sizes, first, live));
        for lane in 0..LANES {
            let u = (prices[lane] - mid[lane]) * inverse[lane];
            let y = sizes[lane] * scale[lane];
            // NaN is no level: neither comparison holds.
            let there = y > 0.0;
            words[lane] = if there { u.clamp(LOWEST, HIGHEST) as f32 } else { 0.0 };
            words[LANES + lane] = if there { y.clamp(least, most) as f32 } else { 0.0 };
        }
    }
    for words in words {
        words.fill(0.0);
    }
}

/// What is wrong with a row, and how many levels it has.
fn fault(
    books: &Books<'_>,
    row: usize,
    locked: bool,
    levels: &mut [[usize; LANES]; 2],
    lane: usize,
) -> Option<Violation> {
    for (at, side) in [Side::Bid, Side::Ask].into_iter().enumerate() {
        let columns = &books.sides[at];
        let mut before = f64::NAN;
        let mut count = 0;
        for (level, (prices, sizes)) in columns.prices.iter().zip(&columns.sizes).enumerate() {
            let (price, size) = (prices[row], sizes[row]);
            if price.is_nan() && size.is_nan() {
                continue;
            }
            if count < level || !(price > 0.0 && price.is_finite()) {
                // A level behind a missing one: the missing one is at fault.
                let (level, price) = if count < level { (count, f64::NAN) } else { (level, price) };
                return Some(Violation::Price { side, level, price });
            }
            if !(size > 0.0 && size.is_finite()) {
                return Some(Violation::Size { side, level, size, least: "above 0" });
            }
            let ordered = match side {
                Side::Bid => price < before,
                Side::Ask => price > before,
            };
            if level > 0 && !ordered {
                return Some(Violation::Order { side, level, price, before });
            }
            before = price;
            count += 1;
        }
        if count == 0 {
            return Some(Violation::Empty { side });
        }
        levels[at][lane] = count;
    }
    let [bid, ask] = [0, 1].map(|side| books.sides[side].prices[0][row]);
    Violation::between(bid, ask, locked).err()
}
