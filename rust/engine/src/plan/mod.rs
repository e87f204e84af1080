//! What to run, as plain data.
//!
//! A plan owns its buffers and a list of stages. The steps of a stage share an item axis, which a
//! backend cuts into chunks; a later stage sees the complete outputs of the earlier ones.

mod check;
mod chunk;

use bytemuck::Pod;
use hyperphysics_kernels::spec::{Access, Extent, Kernel};

use crate::{Error, Result};

pub(crate) use chunk::{CHUNK, chunks, span};

/// Handle of a buffer within its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferId(pub(crate) usize);

/// Storage of a plan's buffer.
#[derive(Debug)]
pub(crate) enum Buffer<'a> {
    /// Uploaded once, visible to every stage.
    Input(&'a [u32]),
    /// Exists for one chunk at a time, between the steps of one stage.
    Scratch,
    /// Computed in full, visible to later stages; read back at the end if `keep`.
    Output { words: usize, keep: bool },
}

/// One kernel with its params and buffers.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kernel: &'static Kernel,
    pub(crate) params: Vec<u8>,
    pub(crate) buffers: Vec<(BufferId, Extent)>,
}

/// A buffer as a step sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) id: usize,
    pub(crate) extent: Extent,
    pub(crate) access: Access,
}

impl Step {
    /// Buffers of the step, in binding order.
    pub(crate) fn bound(&self) -> impl Iterator<Item = Bound> {
        let each = self.buffers.iter().zip(self.kernel.bindings);
        each.map(|(&(id, extent), b)| Bound { id: id.0, extent, access: b.access })
    }
}

/// Steps that run chunk by chunk over the same items.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) items: usize,
    pub(crate) steps: Vec<Step>,
}

impl Stage {
    /// Names of its kernels, joined by `+`.
    pub(crate) fn name(&self) -> String {
        self.steps.iter().map(|s| s.kernel.name).collect::<Vec<_>>().join("+")
    }

    /// Buffers that its steps write, with their words per item.
    pub(crate) fn written(&self) -> impl Iterator<Item = (usize, usize)> {
        self.steps.iter().flat_map(Step::bound).filter_map(|b| match (b.access, b.extent) {
            (Access::Write, Extent::PerItem(n)) => Some((b.id, n)),
            _ => None,
        })
    }

    /// Nanoseconds of one CPU core for one item.
    pub(crate) fn cpu_ns(&self) -> f64 {
        self.steps.iter().map(|s| (s.kernel.work)(&s.params).cpu_ns).sum()
    }

    /// RDNA2 lane-cycles for one item.
    pub(crate) fn lane_cycles(&self) -> f64 {
        self.steps.iter().map(|s| (s.kernel.work)(&s.params).lane_cycles).sum()
    }
}

/// Buffers and stages, ready to run on any backend.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    pub(crate) buffers: Vec<Buffer<'a>>,
    pub(crate) stages: Vec<Stage>,
}

impl<'a> Plan<'a> {
    /// An empty plan.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no stage was opened.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// Asks the system for the memory of all outputs, and gives it back: an allocation that fails later
    /// ends the process.
    pub(crate) fn check_memory(&self) -> Result<()> {
        let words = |buffer: &Buffer<'_>| match buffer {
            Buffer::Output { words, .. } => *words as u128,
            Buffer::Input(_) | Buffer::Scratch => 0,
        };
        let bytes = 4 * self.buffers.iter().map(words).sum::<u128>();
        let given = usize::try_from(bytes).map(|bytes| Vec::<u8>::new().try_reserve_exact(bytes));
        if matches!(given, Ok(Ok(()))) { Ok(()) } else { Err(Error::Memory { bytes }) }
    }

    /// Stages that have something to do.
    pub(crate) fn work(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|s| s.items > 0 && !s.steps.is_empty())
    }

    /// Whether a buffer outlives its stage.
    pub(crate) fn is_output(&self, id: usize) -> bool {
        matches!(self.buffers[id], Buffer::Output { .. })
    }

    /// Words of scratch that one item of a stage needs.
    pub(crate) fn scratch_words(&self, stage: &Stage) -> usize {
        stage.written().filter(|&(id, _)| !self.is_output(id)).map(|(_, n)| n).sum()
    }

    fn push(&mut self, buffer: Buffer<'a>) -> BufferId {
        self.buffers.push(buffer);
        BufferId(self.buffers.len() - 1)
    }

    /// Adds an input that borrows `data` (32-bit elements).
    ///
    /// # Panics
    /// Panics if `T` is no whole number of 32-bit words.
    pub fn input<T: Pod>(&mut self, data: &'a [T]) -> BufferId {
        self.push(Buffer::Input(bytemuck::cast_slice(data)))
    }

    /// Adds a buffer that lives between the steps of one stage, one chunk at a time.
    pub fn scratch(&mut self) -> BufferId {
        self.push(Buffer::Scratch)
    }

    /// Adds an output of `words` words, read back when the plan has run.
    pub fn output(&mut self, words: usize) -> BufferId {
        self.push(Buffer::Output { words, keep: true })
    }

    /// Adds an output that only later stages of the plan read.
    pub fn between(&mut self, words: usize) -> BufferId {
        self.push(Buffer::Output { words, keep: false })
    }

    /// Opens a stage over `items` items.
    pub fn stage(&mut self, items: usize) -> &mut Self {
        self.stages.push(Stage { items, steps: Vec::new() });
        self
    }

    /// Adds a step to the last stage.
    ///
    /// A per-item buffer of a kernel that owns `n` words per item holds `n * items` words, or
    /// `n * 16 * tiles(items)` where its layout is tiled. The backend sets `params.items`.
    ///
    /// # Errors
    /// [`Error::Plan`] if the number, kind or size of the buffers does not fit the kernel, or if
    /// the step would read what no step before it has written.
    pub fn step<P: Pod>(
        &mut self,
        kernel: &'static Kernel,
        params: &P,
        buffers: &[BufferId],
    ) -> Result<&mut Self> {
        self.step_bytes(kernel, bytemuck::bytes_of(params), buffers)
    }

    /// Adds a step whose params are given as bytes, as sample cases hold them.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn step_bytes(
        &mut self,
        kernel: &'static Kernel,
        params: &[u8],
        buffers: &[BufferId],
    ) -> Result<&mut Self> {
        let step = self
            .checked(kernel, params.to_vec(), buffers)
            .map_err(|why| Error::Plan { kernel: kernel.name, why })?;
        if let Some(stage) = self.stages.last_mut() {
            stage.steps.push(step);
        }
        Ok(self)
    }
}

/// Outputs of a plan that was run, by handle.
#[derive(Debug, Default)]
pub struct Outputs(pub(crate) Vec<Option<Vec<u32>>>);

impl Outputs {
    /// Takes the words of an output as `f32` or `u32`.
    ///
    /// # Panics
    /// Panics if `id` is no kept output of the plan that was run, or was taken before.
    #[must_use]
    pub fn take<T: Pod>(&mut self, id: BufferId) -> Vec<T> {
        let words = self.0[id.0].take().expect("an output that the plan keeps, taken once");
        bytemuck::cast_vec(words)
    }
}
