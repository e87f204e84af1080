//! Points of hyperbolic space: distances across sets, and nearest neighbours.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::gpu::{distances, knn, pairwise_distances};
use hyperphysics_kernels::math::geometry::nearest::{self, SPARE};
use hyperphysics_kernels::shared::split;
use rayon::prelude::*;

use super::Polar;
use super::check::{points_within, require};
use crate::{Error, Result};

/// Largest radius of the distance kernel.
const FAR: f64 = 20.0;

/// Most numbers of a distance matrix.
const MOST_DISTANCES: usize = 1 << 31;

/// Distance matrices of equally large sets of points, set by set, row by row.
///
/// # Errors
/// [`Error::Argument`] if the sets differ in size, a radius is outside `0..=20` or a direction has no
/// unit length; [`Error::Engine`] if the engine failed or `cancel` was set.
pub fn distance_matrices(
    engine: &Engine,
    sets: &[Vec<Polar>],
    cancel: &AtomicBool,
) -> Result<Vec<f32>> {
    let points = sets.first().map_or(0, Vec::len);
    let most = distances::MAX_POINTS as usize;
    require((1..=most).contains(&points), || {
        format!("a set has 1 to {most} points, not {points}")
    })?;
    for (number, set) in sets.iter().enumerate() {
        require(set.len() == points, || {
            format!("set {number} has {} points, the first has {points}", set.len())
        })?;
        points_within(&format!("set {number}"), set, FAR)?;
    }
    let planes = |set: &Vec<Polar>| -> Vec<f32> {
        (0..4).flat_map(|axis| set.iter().map(move |point| point[axis] as f32)).collect()
    };
    let polar: Vec<f32> = sets.iter().flat_map(planes).collect();
    let params = distances::Params { items: 0, points: points as u32, _pad: [0; 2] };
    let mut plan = Plan::new();
    let polar = plan.input(&polar);
    let matrix = plan.output(sets.len() * points * points);
    plan.stage(sets.len()).step(&distances::KERNEL, &params, &[polar, matrix])?;
    Ok(engine.run(&plan, cancel)?.take(matrix))
}

/// Distances of every query to every point, row by row; of every point to every point where there
/// are no queries. In single precision: to 4e-6 for radii up to 8, to 3e-7 of the distance beyond.
///
/// # Errors
/// [`Error::Argument`] if a radius is outside `0..=20` or a direction has no unit length, or if
/// there are more than 3 000 000 points or 2^31 distances; [`Error::Engine`] if the engine failed or
/// `cancel` was set.
pub fn cross_distances(
    engine: &Engine,
    points: &[Polar],
    queries: Option<&[Polar]>,
    cancel: &AtomicBool,
) -> Result<Vec<f32>> {
    let queries = read(points, queries)?;
    let size = queries.len().saturating_mul(points.len());
    require(size <= MOST_DISTANCES, || {
        format!(
            "{} queries of {} points are {size} distances, expected at most {MOST_DISTANCES}; \
             ask for fewer queries at a time",
            queries.len(),
            points.len()
        )
    })?;
    let params = pairwise_distances::Params { items: 0, points: points.len() as u32, _pad: [0; 2] };
    let planes = split::planes(points);
    let mut matrix = Vec::with_capacity(size);
    // Plans that leave the device room for what it stages.
    let words = (engine.limits().memory / 16) as usize;
    for rows in queries.chunks((words / points.len().max(1)).max(1)) {
        if points.is_empty() {
            break;
        }
        let rows_in = split::rows(rows);
        let mut plan = Plan::new();
        let [points_in, queries_in] = [plan.input(&planes), plan.input(&rows_in)];
        let out = plan.output(rows.len() * points.len());
        plan.stage(rows.len()).step(
            &pairwise_distances::KERNEL,
            &params,
            &[points_in, queries_in, out],
        )?;
        matrix.append(&mut engine.run(&plan, cancel)?.take(out));
    }
    Ok(matrix)
}

