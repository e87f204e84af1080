//! What the log says: one line on a device in a process, one warning when it is left.

use crate::Test;
use std::sync::Mutex;

use crate::common::{Data, GO, plan, ran_alone};
use hyperphysics_engine::{DeviceSelector, Engine, Fault, Options, TestHooks};
use log::{Level, LevelFilter, Log, Metadata, Record};

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![a_line_for_the_device_and_one_for_its_loss];

static LINES: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());

struct Lines;

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        if record.target().starts_with("hyperphysics") {
            LINES.lock().unwrap().push((record.level(), record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

/// Lines of three runs.
fn lines(device: DeviceSelector, fault: Option<Fault>) -> Vec<(Level, String)> {
    let options = Options { device, ..Options::default() };
    let engine =
        Engine::open_with_hooks(&options, TestHooks { fault, ..TestHooks::default() }).unwrap();
    let data = Data::new(100);
    for _ in 0..3 {
        engine.run(&plan(&data).0, &GO).unwrap();
    }
    std::mem::take(&mut LINES.lock().unwrap())
}

fn a_line_for_the_device_and_one_for_its_loss() {
    // The logger is global to the process, and tests run side by side.
    if ran_alone("log::a_line_for_the_device_and_one_for_its_loss") {
        return;
    }
    log::set_logger(&Lines).unwrap();
    log::set_max_level(LevelFilter::Info);

    let cpu = lines(DeviceSelector::Cpu, None);
    assert!(matches!(&cpu[..], [(Level::Info, line)] if line.contains("(CPU, ")), "{cpu:?}");
    let again = lines(DeviceSelector::Cpu, None);
    assert!(again.is_empty(), "{again:?}");

    let null = lines(DeviceSelector::Noop, None);
    assert!(matches!(&null[..], [(Level::Info, line)] if line.contains("null device")), "{null:?}");

    let lost = lines(DeviceSelector::Noop, Some(Fault::Lose(0)));
    assert!(matches!(&lost[..], [(Level::Warn, line)] if line.contains("device lost")), "{lost:?}");

    let unknown = lines("vulkan:no such card".parse().unwrap(), None);
    assert!(
        matches!(&unknown[..], [(Level::Warn, line)] if line.contains("is not among")),
        "{unknown:?}"
    );
}
