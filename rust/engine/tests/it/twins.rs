//! Every kernel's cases on the CPU and on a Vulkan adapter, and faults of a real device.
//!
//! Without an adapter the tests are reported as ignored; with `HYPERPHYSICS_REQUIRE_VULKAN=1`
//! they fail. `HYPERPHYSICS_DEVICE` names another device than `vulkan`.

use std::env;
use std::process::{Command, Output};
use std::sync::Arc;

use crate::common::{GO, cases, faults};
use hyperphysics_engine::{
    Backend, DeviceSelector, Engine, Kind, Options, TestHooks, devices, devices_for,
};
use hyperphysics_kernels::spec::{Case, Elem, Kernel, LANES, tiles};
use libtest_mimic::{Arguments, Failed, Trial};

/// A check of `faults`.
type Check = fn(&DeviceSelector);

/// Set in a child that has RADV offer a null device, which cannot be opened.
pub(crate) const CHILD: &str = "HYPERPHYSICS_TEST_NULL";

fn open(device: DeviceSelector, chunk: Option<usize>) -> Engine {
    let options = Options { device, ..Options::default() };
    Engine::open_with_hooks(&options, TestHooks { chunk, ..TestHooks::default() }).expect("cheap")
}

/// Engines that a case is run on.
struct Engines {
    cpu: Engine,
    cpu_in_chunks: Engine,
    device: Engine,
    device_in_chunks: Engine,
}

fn run(
    engine: &Engine,
    backend: Backend,
    kernel: &'static Kernel,
    case: &Case,
) -> Result<Vec<Vec<u32>>, Failed> {
    let before = engine.report();
    let (plan, ids) = cases::plan(kernel, case);
    let mut out = engine.run(&plan, &GO)?;
    let after = engine.report();
    if backend == Backend::Vulkan && after.fallbacks != before.fallbacks {
        return Err(format!("fell back to the CPU: {:?}", after.fallbacks).into());
    }
    Ok(ids.into_iter().map(|id| out.take(id)).collect())
}

/// Words of an output that the device wrote: of a plain kernel those of its items, of a tiled
/// one all, for it completes the last tile and the backend blanks what nobody writes.
fn written(device: &[u32], items: usize) -> usize {
    let plain = device.len() / (tiles(items) * LANES) * items;
    if device[plain..].iter().all(|&w| w == 0) { plain } else { device.len() }
}

/// Largest error, or the first word out of tolerance.
fn compare(
    kernel: &Kernel,
    items: usize,
    cpu: &[Vec<u32>],
    device: &[Vec<u32>],
) -> Result<f32, String> {
    let mut worst = 0.0f32;
    for ((binding, cpu), device) in kernel.outputs().zip(cpu).zip(device) {
        let words = written(device, items);
        for (word, (&a, &b)) in device[..words].iter().zip(cpu).enumerate() {
            let at = format!("`{}` word {word}", binding.name);
            if binding.elem == Elem::U32 {
                if a != b {
                    return Err(format!("{at}: {a:#x} on the device, {b:#x} on the CPU"));
                }
                continue;
            }
            let (a, b) = (f32::from_bits(a), f32::from_bits(b));
            let error = (a - b).abs();
            let accepted = kernel.tolerance.relative.mul_add(b.abs(), kernel.tolerance.absolute);
            let within = error <= accepted; // not so if NaN
            if a.to_bits() != b.to_bits() && !within {
                return Err(format!("{at}: {a:e} on the device, {b:e} on the CPU"));
            }
            worst = worst.max(error);
        }
    }
    Ok(worst)
}

fn twin(engines: &Engines, kernel: &'static Kernel, case: &Case) -> Result<(), Failed> {
    let cpu = run(&engines.cpu, Backend::Cpu, kernel, case)?;
    let device = run(&engines.device, Backend::Vulkan, kernel, case)?;
    if run(&engines.cpu_in_chunks, Backend::Cpu, kernel, case)? != cpu {
        return Err("chunks change the values on the CPU".into());
    }
    if run(&engines.device_in_chunks, Backend::Vulkan, kernel, case)? != device {
        return Err("chunks change the values on the device".into());
    }
    let worst = compare(kernel, case.items, &cpu, &device)?;
    eprintln!("{} ({}): worst error {worst:e}", kernel.name, case.name);
    Ok(())
}

