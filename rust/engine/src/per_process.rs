//! State that belongs to one process.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::Duration;

use crate::cpu::Cpu;
use crate::device_slot::DeviceSlot;
use crate::lock::lock;
use crate::options::Options;
use crate::route::{self, Calibration};
use crate::test_hooks::TestHooks;
use crate::vulkan::Failure;
use crate::{Backend, Device, DeviceSelector, Error, Kind, Outputs, Plan, Report, Result};

/// Pause between two looks at a device that computes for another caller.
const PAUSE: Duration = Duration::from_millis(1);

/// Threads, device and counters of one process.
///
/// A forked child has no thread of its parent, an inherited device hangs, and a lock may have
/// been held by a thread that no longer exists. So a child touches nothing of its parent's state:
/// it appends a fresh link.
#[derive(Debug)]
pub(crate) struct PerProcess {
    pid: u32,
    options: Options,
    hooks: TestHooks,
    cpu: Cpu,
    slot: Mutex<DeviceSlot>,
    device: OnceLock<Device>,
    calibration: OnceLock<Calibration>,
    report: Mutex<Report>,
    next: OnceLock<Box<PerProcess>>,
}

impl PerProcess {
    pub(crate) fn new(options: Options, hooks: TestHooks) -> Self {
        Self {
            pid: std::process::id(),
            cpu: Cpu::new(options.threads, options.max_memory, hooks.chunk),
            slot: Mutex::default(),
            device: OnceLock::new(),
            calibration: OnceLock::new(),
            report: Mutex::default(),
            next: OnceLock::new(),
            options,
            hooks,
        }
    }

    /// The link of the process that asks.
    pub(crate) fn current(&self) -> &Self {
        let pid = std::process::id();
        let mut link = self;
        while link.pid != pid {
            let fresh = || Box::new(Self::new(self.options.clone(), self.hooks.clone()));
            link = link.next.get_or_init(fresh);
        }
        link
    }

    pub(crate) const fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R> {
        self.cpu.install(work)
    }

    pub(crate) fn report(&self) -> Report {
        lock(&self.report).clone()
    }

    /// The device of this process, opened if it is not yet.
    pub(crate) fn device(&self) -> &Device {
        let cpu = || Device::cpu(true, "`cpu` was asked for");
        if self.device.get().is_none() {
            if self.options.device == DeviceSelector::Cpu {
                self.describe(cpu());
            } else {
                let mut slot = lock(&self.slot);
                slot.ready(&self.options, &self.hooks, |device| self.describe(device));
            }
        }
        self.device.get_or_init(cpu)
    }

    /// Notes what the process works with; the first engine that works with it says so.
    fn describe(&self, device: Device) {
        let asked = matches!(self.options.device, DeviceSelector::Auto | DeviceSelector::Cpu);
        let fallback = device.kind == Kind::Cpu && !asked;
        let level = if fallback { log::Level::Warn } else { log::Level::Info };
        let line = format!("using {device}");
        if self.device.set(device).is_ok() && log::log_enabled!(level) && first(&line) {
            log::log!(level, "{line}");
        }
    }

    pub(crate) fn run(&self, plan: &Plan<'_>, cancel: &AtomicBool) -> Result<Outputs> {
        plan.check_memory()?;
        let mut counts = Report::default();
        let done = self.run_counted(plan, cancel, &mut counts);
        lock(&self.report).absorb(counts);
        done
    }

    fn run_counted(
        &self,
        plan: &Plan<'_>,
        cancel: &AtomicBool,
        counts: &mut Report,
    ) -> Result<Outputs> {
        let (backend, outputs) = match self.on_device(plan, cancel, counts)? {
            Some(outputs) => (Backend::Vulkan, outputs),
            None => (Backend::Cpu, self.cpu.run(plan, cancel, counts)?),
        };
        counts.plans.insert(backend, 1);
        Ok(outputs)
    }

