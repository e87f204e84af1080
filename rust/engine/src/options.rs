//! How an engine is opened, and what plans may ask for.

use crate::DeviceSelector;

/// How to open an engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Device to use.
    pub device: DeviceSelector,
    /// Threads of the CPU backend; 0 = one per core.
    pub threads: usize,
    /// Bytes that the buffers of one plan may take on a graphics device, and the scratch of all
    /// threads on the CPU; 0 = 1 GiB.
    pub max_memory: u64,
}

/// Bytes of the largest buffer that a kernel can see whole: what every Vulkan device offers.
pub(crate) const BINDING: u64 = 128 << 20;

/// What a plan may ask for, so that a caller can split a batch. The same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the largest buffer that a kernel can see whole.
    pub binding: u64,
    /// Bytes that inputs, outputs and scratch may take together on a graphics device; a larger
    /// plan runs on the CPU.
    pub memory: u64,
}