/// Nearest points of each query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Neighbours {
    /// Rows of the points, `k` per query, nearest first; of equally far ones the smaller first.
    pub rows: Vec<u32>,
    /// Their distances.
    pub distances: Vec<f64>,
}

/// The `k` points nearest to each query; where there are no queries, to each point among the others.
///
/// The device proposes candidates in single precision; which of them are nearest, in what order and
/// how far is decided in double precision. Where single precision leaves a doubt about the
/// candidates, all points are looked at. The result is that of double precision on every device.
///
/// # Errors
/// [`Error::Argument`] if `k` is 0 or more than there are to choose from, a radius is outside
/// `0..=20`, a direction has no unit length, or there are more than 3 000 000 points;
/// [`Error::Engine`] if the engine failed or `cancel` was set.
pub fn nearest_neighbours(
    engine: &Engine,
    points: &[Polar],
    queries: Option<&[Polar]>,
    k: usize,
    cancel: &AtomicBool,
) -> Result<Neighbours> {
    let own = usize::from(queries.is_none());
    let queries = read(points, queries)?;
    let most = points.len().saturating_sub(own);
    let what = if own == 1 { "others" } else { "points" };
    require((1..=most).contains(&k) || (k > 0 && queries.is_empty()), || {
        format!("k is {k}, expected 1 to {most}: each query has so many {what} to choose from")
    })?;
    let kept = (k + own + SPARE).min(points.len());
    let params = knn::Params { items: 0, points: points.len() as u32, kept: kept as u32, _pad: 0 };
    let planes = split::planes(points);
    let reach = points.iter().chain(queries).map(|point| point[0]).fold(0.0, f64::max);
    let mut found = Neighbours::default();
    let words = (engine.limits().memory / 16) as usize;
    let batch = (words / (split::WORDS + 2 * kept)).max(1);
    for (number, rows) in queries.chunks(batch).enumerate() {
        let rows_in = split::rows(rows);
        let mut plan = Plan::new();
        let [points_in, queries_in] = [plan.input(&planes), plan.input(&rows_in)];
        let [near, last] = [plan.output(rows.len() * kept), plan.output(rows.len() * kept)];
        let buffers = [points_in, queries_in, near, last];
        plan.stage(rows.len()).step(&knn::KERNEL, &params, &buffers)?;
        let mut outputs = engine.run(&plan, cancel)?;
        let (near, last) = (outputs.take::<u32>(near), outputs.take::<f32>(last));
        let first = number * batch;
        let decide = |(at, query): (usize, &Polar)| {
            let itself = (own == 1).then_some((first + at) as u32);
            let others = |row: &u32| Some(*row) != itself;
            let candidates = near[at * kept..][..kept].iter().copied().filter(others);
            let chosen = nearest::among(query, points, candidates, k);
            if kept == points.len() || nearest::certain(&chosen, last[(at + 1) * kept - 1], reach) {
                return chosen;
            }
            nearest::among(query, points, (0..points.len() as u32).filter(others), k)
        };
        let decided: Vec<_> =
            engine.install(|| rows.par_iter().enumerate().map(decide).collect())?;
        for (row, distance) in decided.into_iter().flatten() {
            found.rows.push(row);
            found.distances.push(distance);
        }
    }
    Ok(found)
}

/// The queries, or the points in their place, checked.
fn read<'a>(points: &'a [Polar], queries: Option<&'a [Polar]>) -> Result<&'a [Polar]> {
    let most = pairwise_distances::MAX_POINTS as usize;
    if points.len() > most {
        return Err(Error::Argument(format!("{} points, expected at most {most}", points.len())));
    }
    points_within("points", points, split::REACH)?;
    if let Some(queries) = queries {
        points_within("queries", queries, split::REACH)?;
    }
    Ok(queries.unwrap_or(points))
}
