//! Order books that are kept: violations, and streams of updates against a plain map.

use std::collections::BTreeMap;

use hyperphysics_kernels::math::order_book::{Book, Level, Violation};
use proptest::prelude::*;

/// Any violation, and nothing else, refuses a step.
#[allow(clippy::unnecessary_wraps)] // the type of a condition
fn plain(_: &Book) -> Result<(), Violation> {
    Ok(())
}

#[test]
fn violations_name_level_and_rule_and_change_nothing() {
    let level = Level::new;
    let bids = [level(99.0, 1.0), level(98.0, 2.0)];
    let asks = [level(100.0, 1.0), level(101.0, 2.0)];
    let mut book = Book::new(3, false);
    book.snapshot(&bids, &asks, plain).expect("a book");
    let state = |book: &Book| (book.bids().iter().collect(), book.asks().iter().collect());
    let before: (Vec<Level>, Vec<Level>) = state(&book);
    let updates: [(&[Level], &[Level], &str); 6] = [
        (&[level(97.0, 1.0), level(-1.0, 1.0)], &[], "bids, level 1: the price is -1"),
        (&[], &[level(f64::NAN, 1.0)], "asks, level 0: the price is NaN"),
        (&[], &[level(102.0, -2.0)], "asks, level 0: the size is -2"),
        (&[level(99.5, f64::INFINITY)], &[], "bids, level 0: the size is inf"),
        (&[level(98.0, 0.0), level(97.0, 5.0), level(100.5, 1.0)], &[level(101.0, 0.0)], "crossed"),
        (&[level(96.0, 1.0), level(95.0, 1.0), level(99.0, 0.0), level(100.0, 2.0)], &[], "locked"),
    ];
    for (bids, asks, rule) in updates {
        let text = book.update(bids, asks, plain).expect_err(rule).to_string();
        assert!(text.contains(rule), "{text}");
        assert_eq!(state(&book), before, "{rule}");
    }
    let snapshots: [(&[Level], &[Level], &str); 5] = [
        (&[level(98.0, 1.0), level(98.0, 2.0)], &asks, "bids, level 1: the price 98 does not lie"),
        (&bids, &[level(101.0, 1.0), level(100.0, 1.0)], "asks, level 1: the price 100 does not"),
        (
            &bids,
            &[level(101.0, 0.0)],
            "asks, level 0: the size is 0, expected a finite number above",
        ),
        (&bids, &bids[1..], "crossed, best bid 99 above best ask 98"),
        (&[bids[0]; 4], &asks, "bids: 4 levels, expected at most 3"),
    ];
    for (bids, asks, rule) in snapshots {
        let text = book.snapshot(bids, asks, plain).expect_err(rule).to_string();
        assert!(text.contains(rule), "{text}");
        assert_eq!(state(&book), before, "{rule}");
    }
    let digits =
        Level::written("0.1234567890123456".parse().expect("digits"), "1".parse().expect("1"));
    let text = book.update(&[digits], &[], plain).expect_err("digits").to_string();
    assert!(text.contains("16 significant digits"), "{text}");
    let refused = book.update(&[level(98.5, 1.0)], &[], |_| Err(Violation::Locked { price: 0.0 }));
    assert!(refused.is_err());
    assert_eq!(state(&book), before, "what the caller refuses");
    book.update(&[level(98.5, 1.0), level(98.2, 1.0)], &[], plain).expect("an update");
    let prices: Vec<f64> = book.bids().iter().map(|l| l.price).collect();
    assert_eq!(prices, [99.0, 98.5, 98.2], "the worst beyond the depth is forgotten");
}

/// Prices of a side by rank, as the oracle keeps them.
type Map = BTreeMap<u32, u32>;

/// A change: side, price in ticks, size (0 takes away).
fn change() -> impl Strategy<Value = (bool, u32, u32)> {
    let size = prop_oneof![3 => 1..1000_u32, 2 => Just(0_u32)];
    let tick = prop_oneof![6 => 40..60_u32, 2 => 1..200_u32];
    (any::<bool>(), tick, size)
}

/// Changes most of which do not cross.
fn delta() -> impl Strategy<Value = Vec<(bool, u32, u32)>> {
    let apart = |(bid, tick, size)| {
        let tick = if bid { tick } else { tick + 8 };
        (bid, tick, size)
    };
    prop::collection::vec(change().prop_map(apart), 1..8)
}

/// Whether two tick maps may stand side by side.
fn crossed(bids: &Map, asks: &Map) -> bool {
    let best = (bids.last_key_value(), asks.first_key_value());
    matches!(best, (Some((bid, _)), Some((ask, _))) if bid >= ask)
}

fn assert_same(book: &Book, bids: &Map, asks: &Map) {
    let side = |levels: &mut dyn Iterator<Item = Level>| -> Vec<(f64, f64)> {
        levels.map(|l| (l.price, l.size)).collect()
    };
    let want = |(tick, size): (&u32, &u32)| (f64::from(*tick) * 0.25, f64::from(*size));
    assert_eq!(side(&mut book.bids().iter()), bids.iter().rev().map(want).collect::<Vec<_>>());
    assert_eq!(side(&mut book.asks().iter()), asks.iter().map(want).collect::<Vec<_>>());
}

/// Applies changes to a map of at most `depth` levels, of which the worst is forgotten.
fn apply(map: &mut Map, bid: bool, depth: usize, changes: &[(bool, u32, u32)]) {
    for &(_, tick, size) in changes.iter().filter(|change| change.0 == bid) {
        if size == 0 {
            map.remove(&tick)
        } else {
            map.insert(tick, size)
        };
    }
    while map.len() > depth {
        if bid {
            map.pop_first()
        } else {
            map.pop_last()
        };
    }
}

proptest! {
    // 2500 streams of at least 400 updates of at least one change each: no fewer than a million.
    #![proptest_config(ProptestConfig { cases: 2500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn streams_of_updates_keep_the_invariants(stream in prop::collection::vec(delta(), 400..600), depth in 3..60_usize) {
        let mut book = Book::new(depth, false);
        let (mut bids, mut asks) = (Map::new(), Map::new());
        for changes in &stream {
            let side = |bid| changes.iter().filter(move |c| c.0 == bid)
                .map(|&(_, tick, size)| Level::new(f64::from(tick) * 0.25, f64::from(size)))
                .collect::<Vec<_>>();
            let (mut new_bids, mut new_asks) = (bids.clone(), asks.clone());
            apply(&mut new_bids, true, depth, changes);
            apply(&mut new_asks, false, depth, changes);
            let verdict = book.update(&side(true), &side(false), plain);
            prop_assert_eq!(verdict.is_err(), crossed(&new_bids, &new_asks));
            if verdict.is_ok() {
                (bids, asks) = (new_bids, new_asks);
            }
            assert_same(&book, &bids, &asks);
        }
    }
}
