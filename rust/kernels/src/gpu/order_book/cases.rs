//! Sample cases.

use bytemuck::{bytes_of, cast_vec};

use super::Params;
use crate::shared::sample::Sample;
use crate::spec::{Case, LANES, tiles};

/// A book: `1/δ`, amounts, and the levels `[u, y]` of both sides.
struct Book {
    inverse_delta: f64,
    amounts: Vec<f64>,
    sides: [Vec<[f64; 2]>; 2],
}

/// Writes tiles of `words` words per book; spare books are empty.
fn tiled(books: &[Book], words: usize, word: impl Fn(&Book, usize) -> f64) -> Vec<u32> {
    let mut to = vec![0_f32; tiles(books.len()) * LANES * words];
    for (at, book) in books.iter().enumerate() {
        let first = at / LANES * words * LANES + at % LANES;
        for number in 0..words {
            to[first + number * LANES] = word(book, number) as f32;
        }
    }
    cast_vec(to)
}

fn case(name: &'static str, rate: f32, depth: usize, books: &[Book]) -> Case {
    let amounts = books[0].amounts.len();
    let params =
        Params { items: books.len() as u32, depth: depth as u32, amounts: amounts as u32, rate };
    let level = |book: &Book, number: usize| {
        let side = &book.sides[number / (2 * depth)];
        side.get(number / 2 % depth).map_or(0.0, |level| level[number % 2])
    };
    Case {
        name,
        params: bytes_of(&params).to_vec(),
        items: books.len(),
        inputs: vec![
            tiled(books, 4 * depth, level),
            tiled(books, amounts, |book, number| book.amounts[number]),
            tiled(books, 1, |book, _| book.inverse_delta),
        ],
    }
}

/// A book of `depth` levels a side, ticks of `delta`, sizes over `decades` powers of ten.
fn random(sample: &mut Sample, depth: usize, delta: f64, decades: f64) -> Book {
    let mut side = |sign: f64| -> Vec<[f64; 2]> {
        let mut away = 0.0;
        (0..depth)
            .map(|_| {
                away += delta * f64::from(1 + sample.below(3));
                [sign * away, 10.0_f64.powf(sample.uniform(-decades, decades))]
            })
            .collect()
    };
    let sides = [side(-1.0), side(1.0)];
    let amounts = vec![0.5, 0.2 * depth as f64, 1e3 * depth as f64];
    Book { inverse_delta: 1.0 / delta, amounts, sides }
}

fn books(seed: u32, count: usize, depth: usize, delta: f64, decades: f64) -> Vec<Book> {
    let mut sample = Sample::new(seed);
    (0..count).map(|_| random(&mut sample, depth, delta, decades)).collect()
}

pub(super) fn all() -> Vec<Case> {
    let mut ragged = books(3, 35, 40, 1e-4, 1.0);
    for (at, book) in ragged.iter_mut().enumerate() {
        book.sides[at % 2].truncate(1 + at);
    }
    let mut locked = books(4, 17, 12, 1e-5, 1.0);
    for side in locked.iter_mut().flat_map(|book| &mut book.sides) {
        side[0] = [0.0, 1.0];
    }
    let mut equal = books(5, 16, 20, 1e-4, 1.0);
    for side in equal.iter_mut().flat_map(|book| &mut book.sides) {
        side.fill([1e-3, 2.0]);
    }
    let mut far = books(6, 16, 6, 1e-6, 1.0);
    for book in &mut far {
        book.sides[0][5] = [-0.999_999, 1e-12];
        book.sides[0][4] = [-0.7, 1e12];
        book.sides[1][5] = [1e9, 1e-12];
    }
    let mut empty = books(7, 3, 5, 1e-4, 1.0);
    empty[1].sides = [Vec::new(), Vec::new()];
    vec![
        case("bench: 256 books of 100 levels a side, three amounts", 0.8, 100, &books(1, 256, 100, 1e-5, 1.0)),
        case("20 levels, books no multiple of 16", 0.8, 20, &books(2, 77, 20, 1e-4, 1.5)),
        case("sides of different lengths", 0.5, 40, &ragged),
        case("locked books", 0.8, 12, &locked),
        case("levels all alike", 0.8, 20, &equal),
        case("prices and sizes far off", 0.8, 6, &far),
        case("an empty book among others", 0.8, 5, &empty),
        case("one level", 2.0, 1, &books(8, 33, 1, 1e-3, 0.3)),
        case("a block and one level, weights that vanish", 20.0, 33, &books(9, 16, 33, 1e-3, 2.0)),
    ]
}
