//! CPU twin: lane = column. Both matrices are packed, so that a tile of sums in registers reads them in
//! order.

use super::Params;
use crate::simd::{self, Body, Floats, Isa, LANES};
use crate::spec;

/// Steps of a sum between two visits to memory: a block of either matrix stays in a near cache.
const DEPTH: usize = 256;

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
        let (mut rows, mut panel) = (Vec::new(), Vec::new());
        for first in (0..inner).step_by(DEPTH) {
            let depth = DEPTH.min(inner - first);
            pack_rows::<ROWS>(&mut rows, left, inner, first, depth);
            for column in (0..columns).step_by(TILES * LANES) {
                pack_panel::<TILES>(&mut panel, right, columns, column, first, depth);
                let groups = rows.chunks_exact(depth).zip(product.chunks_mut(ROWS * columns));
                for (group, to) in groups {
                    let mut sums = [[[0.0; LANES]; TILES]; ROWS];
                    if first > 0 {
                        exchange(&mut sums, to, columns, column, |sum, word| *sum = *word);
                    }
                    tile::<S, ROWS, TILES>(group, &panel, &mut sums);
                    exchange(&mut sums, to, columns, column, |sum, word| *word = *sum);
                }
            }
        }
    }
}

/// Adds `depth` steps to a tile of sums.
#[inline(always)]
fn tile<S: Isa, const ROWS: usize, const TILES: usize>(
    rows: &[[f32; ROWS]],
    panel: &[[[f32; LANES]; TILES]],
    sums: &mut [[[f32; LANES]; TILES]; ROWS],
) {
    let mut held = [[Floats::<S>::splat(0.0); TILES]; ROWS];
    for i in 0..ROWS {
        for j in 0..TILES {
            held[i][j] = Floats::load(&sums[i][j]);
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
                held[i][j] = factor.fma(words[j], held[i][j]);
            }
        }
    }
    for i in 0..ROWS {
        for j in 0..TILES {
            sums[i][j] = held[i][j].store().0;
        }
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

/// Rows `first..first + depth` of a panel of columns of `right`, with zeros beyond the last column.
#[inline(always)]
fn pack_panel<const TILES: usize>(
    panel: &mut Vec<[[f32; LANES]; TILES]>,
    right: &[f32],
    columns: usize,
    column: usize,
    first: usize,
    depth: usize,
) {
    panel.clear();
    let end = columns.min(column + TILES * LANES);
    for row in right.chunks_exact(columns).skip(first).take(depth) {
        let mut words = [[0.0; LANES]; TILES];
        words.as_flattened_mut()[..end - column].copy_from_slice(&row[column..end]);
        panel.push(words);
    }
}

/// Visits the words of the product that a tile stands for.
#[inline(always)]
fn exchange<const ROWS: usize, const TILES: usize>(
    sums: &mut [[[f32; LANES]; TILES]; ROWS],
    product: &mut [f32],
    columns: usize,
    column: usize,
    visit: impl Fn(&mut f32, &mut f32),
) {
    let end = columns.min(column + TILES * LANES);
    for (sums, row) in sums.iter_mut().zip(product.chunks_exact_mut(columns)) {
        for (sum, word) in sums.as_flattened_mut().iter_mut().zip(&mut row[column..end]) {
            visit(sum, word);
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
