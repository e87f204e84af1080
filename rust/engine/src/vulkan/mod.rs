//! The Vulkan backend: the WGSL twins of the kernels through wgpu.
//!
//! Inputs are uploaded once, buffers stay on the device between stages, each chunk is one
//! submission, and outputs come back at the end. Two submissions are in flight, so that the
//! device does not wait for the host.

mod adapter;
mod chunk_sizer;
mod device;
mod failure;
mod init_lock;
mod limits;
mod pipelines;
mod pool;
mod run;
mod stage;
mod transfer;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

use wgpu::Instance;

pub(crate) use failure::Failure;

use crate::error::message;
use crate::plan::{Outputs, Plan};
use crate::report::Report;
use crate::test_hooks::{Fault, TestHooks};
use crate::{Device, DeviceSelector};
use adapter::{Found, adapters, ranked, verdict};
use chunk_sizer::Speeds;
use device::Opened;
use init_lock::with_init_lock;
use pipelines::Pipelines;
use pool::Pool;

/// An open device with what it keeps from plan to plan.
#[derive(Debug)]
pub(crate) struct Gpu {
    pub(crate) device: Device,
    opened: Opened,
    pipelines: Pipelines,
    pool: Pool,
    speeds: Speeds,
    chunk: Option<usize>,
    fault: Option<Fault>,
    /// Largest chunk of the running plan, in items.
    largest: usize,
    /// Chunks of the running plan that were submitted.
    submitted: usize,
    _instance: Instance,
}

/// What came of opening a device.
pub(crate) enum Opening {
    /// A device.
    Open(Box<Gpu>),
    /// Adapters that were asked for did not open: each with the reason.
    Failed(Vec<String>),
    /// No adapter is what was asked for: those there are.
    Absent(Vec<String>),
}

impl Gpu {
    /// Opens the best adapter that `selector` means and that opens.
    pub(crate) fn open(selector: &DeviceSelector, memory: u64, hooks: &TestHooks) -> Opening {
        with_init_lock(|| Self::open_alone(selector, memory, hooks))
    }

    /// Closes the device. Waits for what it is doing.
    pub(crate) fn close(self) {
        let closed = with_init_lock(|| catch_unwind(AssertUnwindSafe(|| drop(self))));
        if let Err(panic) = closed {
            log::debug!("closing the device: {}", message(&*panic));
        }
    }

    fn open_alone(selector: &DeviceSelector, memory: u64, hooks: &TestHooks) -> Opening {
        let (instance, found) = adapters(selector);
        let names = found.iter().map(|f| f.name.clone()).collect();
        let ranked = ranked(selector, found, hooks.software);
        let Some(instance) = instance else { return Opening::Absent(names) };
        if ranked.is_empty() {
            return Opening::Absent(names);
        }
        let mut refused: Vec<String> = Vec::new();
        for (found, why) in ranked {
            match Opened::open(&found.adapter) {
                Ok(opened) => {
                    let device = describe(&found, true, [vec![why], refused].concat().join("; "));
                    return Opening::Open(Box::new(Self {
                        device,
                        opened,
                        pipelines: Pipelines::default(),
                        pool: Pool::new(memory),
                        speeds: Speeds::default(),
                        chunk: hooks.chunk,
                        fault: hooks.fault,
                        largest: 0,
                        submitted: 0,
                        _instance: instance,
                    }));
                }
                Err(error) => refused.push(format!("`{}` does not open: {error}", found.name)),
            }
        }
        Opening::Failed(refused)
    }

    /// Runs a plan; out of memory, once more with half the chunk. Counts go to `report`.
    pub(crate) fn run(
        &mut self,
        plan: &Plan<'_>,
        cancel: &AtomicBool,
        report: &mut Report,
    ) -> Result<Outputs, Failure> {
        let mut cap = usize::MAX;
        loop {
            self.largest = 0;
            let mut counts = Report::default();
            let attempt = AssertUnwindSafe(|| self.attempt(plan, cap, cancel, &mut counts));
            let done = catch_unwind(attempt).unwrap_or_else(|panic| {
                // A lost device makes wgpu panic while it waits.
                self.opened.healthy()?;
                Err(Failure::Panicked(message(&*panic)))
            });
            match done {
                Ok(outputs) => {
                    report.absorb(counts);
                    return Ok(outputs);
                }
                Err(Failure::Memory(why)) if cap == usize::MAX => {
                    log::debug!("{}: {why}; once more with half the chunk", self.device.name);
                    self.pool.clear();
                    cap = self.largest / 2;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
}

/// Every adapter, with what `selector` would do with it and why. Opens none.
pub(crate) fn list(selector: &DeviceSelector) -> Vec<Device> {
    let listed = |found: &Found| match verdict(selector, &found.name, found.kind) {
        Ok(why) => describe(found, true, why),
        Err(why) => describe(found, false, why),
    };
    with_init_lock(|| adapters(selector).1.iter().map(listed).collect())
}

/// Description of an adapter.
fn describe(found: &Found, chosen: bool, why: String) -> Device {
    Device {
        name: found.name.clone(),
        kind: found.kind,
        driver: found.driver.clone(),
        chosen,
        why,
        simd: hyperphysics_kernels::simd::level().name(),
    }
}
