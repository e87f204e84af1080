//! Nearest points in double precision, decided among candidates that single precision proposes.

use super::polar::{Polar, between};
use crate::shared::split;

/// A point and its distance.
pub type Neighbour = (u32, f64);

/// Candidates beyond those asked for: enough that single precision rarely leaves a doubt.
pub const SPARE: usize = 6;

/// The `k` of `rows` of `points` nearest to `query`, nearest first, of equally far ones the smaller
/// row first.
///
/// # Panics
/// Panics if a row is none of the points.
#[must_use]
pub fn among(
    query: &Polar,
    points: &[Polar],
    rows: impl Iterator<Item = u32>,
    k: usize,
) -> Vec<Neighbour> {
    let mut found: Vec<Neighbour> =
        rows.map(|row| (row, between(query, &points[row as usize]))).collect();
    found.sort_unstable_by(|(i, a), (j, b)| a.total_cmp(b).then(i.cmp(j)));
    found.truncate(k);
    found
}

/// Whether no point left out can be as near as the farthest of `found`, where the kernel kept all
/// points whose separation is below `last` (and some at it). `reach` is the largest radius.
#[must_use]
pub fn certain(found: &[Neighbour], last: f32, reach: f64) -> bool {
    let farthest = found.last().map_or(0.0, |(_, d)| (0.5 * d).sinh());
    let error = split::RELATIVE * farthest + split::absolute(reach);
    farthest + error < f64::from(last).sqrt()
}
