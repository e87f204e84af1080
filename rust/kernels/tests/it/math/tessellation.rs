//! Tilings against hypertiling, closed forms and Euler's formula.

use std::collections::BTreeMap;

use crate::common::{cases, close, number, numbers, reference};
use hyperphysics_kernels::math::geometry::polar;
use hyperphysics_kernels::math::tessellation::{Error, Tessellation, Tiling};
use proptest::prelude::*;
use serde_json::Value;

fn integer(value: &Value) -> usize {
    value.as_u64().and_then(|n| usize::try_from(n).ok()).expect("a count")
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values
}

fn pair_distances(tiles: &Tessellation) -> Vec<f64> {
    let v = &tiles.vertices;
    let pairs = (0..v.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    sorted(
        pairs
            .map(|(i, j)| {
                polar::distance_at_angle(v[i].radius, v[j].radius, v[i].angle - v[j].angle)
            })
            .collect(),
    )
}

#[test]
fn counts_and_distances_equal_hypertiling() {
    let Some(file) = reference("hyperbolic_tessellation") else { return };
    for case in cases(&file) {
        let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
        let what = case["id"].as_str().expect("an id");
        let tiling = Tiling::new(integer(&inputs["p"]), integer(&inputs["q"])).expect("hyperbolic");
        let tiles = tiling.grow(integer(&inputs["layers"])).expect("a small tiling");

        assert_eq!(tiles.vertices.len(), integer(&outputs["vertices"]), "{what}");
        assert_eq!(tiles.edges.len(), integer(&outputs["edges"]), "{what}");
        assert_eq!(tiles.faces.len(), integer(&outputs["faces"]), "{what}");
        let mut histogram = BTreeMap::new();
        for degree in tiles.degrees() {
            *histogram.entry(degree.to_string()).or_insert(0_u64) += 1;
        }
        assert_eq!(serde_json::json!(histogram), outputs["degree_histogram"], "{what}");

        for (got, name) in [
            (tiling.edge_length(), "edge_length"),
            (tiling.circumradius(), "circumradius"),
            (tiling.inradius(), "inradius"),
            (tiling.interior_angle(), "interior_angle"),
            (tiling.area(), "polygon_area"),
        ] {
            let want = number(&outputs[name]);
            close(got, want, 1e-13 * want, &format!("{what}: {name}"));
        }

        // The file's tolerance, of coordinates that went through the disc.
        let radii = sorted(tiles.vertices.iter().map(|v| v.radius).collect());
        for (got, want) in radii.iter().zip(numbers(&outputs["sorted_vertex_radii"])) {
            close(*got, want, 1e-10, what);
        }
        let distances = pair_distances(&tiles);
        for (got, want) in distances.iter().zip(numbers(&outputs["sorted_pair_distances_first200"]))
        {
            close(*got, want, 1e-10, what);
        }
        let want = number(&outputs["sum_pair_distances"]);
        close(distances.iter().sum(), want, 1e-10 * distances.len() as f64, what);
    }
}

#[test]
fn the_region_has_48_nodes() {
    let region = Tessellation::region();
    assert_eq!((region.vertices.len(), region.edges.len(), region.faces.len()), (48, 108, 61));
    let of_layer = |n| region.vertices.iter().filter(|v| v.layer == n).count();
    assert_eq!([1, 2, 3].map(of_layer), [3, 12, 33]);
    let (polar, disc) = (region.polar(), region.disc());
    for ((p, d), v) in polar.iter().zip(&disc).zip(&region.vertices) {
        close(d[0].hypot(d[1]), (0.5 * v.radius).tanh(), 1e-15, "disc");
        close(p[1].hypot(p[2]), 1.0, 1e-15, "direction");
        assert_eq!((p[0].to_bits(), p[3].to_bits()), (v.radius.to_bits(), 0));
    }
}

#[test]
fn more_layers_only_add() {
    let tiling = Tiling::new(5, 4).expect("hyperbolic");
    let (small, large) = (tiling.grow(2).expect("small"), tiling.grow(4).expect("small"));
    assert_eq!(small.vertices, large.vertices[..small.vertices.len()]);
    assert_eq!(small.faces, large.faces[..small.faces.len()]);
    assert!(large.vertices.len() > small.vertices.len());
}

#[test]
fn wrong_input_is_named() {
    for (p, q) in [(3, 6), (4, 4), (6, 3), (2, 9), (9, 2), (0, 0)] {
        assert_eq!(Tiling::new(p, q), Err(Error::NotHyperbolic { p, q }));
    }
    let tiling = Tiling::new(3, 7).expect("hyperbolic");
    assert_eq!(tiling.grow(0), Err(Error::NoLayer));
    assert_eq!(tiling.grow(99), Err(Error::TooLarge { p: 3, q: 7, layer: 9 }));
    let steep = Tiling::new(3, 3000).expect("hyperbolic");
    assert_eq!(steep.grow(2), Err(Error::TooFar { p: 3, q: 3000, layer: 2 }));
    let wide = Tiling::new(20_000, 3).expect("hyperbolic");
    assert_eq!(wide.grow(1), Err(Error::TooLarge { p: 20_000, q: 3, layer: 1 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A disc of polygons: Euler's formula; edges of one length; inner vertices with q edges;
    /// each polygon at its own centre.
    #[test]
    fn tilings_are_regular(p in 3_usize..9, q in 3_usize..9, layers in 1_usize..4) {
        let Ok(tiling) = Tiling::new(p, q) else { return Ok(()) };
        let tiles = tiling.grow(layers).unwrap();
        let [v, e, f] = [tiles.vertices.len(), tiles.edges.len(), tiles.faces.len()];
        prop_assert_eq!(v + f, e + 1);
        for &[a, b] in &tiles.edges {
            let [a, b] = [tiles.vertices[a], tiles.vertices[b]];
            let d = polar::distance_at_angle(a.radius, b.radius, a.angle - b.angle);
            // Rounding of the angle moves a vertex by 1e-16 e^r, a few times over.
            let allowed = 1e-14 * a.radius.max(b.radius).exp();
            prop_assert!((d - tiling.edge_length()).abs() < allowed, "{} {}", d, allowed);
        }
        for (vertex, degree) in tiles.vertices.iter().zip(tiles.degrees()) {
            prop_assert!(degree <= q);
            prop_assert!(degree == q || vertex.layer == layers);
        }
        let sides: usize = tiles.faces.iter().map(Vec::len).sum();
        prop_assert_eq!(sides, p * f);
    }
}
