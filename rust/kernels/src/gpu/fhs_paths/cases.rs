//! Sample cases of `fhs_paths`.

use bytemuck::bytes_of;

use super::Params;
use crate::shared::sample::Sample;
use crate::spec::Case;

/// A case from its residual stream, first rows and affine maps.
fn case(
    name: &'static str,
    params: Params,
    residuals: &[f32],
    start: Vec<u32>,
    affine: &[[f32; 2]],
) -> Case {
    let mut sample = Sample::new(7);
    let draws = (0..params.paths * params.horizon).map(|_| sample.below(params.window)).collect();
    let items = start.len();
    let seasons: Vec<u32> = (0..items as u32 * params.horizon)
        .map(|_| (sample.uniform(0.5, 2.0) as f32).to_bits())
        .collect();
    let params = Params { items: items as u32, ..params };
    let words = bytemuck::cast_slice::<f32, u32>(residuals).to_vec();
    let affine = bytemuck::cast_slice::<[f32; 2], u32>(affine).to_vec();
    Case {
        name,
        params: bytes_of(&params).to_vec(),
        items,
        inputs: vec![words, draws, start, affine, seasons],
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut sample = Sample::new(1);
    let wide: Vec<f32> = (0..1200).map(|_| sample.uniform(-1.7, 1.7) as f32).collect();
    let affine: Vec<[f32; 2]> =
        (0..130).map(|i| [1.0 + 0.001 * i as f32, 0.02 - 0.0003 * i as f32]).collect();
    // One residual in fifty is thirty times the rest: the multiplier reaches 7.
    let outliers: Vec<f32> = wide
        .iter()
        .enumerate()
        .map(|(i, z)| if i % 50 == 3 { 18.0 * z } else { 0.6 * z })
        .collect();
    let scattered = (0..37).map(|i: u32| i * 907 % 1000).collect();
    let standard = vec![[1.0, 0.0]; 64];
    vec![
        case(
            "bench: 64 windows of 1000, 10 000 paths of 12 steps",
            Params::new(1000, 12, 10_000, 0.943_874_3),
            &wide,
            (0..64).collect(),
            &standard,
        ),
        case(
            "consecutive windows",
            Params::new(1000, 12, 500, 0.943_874),
            &wide,
            (0..128).collect(),
            &affine[..128],
        ),
        case(
            "scattered windows, items no multiple of 16",
            Params::new(200, 12, 301, 0.943_874),
            &wide,
            scattered,
            &affine[..37],
        ),
        case(
            "outliers",
            Params::new(500, 24, 130, 0.94),
            &outliers,
            (100..165).collect(),
            &affine[..65],
        ),
        case("constant residuals", Params::new(8, 5, 70, 0.97), &[2.5; 8], vec![0; 3], &[
            [0.0, 0.0],
            [1.0, -1.5],
            [0.4, 0.0],
        ]),
        case("one item, one path, one step", Params::new(1, 1, 1, 0.5), &[-3.0], vec![0], &[[
            1.0, 0.0,
        ]]),
        case(
            "no decay, long horizon",
            Params::new(64, 48, 66, 1.0),
            &wide,
            vec![11; 17],
            &affine[..17],
        ),
    ]
}
