//! Every operation of every instruction set against scalar arithmetic, bit for bit.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::*;

/// Words that hurt first (zeros, ones, extremes, bit patterns of special floats), then random.
fn samples() -> Vec<[u32; LANES]> {
    let edges = [
        0,
        1,
        2,
        0x7fff_ffff,
        0x8000_0000,
        0x8000_0001,
        u32::MAX,
        0xffff,
        0x1_0000,
        0x3f80_0000,
        0xbf80_0000,
        0x0000_0001,
        0x0080_0000,
        0x7f7f_ffff,
        0xff7f_ffff,
        0x3f35_04f3,
    ];
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    std::iter::once(edges).chain((0..64).map(|_| rng.random())).collect()
}

/// The same words as floats of moderate size.
fn floats(words: &[u32; LANES]) -> [f32; LANES] {
    words.map(|w| (w.cast_signed() as f32) * 2.0_f32.powi(-(((w >> 5) % 40).cast_signed())))
}

/// Runs a body on every level that this CPU has.
fn each_level<B: Body + Copy>(body: B) -> Vec<(Level, B::Output)> {
    let on = |level| {
        #[cfg(target_arch = "x86_64")]
        return (level, x86::dispatch(level, body));
        #[cfg(not(target_arch = "x86_64"))]
        (level, body.run::<Portable>())
    };
    available().into_iter().map(on).collect()
}

fn squares() -> [u32; TABLE] {
    std::array::from_fn(|i| (i * i) as u32)
}

#[derive(Clone, Copy)]
struct WordOps([u32; LANES], [u32; LANES]);

impl Body for WordOps {
    type Output = Vec<[u32; LANES]>;

    #[inline(always)]
    fn run<S: Isa>(self) -> Self::Output {
        let (a, b) = (Words::<S>::load(&self.0), Words::load(&self.1));
        let (high, low) = S::mul_wide(a.widen(), 0xD251_1F53);
        let mixed = S::xor_wide(a.widen(), b.widen(), 0x9E37_79B9);
        let all = [
            a + b,
            a - b,
            a & b,
            a | b,
            a ^ b,
            a.shl::<7>(),
            a.shr::<7>(),
            a.sar::<7>(),
            a.int_to_f32().to_bits(),
            Words::narrow(high),
            Words::narrow(low),
            Words::narrow(mixed),
            Words::splat(self.0[0]),
            a * b,
            a.min(b),
            a.max(b),
            a.below(b),
            a.below(a),
            a.lookup(&squares()),
        ];
        all.map(|words| words.store().0).to_vec()
    }
}

#[test]
fn words_compute_like_scalars() {
    let samples = samples();
    for (a, b) in samples.iter().zip(samples.iter().rev()) {
        let scalar =
            |of: fn(u32, u32) -> u32| -> [u32; LANES] { std::array::from_fn(|i| of(a[i], b[i])) };
        let expected = [
            scalar(u32::wrapping_add),
            scalar(u32::wrapping_sub),
            scalar(|a, b| a & b),
            scalar(|a, b| a | b),
            scalar(|a, b| a ^ b),
            scalar(|a, _| a << 7),
            scalar(|a, _| a >> 7),
            scalar(|a, _| (a.cast_signed() >> 7).cast_unsigned()),
            scalar(|a, _| (a.cast_signed() as f32).to_bits()),
            scalar(|a, _| ((u64::from(a) * 0xD251_1F53) >> 32) as u32),
            scalar(|a, _| a.wrapping_mul(0xD251_1F53)),
            scalar(|a, b| a ^ b ^ 0x9E37_79B9),
            [a[0]; LANES],
            scalar(u32::wrapping_mul),
            scalar(|a, b| a.cast_signed().min(b.cast_signed()).cast_unsigned()),
            scalar(|a, b| a.cast_signed().max(b.cast_signed()).cast_unsigned()),
            scalar(|a, b| if a < b { u32::MAX } else { 0 }),
            [0; LANES],
            scalar(|a, _| (a >> 22) * (a >> 22)),
        ];
        for (level, got) in each_level(WordOps(*a, *b)) {
            assert_eq!(got, expected, "{}", level.name());
        }
    }
}

#[derive(Clone, Copy)]
struct Dots<'a>(&'a [U32; 32], &'a [U32; 32]);

impl Body for Dots<'_> {
    type Output = [u32; LANES];

    #[inline(always)]
    fn run<S: Isa>(self) -> Self::Output {
        Words::<S>::dot_bytes(self.0, self.1).store().0
    }
}

#[test]
fn bytes_multiply_and_add_like_scalars() {
    let samples = samples();
    let signed: [U32; 32] = std::array::from_fn(|k| U32(samples[k]));
    let extreme = |byte: u8| [U32::splat(u32::from_ne_bytes([byte; 4])); 32];
    // Bytes of 0, 1 and 2.
    let small = signed.map(|words| {
        U32(words.0.map(|w| u32::from_ne_bytes(w.rotate_left(9).to_ne_bytes().map(|b| b % 3))))
    });
    for (a, b) in [(small, signed), (extreme(2), extreme(0x80)), (extreme(2), extreme(0x7f))] {
        let dot = |lane: usize| -> i32 {
            let bytes = |words: &U32| words.0[lane].to_ne_bytes();
            let products = a.iter().zip(&b).flat_map(|(a, b)| std::iter::zip(bytes(a), bytes(b)));
            products.map(|(a, b)| i32::from(a) * i32::from(b.cast_signed())).sum()
        };
        let expected: [u32; LANES] = std::array::from_fn(|lane| dot(lane).cast_unsigned());
        for (level, got) in each_level(Dots(&a, &b)) {
            assert_eq!(got, expected, "{}", level.name());
        }
    }
}

