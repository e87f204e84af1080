//! Random numbers against Random123's known answers and the real-valued maps of mpmath.

use crate::common::{cases, close, least, numbers, reference, words};
use hyperphysics_kernels::gpu::normals;
use hyperphysics_kernels::shared;
use hyperphysics_kernels::shared::rng::{self, Philox, philox};
use hyperphysics_kernels::simd::{self, Body, Floats, Isa, LANES, Words};
use hyperphysics_kernels::spec::Case;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// Tolerance of the file for `f32` normals, which holds for every word here.
const F32_TOLERANCE: f64 = 4e-6;

fn four<T: Copy>(list: &[T]) -> [T; 4] {
    list.try_into().expect("four values")
}

#[test]
fn philox_gives_the_known_words() {
    let Some(file) = reference("rng_philox") else { return };
    let mut seen = 0;
    for case in cases(&file).iter().filter(|case| !case["inputs"]["counter"].is_null()) {
        let counter = four(&words(&case["inputs"]["counter"]));
        let key = words(&case["inputs"]["key"]);
        let expected = words(&case["outputs"]["words"]);
        assert_eq!(case["inputs"]["rounds"].as_u64().unwrap_or(10), 10);
        assert_eq!(philox(counter, [key[0], key[1]]), *expected);
        assert_eq!(kernel_block(counter, [key[0], key[1]]).0, *expected);
        seen += 1;
    }
    assert!(seen >= least(&file, 18));
}

#[test]
fn normals_follow_the_real_valued_map() {
    let Some(file) = reference("rng_philox") else { return };
    for case in cases(&file) {
        let inputs = &case["inputs"];
        let given =
            if inputs["words"].is_null() { &case["outputs"]["words"] } else { &inputs["words"] };
        let given = four(&words(given));
        let expected = numbers(&case["outputs"]["normal_box_muller"]);
        let twin = simd::dispatch(BoxMuller(given));
        for (i, &z) in expected.iter().enumerate() {
            let what = format!("normal {i} of {given:?}");
            close(rng::normals(given)[i], z, 1e-14 * z.abs().max(1.0), &what);
            close(twin[i].into(), z, F32_TOLERANCE, &what);
        }
        let midpoints = &case["outputs"]["u_midpoint_33bit"];
        if midpoints.is_null() {
            continue; // not carried
        }
        for (&word, &u) in given.iter().zip(&numbers(midpoints)) {
            close(rng::uniform(word), u, 1e-16, "uniform");
        }
    }
}

/// Words and normals of one block from the kernel's CPU twin.
fn kernel_block(counter: [u32; 4], key: [u32; 2]) -> ([u32; 4], [f32; 4]) {
    let [block, stream, time_lo, time_hi] = counter;
    let [key_lo, key_hi] = key;
    let params =
        normals::Params { items: 1, stream, time_lo, time_hi, key_lo, key_hi, _pad: [0; 2] };
    let params = bytemuck::bytes_of(&params).to_vec();
    let case = Case { name: "one block", params, items: 1, inputs: vec![vec![block]] };
    let outputs = crate::common::run(&normals::KERNEL, &case);
    let normals: [u32; 4] = four(&outputs[1][..4]);
    (four(&outputs[0][..4]), normals.map(f32::from_bits))
}

/// The map of the kernel on given words, which its counters cannot be steered to.
struct BoxMuller([u32; 4]);

impl Body for BoxMuller {
    type Output = [f32; 4];

    #[inline(always)]
    fn run<S: Isa>(self) -> [f32; 4] {
        let [a, b, c, d] = self.0.map(Words::<S>::splat);
        let (z0, z1) = normals::box_muller(a, b);
        let (z2, z3) = normals::box_muller(c, d);
        [z0, z1, z2, z3].map(|z| z.store().0[0])
    }
}

