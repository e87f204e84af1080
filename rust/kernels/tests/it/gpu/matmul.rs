//! Products of matrices against one chain of fused steps, and against double precision.

use crate::common::{cases, close, numbers, reference};
use bytemuck::bytes_of;
use hyperphysics_kernels::gpu::matmul::{KERNEL, Params};
use hyperphysics_kernels::shared::rng::Philox;
use hyperphysics_kernels::spec::Case;
use proptest::prelude::*;
use rand::RngExt;

fn words(count: usize, seed: u32) -> Vec<f32> {
    let mut rng = Philox::new([seed, 0], 7, 0);
    (0..count).map(|_| rng.random_range(-1.0..1.0)).collect()
}

fn product(left: &[f32], right: &[f32], [rows, inner, columns]: [usize; 3]) -> Vec<f32> {
    let params =
        Params { items: rows as u32, inner: inner as u32, columns: columns as u32, _pad: 0 };
    let inputs = [left, right].map(|words| bytemuck::cast_slice(words).to_vec());
    let (params, inputs) = (bytes_of(&params).to_vec(), inputs.to_vec());
    let case = Case { name: "", params, items: rows, inputs };
    let mut words: Vec<f32> = bytemuck::cast_vec(crate::common::run(&KERNEL, &case).remove(0));
    words.truncate(rows * columns); // the buffer holds whole tiles of items
    words
}

/// One chain from 0 in order of the inner index, and the same in double precision with the sum of the
/// absolute products.
fn chains(left: &[f32], right: &[f32], [rows, inner, columns]: [usize; 3]) -> Vec<(f32, f64, f64)> {
    let chain = |i: usize, j: usize| {
        (0..inner).fold((0.0_f32, 0.0, 0.0), |(single, double, size), k| {
            let (a, b) = (left[i * inner + k], right[k * columns + j]);
            let exact = f64::from(a) * f64::from(b);
            (a.mul_add(b, single), double + exact, size + exact.abs())
        })
    };
    (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))).map(|(i, j)| chain(i, j)).collect()
}

#[track_caller]
fn agrees(shape: [usize; 3], seed: u32) {
    let [rows, inner, columns] = shape;
    let (left, right) = (words(rows * inner, seed), words(inner * columns, seed + 1));
    let got = product(&left, &right, shape);
    let fused = hyperphysics_kernels::simd::level().fused();
    for (at, (got, (single, double, size))) in
        got.iter().zip(chains(&left, &right, shape)).enumerate()
    {
        assert!(
            !fused || got.to_bits() == single.to_bits(),
            "{shape:?}, word {at}: {got} {single}"
        );
        // A rounding per step, each of at most half an ulp of a partial sum.
        let bound = inner as f64 * f64::from(f32::EPSILON) / 2.0 * size + 1e-30;
        assert!((f64::from(*got) - double).abs() <= bound, "{shape:?}, word {at}");
    }
}

/// Edges of the tiles of either instruction set, of the blocks of the sums, and beyond.
/// Sums of nineteen products of about one in single precision.
#[test]
fn the_reference_is_numpy() {
    let Some(file) = reference("portfolio") else { return };
    let case = cases(&file).iter().find(|case| case["id"] == "matrix_product").expect("a product");
    let matrix = |value: &serde_json::Value| -> Vec<Vec<f64>> {
        value.as_array().expect("rows").iter().map(numbers).collect()
    };
    let [left, right] = ["left", "right"].map(|name| matrix(&case["inputs"][name]));
    let shape = [left.len(), right.len(), right[0].len()];
    let [left, right] =
        [left, right].map(|m| m.concat().iter().map(|x| *x as f32).collect::<Vec<_>>());
    let want = matrix(&case["outputs"]["product"]).concat();
    let got = product(&left, &right, shape);
    assert_eq!(got.len(), want.len());
    got.iter().zip(want).for_each(|(got, want)| close((*got).into(), want, 1e-5, "product"));
}

#[test]
fn shapes_at_the_edges_of_blocks_agree() {
    for rows in [1, 6, 12, 13] {
        for columns in [1, 16, 31, 33] {
            for inner in [1, 511, 512, 513] {
                agrees([rows, inner, columns], 3);
            }
        }
    }
    agrees([1, 1000, 1], 5);
}

#[test]
fn identity_moves_nothing_and_zero_leaves_nothing() {
    let n = 37;
    let left = words(n * n, 1);
    let identity: Vec<f32> = (0..n * n).map(|at| f32::from(u8::from(at % (n + 1) == 0))).collect();
    assert_eq!(product(&left, &identity, [n, n, n]), left);
    assert!(product(&left, &vec![0.0; n * n], [n, n, n]).iter().all(|word| *word == 0.0));
}

#[test]
fn huge_and_tiny_values_stay_apart() {
    let (huge, tiny) = (2_f32.powi(100), 2_f32.powi(-100));
    let (left, right) = ([huge, tiny, -huge, tiny], [1.0, tiny, 1.0, 0.0]);
    // The tiny addend is lost beside the huge one and kept beside zero.
    assert_eq!(product(&left, &right, [2, 2, 2]), [huge, 1.0, -huge, -1.0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_shape_agrees(rows in 1..40_usize, inner in 1..300_usize, columns in 1..70_usize) {
        agrees([rows, inner, columns], 11);
    }
}
