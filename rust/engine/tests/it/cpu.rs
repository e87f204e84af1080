//! The CPU backend: same bits for any number of threads and any chunk, clear failures.

use crate::Test;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::{Data, FAULTY, GO, POISON, mix, plan, words};
use hyperphysics_engine::{Backend, DeviceSelector, Engine, Error, Options, Plan, TestHooks};

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![
    bits_do_not_depend_on_threads_or_chunks,
    an_engine_serves_many_callers_at_once,
    a_tiny_budget_changes_speed_only,
    nothing_to_do_is_no_failure,
    a_cancelled_call_says_so_and_the_engine_lives,
    a_panic_in_a_twin_becomes_an_error,
    outputs_that_no_memory_holds_are_refused,
    too_many_threads_are_refused,
    report_counts_items_per_stage
];

fn engine(threads: usize, chunk: Option<usize>) -> Engine {
    let options = Options { device: DeviceSelector::Cpu, threads, max_memory: 0 };
    Engine::open_with_hooks(&options, TestHooks { chunk, ..TestHooks::default() }).unwrap()
}

fn run(engine: &Engine, data: &Data) -> [Vec<u32>; 3] {
    let (plan, ids) = plan(data);
    let mut out = engine.run(&plan, &GO).unwrap();
    [ids.mixed, ids.sum, ids.again].map(|id| out.take(id))
}

/// The plan of `common`, item by item, without engine or kernels.
fn oracle(data: &Data) -> Vec<f32> {
    data.x
        .iter()
        .map(|x| (0..37).map(|k| x.mul_add(k as f32, 1.0)).fold(0.0, |a, b| a + b))
        .collect()
}

fn bits_do_not_depend_on_threads_or_chunks() {
    for items in [1, 15, 16, 17, 64, 65, 1000, 5003] {
        let data = Data::new(items);
        let expected = run(&engine(1, Some(1 << 20)), &data);
        let sums: Vec<u32> = oracle(&data).into_iter().map(f32::to_bits).collect();
        assert_eq!(expected[1], sums);
        for threads in [1, 2, 3] {
            for chunk in [None, Some(64), Some(192)] {
                assert_eq!(
                    run(&engine(threads, chunk), &data),
                    expected,
                    "{items} {threads} {chunk:?}"
                );
            }
        }
    }
}

fn an_engine_serves_many_callers_at_once() {
    let (engine, data) = (engine(2, Some(64)), Data::new(3000));
    let expected = run(&engine, &data);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..4).map(|_| scope.spawn(|| run(&engine, &data))).collect();
        for caller in callers {
            assert_eq!(caller.join().unwrap(), expected);
        }
    });
    assert_eq!(engine.report().plans[&Backend::Cpu], 5);
}

fn a_tiny_budget_changes_speed_only() {
    let data = Data::new(2000);
    let options = Options { device: DeviceSelector::Cpu, threads: 3, max_memory: 1 };
    let frugal = Engine::open(&options).unwrap();
    assert_eq!(run(&frugal, &data), run(&engine(3, None), &data));
}

fn nothing_to_do_is_no_failure() {
    assert!(run(&engine(2, None), &Data::new(0)).iter().all(Vec::is_empty));
    engine(2, None).run(&Plan::new(), &GO).unwrap();
}

fn a_cancelled_call_says_so_and_the_engine_lives() {
    let (engine, data) = (engine(2, Some(64)), Data::new(1000));
    let stop = AtomicBool::new(true);
    let error = engine.run(&plan(&data).0, &stop).unwrap_err();
    assert!(matches!(error, Error::Cancelled));
    stop.store(false, Ordering::Relaxed);
    engine.run(&plan(&data).0, &stop).unwrap();
}

fn a_panic_in_a_twin_becomes_an_error() {
    for threads in [1, 3] {
        let engine = engine(threads, Some(64));
        let (mut rows, table) = (words(3000), words(7));
        rows[1500] = POISON;
        let mut plan = Plan::new();
        let (rows, table, out) = (plan.input(&rows), plan.input(&table), plan.output(2000));
        plan.stage(1000).step(&FAULTY, &mix(0), &[rows, table, out]).unwrap();
        let error = engine.run(&plan, &GO).unwrap_err().to_string();
        assert!(error.contains("`faulty`") && error.contains("a poisoned word"), "{error}");
        run(&engine, &Data::new(100));
    }
}

fn outputs_that_no_memory_holds_are_refused() {
    let (engine, data) = (engine(2, None), Data::new(100));
    for words in [1 << 45, usize::MAX] {
        let mut plan = Plan::new();
        plan.output(words);
        let error = engine.run(&plan, &GO).unwrap_err();
        assert!(matches!(error, Error::Memory { bytes } if bytes == 4 * words as u128), "{error}");
    }
    run(&engine, &data);
}

fn too_many_threads_are_refused() {
    let options = Options { threads: 1025, ..Options::default() };
    let error = Engine::open(&options).unwrap_err().to_string();
    assert!(error.contains("1025 threads"), "{error}");
}

fn report_counts_items_per_stage() {
    let engine = engine(2, Some(128));
    run(&engine, &Data::new(300));
    run(&engine, &Data::new(300));
    let report = engine.report();
    let first = report.stages[&("spread+mix+fold+mix".to_owned(), Backend::Cpu)];
    assert_eq!((first.items, first.chunks), (600, 6));
    assert_eq!(report.stages[&("mix".to_owned(), Backend::Cpu)].items, 600);
    assert!(report.fallbacks.is_empty());
}
