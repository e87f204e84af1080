//! Distances across sets and nearest neighbours: against mpmath, and brute force in `f64`.

use crate::common::{cases, close, least, number, reference};
use hyperphysics_kernels::gpu::{knn, pairwise_distances};
use hyperphysics_kernels::math::geometry::{Polar, nearest, polar};
use hyperphysics_kernels::shared::rng::Philox;
use hyperphysics_kernels::shared::split;
use hyperphysics_kernels::spec::Case;
use proptest::prelude::*;
use rand::RngExt;
use rand_distr::StandardNormal;

fn inputs(points: &[Polar], queries: &[Polar]) -> Vec<Vec<u32>> {
    [split::planes(points), split::rows(queries)].map(bytemuck::cast_vec).to_vec()
}

/// The matrix of the CPU twin, row by row.
fn matrix(points: &[Polar], queries: &[Polar]) -> Vec<f64> {
    let items = queries.len();
    let params = pairwise_distances::Params {
        items: items as u32,
        points: points.len() as u32,
        _pad: [0; 2],
    };
    let params = bytemuck::bytes_of(&params).to_vec();
    let case = Case { name: "", params, items, inputs: inputs(points, queries) };
    let words = crate::common::run(&pairwise_distances::KERNEL, &case).remove(0);
    let words = &words[..items * points.len()];
    words.iter().map(|&w| f64::from(f32::from_bits(w))).collect()
}

/// Rows and separations of the CPU twin, `kept` per query.
fn candidates(points: &[Polar], queries: &[Polar], kept: usize) -> (Vec<u32>, Vec<f32>) {
    let items = queries.len();
    let [n, k] = [points.len(), kept].map(|n| n as u32);
    let params = knn::Params { items: items as u32, points: n, kept: k, _pad: 0 };
    let params = bytemuck::bytes_of(&params).to_vec();
    let case = Case { name: "", params, items, inputs: inputs(points, queries) };
    let mut outputs = crate::common::run(&knn::KERNEL, &case);
    let (mut s, mut rows) = (outputs.remove(1), outputs.remove(0));
    s.truncate(items * kept);
    rows.truncate(items * kept);
    (rows, s.into_iter().map(f32::from_bits).collect())
}

/// `count` points of radius at most `reach`; `spread` below 1 brings their directions together.
fn cloud(count: u32, reach: f64, spread: f64, seed: u32) -> Vec<Polar> {
    let mut rng = Philox::new([seed, 1], 0, 0);
    let mut point = |_| {
        let [x, y, z]: [f64; 3] = std::array::from_fn(|_| rng.sample(StandardNormal));
        let n = [1.0 - spread + spread * x, spread * y, spread * z + 1e-12];
        let length = n.iter().map(|a| a * a).sum::<f64>().sqrt();
        let [x, y, z] = n.map(|a| a / length);
        [reach * (1.0 - spread + spread * rng.random::<f64>()), x, y, z]
    };
    (0..count).map(&mut point).collect()
}

#[test]
fn distances_agree_with_mpmath_to_4e_6() {
    let Some(file) = reference("hyperbolic_geometry") else { return };
    let mut near = 0;
    for case in cases(&file).iter().filter(|case| case["id"] == "polar") {
        let [r1, r2, angle] = ["r1", "r2", "theta"].map(|name| number(&case["inputs"][name]));
        let want = number(&case["outputs"]["distance"]);
        let what = format!("r {r1}, {r2}, angle {angle}");
        let points = [[r1, 1.0, 0.0, 0.0], [r2, angle.cos(), angle.sin(), 0.0]];
        let d = matrix(&points, &points);
        // One unit in the last place of a distance of 16 to 32 is 1.9e-6.
        let allowed = if r1.max(r2) <= 8.0 { 4e-6 } else { 4e-6_f64.max(3e-7 * want) };
        close(d[1], want, allowed, &what);
        assert_eq!(d[1].to_bits(), d[2].to_bits());
        assert_eq!([d[0], d[3]].map(f64::to_bits), [0, 0]);
        near += usize::from(r1.max(r2) <= 8.0);
    }
    // Points of the ball, whose directions no f32 holds.
    for case in cases(&file).iter().filter(|case| case["id"] != "polar") {
        let [x, y] = ["x", "y"].map(|name| {
            let mut x = crate::common::numbers(&case["inputs"][name]);
            x.resize(3, 0.0);
            let (r, [a, b, c]) = polar::from_ball([x[0], x[1], x[2]]);
            [r, a, b, c]
        });
        if x[0].max(y[0]) > 8.0 {
            continue;
        }
        let want = number(&case["outputs"]["distance"]);
        close(matrix(&[x], &[y])[0], want, 4e-6, case["id"].as_str().expect("an id"));
        near += 1;
    }
    assert!(near >= least(&file, 30), "{near}");
}

#[test]
fn identical_points_are_apart_by_nothing_and_neighbours_come_in_order() {
    let same = vec![[8.0, 0.0, 0.6, 0.8]; 40];
    let (rows, s) = candidates(&same, &same[..3], 7);
    assert_eq!(rows, (0..7).cycle().take(21).collect::<Vec<u32>>());
    assert!(s.iter().all(|s| *s == 0.0));
    assert!(matrix(&same, &same).iter().all(|d| *d == 0.0));
    assert_eq!(candidates(&same[..1], &same[..1], 1), (vec![0], vec![0.0]));
}

#[test]
fn a_doubt_is_seen() {
    let points = cloud(50, 3.0, 1.0, 5);
    let (rows, s) = candidates(&points, &points[..1], 4);
    let all = nearest::among(&points[0], &points, 0..50, 4);
    assert_eq!(rows, all.iter().map(|n| n.0).collect::<Vec<_>>());
    assert!(nearest::certain(&all[..3], s[3], 3.0));
    assert!(!nearest::certain(&all, s[3], 3.0), "the fourth is as far as the last kept");
    assert!(nearest::certain(&[], 1e-3, 20.0) && !nearest::certain(&[], 0.0, 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn separations_hold_their_bounds(
        seed in 0..1000_u32,
        reach in prop_oneof![0.0..1e-3_f64, 0.0..8.0, 8.0..20.0],
        spread in prop_oneof![Just(1.0), (-9.0..0.0_f64).prop_map(|e| 10_f64.powf(e))],
    ) {
        let points = cloud(50, reach, spread, seed);
        let queries = &points[..5];
        let (rows, s) = candidates(&points, queries, 50);
        let d = matrix(&points, queries);
        for (query, (rows, s)) in rows.chunks(50).zip(s.chunks(50)).enumerate() {
            prop_assert!(s.is_sorted());
            for (&row, &s) in rows.iter().zip(s) {
                let want = polar::between(&queries[query], &points[row as usize]);
                let (s, exact) = (f64::from(s).sqrt(), (0.5 * want).sinh());
                let allowed = split::RELATIVE * exact + split::absolute(reach);
                // Half of what `certain` counts on.
                prop_assert!((s - exact).abs() <= 0.5 * allowed, "{s} {exact} {allowed}");
                let got = d[50 * query + row as usize];
                let allowed = if reach <= 8.0 { 4e-6_f64.min(2e-6 * want + 1e-11) } else { 4e-6 + 3e-7 * want };
                prop_assert!((got - want).abs() <= allowed, "{got} {want}");
            }
        }
    }
}
