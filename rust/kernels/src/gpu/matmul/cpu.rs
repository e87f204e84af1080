//! CPU twin: lane = column. Both matrices are packed, so that a tile of sums in registers reads them in
//! order.

use super::Params;
use crate::simd::{self, Body, Floats, Isa, LANES};
use crate::spec;

/// Steps of a sum between two visits to memory: a block of either matrix stays in a near cache.
const DEPTH: usize = 512;
/// Columns of `right` that are packed at a time.
const WIDTH: usize = 256;

struct Run<'a> {
    inner: usize,
    columns: usize,
    left: &'a [f32],
    right: &'a [f32],
    product: &'a mut [f32],
}

impl Body for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        // Sums, a row of `right` and a factor must fit the registers; the bits do not depend on it.
        if S::REGISTERS >= 32 {
            self.tiled::<S, 12, 2>();
        } else {
            self.tiled::<S, 6, 1>();
        }
    }
}

impl Run<'_> {
    /// The product by tiles of `ROWS` rows and `TILES` times sixteen columns.
    #[inline(always)]
    fn tiled<S: Isa, const ROWS: usize, const TILES: usize>(self) {
        let Self { inner, columns, left, right, product } = self;
        let (mut rows, mut panels) = (Vec::new(), Vec::new());
        for first in (0..inner).step_by(DEPTH) {
            let depth = DEPTH.min(inner - first);
            pack_rows::<ROWS>(&mut rows, left, inner, first, depth);
            for block in (0..columns).step_by(WIDTH) {
                let end = columns.min(block + WIDTH);
                let from = right.chunks_exact(columns).skip(first).take(depth);
                pack_panels::<TILES>(&mut panels, from.map(|row| &row[block..end]), depth);
                let starts = (block..end).step_by(TILES * LANES);
                for (panel, column) in panels.chunks_exact(depth).zip(starts) {
                    let groups = rows.chunks_exact(depth).zip(product.chunks_mut(ROWS * columns));
                    for (group, to) in groups {
                        if to.len() == ROWS * columns && column + TILES * LANES <= columns {
                            add::<S, ROWS, TILES>(group, panel, &mut to[column..], columns, first);
                        } else {
                            edge::<S, ROWS, TILES>(group, panel, to, columns, column, first);
                        }
                    }
                }
            }
        }
    }
}

/// Adds the steps of a block, of which `first` is the first, to a tile of sums in rows of `stride` words.
#[inline(always)]
fn add<S: Isa, const ROWS: usize, const TILES: usize>(
    rows: &[[f32; ROWS]],
    panel: &[[[f32; LANES]; TILES]],
    to: &mut [f32],
    stride: usize,
    first: usize,
) {
    let mut sums = [[Floats::<S>::splat(0.0); TILES]; ROWS];
    if first > 0 {
        for i in 0..ROWS {
            let (from, _) = to[i * stride..].as_chunks();
            for j in 0..TILES {
                sums[i][j] = Floats::load(&from[j]);
            }
        }
    }
    for (factors, right) in rows.iter().zip(panel) {
        let mut words = [Floats::<S>::splat(0.0); TILES];
        for j in 0..TILES {
            words[j] = Floats::load(&right[j]);
        }
        for i in 0..ROWS {
            let factor = Floats::splat(factors[i]);
            for j in 0..TILES {
                sums[i][j] = factor.fma(words[j], sums[i][j]);
            }
        }
    }
    for i in 0..ROWS {
        let (to, _) = to[i * stride..].as_chunks_mut();
        for j in 0..TILES {
            to[j] = sums[i][j].store().0;
        }
    }
}

/// As [`add`] where the product has fewer rows or columns than a tile.
#[inline(always)]
fn edge<S: Isa, const ROWS: usize, const TILES: usize>(
    rows: &[[f32; ROWS]],
    panel: &[[[f32; LANES]; TILES]],
    to: &mut [f32],
    columns: usize,
    column: usize,
    first: usize,
) {
    let mut tile = [[[0.0; LANES]; TILES]; ROWS];
    let end = columns.min(column + TILES * LANES);
    for (tile, row) in tile.iter_mut().zip(to.chunks_exact(columns)) {
        tile.as_flattened_mut()[..end - column].copy_from_slice(&row[column..end]);
    }
    let sums = tile.as_flattened_mut().as_flattened_mut();
    add::<S, ROWS, TILES>(rows, panel, sums, TILES * LANES, first);
    for (tile, row) in tile.iter().zip(to.chunks_exact_mut(columns)) {
        row[column..end].copy_from_slice(&tile.as_flattened()[..end - column]);
    }
}

/// Columns `first..first + depth` of `left`: for every `ROWS` rows, column after column.
#[inline(always)]
fn pack_rows<const ROWS: usize>(
    rows: &mut Vec<[f32; ROWS]>,
    left: &[f32],
    inner: usize,
    first: usize,
    depth: usize,
) {
    rows.clear();
    for group in left.chunks(ROWS * inner) {
        let start = rows.len();
        rows.resize(start + depth, [0.0; ROWS]);
        for (i, row) in group.chunks_exact(inner).enumerate() {
            for (to, from) in rows[start..].iter_mut().zip(&row[first..first + depth]) {
                to[i] = *from;
            }
        }
    }
}

/// Rows of a block of `right` in panels of `TILES` times sixteen columns, row after row in each, with
/// zeros beyond the last column.
#[inline(always)]
fn pack_panels<'r, const TILES: usize>(
    panels: &mut Vec<[[f32; LANES]; TILES]>,
    rows: impl Iterator<Item = &'r [f32]>,
    depth: usize,
) {
    for (k, row) in rows.enumerate() {
        let count = row.len().div_ceil(TILES * LANES);
        panels.resize(count * depth, [[0.0; LANES]; TILES]);
        for (panel, from) in panels.chunks_exact_mut(depth).zip(row.chunks(TILES * LANES)) {
            let to = panel[k].as_flattened_mut();
            to[..from.len()].copy_from_slice(from);
            to[from.len()..].fill(0.0);
        }
    }
}

pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let Params { items, inner, columns, .. } = spec::params(params);
    let ([left, right], [product]) = (inputs, outputs) else {
        unreachable!("the plan binds two inputs and one output");
    };
    let (items, inner, columns) = (items as usize, inner as usize, columns as usize);
    simd::dispatch(Run {
        inner,
        columns,
        left: &bytemuck::cast_slice(left)[..items * inner],
        right: bytemuck::cast_slice(right),
        product: &mut bytemuck::cast_slice_mut(product)[..items * columns],
    });
}
