//! Forms of a point of H³: there and back, and distances by formulas that know nothing of each other.

use crate::common::{close, numbers, reference};
use hyperphysics_kernels::math::geometry::{self, Form, Map, convert, polar, row_distances};
use proptest::prelude::*;

const FORMS: [Form; 4] = [Form::Polar, Form::Ball, Form::Hyperboloid, Form::HalfSpace];

fn refused(form: Form, row: &[f64]) -> String {
    let rows = [row, row].concat();
    let first = convert(&rows, form, Form::Polar).expect_err("no point").to_string();
    assert!(first.starts_with("points[0] "), "{first}");
    first
}

#[test]
fn the_centre_and_the_axes() {
    let half = |rows: &[f64]| convert(rows, Form::Polar, Form::HalfSpace).expect("points");
    assert_eq!(half(&[0.0, 0.0, 1.0, 0.0]), [0.0, 0.0, 1.0]);
    // Up the third axis heights are e^r, to any radius.
    for r in [1.0, 8.0, 36.0, 350.0_f64] {
        let [x, y, z] = half(&[r, 0.0, 0.0, 1.0])[..] else { panic!("three coordinates") };
        assert_eq!([x, y].map(f64::to_bits), [0, 0]);
        close(z, r.exp(), 1e-15 * r.exp(), "up");
        close(half(&[r, 0.0, 0.0, -1.0])[2], (-r).exp(), 1e-15 * (-r).exp(), "down");
    }
    let centre = convert(&[0.0, 0.0, 0.0], Form::Ball, Form::Hyperboloid).expect("the centre");
    assert_eq!(centre, [1.0, 0.0, 0.0, 0.0]);
    let centre = convert(&[0.0; 4], Form::Polar, Form::Polar).expect("the centre, in no direction");
    assert_eq!(centre, [0.0, 1.0, 0.0, 0.0]);
    for form in FORMS {
        assert!(convert(&[], Form::Ball, form).expect("no points").is_empty());
    }
}

#[test]
fn what_is_no_point_is_named() {
    let text = refused(Form::Ball, &[0.6, 0.8, 0.0]);
    assert_eq!(text, "points[0] lies 1 from the centre of the ball, expected less than 1");
    assert!(refused(Form::Ball, &[f64::NAN, 0.0, 0.0]).contains("lies NaN"));
    assert!(refused(Form::Polar, &[351.0, 1.0, 0.0, 0.0]).contains("at least 0 and at most 350"));
    assert!(refused(Form::Polar, &[f64::INFINITY, 1.0, 0.0, 0.0]).contains("radius inf"));
    assert!(refused(Form::Polar, &[1.0, 0.0, 0.0, 0.0]).contains("length 0, expected 1"));
    assert!(refused(Form::Polar, &[1.0, 0.0, f64::NAN, 0.0]).contains("length NaN"));
    assert!(refused(Form::Hyperboloid, &[1.0, 0.1, 0.0, 0.0]).contains("has t = 1, expected"));
    assert!(refused(Form::Hyperboloid, &[-1.0, 0.0, 0.0, 0.0]).contains("has t = -1"));
    assert!(refused(Form::HalfSpace, &[0.0, 0.0, 0.0]).contains("height 0"));
    assert!(refused(Form::HalfSpace, &[0.0, 1.0, f64::NAN]).contains("height NaN"));
    assert!(refused(Form::HalfSpace, &[f64::NAN, 1.0, 1.0]).contains("radius NaN"));
    let far = convert(&[1.0, 1.0, 0.0, 0.0, 40.0, 1.0, 0.0, 0.0], Form::Polar, Form::Ball);
    let far = far.expect_err("tanh 20 rounds to 1").to_string();
    assert!(far.starts_with("points[1] at radius 40 rounds to the edge of the ball"), "{far}");
    let names = "cube".parse::<Form>().expect_err("no form");
    assert_eq!(names, "form is `cube`, expected one of polar, ball, hyperboloid, half_space");
}

#[test]
fn hyperboloid_coordinates_agree_with_mpmath() {
    let Some(file) = reference("hyperbolic_geometry") else { return };
    for case in crate::common::cases(&file).iter().filter(|case| case["id"] != "polar") {
        let x = numbers(&case["inputs"]["x"]);
        let want = numbers(&case["outputs"]["hyperboloid_x"]);
        let ball = [x[0], x[1], x.get(2).copied().unwrap_or(0.0)];
        let got = convert(&ball, Form::Ball, Form::Hyperboloid).expect("a point of the ball");
        let allowed = 1e-12_f64.max(4e-16 * want[0]) * want[0];
        for (got, want) in got.iter().zip(&want) {
            close(*got, *want, allowed, case["id"].as_str().expect("an id"));
        }
        let back = convert(&got, Form::Hyperboloid, Form::Ball).expect("a point");
        for (back, x) in back.iter().zip(&x) {
            close(*back, *x, 1e-15, "back");
        }
    }
}