/// Says what an engine makes of a machine that has a null device.
pub(crate) fn meet_the_null_device() {
    let Some(null) = devices().into_iter().find(|d| d.kind == Kind::Null) else { return };
    eprintln!("null device chosen: {}", null.chosen);
    let named = open(DeviceSelector::Vulkan(Some("null hardware".into())), None);
    eprintln!("asked for by name: {}", named.device());
    faults::closed(&named);
    eprintln!("plain vulkan: {}", open(DeviceSelector::Vulkan(None), None).device());
}

fn child() -> std::io::Result<Output> {
    let radv = [(CHILD, "1"), ("RADV_FORCE_FAMILY", "navi21")];
    Command::new(env::current_exe()?).envs(radv).output()
}

/// `auto` and plain `vulkan` pass a null device over; one asked for by name does not open, and
/// the CPU computes.
fn null_device() -> Result<(), Failed> {
    let output = child()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let plain = text.lines().find(|line| line.starts_with("plain vulkan:"));
    let passed = text.contains("null device chosen: false")
        && text.contains("does not open")
        && plain.is_some_and(|line| !line.contains("null device"));
    if passed && output.status.success() { Ok(()) } else { Err(text.into_owned().into()) }
}

/// The tests of this module, those of the adapter ignored where there is none.
pub(crate) fn trials(arguments: &Arguments) -> Vec<Trial> {
    let name = env::var("HYPERPHYSICS_DEVICE").unwrap_or_else(|_| "vulkan".into());
    let selector: DeviceSelector = name.parse().expect("HYPERPHYSICS_DEVICE names a device");
    let missing = devices_for(&selector).iter().all(|d| !d.chosen || d.kind == Kind::Cpu);
    let required = env::var_os("HYPERPHYSICS_REQUIRE_VULKAN").is_some_and(|v| v == "1");
    let engines = Arc::new(Engines {
        cpu: open(DeviceSelector::Cpu, None),
        cpu_in_chunks: open(DeviceSelector::Cpu, Some(64)),
        device: open(selector.clone(), None),
        device_in_chunks: open(selector.clone(), Some(64)),
    });
    let trial = |name: String, test: Box<dyn FnOnce() -> Result<(), Failed> + Send>| {
        let test = move || if missing { Err("no Vulkan adapter".into()) } else { test() };
        Trial::test(name, test).with_ignored_flag(missing && !required)
    };
    let mut trials = Vec::new();
    for kernel in cases::kernels() {
        for case in (kernel.cases)() {
            let engines = Arc::clone(&engines);
            let name = format!("twins::{}: {}", kernel.name, case.name);
            trials.push(trial(name, Box::new(move || twin(&engines, kernel, &case))));
        }
    }
    let checks: [(&str, Check); 7] = [
        ("lost", faults::lost),
        ("panic or stall", faults::left),
        ("exhausted", faults::exhausted),
        ("unfit", faults::unfit),
        ("frugal", faults::frugal),
        ("cancelled", faults::cancelled),
        ("shared", faults::shared),
    ];
    for (name, check) in checks {
        let selector = selector.clone();
        let test = move || {
            check(&selector);
            Ok(())
        };
        trials.push(trial(format!("twins::fault: {name}"), Box::new(test)));
    }
    // Only Mesa's RADV plays a null device. Asked only where the test may run or be listed.
    let name = "twins::fault: null device";
    let asked = arguments.filter.as_deref().is_none_or(|filter| name.contains(filter));
    let null =
        asked && child().is_ok_and(|o| String::from_utf8_lossy(&o.stderr).contains("null device"));
    trials.push(Trial::test(name, null_device).with_ignored_flag(!null));
    trials
}
