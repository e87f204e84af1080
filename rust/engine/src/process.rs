//! State that belongs to one process.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock};

use crate::cpu::Cpu;
use crate::engine::Options;
use crate::lock::lock;
use crate::tuning::Tuning;
use crate::{Backend, Device, Outputs, Plan, Report, Result};

/// Threads, device and counters of one process.
///
/// A forked child has no thread of its parent, an inherited device hangs, and a lock may have
/// been held by a thread that no longer exists. So a child touches nothing of its parent's state:
/// it appends a fresh link.
#[derive(Debug)]
pub(crate) struct Process {
    pid: u32,
    options: Options,
    tuning: Tuning,
    cpu: Cpu,
    device: OnceLock<Device>,
    report: Mutex<Report>,
    next: OnceLock<Box<Process>>,
}

impl Process {
    pub(crate) fn new(options: Options, tuning: Tuning) -> Self {
        Self {
            pid: std::process::id(),
            cpu: Cpu::new(options.threads, options.max_memory, tuning.chunk),
            device: OnceLock::new(),
            report: Mutex::default(),
            next: OnceLock::new(),
            options,
            tuning,
        }
    }

    /// The link of the process that asks.
    pub(crate) fn current(&self) -> &Self {
        let pid = std::process::id();
        let mut link = self;
        while link.pid != pid {
            let fresh = || Box::new(Self::new(self.options.clone(), self.tuning));
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

    pub(crate) fn device(&self) -> &Device {
        self.device
            .get_or_init(|| Device::cpu(true, format!("`{}` was asked for", self.options.device)))
    }

    pub(crate) fn run(&self, plan: &Plan<'_>, cancel: &AtomicBool) -> Result<Outputs> {
        let mut counts = Report::default();
        let outputs = self.cpu.run(plan, cancel, &mut counts)?;
        counts.plans.insert(Backend::Cpu, 1);
        lock(&self.report).absorb(counts);
        Ok(outputs)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.pid != std::process::id() {
            self.cpu.abandon();
        }
    }
}
