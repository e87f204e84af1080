//! The shared functions against the standard library's `f64`.

use crate::common::close;
use hyperphysics_kernels::shared::{sinh, turn};
use hyperphysics_kernels::simd::{self, Body, Floats, Isa, LANES, Words};

/// A body that maps lanes, as a function of the values.
macro_rules! lanewise {
    ($name:ident($x:ident: $of:ident<$from:ty>) -> $to:ty = $value:expr) => {
        fn $name(values: &[$from]) -> Vec<$to> {
            struct Lanes([$from; LANES]);
            impl Body for Lanes {
                type Output = [$to; LANES];

                #[inline(always)]
                fn run<S: Isa>(self) -> Self::Output {
                    let $x = $of::<S>::load(&self.0);
                    $value
                }
            }
            let tile = |chunk: &[$from]| {
                let mut lanes = [chunk[0]; LANES];
                lanes[..chunk.len()].copy_from_slice(chunk);
                simd::dispatch(Lanes(lanes))
            };
            let mut all: Vec<$to> = values.chunks(LANES).flat_map(tile).collect();
            all.truncate(values.len());
            all
        }
    };
}

lanewise!(ln1p(y: Floats<f32>) -> f32 = y.ln1p().store().0);
lanewise!(exp_poly(x: Floats<f32>) -> f32 = x.exp_poly().store().0);
lanewise!(sinh_small(x: Floats<f32>) -> f32 = sinh::sinh_small(x).store().0);
lanewise!(sinh_ratio(z: Floats<f32>) -> f32 = sinh::sinh_ratio(z).store().0);
lanewise!(sinh_square(z: Floats<f32>) -> f32 = sinh::sinh_square(z).store().0);
lanewise!(sine(word: Words<u32>) -> f32 = turn::sincos_turn(word).0.store().0);
lanewise!(cosine(word: Words<u32>) -> f32 = turn::sincos_turn(word).1.store().0);

fn relative(got: &[f32], x: &[f32], exact: impl Fn(f64) -> f64, allowed: f64, what: &str) {
    for (&got, &x) in got.iter().zip(x) {
        let want = exact(x.into());
        close(got.into(), want, allowed * want.abs(), &format!("{what}({x:e})"));
    }
}

#[test]
fn ln1p_keeps_its_digits_from_the_smallest_to_the_largest() {
    let mut y = vec![0.0, f32::MIN_POSITIVE, 2.0_f32.powi(126)];
    y.extend((0..60_000).map(|i| 10.0_f32.powf(-37.9 + 75.0 * i as f32 / 60_000.0)));
    y.extend((0..20_000).map(|i| 4.0 * i as f32 / 20_000.0)); // where the exponent changes
    relative(&ln1p(&y), &y, f64::ln_1p, 3e-7, "ln1p");
    let below =
        |i| -(10.0_f32.powf(-37.9 + 37.9 * i as f32 / 60_000.0)).min(1.0 - 2.0_f32.powi(-24));
    let y: Vec<f32> = (0..=60_000).map(below).collect();
    relative(&ln1p(&y), &y, f64::ln_1p, 3e-7, "ln1p");
}

#[test]
fn exp_poly_is_accurate_over_its_range() {
    let x: Vec<f32> = (0..=70_000).map(|i| -87.0 + 175.0 * i as f32 / 70_000.0).collect();
    relative(&exp_poly(&x), &x, f64::exp, 2e-7, "exp");
    assert_eq!(exp_poly(&[0.0, -0.0]), [1.0, 1.0]);
}

#[test]
fn small_sines_keep_their_digits() {
    let mut x: Vec<f32> =
        (0..20_000).map(|i| 10.0_f32.powf(-18.0 * i as f32 / 20_000.0) / 2.0).collect();
    x.extend(x.clone().iter().map(|x| -x));
    relative(&sinh_small(&x), &x, f64::sinh, 1e-7, "sinh");
    let z: Vec<f32> = x.iter().map(|x| x * x).collect();
    relative(&sinh_square(&z), &z, |z| z.sqrt().sinh().powi(2), 2e-7, "sinh²");
    relative(&sinh_ratio(&z), &z, |z| z.sqrt().sinh() / z.sqrt(), 1e-7, "sinh x / x");
    assert_eq!((sinh_square(&[0.0]), sinh_ratio(&[0.0])), (vec![0.0], vec![1.0]));
}

#[test]
fn sincos_follows_the_whole_turn() {
    let edges = (0..8).flat_map(|eighth: u32| {
        let at = eighth << 29;
        [at.wrapping_sub(2), at.wrapping_sub(1), at, at + 1]
    });
    let steps = (0..40_000_u32).map(|i| i.wrapping_mul(0x0001_a36f));
    let words: Vec<u32> = edges.chain(steps).collect();
    let (sine, cosine) = (sine(&words), cosine(&words));
    for (i, &word) in words.iter().enumerate() {
        let angle = (f64::from(word) + 0.5) / 4_294_967_296.0 * std::f64::consts::TAU;
        let (s, c) = angle.sin_cos();
        close(sine[i].into(), s, 1.5e-7, &format!("sine of word {word:#x}"));
        close(cosine[i].into(), c, 1.5e-7, &format!("cosine of word {word:#x}"));
    }
}
