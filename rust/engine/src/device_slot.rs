//! The place of the graphics device: opened on first use, left when it fails, tried again later.

use std::time::{Duration, Instant};

use crate::options::Options;
use crate::test_hooks::TestHooks;
use crate::vulkan::{Failure, Gpu, Opening};
use crate::{Device, DeviceSelector};

/// First wait after a failure; doubled with each further one.
const BACK_OFF: Duration = Duration::from_secs(30);
/// Doublings after which the wait stays the same.
const DOUBLINGS: u32 = 5;

/// The graphics device of a process, or what is known of it.
#[derive(Debug, Default)]
pub(crate) struct DeviceSlot {
    gpu: Option<Box<Gpu>>,
    /// When to try again after a failure.
    retry: Option<Instant>,
    /// No adapter is what was asked for.
    absent: bool,
    failures: u32,
}

impl DeviceSlot {
    /// The device, opened if it is not and its time has come. `describe` hears once what the
    /// process works with.
    pub(crate) fn ready(
        &mut self,
        options: &Options,
        hooks: &TestHooks,
        describe: impl FnOnce(Device),
    ) -> Option<&mut Gpu> {
        let wait = self.retry.is_some_and(|at| Instant::now() < at);
        if self.gpu.is_none() && !self.absent && !wait {
            match Gpu::open(&options.device, options.max_memory, hooks) {
                Opening::Open(gpu) => {
                    describe(gpu.device.clone());
                    self.gpu = Some(gpu);
                }
                Opening::Failed(reasons) => {
                    describe(Device::cpu(true, reasons.join("; ")));
                    self.wait(hooks);
                }
                Opening::Absent(names) => {
                    describe(Device::cpu(true, missing(&options.device, &names)));
                    self.absent = true;
                }
            }
        }
        self.gpu.as_deref_mut()
    }

    fn wait(&mut self, hooks: &TestHooks) {
        let first = hooks.back_off.unwrap_or(BACK_OFF);
        self.retry = Some(Instant::now() + first * (1 << self.failures.min(DOUBLINGS)));
        self.failures += 1;
    }

    /// Notes that the device finished a plan.
    pub(crate) const fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Drops a device that failed.
    pub(crate) fn leave(&mut self, failure: &Failure, hooks: &TestHooks) {
        self.wait(hooks);
        let Some(gpu) = self.gpu.take() else { return };
        if *failure == Failure::Timeout {
            // Closing a device waits for its work, and this one may never end.
            std::mem::forget(gpu);
        } else {
            gpu.close();
        }
    }

    /// Closes the device.
    pub(crate) fn close(&mut self) {
        self.gpu.take().into_iter().for_each(|gpu| gpu.close());
    }

    /// Gives the device away without closing it: it belongs to the parent of a forked process.
    pub(crate) fn abandon(&mut self) {
        std::mem::forget(self.gpu.take());
    }
}

/// Why the CPU computes although a device was asked for.
fn missing(selector: &DeviceSelector, names: &[String]) -> String {
    let list = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    match selector {
        DeviceSelector::Auto => format!("no graphics card among the Vulkan adapters ({list})"),
        _ => format!("`{selector}` is not among the Vulkan adapters ({list})"),
    }
}
