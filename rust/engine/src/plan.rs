//! What to run, as plain data.
//!
//! A plan owns its buffers and a list of stages. The steps of a stage share an item axis, which a
//! backend cuts into chunks; a later stage sees the complete outputs of the earlier ones.

use std::borrow::Cow;

use bytemuck::Pod;
use hyperphysics_kernels::spec::{Access, Extent, Kernel};

use crate::{Error, Result};

/// Handle of a buffer within its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferId(pub(crate) usize);

/// Storage of a plan's buffer.
#[derive(Debug)]
pub(crate) enum Buffer<'a> {
    /// Uploaded once, visible to every stage.
    Input(Cow<'a, [u32]>),
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

/// Steps that run chunk by chunk over the same items.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) items: usize,
    pub(crate) steps: Vec<Step>,
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

    fn push(&mut self, buffer: Buffer<'a>) -> BufferId {
        self.buffers.push(buffer);
        BufferId(self.buffers.len() - 1)
    }

    /// Adds an input that borrows `data` (32-bit elements).
    pub fn input<T: Pod>(&mut self, data: &'a [T]) -> BufferId {
        self.push(Buffer::Input(Cow::Borrowed(bytemuck::cast_slice(data))))
    }

    /// Adds an input that owns its words.
    pub fn input_owned(&mut self, words: Vec<u32>) -> BufferId {
        self.push(Buffer::Input(Cow::Owned(words)))
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

    /// Adds a step to the last stage. `params.items` is set by the backend for each chunk.
    ///
    /// # Errors
    /// [`Error::Plan`] if the number, kind or size of the buffers does not fit the kernel.
    pub fn step<P: Pod>(
        &mut self,
        kernel: &'static Kernel,
        params: &P,
        buffers: &[BufferId],
    ) -> Result<&mut Self> {
        let params = bytemuck::bytes_of(params).to_vec();
        let wrong = |why: String| Err(Error::Plan { kernel: kernel.name, why });
        if params.len() != kernel.layout.size {
            return wrong(format!(
                "params have {} bytes, expected {}",
                params.len(),
                kernel.layout.size
            ));
        }
        if buffers.len() != kernel.bindings.len() {
            return wrong(format!("{} buffers, expected {}", buffers.len(), kernel.bindings.len()));
        }
        let Some(stage) = self.stages.last_mut() else {
            return wrong("a step needs a stage before it".into());
        };
        let extents = (kernel.extents)(&params);
        for ((id, extent), binding) in buffers.iter().zip(&extents).zip(kernel.bindings) {
            let fits = match (&self.buffers[id.0], extent, binding.access) {
                (Buffer::Input(_) | Buffer::Scratch, Extent::Shared, Access::Write)
                | (Buffer::Input(_), Extent::PerItem(_), Access::Write) => false,
                (Buffer::Scratch, Extent::Shared, Access::Read) => false,
                (Buffer::Input(data), Extent::PerItem(n), Access::Read) => {
                    data.len() == n * stage.items
                }
                (Buffer::Output { words, .. }, Extent::PerItem(n), _) => *words == n * stage.items,
                _ => true,
            };
            if !fits {
                return wrong(format!(
                    "buffer `{}` has the wrong kind or size for {extent:?}",
                    binding.name
                ));
            }
        }
        let buffers = buffers.iter().copied().zip(extents).collect();
        stage.steps.push(Step { kernel, params, buffers });
        Ok(self)
    }
}

/// Outputs of a plan that was run, by handle.
#[derive(Debug)]
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
