//! Hyperbolic geometry against mpmath (60 digits): the ball in `f64`, the kernel in `f32`.

use crate::common::{cases, close, least, number, numbers, reference};
use hyperphysics_kernels::gpu::distances::{KERNEL, Params};
use hyperphysics_kernels::math::geometry::{self, polar};
use hyperphysics_kernels::spec::Case;
use proptest::prelude::*;
use serde_json::Value;

fn point<const N: usize>(value: &Value) -> Option<[f64; N]> {
    numbers(value).try_into().ok()
}

fn norm<const N: usize>(x: [f64; N]) -> f64 {
    x.iter().map(|a| a * a).sum::<f64>().sqrt()
}

/// Relative error that the file allows at the larger radius of a case.
fn ball_tolerance(reach: f64) -> f64 {
    if reach <= 6.0 { 1e-12 } else { 1e-16 * reach.exp() }
}

/// Compares vectors by the length of their difference.
fn near<const N: usize>(got: [f64; N], want: &Value, relative: f64, what: &str) {
    let want: [f64; N] = point(want).expect("a point of the same dimension");
    let apart: [f64; N] = std::array::from_fn(|i| got[i] - want[i]);
    close(norm(apart), 0.0, relative * norm(want).max(1e-300), what);
}

#[test]
fn ball_maps_agree_with_mpmath() {
    let Some(file) = reference("hyperbolic_geometry") else { return };
    for case in cases(&file).iter().filter(|case| case["id"] != "polar") {
        if point::<2>(&case["inputs"]["x"]).is_some() {
            ball_case::<2>(case);
        } else {
            ball_case::<3>(case);
        }
    }
}

fn ball_case<const N: usize>(case: &Value) {
    let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
    let [x, y, v, at_x] =
        ["x", "y", "v", "v_at_x"].map(|name| point::<N>(&inputs[name]).expect("a point"));
    let reach = |x: [f64; N]| 2.0 * norm(x).atanh();
    let allowed = ball_tolerance(reach(x).max(reach(y)));
    let id = case["id"].as_str().expect("an id");
    let minus_x = x.map(|a| -a);

    let d = number(&outputs["distance"]);
    close(geometry::distance(x, y), d, allowed * d, id);
    close(geometry::distance(y, x), d, allowed * d, id);
    near(geometry::mobius_add(x, y), &outputs["mobius_add_x_y"], allowed, id);
    near(geometry::exp0(v), &outputs["exp0_v"], allowed, id);
    near(geometry::log0(y), &outputs["log0_y"], allowed, id);
    near(geometry::exp(x, at_x), &outputs["exp_x_v"], allowed, id);
    near(geometry::mobius_add(minus_x, y), &outputs["translate_minus_x_of_y"], allowed, id);
    near(geometry::log(x, y), &outputs["log_x_y"], allowed, id);
    for (of, name) in [(x, "hyperboloid_x"), (y, "hyperboloid_y")] {
        let want = numbers(&outputs[name]);
        let (time, space) = geometry::hyperboloid(of);
        close(time, want[0], allowed * want[0], id);
        for (got, want) in space.iter().zip(&want[1..]) {
            close(*got, *want, allowed * time, id);
        }
    }
}

/// Distances of the points (r, direction) by the kernel's CPU twin.
fn matrix(points: &[(f64, [f64; 3])]) -> Vec<f32> {
    let mut polar: Vec<f32> = points.iter().map(|p| p.0 as f32).collect();
    for axis in 0..3 {
        polar.extend(points.iter().map(|p| p.1[axis] as f32));
    }
    let params = Params { items: 1, points: points.len() as u32, _pad: [0; 2] };
    let params = bytemuck::bytes_of(&params).to_vec();
    let case = Case { name: "", params, items: 1, inputs: vec![bytemuck::cast_vec(polar)] };
    let words = points.len() * points.len();
    crate::common::run(&KERNEL, &case)[0][..words].iter().map(|&w| f32::from_bits(w)).collect()
}

#[test]
fn polar_distances_agree_with_mpmath() {
    let Some(file) = reference("hyperbolic_geometry") else { return };
    let mut seen = 0;
    for case in cases(&file).iter().filter(|case| case["id"] == "polar") {
        let [r1, r2, angle] = ["r1", "r2", "theta"].map(|name| number(&case["inputs"][name]));
        let want = number(&case["outputs"]["distance"]);
        let what = format!("r {r1}, {r2}, angle {angle}");
        close(polar::distance_at_angle(r1, r2, angle), want, 1e-12 * want, &what);
        let points = [(r1, [1.0, 0.0, 0.0]), (r2, [angle.cos(), angle.sin(), 0.0])];
        let d = matrix(&points);
        close(d[1].into(), want, 5e-6 * want, &what);
        assert_eq!(d[1].to_bits(), d[2].to_bits());
        seen += 1;
    }
    assert!(seen >= least(&file, 16));
}

#[test]
fn ball_and_polar_coordinates_agree() {
    let x = [0.3, -0.5, 0.2];
    let (r, n) = polar::from_ball(x);
    let back = polar::to_ball(r, n);
    let apart: [f64; 3] = std::array::from_fn(|i| back[i] - x[i]);
    close(norm(apart), 0.0, 1e-15, "round trip");
    close(norm(n), 1.0, 1e-15, "unit direction");
    close(r, geometry::distance([0.0; 3], x), 1e-15, "radius");
    assert_eq!(polar::from_ball([0.0; 3]), (0.0, [1.0, 0.0, 0.0]));
}

