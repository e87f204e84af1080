//! Distances across sets and nearest neighbours through the engine.

use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{DeviceSelector, Engine, Options};
use hyperphysics_kernels::math::geometry::polar;
use hyperphysics_kernels::shared::rng::{normals, philox, uniform};
use hyperphysics_market::single_kernel_api::{
    Neighbours, Polar, cross_distances, nearest_neighbours,
};
use hyperphysics_market::{Error, Result};

use crate::common::engine;

static GO: AtomicBool = AtomicBool::new(false);

fn cloud(count: u32, reach: f64, seed: u32) -> Vec<Polar> {
    let point = |at| {
        let [r, ..] = philox([at, 0, 0, 0], [seed, 1]);
        let [x, y, z, _] = normals(philox([at, 1, 0, 0], [seed, 1]));
        let length = (x * x + y * y + z * z).sqrt();
        [reach * uniform(r), x / length, y / length, z / length]
    };
    (0..count).map(point).collect()
}

/// By looking at all, a query at a time.
fn brute(points: &[Polar], queries: Option<&[Polar]>, k: usize) -> Neighbours {
    let mut found = Neighbours::default();
    for (at, query) in queries.unwrap_or(points).iter().enumerate() {
        let own = |row: &usize| queries.is_some() || *row != at;
        let mut all: Vec<(f64, usize)> = (0..points.len())
            .filter(own)
            .map(|row| (polar::between(query, &points[row]), row))
            .collect();
        all.sort_by(|a, b| a.partial_cmp(b).unwrap());
        for (distance, row) in &all[..k] {
            found.rows.push(*row as u32);
            found.distances.push(*distance);
        }
    }
    found
}

fn engines() -> Vec<Engine> {
    let vulkan = Options { device: DeviceSelector::Vulkan(None), ..Options::default() };
    vec![engine(1), engine(2), Engine::open(&vulkan).unwrap()]
}

#[test]
fn neighbours_are_those_of_double_precision_on_every_device() {
    let mut points = cloud(700, 8.0, 1);
    // Nearer to each other than single precision tells, and the same.
    points.extend((0..60).map(|i| [7.5 + 1e-12 * f64::from(i % 50), 0.0, 0.6, 0.8]));
    points.extend_from_within(..40);
    let queries = cloud(90, 20.0, 2);
    for engine in engines() {
        let own = nearest_neighbours(&engine, &points, None, 5, &GO).unwrap();
        assert!(own == brute(&points, None, 5));
        let other = nearest_neighbours(&engine, &points, Some(&queries), 9, &GO).unwrap();
        assert!(other == brute(&points, Some(&queries), 9));
        assert!(engine.report().fallbacks.is_empty());
    }
}

#[test]
fn small_sets_and_whole_sets() {
    let engine = engine(1);
    let find = |points: &[Polar], queries: Option<&[Polar]>, k| {
        nearest_neighbours(&engine, points, queries, k, &GO)
    };
    let (one, origin) = ([[2.0, 0.0, 1.0, 0.0]], [[0.0; 4]]);
    let found = find(&one, Some(&origin), 1).unwrap();
    assert_eq!((found.rows, found.distances), (vec![0], vec![2.0]));
    let far = [[20.0, 1.0, 0.0, 0.0], [20.0, -1.0, 0.0, 0.0]];
    let found = find(&far, None, 1).unwrap();
    assert_eq!(found.rows, [1, 0]);
    assert!(found.distances.iter().all(|d| (d - 40.0).abs() < 1e-13));
    let points = cloud(20, 3.0, 3);
    assert_eq!(find(&points, None, 19).unwrap(), brute(&points, None, 19));
    assert_eq!(find(&points, Some(&[]), 3).unwrap(), Neighbours::default());
    assert_eq!(find(&[], Some(&[]), 3).unwrap(), Neighbours::default());
    let refused = |found: Result<Neighbours>, text: &str| {
        let error = found.unwrap_err();
        assert!(matches!(error, Error::Argument(_)) && error.to_string().contains(text), "{error}");
    };
    refused(find(&points, None, 20), "k is 20, expected 1 to 19: each query has so many others");
    refused(find(&points, Some(&origin), 21), "k is 21, expected 1 to 20");
    refused(find(&points, None, 0), "k is 0");
    refused(find(&one, None, 1), "k is 1, expected 1 to 0");
    refused(find(&[], Some(&origin), 1), "k is 1, expected 1 to 0");
    refused(find(&[[20.5, 1.0, 0.0, 0.0]], None, 1), "points, point 0: radius is 20.5");
    refused(find(&one, Some(&[[f64::NAN, 1.0, 0.0, 0.0]]), 1), "queries, point 0: radius is NaN");
}

#[test]
fn distances_of_any_number_of_points() {
    let (points, queries) = (cloud(5000, 8.0, 4), cloud(3, 8.0, 5));
    for engine in engines() {
        let matrix = cross_distances(&engine, &points, Some(&queries), &GO).unwrap();
        assert_eq!(matrix.len(), 15_000);
        for (query, row) in queries.iter().zip(matrix.chunks(5000)) {
            for (point, d) in points.iter().zip(row) {
                assert!((f64::from(*d) - polar::between(query, point)).abs() < 4e-6);
            }
        }
    }
    // 16 MB of memory cut the rows into several plans.
    let options = Options { device: DeviceSelector::Cpu, threads: 1, max_memory: 16 << 20 };
    let small = Engine::open(&options).unwrap();
    let some = &points[..1200];
    let parts = cross_distances(&small, some, None, &GO).unwrap();
    assert_eq!(parts, cross_distances(&engine(1), some, None, &GO).unwrap());
    assert!(small.report().plans.values().sum::<u64>() > 1);
    let found = nearest_neighbours(&small, &points, Some(some), 30, &GO).unwrap();
    assert_eq!(found, nearest_neighbours(&engine(1), &points, Some(some), 30, &GO).unwrap());
}

#[test]
fn matrices_may_be_empty() {
    let point = [[1.0, 1.0, 0.0, 0.0]];
    for (points, queries) in
        [(&[][..], None), (&[][..], Some(&point[..])), (&point[..], Some(&[][..]))]
    {
        assert!(cross_distances(&engine(1), points, queries, &GO).unwrap().is_empty());
    }
    assert_eq!(cross_distances(&engine(1), &point, None, &GO).unwrap(), [0.0]);
}
