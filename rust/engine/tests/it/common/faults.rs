//! What may happen to a device, and that the call ends well all the same.

use std::time::Duration;

use hyperphysics_engine::{
    Backend, DeviceSelector, Engine, Error, Fault, Kind, Options, Plan, TestHooks,
};

use super::{Data, GO, MIX, mix, plan};

const ITEMS: usize = 1000;

fn run(engine: &Engine, data: &Data) -> [Vec<u32>; 3] {
    let (plan, ids) = plan(data);
    let mut out = engine.run(&plan, &GO).expect("an engine always finishes");
    [ids.mixed, ids.sum, ids.again].map(|id| out.take(id))
}

fn open(device: &DeviceSelector, hooks: TestHooks) -> Engine {
    let options = Options { device: device.clone(), threads: 2, max_memory: 0 };
    Engine::open_with_hooks(&options, hooks).expect("cheap")
}

fn expected(data: &Data) -> [Vec<u32>; 3] {
    run(&open(&DeviceSelector::Cpu, TestHooks::default()), data)
}

fn plans(engine: &Engine, backend: Backend) -> u64 {
    engine.report().plans.get(&backend).copied().unwrap_or(0)
}

fn fallbacks(engine: &Engine, reason: &str) -> u64 {
    engine.report().fallbacks.get(reason).copied().unwrap_or(0)
}

/// The device goes away in the middle; the engine finishes, rests, and tries again.
pub(crate) fn lost(device: &DeviceSelector) {
    let data = Data::new(ITEMS);
    for at in [0, 1, 17] {
        let back_off = Some(Duration::from_millis(400));
        let fault = Some(Fault::Lose(at));
        let engine =
            open(device, TestHooks { chunk: Some(64), fault, back_off, ..TestHooks::default() });
        assert_eq!(run(&engine, &data), expected(&data), "lost before chunk {at}");
        assert_eq!(fallbacks(&engine, "device lost"), 1);
        run(&engine, &data);
        assert_eq!((fallbacks(&engine, "device lost"), plans(&engine, Backend::Cpu)), (1, 2));
        std::thread::sleep(Duration::from_millis(450));
        assert_eq!(run(&engine, &data), expected(&data));
        assert_eq!((fallbacks(&engine, "device lost"), plans(&engine, Backend::Cpu)), (2, 3));
    }
}

/// The backend panics, or a chunk does not end: the engine leaves the device.
pub(crate) fn left(device: &DeviceSelector) {
    let data = Data::new(ITEMS);
    for (fault, reason) in [(Fault::Panic(3), "panic"), (Fault::Stall(3), "time-out")] {
        let fault = Some(fault);
        let engine = open(device, TestHooks { chunk: Some(64), fault, ..TestHooks::default() });
        assert_eq!(run(&engine, &data), expected(&data));
        assert_eq!((fallbacks(&engine, reason), plans(&engine, Backend::Cpu)), (1, 1));
    }
}

/// The device's memory is full once; half the chunk fits.
pub(crate) fn exhausted(device: &DeviceSelector) {
    let fault = Some(Fault::Exhaust(2));
    let engine = open(device, TestHooks { chunk: Some(256), fault, ..TestHooks::default() });
    run(&engine, &Data::new(ITEMS));
    let report = engine.report();
    assert_eq!((report.fallbacks.len(), plans(&engine, Backend::Vulkan)), (0, 1));
    let stage = report.stages[&("mix".to_owned(), Backend::Vulkan)];
    assert_eq!((stage.items, stage.chunks), (ITEMS as u64, 8), "chunks of 128 items");
}

/// No budget, or one buffer too large to bind: the CPU computes, the device stays.
pub(crate) fn unfit(device: &DeviceSelector) {
    let data = Data::new(ITEMS);
    let options = Options { device: device.clone(), threads: 2, max_memory: 20_000 };
    let engine = Engine::open(&options).expect("cheap");
    assert_eq!(run(&engine, &data), expected(&data));
    assert_eq!(fallbacks(&engine, "too large for the device"), 1);

    let engine = open(device, TestHooks::default());
    let table = vec![7u32; engine.limits().binding as usize / 4 + 1];
    let mut plan = Plan::new();
    let ids = [plan.input(&data.words), plan.input(&table), plan.output(2 * ITEMS)];
    plan.stage(ITEMS).step(&MIX, &mix(0), &ids).expect("a plan that fits the CPU");
    let mixed = engine.run(&plan, &GO).expect("outputs").take::<u32>(ids[2]);
    assert!(mixed.chunks_exact(2).all(|pair| pair[1] == 7));
    assert_eq!(fallbacks(&engine, "too large for the device"), 1);
    run(&engine, &data);
    assert_eq!(plans(&engine, Backend::Vulkan), 1);
}

/// A budget that holds the buffers but little scratch: more chunks, same values.
pub(crate) fn frugal(device: &DeviceSelector) {
    let data = Data::new(ITEMS);
    // 1000 items: 3 + 1 words in, 7 out, 7 staged (all with an eighth to spare), 37 scratch each.
    let options = Options { device: device.clone(), threads: 2, max_memory: 110_000 };
    let engine = Engine::open(&options).expect("cheap");
    run(&engine, &data);
    let report = engine.report();
    let stage = report.stages[&("spread+mix+fold+mix".to_owned(), Backend::Vulkan)];
    assert!(stage.chunks > 2, "{stage:?}");
}

/// The caller stops; nothing falls back.
pub(crate) fn cancelled(device: &DeviceSelector) {
    let data = Data::new(ITEMS);
    let engine = open(device, TestHooks::default());
    let stop = std::sync::atomic::AtomicBool::new(true);
    let (plan, _) = plan(&data);
    assert!(matches!(engine.run(&plan, &stop), Err(Error::Cancelled)));
    assert!(engine.report().fallbacks.is_empty());
    run(&engine, &data);
    assert_eq!(plans(&engine, Backend::Vulkan), 1);
}

/// Several callers share the device.
pub(crate) fn shared(device: &DeviceSelector) {
    let data = Data::new(ITEMS);
    let engine = open(device, TestHooks { chunk: Some(64), ..TestHooks::default() });
    let first = run(&engine, &data);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..3).map(|_| scope.spawn(|| run(&engine, &data))).collect();
        for caller in callers {
            assert_eq!(caller.join().expect("no panic"), first);
        }
    });
    assert_eq!(plans(&engine, Backend::Vulkan), 4);
}

/// No adapter is called that: the CPU computes and says why.
pub(crate) fn unknown() {
    let data = Data::new(ITEMS);
    let engine = open(&"vulkan:no such card".parse().expect("a selector"), TestHooks::default());
    assert_eq!(run(&engine, &data), expected(&data));
    let device = engine.device();
    assert_eq!(device.kind, Kind::Cpu);
    assert!(device.why.contains("`vulkan:no such card` is not among"), "{device}");
}

/// Adapters that were asked for do not open: the CPU computes.
pub(crate) fn closed(engine: &Engine) {
    let data = Data::new(ITEMS);
    assert_eq!(run(engine, &data), expected(&data));
    assert_eq!(plans(engine, Backend::Cpu), 1);
}
