//! One chunk of a stage: the steps in turn over slices of its buffers.

use std::mem::take;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hyperphysics_kernels::spec::{Access, Extent, LANES, tiles};

use crate::error::message;
use crate::plan::{Stage, Step, span};
use crate::{Error, Result};

/// Words of a buffer that belong to one chunk.
#[derive(Debug, Default)]
pub(super) enum Local<'o> {
    /// Not written in this stage, or lent to the step that runs.
    #[default]
    None,
    /// Scratch of the thread.
    Scratch(Vec<u32>),
    /// Slice of an output.
    Slice(&'o mut [u32]),
}

impl Local<'_> {
    fn words(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::Scratch(words) => words,
            Self::Slice(words) => words,
        }
    }

    fn words_mut(&mut self) -> &mut [u32] {
        match self {
            Self::None => &mut [],
            Self::Scratch(words) => words,
            Self::Slice(words) => words,
        }
    }
}

/// A chunk and the buffers that it writes, by buffer.
pub(super) struct Part<'o> {
    pub(super) range: Range<usize>,
    pub(super) local: Vec<Local<'o>>,
}

impl Part<'_> {
    /// Runs the steps of `stage`. `finished` holds inputs and outputs of earlier stages, and
    /// `scratch` what the thread keeps from chunk to chunk, both by buffer.
    pub(super) fn run(
        mut self,
        stage: &Stage,
        finished: &[&[u32]],
        scratch: &mut [Vec<u32>],
    ) -> Result<()> {
        let padded = tiles(self.range.len()) * LANES;
        for (id, n) in stage.written() {
            if matches!(self.local[id], Local::None) {
                let mut words = take(&mut scratch[id]);
                words.resize(n * padded, 0);
                self.local[id] = Local::Scratch(words);
            }
        }
        let done = stage.steps.iter().try_for_each(|step| self.step(stage, step, finished));
        for (id, local) in self.local.into_iter().enumerate() {
            if let Local::Scratch(words) = local {
                scratch[id] = words;
            }
        }
        done
    }

    fn step(&mut self, stage: &Stage, step: &Step, finished: &[&[u32]]) -> Result<()> {
        let params = step.params(&self.range);
        let writes = step.bound().filter(|b| b.access == Access::Write);
        // Taken out, so that what the step reads can be borrowed beside it.
        let mut taken: Vec<_> = writes.map(|b| (b.id, take(&mut self.local[b.id]))).collect();
        let reads = step.bound().filter(|b| b.access == Access::Read);
        let inputs: Vec<&[u32]> = reads
            .map(|b| match (&self.local[b.id], b.extent) {
                (Local::None, Extent::Shared) => finished[b.id],
                (Local::None, Extent::PerItem(n)) => {
                    let words = finished[b.id];
                    &words[span(words.len(), n, stage.items, &self.range)]
                }
                (local, _) => local.words(),
            })
            .collect();
        let mut outputs: Vec<&mut [u32]> = taken.iter_mut().map(|(_, l)| l.words_mut()).collect();
        let call = AssertUnwindSafe(|| (step.kernel.cpu)(&params, &inputs, &mut outputs));
        let called = catch_unwind(call);
        for (id, local) in taken {
            self.local[id] = local;
        }
        let failed = |panic: Box<dyn std::any::Any + Send>| Error::Kernel {
            kernel: step.kernel.name,
            why: message(&*panic),
        };
        called.map_err(failed)
    }
}
