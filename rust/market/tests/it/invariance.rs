//! A value is a function of its own window: the same bits in any frame, batch, order and number
//! of threads.

use hyperphysics_market::startup;
use proptest::prelude::*;

use crate::common::{Candles, bits, engine, families, request, short, tables, to_bits};

/// Candles with some gaps of both kinds.
fn gappy() -> impl Strategy<Value = Candles> {
    let gaps = prop::collection::vec((0..500usize, any::<bool>()), 0..12);
    (any::<u32>(), gaps).prop_map(|(seed, gaps)| {
        let mut candles = Candles::walk(seed, 500);
        let mut missing = Vec::new();
        for (row, dropped) in gaps {
            if dropped {
                missing.push(row);
            } else {
                candles.values[4][row] = 0.0;
            }
        }
        candles.without(&missing)
    })
}

/// Asserts that `part`, whose last row is row `end - 1` of the whole, has the same bits as the
/// whole wherever its own history reaches back far enough.
fn same_where_history_suffices(
    whole: &[Vec<u64>],
    part: &[Vec<u64>],
    start: usize,
    history: usize,
) -> Result<(), TestCaseError> {
    for (whole, part) in whole.iter().zip(part) {
        for (row, value) in part.iter().enumerate().skip(history) {
            prop_assert_eq!(*value, whole[start + row], "row {}", row);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn later_candles_change_nothing(candles in gappy(), end in 1..480usize) {
        let (engine, request) = (engine(1), request(short()));
        let whole = bits(&engine, &candles, &request);
        let part = bits(&engine, &candles.cut(0..end.min(candles.len())), &request);
        same_where_history_suffices(&whole, &part, 0, 0)?;
    }

    #[test]
    fn earlier_candles_change_nothing(candles in gappy(), start in 1..200usize) {
        let (engine, request) = (engine(1), request(short()));
        let history = startup(&families(), &request.params);
        let whole = bits(&engine, &candles, &request);
        let part = bits(&engine, &candles.cut(start..candles.len()), &request);
        same_where_history_suffices(&whole, &part, start, history)?;
    }

    #[test]
    fn the_last_rows_alone_are_the_same(candles in gappy(), last in 0..520usize) {
        let (engine, mut request) = (engine(1), request(short()));
        let whole = bits(&engine, &candles, &request);
        request.last = Some(last);
        let part = bits(&engine, &candles, &request);
        let first = candles.len().saturating_sub(last);
        for (whole, part) in whole.iter().zip(&part) {
            prop_assert_eq!(&whole[first..], &part[first..]);
            prop_assert!(part[..first].iter().all(|v| f64::from_bits(*v).is_nan()));
        }
    }

    #[test]
    fn batch_order_and_threads_change_nothing(
        candles in prop::collection::vec(gappy(), 2..5),
        turn in 0..4usize,
    ) {
        let request = request(short());
        let alone: Vec<_> = candles.iter().map(|c| bits(&engine(1), c, &request)).collect();
        let mut order: Vec<usize> = (0..candles.len()).collect();
        order.rotate_left(turn % candles.len());
        let batch: Vec<_> = order.iter().map(|n| candles[*n].frame()).collect();
        for threads in [1, 2] {
            let together = tables(&engine(threads), &batch, &request).unwrap();
            for (number, table) in order.iter().zip(together) {
                prop_assert!(to_bits(table) == alone[*number], "pair {}", number);
            }
        }
    }

    #[test]
    fn a_family_does_not_depend_on_the_others(candles in gappy()) {
        let (engine, mut request) = (engine(1), request(short()));
        let all = bits(&engine, &candles, &request);
        let mut alone = Vec::new();
        for family in families() {
            request.families = vec![family];
            alone.extend(bits(&engine, &candles, &request));
        }
        prop_assert!(all == alone);
    }
}

#[test]
fn groups_change_nothing() {
    // A budget of memory that holds one of the frames at a time, and cuts each.
    let candles = [Candles::walk(1, 900), Candles::walk(2, 900), Candles::walk(3, 400)];
    let batch: Vec<_> = candles.iter().map(Candles::frame).collect();
    let request = request(short());
    let whole = tables(&engine(1), &batch, &request).unwrap();
    let options = hyperphysics_engine::Options {
        device: hyperphysics_engine::DeviceSelector::Cpu,
        threads: 1,
        max_memory: 1,
    };
    let tiny = hyperphysics_engine::Engine::open(&options).unwrap();
    let parts = tables(&tiny, &batch, &request).unwrap();
    for (whole, part) in whole.into_iter().zip(parts) {
        assert!(to_bits(whole) == to_bits(part));
    }
}
