//! A stage: its chunks, shared out to threads.

use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Cpu;
use super::grain::grain;
use super::part::{Local, Part};
use crate::lock::lock;
use crate::plan::{Buffer, Plan, Stage, chunks, span};
use crate::{Error, Result};

impl Cpu {
    /// Runs a stage; returns the number of its chunks. `store` holds the outputs, by buffer.
    pub(super) fn stage(
        &self,
        plan: &Plan<'_>,
        stage: &Stage,
        store: &mut [Vec<u32>],
        cancel: &AtomicBool,
    ) -> Result<u64> {
        let size = self.chunk.unwrap_or_else(|| grain(plan, stage, self.threads));
        let outputs = stage.written().filter(|&(id, _)| plan.is_output(id));
        let mut written: Vec<(usize, usize, Vec<u32>)> =
            outputs.map(|(id, n)| (id, n, take(&mut store[id]))).collect();
        let finished: Vec<&[u32]> = std::iter::zip(&plan.buffers, &*store)
            .map(|(buffer, words)| match buffer {
                Buffer::Input(data) => *data,
                Buffer::Scratch | Buffer::Output { .. } => words,
            })
            .collect();
        let parts = split(plan.buffers.len(), stage.items, size, &mut written);
        let total = parts.len();
        let workers = self.threads.min(total).min(self.roomy(plan, stage, size));
        let queue = Mutex::new(parts.into_iter());
        let failure = Mutex::new(None);
        let stop = AtomicBool::new(false);
        let work = || {
            let mut scratch = vec![Vec::new(); plan.buffers.len()];
            while !stop.load(Ordering::Relaxed) {
                let Some(part) = lock(&queue).next() else { break };
                let done = if cancel.load(Ordering::Relaxed) {
                    Err(Error::Cancelled)
                } else {
                    part.run(stage, &finished, &mut scratch)
                };
                if let Err(error) = done {
                    lock(&failure).get_or_insert(error);
                    stop.store(true, Ordering::Relaxed);
                }
            }
        };
        if workers <= 1 {
            work();
        } else {
            self.pool()?.broadcast(|context| {
                if context.index() < workers {
                    work();
                }
            });
        }
        drop(queue);
        if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        for (id, _, words) in written {
            store[id] = words;
        }
        Ok(total as u64)
    }

    /// Threads whose scratch fits the memory budget.
    fn roomy(&self, plan: &Plan<'_>, stage: &Stage, size: usize) -> usize {
        let each = 4 * plan.scratch_words(stage) * size;
        usize::try_from(self.memory / each.max(1) as u64).unwrap_or(usize::MAX)
    }
}

/// Chunks of a stage with their slices of the outputs `written`: (buffer, words per item, words).
fn split(
    buffers: usize,
    items: usize,
    size: usize,
    written: &mut [(usize, usize, Vec<u32>)],
) -> Vec<Part<'_>> {
    let part = |range| Part { range, local: (0..buffers).map(|_| Local::None).collect() };
    let mut parts: Vec<Part<'_>> = chunks(items, size).map(part).collect();
    for (id, n, words) in written {
        let (total, mut rest) = (words.len(), words.as_mut_slice());
        for part in &mut parts {
            let slice;
            (slice, rest) = rest.split_at_mut(span(total, *n, items, &part.range).len());
            part.local[*id] = Local::Slice(slice);
        }
    }
    parts
}