    /// Runs a plan on the graphics device; `None` leaves it to the CPU.
    fn on_device(
        &self,
        plan: &Plan<'_>,
        cancel: &AtomicBool,
        counts: &mut Report,
    ) -> Result<Option<Outputs>> {
        let auto = self.options.device == DeviceSelector::Auto;
        let threads = self.cpu.threads();
        let small = || match self.calibration.get() {
            Some(calibration) => !calibration.pays(plan, threads),
            None => route::cpu_seconds(plan, threads) < route::TRIFLE,
        };
        if self.options.device == DeviceSelector::Cpu {
            self.device();
            return Ok(None);
        }
        if auto && small() {
            return Ok(None);
        }
        let mut slot = self.enter(cancel)?;
        let ready = slot.ready(&self.options, &self.hooks, |device| self.describe(device));
        let Some(gpu) = ready else { return Ok(None) };
        let calibrated = if auto && self.calibration.get().is_none() {
            let folder = self.hooks.cache.as_deref();
            let measured = match route::calibration(gpu, &self.cpu, folder) {
                // A budget too small to measure is too small for work that pays.
                Err(Failure::Unfit(_)) => Ok(Calibration::NEVER),
                measured => measured,
            };
            measured.map(|c| _ = self.calibration.set(c))
        } else {
            Ok(())
        };
        if auto && calibrated.is_ok() && small() {
            return Ok(None);
        }
        let done = calibrated.and_then(|()| gpu.run(plan, cancel, counts));
        match done {
            Ok(outputs) => {
                slot.succeeded();
                return Ok(Some(outputs));
            }
            Err(Failure::Cancelled) => return Err(Error::Cancelled),
            Err(failure) => {
                *counts.fallbacks.entry(failure.name().to_owned()).or_default() += 1;
                if let Failure::Unfit(why) = &failure {
                    log::debug!("a plan runs on the CPU: {why}");
                } else {
                    log::warn!("{failure}; the plan runs on the CPU, the device rests for a while");
                    slot.leave(&failure, &self.hooks);
                }
            }
        }
        Ok(None)
    }

    /// Waits for the device, which computes one plan at a time.
    fn enter(&self, cancel: &AtomicBool) -> Result<MutexGuard<'_, DeviceSlot>> {
        loop {
            match self.slot.try_lock() {
                Ok(slot) => return Ok(slot),
                Err(TryLockError::Poisoned(slot)) => return Ok(slot.into_inner()),
                Err(TryLockError::WouldBlock) if cancel.load(Ordering::Relaxed) => {
                    return Err(Error::Cancelled);
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }
}

/// Whether no engine of this process has said a line.
///
/// Where another thread is just asking, or was when the process was forked, the line is said: a repeated
/// line does no harm.
fn first(line: &str) -> bool {
    static SAID: Mutex<(u32, BTreeSet<String>)> = Mutex::new((0, BTreeSet::new()));
    let mut said = match SAID.try_lock() {
        Ok(said) => said,
        Err(TryLockError::Poisoned(said)) => said.into_inner(),
        Err(TryLockError::WouldBlock) => return true,
    };
    let pid = std::process::id();
    if said.0 != pid {
        *said = (pid, BTreeSet::new());
    }
    said.1.insert(line.to_owned())
}

impl Drop for PerProcess {
    fn drop(&mut self) {
        let slot = self.slot.get_mut().unwrap_or_else(PoisonError::into_inner);
        if self.pid == std::process::id() {
            slot.close();
        } else {
            self.cpu.abandon();
            slot.abandon();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyperphysics_kernels::gpu::normals;

    fn normals_of(process: &PerProcess) -> Vec<u32> {
        let blocks: Vec<u32> = (0..500).collect();
        let mut plan = Plan::new();
        let ids = [plan.input(&blocks), plan.output(2000), plan.output(2000)];
        let params: normals::Params = bytemuck::Zeroable::zeroed();
        plan.stage(500).step(&normals::KERNEL, &params, &ids).expect("a plan that fits");
        process.run(&plan, &AtomicBool::new(false)).expect("outputs").take(ids[1])
    }

    #[test]
    fn a_forked_child_touches_nothing_of_its_parent() {
        for device in [DeviceSelector::Cpu, DeviceSelector::Noop] {
            let options = Options { device, threads: 2, max_memory: 1 << 30 };
            let hooks = TestHooks { chunk: Some(64), ..TestHooks::default() };
            let mut parent = PerProcess::new(options, hooks);
            let before = normals_of(parent.current());
            // What a fork leaves behind: state under a pid that is not ours, and a lock that no
            // thread will ever release.
            parent.pid = 0;
            let inherited = lock(&parent.slot);
            let child = parent.current();
            assert_eq!(normals_of(child), before);
            assert_eq!(child.report().plans.values().sum::<u64>(), 1);
            assert_eq!(child.current().pid, std::process::id());
            drop(inherited);
        }
    }
}