#[test]
fn normals_of_the_twin_follow_the_oracle_on_many_words() {
    let mut worst = 0.0_f64;
    for block in 0..20_000 {
        let counter = [block, 5, 6, 7];
        let (words, twin) = kernel_block(counter, [8, 9]);
        assert_eq!(words, philox(counter, [8, 9]));
        for (got, want) in twin.into_iter().zip(rng::normals(words)) {
            worst = worst.max((f64::from(got) - want).abs());
        }
    }
    assert!(worst < 1.5e-6, "{worst:e}");
}

/// Logarithm of a uniform: relative error, also where the word is next to 0 or to 2³².
#[test]
fn the_logarithm_of_a_uniform_is_accurate_at_both_ends() {
    struct Ln([u32; LANES]);
    impl Body for Ln {
        type Output = [f32; LANES];

        #[inline(always)]
        fn run<S: Isa>(self) -> [f32; LANES] {
            let ln: Floats<S> = shared::ln::ln_uniform(Words::load(&self.0));
            ln.store().0
        }
    }
    let edges = (0..32)
        .flat_map(|bit| [1_u32 << bit, (1 << bit) - 1, !(1 << bit), 0_u32.wrapping_sub(1 << bit)]);
    let steps = (0..4096_u32).map(|i| i.wrapping_mul(0x000f_ffff));
    let words: Vec<u32> = edges.chain(steps).collect();
    for words in words.chunks_exact(LANES) {
        let got = simd::dispatch(Ln(words.try_into().expect("a tile")));
        for (&word, got) in words.iter().zip(got) {
            let u = rng::uniform(word);
            let want = if word >> 31 == 1 { (-rng::uniform(!word)).ln_1p() } else { u.ln() };
            close(got.into(), want, 3e-7 * want.abs(), &format!("ln of word {word:#x}"));
        }
    }
}

