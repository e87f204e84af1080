//! The CPU backend: the twins of the kernels, chunk by chunk, on a rayon pool of its own.

mod grain;
mod part;
mod stage;

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::plan::{Buffer, Outputs, Plan};
use crate::report::{Backend, Count, Report};
use crate::{Error, Result};

/// The CPU backend of one process.
#[derive(Debug)]
pub(crate) struct Cpu {
    threads: usize,
    memory: u64,
    chunk: Option<usize>,
    pool: OnceLock<std::result::Result<ThreadPool, String>>,
}

impl Cpu {
    /// A backend of `threads` threads (0 = all) that keeps its scratch below `memory` bytes.
    /// Starts no thread yet. `chunk` fixes the items per chunk.
    pub(crate) fn new(threads: usize, memory: u64, chunk: Option<usize>) -> Self {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { all() } else { threads };
        Self { threads, memory, chunk, pool: OnceLock::new() }
    }

    /// Threads that share the work.
    pub(crate) const fn threads(&self) -> usize {
        self.threads
    }

    /// Gives the pool away without ending its threads: in a forked process they do not exist.
    pub(crate) fn abandon(&mut self) {
        std::mem::forget(self.pool.take());
    }

    fn pool(&self) -> Result<&ThreadPool> {
        let build = || {
            let builder = ThreadPoolBuilder::new().num_threads(self.threads);
            let named = builder.thread_name(|i| format!("hyperphysics-{i}"));
            named.build().map_err(|e| e.to_string())
        };
        let pool = self.pool.get_or_init(build).as_ref();
        pool.map_err(|why| Error::Threads { threads: self.threads, why: why.clone() })
    }

    /// Runs `work` on the threads of the pool.
    pub(crate) fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R> {
        Ok(self.pool()?.install(work))
    }

    /// Runs a plan; counts go to `report`.
    pub(crate) fn run(
        &self,
        plan: &Plan<'_>,
        cancel: &AtomicBool,
        report: &mut Report,
    ) -> Result<Outputs> {
        let zeroed = |buffer: &Buffer<'_>| match buffer {
            Buffer::Output { words, .. } => vec![0; *words],
            Buffer::Input(_) | Buffer::Scratch => Vec::new(),
        };
        let mut store: Vec<Vec<u32>> = plan.buffers.iter().map(zeroed).collect();
        for stage in plan.work() {
            let began = Instant::now();
            let chunks = self.stage(plan, stage, &mut store, cancel)?;
            let count = Count { items: stage.items as u64, chunks, time: began.elapsed() };
            report.stage(stage.name(), Backend::Cpu, count);
        }
        let kept = |(words, buffer): (Vec<u32>, &Buffer<'_>)| {
            matches!(buffer, Buffer::Output { keep: true, .. }).then_some(words)
        };
        Ok(Outputs(store.into_iter().zip(&plan.buffers).map(kept).collect()))
    }
}
