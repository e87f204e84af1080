//! Counter-based random numbers, `f64` and integers: the oracle of the kernels and the source of
//! the draws that are made once, on the host.
//!
//! A counter is `(block, stream, time_lo, time_hi)`: four words per block, a stream per purpose
//! (module in the upper 16 bits), the candle's open time in milliseconds, or 0 where all candles
//! share the draws. Nothing depends on a row number, a thread or a batch. [`Philox`] reads the words
//! of one stream in order and serves `rand`.

mod generator;
mod scalar_philox;

pub use generator::Philox;
pub use scalar_philox::{fnv1a, key, philox, words};

/// Module of the horizon-risk draws (the upper 16 bits of their stream).
pub const RISK: u16 = 1;

/// Module of the samplers of lattices; the lower 16 bits name the sampler, and where a candle's
/// time would stand the counter has the replica, then the upper half of the block number.
pub const LATTICE: u16 = 3;

/// Module of the permutations of the pairing in integrated information.
pub const PHI: u16 = 2;

/// Module of the lattices of the complexity index.
pub const COMPLEXITY: u16 = 4;

/// Module of the normal shocks of portfolios.
pub const PORTFOLIO: u16 = 5;

/// Stream of a module's node or path.
#[must_use]
pub const fn stream(module: u16, node: u16) -> u32 {
    (module as u32) << 16 | node as u32
}

/// Uniform in (0, 1) of a word: `(word + ½) / 2³²`, exact.
#[must_use]
pub fn uniform(word: u32) -> f64 {
    (f64::from(word) + 0.5) / TWO_32
}

/// An index below `n` from a word: `⌊word · n / 2³²⌋`, biased by less than `n / 2³²`.
#[must_use]
pub const fn index(word: u32, n: u32) -> u32 {
    ((word as u64 * n as u64) >> 32) as u32
}

/// The word in stratum `part` of `parts`: `⌊(part · 2³² + word) / parts⌋`.
///
/// Over all parts the words spread evenly over the whole range, one in each stratum.
///
/// # Panics
/// Panics if `parts` is 0.
#[must_use]
pub const fn stratified(word: u32, part: u32, parts: u32) -> u32 {
    debug_assert!(part < parts);
    (((part as u64) << 32 | word as u64) / parts as u64) as u32
}

/// Four standard normals of a block by Box–Muller on the words (0, 1) and (2, 3).
///
/// `|z| <= 6.77`; absolute error below 4e-15.
#[must_use]
pub fn normals(words: [u32; 4]) -> [f64; 4] {
    let (a, b) = (box_muller(words[0], words[1]), box_muller(words[2], words[3]));
    [a[0], a[1], b[0], b[1]]
}

const TWO_32: f64 = 4_294_967_296.0;

fn box_muller(radius: u32, angle: u32) -> [f64; 2] {
    // Next to 1 the logarithm is taken of the way to 1, so that no digit is lost.
    let ln = if radius < 1 << 31 { uniform(radius).ln() } else { (-uniform(!radius)).ln_1p() };
    let length = (-2.0 * ln).sqrt();
    // The way from the nearest quarter turn; its sine and cosine are exact in their last digits.
    let nearest = angle.wrapping_add(1 << 29);
    let way = (nearest & 0x3fff_ffff).cast_signed() - (1 << 29);
    let (s, c) = ((f64::from(way) + 0.5) / TWO_32 * std::f64::consts::TAU).sin_cos();
    let (sine, cosine) = match nearest >> 30 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    };
    [length * cosine, length * sine]
}

/// A permutation of `0..n` (Fisher–Yates), from the words of one stream under the key `seed`.
///
/// # Panics
/// Panics if `n` exceeds 32 bits.
#[must_use]
pub fn permutation(seed: u64, stream: u32, n: usize) -> Vec<u32> {
    let n = u32::try_from(n).expect("fewer than 2^32 elements");
    let key = words(seed);
    let words = (0..n.div_ceil(4)).flat_map(|block| philox([block, stream, 0, 0], key));
    let mut order: Vec<u32> = (0..n).collect();
    for (last, word) in (1..n).rev().zip(words) {
        order.swap(last as usize, index(word, last + 1) as usize);
    }
    order
}

/// Indices below `window` for `paths` paths of `horizon` steps that all candles share
/// (common random numbers), path after path.
///
/// Word `path * horizon + step` of the stream [`RISK`] under the key `seed`; the first step of
/// each path is stratified over the paths.
///
/// # Panics
/// Panics if `window` is 0, or if `paths * horizon` draws or `paths` strata exceed 32 bits.
#[must_use]
pub fn draws(seed: u64, paths: usize, horizon: usize, window: usize) -> Vec<u32> {
    let window = u32::try_from(window).ok().filter(|&n| n > 0).expect("a window of 1 to 2^32 - 1");
    let parts = u32::try_from(paths).expect("fewer than 2^32 paths");
    let count = paths.checked_mul(horizon).filter(|&n| u32::try_from(n).is_ok());
    let count = count.expect("fewer than 2^32 draws");
    let (key, stream) = (words(seed), stream(RISK, 0));
    let blocks = 0..count.div_ceil(4) as u32;
    let mut words: Vec<u32> = blocks.flat_map(|b| philox([b, stream, 0, 0], key)).collect();
    words.truncate(count);
    if horizon > 0 {
        for (path, first) in words.iter_mut().step_by(horizon).enumerate() {
            *first = stratified(*first, path as u32, parts);
        }
    }
    for word in &mut words {
        *word = index(*word, window);
    }
    words
}

/// Those of one path of [`draws`], of at least one step.
///
/// # Panics
/// As [`draws`].
#[must_use]
pub fn path_draws(seed: u64, path: usize, [paths, horizon]: [usize; 2], window: usize) -> Vec<u32> {
    let window = u32::try_from(window).ok().filter(|&n| n > 0).expect("a window of 1 to 2^32 - 1");
    let parts = u32::try_from(paths).expect("fewer than 2^32 paths");
    let from = u32::try_from(path * horizon).expect("fewer than 2^32 draws");
    let (key, stream) = (words(seed), stream(RISK, 0));
    let blocks = from / 4..(from as usize + horizon).div_ceil(4) as u32;
    let all = blocks.flat_map(|b| philox([b, stream, 0, 0], key));
    let mut draws: Vec<u32> = all.skip(from as usize % 4).take(horizon).collect();
    draws[0] = stratified(draws[0], path as u32, parts);
    for word in &mut draws {
        *word = index(*word, window);
    }
    draws
}