#[test]
fn distance_matrices_of_points() {
    let ball = [[0.3, -0.5, 0.2], [0.0; 3], [-0.1, 0.7, 0.0]];
    let polar = ball.map(|x| {
        let (r, [a, b, c]) = polar::from_ball(x);
        [r, a, b, c]
    });
    let (one, two) = (geometry::ball_distances(&ball), geometry::polar_distances(&polar));
    let (one, two) = (one.expect("points"), two.expect("points"));
    for (at, (a, b)) in one.iter().zip(&two).enumerate() {
        close(*a, *b, 1e-14, "both forms");
        close(*a, geometry::distance(ball[at / 3], ball[at % 3]), 0.0, "row by row");
    }
    assert_eq!(geometry::pairs(&one, 3), [one[3], one[6], one[7]]);

    let text = |error: geometry::PointError| error.to_string();
    let outside = geometry::ball_distances(&[[0.0; 3], [0.6, 0.8, 0.0]]).expect_err("outside");
    assert_eq!(text(outside), "points[1] lies 1 from the centre of the ball, expected less than 1");
    let radius = geometry::polar_distances(&[[-1.0, 1.0, 0.0, 0.0]]).expect_err("a radius");
    assert_eq!(text(radius), "points[0] has radius -1, expected a finite number of at least 0");
    let direction = geometry::polar_distances(&[[1.0, 3.0, 4.0, 0.0]]).expect_err("a direction");
    assert_eq!(text(direction), "points[0] has a direction of length 5, expected 1");
}

/// The exact value for the `f32` inputs of the kernel.
fn oracle(a: (f64, [f64; 3]), b: (f64, [f64; 3])) -> f64 {
    let round = |x: f64| f64::from(x as f32);
    let chord: f64 = (0..3).map(|i| (round(a.1[i]) - round(b.1[i])).powi(2)).sum();
    polar::distance(round(a.0), round(b.0), chord)
}

/// Points in clusters of any size around any radius to `reach`.
fn cloud(reach: f64) -> impl Strategy<Value = Vec<(f64, [f64; 3])>> {
    let spread = prop_oneof![Just(0.0), Just(1.0), -8.0..0.0_f64];
    (0.0..1.0_f64, spread, 1..40_usize).prop_flat_map(move |(centre, spread, points)| {
        let width = 10.0_f64.powf(spread.min(0.0));
        let coordinate = -1.0..1.0_f64;
        let offsets = (coordinate.clone(), coordinate.clone(), coordinate.clone(), coordinate);
        prop::collection::vec(offsets, points).prop_map(move |offsets| {
            let place = |(r, x, y, z): (f64, f64, f64, f64)| {
                let n = [1.0 + width * x, width * y, width * z + 1e-9];
                let length = norm(n);
                let r = (centre + width * r).clamp(0.0, 1.0) * reach;
                (r, n.map(|a| a / length))
            };
            offsets.into_iter().map(place).collect()
        })
    })
}

fn check(points: &[(f64, [f64; 3])], allowed: impl Fn(f64) -> f64) {
    let d = matrix(points);
    let n = points.len();
    for i in 0..n {
        assert_eq!(d[i * n + i].to_bits(), 0, "the diagonal is zero");
        for j in 0..n {
            assert_eq!(d[i * n + j].to_bits(), d[j * n + i].to_bits(), "symmetric");
            let want = oracle(points[i], points[j]);
            close(
                d[i * n + j].into(),
                want,
                allowed(want),
                &format!("{:?} {:?}", points[i], points[j]),
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn kernel_distances_hold_their_tolerance_to_8(points in cloud(8.0)) {
        // Absolute 4e-6 as stated, and relative 2e-6, so that near points stay apart.
        check(&points, |d| (2e-6 * d).min(4e-6) + 1e-19);
    }

    #[test]
    fn kernel_distances_hold_their_tolerance_to_20(points in cloud(20.0)) {
        check(&points, |d| 5e-6 * d + 1e-19);
    }

    #[test]
    fn translations_keep_distances(
        a in prop::array::uniform3(-0.5..0.5_f64),
        x in prop::array::uniform3(-0.5..0.5_f64),
        y in prop::array::uniform3(-0.5..0.5_f64),
    ) {
        let d = geometry::distance(x, y);
        let moved = geometry::distance(geometry::mobius_add(a, x), geometry::mobius_add(a, y));
        prop_assert!((d - moved).abs() < 1e-12 * (1.0 + d));
    }

    #[test]
    fn exponential_and_logarithm_are_inverse(
        x in prop::array::uniform3(-0.5..0.5_f64),
        y in prop::array::uniform3(-0.5..0.5_f64),
    ) {
        let back = geometry::exp(x, geometry::log(x, y));
        let apart: [f64; 3] = std::array::from_fn(|i| back[i] - y[i]);
        prop_assert!(norm(apart) < 1e-13);
        let length = 2.0 / (1.0 - norm(x).powi(2)) * norm(geometry::log(x, y));
        prop_assert!((length - geometry::distance(x, y)).abs() < 1e-12);
    }
}