#[derive(Clone, Copy)]
struct FloatOps([f32; LANES], [f32; LANES]);

impl Body for FloatOps {
    type Output = Vec<[u32; LANES]>;

    #[inline(always)]
    fn run<S: Isa>(self) -> Self::Output {
        let (a, b) = (Floats::<S>::load(&self.0), Floats::load(&self.1));
        let all = [
            a + b,
            a - b,
            a * b,
            a.div(b),
            a.abs().sqrt(),
            a.min(b),
            a.max(b),
            -a,
            a.abs(),
            a.select_below(b, Floats::splat(1.0), b),
            a.to_bits().from_bits(),
        ];
        all.map(|floats| floats.store().0.map(f32::to_bits)).to_vec()
    }
}

#[test]
fn floats_compute_like_scalars() {
    let samples = samples();
    for (a, b) in samples.iter().zip(samples.iter().rev()) {
        let (a, b) = (floats(a), floats(b));
        let scalar = |of: fn(f32, f32) -> f32| -> [u32; LANES] {
            std::array::from_fn(|i| of(a[i], b[i]).to_bits())
        };
        let expected = [
            scalar(|a, b| a + b),
            scalar(|a, b| a - b),
            scalar(|a, b| a * b),
            scalar(|a, b| a / b),
            scalar(|a, _| a.abs().sqrt()),
            scalar(|a, b| if a < b { a } else { b }),
            scalar(|a, b| if a > b { a } else { b }),
            scalar(|a, _| -a),
            scalar(|a, _| a.abs()),
            scalar(|a, b| if a < b { 1.0 } else { b }),
            scalar(|a, _| a),
        ];
        for (level, got) in each_level(FloatOps(a, b)) {
            for (got, expected) in got.as_flattened().iter().zip(expected.as_flattened()) {
                let both_nan = f32::from_bits(*got).is_nan() && f32::from_bits(*expected).is_nan();
                assert!(got == expected || both_nan, "{}: {got:x} {expected:x}", level.name());
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Fma([f32; LANES], [f32; LANES], [f32; LANES]);

impl Body for Fma {
    type Output = ([f32; LANES], bool);

    #[inline(always)]
    fn run<S: Isa>(self) -> Self::Output {
        let (a, b) = (Floats::<S>::load(&self.0), Floats::load(&self.1));
        (a.fma(b, Floats::load(&self.2)).store().0, S::FMA)
    }
}

#[test]
fn multiply_add_is_fused_exactly_where_the_level_says_so() {
    for words in samples() {
        let (a, b) = (floats(&words), floats(&words.map(|w| w.rotate_left(13))));
        // The residue of the rounded product is what only a fused operation keeps.
        let c: [f32; LANES] = std::array::from_fn(|i| -(a[i] * b[i]));
        for (level, (got, fma)) in each_level(Fma(a, b, c)) {
            assert_eq!(fma, level.fused());
            for i in 0..LANES {
                let expected = if fma { a[i].mul_add(b[i], c[i]) } else { a[i] * b[i] + c[i] };
                assert_eq!(got[i].to_bits(), expected.to_bits(), "{}", level.name());
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Moves<'a>(&'a [f32], usize, usize);

impl Body for Moves<'_> {
    type Output = (Vec<f32>, [u32; 4 * LANES]);

    #[inline(always)]
    fn run<S: Isa>(self) -> Self::Output {
        let Self(from, from_stride, to_stride) = self;
        let mut to = vec![-1.0; 15 * to_stride + LANES];
        S::transpose(from, from_stride, &mut to, to_stride);
        let mut records = [0; 4 * LANES];
        S::interleave([0, 100, 200, 300].map(U32::iota), &mut records);
        (to, records)
    }
}

#[test]
fn transpose_and_interleave_move_every_value_to_its_place() {
    for (from_stride, to_stride) in [(16, 16), (16, 37), (48, 16), (19, 23)] {
        let from: Vec<f32> = (0..15 * from_stride + LANES).map(|i| i as f32).collect();
        for (level, (to, records)) in each_level(Moves(&from, from_stride, to_stride)) {
            for (at, &value) in to.iter().enumerate() {
                let (j, i) = (at / to_stride, at % to_stride);
                let expected = if i < LANES { (i * from_stride + j) as f32 } else { -1.0 };
                assert_eq!(value.to_bits(), expected.to_bits(), "{}: {at}", level.name());
            }
            for (at, &word) in records.iter().enumerate() {
                assert_eq!(word as usize, at % 4 * 100 + at / 4, "{}", level.name());
            }
        }
    }
}

#[test]
#[should_panic(expected = "a tile of 16 rows")]
fn a_tile_outside_its_slice_is_refused() {
    dispatch(Moves(&[0.0; 255], 16, 16));
}

#[test]
#[should_panic(expected = "a tile of 16 rows")]
fn overlapping_rows_are_refused() {
    dispatch(Moves(&[0.0; 1024], 15, 16));
}

/// Lanes in memory compute like lanes in registers.
#[test]
fn memory_and_registers_agree() {
    struct Both([f32; LANES]);
    impl Body for Both {
        type Output = ();

        #[inline(always)]
        fn run<S: Isa>(self) {
            let (m, r) = (F32(self.0), Floats::<S>::load(&self.0));
            let (two, two_r) = (F32::splat(2.0), Floats::splat(2.0));
            let memory = (m.fma::<S>(m, two) - m.abs()).max(two).to_bits().shr::<3>();
            let registers = (r.fma(r, two_r) - r.abs()).max(two_r).to_bits().shr::<3>();
            assert_eq!(memory, registers.store());
        }
    }
    for words in samples() {
        dispatch(Both(floats(&words)));
    }
}
