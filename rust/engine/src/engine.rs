//! The engine: opens cheaply, picks a backend for each plan, and always finishes.

use std::sync::Once;
use std::sync::atomic::AtomicBool;

use hyperphysics_kernels::simd;

use crate::options::{BINDING, Limits, Options};
use crate::per_process::PerProcess;
use crate::test_hooks::TestHooks;
use crate::{Device, Error, Outputs, Plan, Report, Result};

/// Most threads that can be asked for.
const THREADS: usize = 1024;

/// Runs plans. Cheap to open; threads and devices start when the first plan needs them, once in
/// each process, so that an engine may cross a fork.
#[derive(Debug)]
pub struct Engine {
    home: PerProcess,
}

impl Engine {
    /// Opens an engine. Touches no device and starts no thread.
    ///
    /// # Errors
    /// [`Error::Threads`] if more than 1024 threads are asked for.
    pub fn open(options: &Options) -> Result<Self> {
        Self::open_with_hooks(options, TestHooks::default())
    }

    /// Opens an engine that departs from its own choices, for tests.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[doc(hidden)]
    pub fn open_with_hooks(options: &Options, hooks: TestHooks) -> Result<Self> {
        static ONCE: Once = Once::new();
        if !simd::level().fused() {
            ONCE.call_once(|| {
                log::warn!(
                    "this CPU has no fused multiply-add: values agree with other machines \
                     within tolerance, not bit for bit"
                );
            });
        }
        let threads = options.threads;
        if threads > THREADS {
            return Err(Error::Threads { threads, why: format!("at most {THREADS}") });
        }
        let mut options = options.clone();
        if options.max_memory == 0 {
            options.max_memory = 1 << 30;
        }
        Ok(Self { home: PerProcess::new(options, hooks) })
    }

    /// Runs a plan to its end on the backend that suits it.
    ///
    /// If a graphics device fails, the plan runs again on the CPU; a warning is logged once and
    /// the [report](Self::report) counts it. `cancel` is looked at between chunks.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if `cancel` was set, [`Error::Threads`] if the CPU backend could not
    /// start, [`Error::Kernel`] if a twin panicked.
    pub fn run(&self, plan: &Plan<'_>, cancel: &AtomicBool) -> Result<Outputs> {
        self.home.current().run(plan, cancel)
    }

    /// The device that the engine works with: the graphics device if there is one to use (opened
    /// by this call if need be), else the CPU.
    #[must_use]
    pub fn device(&self) -> &Device {
        self.home.current().device()
    }

    /// Runs `work` on the threads of the CPU backend, so that its rayon iterators use them.
    ///
    /// # Errors
    /// [`Error::Threads`](crate::Error::Threads) if they could not start.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R> {
        self.home.current().install(work)
    }

    /// What a plan may ask for.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits { binding: BINDING, memory: self.home.options().max_memory }
    }

    /// What the engine has done so far in this process.
    #[must_use]
    pub fn report(&self) -> Report {
        self.home.current().report()
    }
}