#[test]
fn maps_go_row_by_row() {
    let (x, y) = ([0.3, -0.5, 0.2, 0.0, 0.1, 0.0], [-0.1, 0.7, 0.0, 0.5, 0.5, 0.5]);
    let row = |at: usize| {
        let point = |from: &[f64; 6]| [from[3 * at], from[3 * at + 1], from[3 * at + 2]];
        (point(&x), point(&y))
    };
    for (map, one) in [
        (Map::MobiusAdd, geometry::mobius_add as fn([f64; 3], [f64; 3]) -> [f64; 3]),
        (Map::Exp, geometry::exp),
        (Map::Log, geometry::log),
        (Map::Exp0, |x, _| geometry::exp0(x)),
        (Map::Log0, |x, _| geometry::log0(x)),
    ] {
        let images = map.of_rows::<3>(&x, &y).expect("points");
        for at in 0..2 {
            let (x, y) = row(at);
            assert_eq!(images[3 * at..3 * at + 3], one(x, y), "{map:?}");
        }
    }
    let text =
        |map: Map, x: &[f64], y: &[f64]| map.of_rows::<2>(x, y).expect_err("refused").to_string();
    let inside = [0.0, 0.0, 0.5, 0.5];
    assert!(text(Map::MobiusAdd, &inside, &[0.0, 0.0, 1.0, 0.5]).starts_with("y[1] lies 1.1"));
    assert!(text(Map::Log0, &[2.0, 0.0], &[]).starts_with("x[0] lies 2"));
    assert!(text(Map::Log, &[2.0, 0.0], &[0.0, 0.0]).starts_with("x[0] lies 2"));
    assert!(text(Map::Exp, &inside, &[0.0, 0.0, f64::NAN, 0.0]).starts_with("v[1] has the coord"));
    assert!(text(Map::Exp0, &[99.0, 0.0], &[]).starts_with("results[0] at radius inf rounds to"));
    assert!(Map::Exp0.of_rows::<2>(&[], &[]).expect("no rows").is_empty());
}

#[test]
fn a_foot_is_the_nearest_point_of_the_plane() {
    let point = [2.0, 0.36, 0.48, 0.8];
    let foot = geometry::disc(point);
    let ball = convert(&point, Form::Polar, Form::Ball).expect("a point");
    let to = |x: f64, y: f64| geometry::distance([ball[0], ball[1], ball[2]], [x, y, 0.0]);
    let nearest = to(foot[0], foot[1]);
    close(nearest, (2_f64.sinh() * 0.8).asinh(), 1e-14, "distance to the plane");
    for (x, y) in [(1e-4, 0.0), (-1e-4, 0.0), (0.0, 1e-4), (0.0, -1e-4)] {
        assert!(to(foot[0] + x, foot[1] + y) > nearest);
    }
    // A point of the plane is its own foot.
    let [x, y] = geometry::disc([2.0, 0.6, 0.8, 0.0]);
    close(x, 0.6 * 1_f64.tanh(), 1e-15, "x");
    close(y, 0.8 * 1_f64.tanh(), 1e-15, "y");
    assert_eq!(geometry::disc([0.0, 1.0, 0.0, 0.0]).map(f64::to_bits), [0, 0]);
}

fn point(reach: f64) -> impl Strategy<Value = [f64; 4]> {
    let coordinate = -1.0..1.0_f64;
    (0.0..reach, coordinate.clone(), coordinate.clone(), coordinate)
        .prop_map(|(r, x, y, z)| {
            let length = x.hypot(y).hypot(z).max(1e-9);
            [r, x / length, y / length, (z / length).clamp(-1.0, 1.0)]
        })
        .prop_filter("a direction", |p| (p[1].hypot(p[2]).hypot(p[3]) - 1.0).abs() < 1e-9)
}

proptest! {
    #[test]
    fn every_form_leads_back_and_keeps_distances(a in point(12.0), b in point(12.0)) {
        let want = polar::distance(a[0], b[0], (1..4).map(|k| (a[k] - b[k]).powi(2)).sum());
        // What a coordinate of the ball at this radius resolves.
        let grain = 1e-15 * a[0].max(b[0]).exp();
        for form in FORMS {
            let rows = [a, b].map(|p| convert(&p, Form::Polar, form).expect("a point"));
            let d = row_distances(&rows[0], &rows[1], form).expect("points")[0];
            // An error of a coordinate counts as an angle, the more the nearer the points are.
            let allowed = grain.max(1e-13) * (1.0 + want) + (grain / want.max(grain)).min(grain);
            prop_assert!((d - want).abs() <= allowed, "{form:?}: {d} {want}");
            for to in FORMS {
                let there = convert(&rows[0], form, to).expect("a point");
                let back = convert(&there, to, Form::Polar).expect("a point");
                let away = polar::distance(
                    a[0], back[0], (1..4).map(|k| (a[k] - back[k]).powi(2)).sum(),
                );
                prop_assert!(away <= 8.0 * grain.max(1e-14), "{form:?} {to:?}: {away}");
            }
        }
    }
}