#[test]
fn the_hash_is_fnv1a() {
    // Known answers of the FNV reference code.
    assert_eq!(rng::fnv1a(b""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(rng::fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    assert_eq!(rng::fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    assert_ne!(rng::key(0, "BTC/USDT:5m"), rng::key(0, "BTC/USDT:15m"));
    assert_ne!(rng::key(0, "BTC/USDT:5m"), rng::key(1, "BTC/USDT:5m"));
    assert_eq!(rng::words(0x0123_4567_89ab_cdef), [0x89ab_cdef, 0x0123_4567]);
}

#[test]
fn indices_cover_the_window_evenly() {
    assert_eq!(rng::index(0, 1000), 0);
    assert_eq!(rng::index(u32::MAX, 1000), 999);
    assert_eq!(rng::index(1 << 31, 1000), 500);
    assert_eq!(rng::index(u32::MAX, u32::MAX), u32::MAX - 1);
}

#[test]
fn strata_hold_one_word_each() {
    for parts in [1, 2, 3, 7, 10_000] {
        for part in 0..parts {
            let (low, high) =
                (rng::stratified(0, part, parts), rng::stratified(u32::MAX, part, parts));
            assert_eq!(u64::from(low), (u64::from(part) << 32) / u64::from(parts));
            assert!(low <= high);
            assert!(part + 1 == parts || high <= rng::stratified(0, part + 1, parts));
        }
    }
}

#[test]
fn draws_are_shared_reproducible_and_stratified() {
    let (paths, horizon, window) = (1000, 12, 1000);
    let draws = rng::draws(7, paths, horizon, window);
    assert_eq!(draws.len(), paths * horizon);
    assert!(draws.iter().all(|&draw| (draw as usize) < window));
    assert_eq!(draws, rng::draws(7, paths, horizon, window));
    assert_ne!(draws, rng::draws(8, paths, horizon, window));
    // As many paths as rows: every row is drawn first by exactly one path, up to the edges of
    // the strata.
    for (path, &first) in draws.iter().step_by(horizon).enumerate() {
        assert_eq!(first as usize, path);
    }
    // The other steps are the plain words of the stream.
    let word = philox([5 / 4, u32::from(rng::RISK) << 16, 0, 0], [7, 0])[5 % 4];
    assert_eq!(draws[5], rng::index(word, window as u32));
    // They spread over the window: chi-squared of 10 cells has 9 degrees of freedom.
    let mut cells = [0.0; 10];
    for &draw in &draws {
        cells[draw as usize / 100] += 1.0;
    }
    let expected = draws.len() as f64 / 10.0;
    let chi2: f64 = cells.iter().map(|n| (n - expected).powi(2) / expected).sum();
    assert!(chi2 < 27.9, "{chi2}: p < 0.001");
    for (paths, horizon) in [(9, 12), (7, 1), (5, 3), (4, 10)] {
        let one = |path| rng::path_draws(7, path, [paths, horizon], 1950);
        let each: Vec<u32> = (0..paths).flat_map(one).collect();
        assert_eq!(each, rng::draws(7, paths, horizon, 1950));
    }
    assert!(rng::draws(7, 0, 12, 5).is_empty());
    assert!(rng::draws(7, 12, 0, 5).is_empty());
    assert_eq!(rng::draws(7, 5, 3, 1), [0; 15]);
}

#[test]
#[should_panic(expected = "a window")]
fn an_empty_window_cannot_be_drawn_from() {
    let _ = rng::draws(7, 1, 1, 0);
}

/// What `rand_core` asks of a generator: 64-bit numbers and bytes are the 32-bit words, low word and low byte
/// first, none skipped; a part of a word is a word used.
#[test]
fn philox_is_a_generator_of_rand() {
    let words: Vec<u32> = (0..3).flat_map(|block| philox([block, 9, 4, 0], [7, 8])).collect();
    let fresh = || Philox::new([7, 8], 9, 4);
    let mut rng = fresh();
    assert_eq!((0..12).map(|_| rng.next_u32()).collect::<Vec<_>>(), words);

    let mut rng = fresh();
    assert_eq!(rng.next_u32(), words[0]);
    assert_eq!(rng.next_u64(), u64::from(words[2]) << 32 | u64::from(words[1]));
    let mut bytes = [0; 11];
    rng.fill_bytes(&mut bytes);
    let expected: Vec<u8> = words[3..6].iter().flat_map(|word| word.to_le_bytes()).collect();
    assert_eq!(bytes, expected[..11]);
    assert_eq!(rng.next_u32(), words[6]);
    let mut copy = rng.clone();
    assert_eq!(copy.next_u64(), rng.next_u64());
}

#[test]
fn a_seed_is_the_key_and_seeds_differ() {
    let seeded = |seed: u64| Philox::from_seed(seed.to_le_bytes());
    assert_eq!(seeded(0x0123_4567_89ab_cdef), Philox::new([0x89ab_cdef, 0x0123_4567], 0, 0));
    assert_eq!(seeded(5).next_u32(), philox([0; 4], [5, 0])[0]);
    let mut first: Vec<u64> = (0..100).map(|n| Philox::seed_from_u64(n).next_u64()).collect();
    first.sort_unstable();
    first.dedup();
    assert_eq!(first.len(), 100);
    let mut rng = seeded(1);
    assert_ne!(Philox::from_rng(&mut rng).next_u64(), rng.next_u64());
}

/// Normals and ranges of `rand` drawn from Philox: moments within five standard errors.
#[test]
fn distributions_of_rand_draw_from_philox() {
    let mut rng = Philox::seed_from_u64(3);
    let count = 100_000;
    let draws: Vec<f64> = (0..count).map(|_| StandardNormal.sample(&mut rng)).collect();
    let moment = |k| draws.iter().map(|z: &f64| z.powi(k)).sum::<f64>() / f64::from(count);
    let error = |variance: f64| 5.0 * (variance / f64::from(count)).sqrt();
    for (k, mean, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
        close(moment(k), mean, error(variance), &format!("moment {k}"));
    }
    let mut cells = [0_u32; 6];
    (0..count).for_each(|_| cells[rng.random_range(0..6)] += 1);
    let each = f64::from(count) / 6.0;
    for cell in cells {
        close(f64::from(cell), each, 5.0 * (each * 5.0 / 6.0).sqrt(), "a cell");
    }
}
