//! `auto` without a card: small work never opens a device, large work is measured and stays
//! where it is faster.

use crate::Test;
use std::fs;
use std::path::PathBuf;

use crate::common::{Data, GO, plan};
use hyperphysics_engine::{
    Backend, DeviceSelector, Engine, Kind, Options, TestHooks, devices, devices_for,
};

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![
    exactly_one_device_would_be_chosen,
    small_work_opens_no_device,
    measurements_decide_and_are_kept
];

fn run(engine: &Engine, items: usize) {
    let data = Data::new(items);
    let (plan, ids) = plan(&data);
    assert_eq!(engine.run(&plan, &GO).unwrap().take::<f32>(ids.sum).len(), items);
}

/// A folder for calibrations that is not there yet.
fn cache(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("hyperphysics-auto-{name}-{}", std::process::id()))
}

fn exactly_one_device_would_be_chosen() {
    for selector in ["auto", "cpu", "vulkan", "vulkan:no such card", "noop"] {
        let devices = devices_for(&selector.parse().unwrap());
        assert_eq!(devices.iter().filter(|d| d.chosen).count(), 1, "{selector}: {devices:?}");
        assert_eq!(devices.last().unwrap().kind, Kind::Cpu);
        assert!(devices.iter().all(|d| !d.why.is_empty() && !d.name.is_empty()));
    }
    let slow = |d: &hyperphysics_engine::Device| matches!(d.kind, Kind::Software | Kind::Null);
    assert!(devices().iter().all(|d| !(d.chosen && slow(d))));
}

fn small_work_opens_no_device() {
    // A device that is opened is measured, and the measurement is kept.
    let folder = cache("small");
    let hooks = TestHooks { software: true, cache: Some(folder.clone()), ..TestHooks::default() };
    let engine = Engine::open_with_hooks(&Options::default(), hooks).unwrap();
    run(&engine, 64);
    assert_eq!(engine.report().plans[&Backend::Cpu], 1);
    assert!(!folder.exists());
}

/// The null backend "computes" in no time, so `auto` would trust it; a rasteriser is slower than
/// the CPU, so `auto` must not. Both are measured once and the result is kept.
fn measurements_decide_and_are_kept() {
    if devices_for(&DeviceSelector::Vulkan(None)).iter().all(|d| d.kind != Kind::Software) {
        eprintln!("skipped: no software rasteriser to measure");
        return;
    }
    let folder = cache("large");
    let hooks = TestHooks { software: true, cache: Some(folder.clone()), ..TestHooks::default() };
    let options = Options { threads: 1, ..Options::default() };
    let files = || -> Vec<_> {
        let entries = fs::read_dir(&folder).unwrap();
        entries.map(|e| fs::read_to_string(e.unwrap().path()).unwrap()).collect()
    };
    let engine = Engine::open_with_hooks(&options, hooks.clone()).unwrap();
    // 37 + 2 · 5 ns per item and step: well above what is not worth a device.
    run(&engine, 600_000);
    assert_eq!(engine.device().kind, Kind::Software);
    assert_eq!(engine.report().plans[&Backend::Cpu], 1, "{:?}", engine.report());
    let written = files();
    assert_eq!(written.len(), 1);
    run(&Engine::open_with_hooks(&options, hooks.clone()).unwrap(), 600_000);
    assert_eq!(files(), written, "measured again");

    // A calibration that praises the device sends the work there.
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let key = written[0].lines().next().unwrap().to_owned();
        fs::write(path, key + "\noverhead 1e-9\nbandwidth 1e15\nspeed 1e18\ncpu 1\n").unwrap();
    }
    let engine = Engine::open_with_hooks(&options, hooks).unwrap();
    run(&engine, 600_000);
    assert_eq!(engine.report().plans[&Backend::Vulkan], 1, "{:?}", engine.report());
    fs::remove_dir_all(&folder).unwrap();

    // A budget too small to measure leaves all work to the CPU.
    let options = Options { max_memory: 1 << 20, ..options };
    let hooks = TestHooks { software: true, cache: Some(folder), ..TestHooks::default() };
    let engine = Engine::open_with_hooks(&options, hooks).unwrap();
    run(&engine, 600_000);
    run(&engine, 600_000);
    let report = engine.report();
    assert_eq!((report.plans[&Backend::Cpu], report.fallbacks.len()), (2, 0), "{report:?}");
}
