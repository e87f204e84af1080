//! What both backends, the checks and the benchmarks need to know about a kernel.
//!
//! A kernel works on *items* (candles, points, samples). Every buffer is a run of 32-bit words
//! and is either shared by all items or holds a fixed number of words per item; the engine
//! cuts the item axis into chunks and hands a kernel only its chunk.

mod rdna2;

use std::fmt;

use bytemuck::Pod;

pub use rdna2::{Budget, Per, Rdna2};

/// Whether a kernel reads or writes a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `var<storage, read>` in WGSL.
    Read,
    /// `var<storage, read_write>` in WGSL; every word of the chunk is written.
    Write,
}

/// Element type of a binding, one 32-bit word each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elem {
    /// `array<f32>`.
    F32,
    /// `array<u32>`.
    U32,
}

/// How a binding's words belong to items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The whole buffer is visible to every chunk.
    Shared,
    /// Item `i` of the chunk owns the words `i * n .. (i + 1) * n`.
    PerItem(usize),
}

/// A storage buffer of a kernel; binding number = position + 1 (0 holds the params).
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Name, equal in WGSL.
    pub name: &'static str,
    /// Read or written.
    pub access: Access,
    /// Element type.
    pub elem: Elem,
}

/// Layout of a kernel's `#[repr(C)]` params, compared with the WGSL struct by reflection.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Size in bytes, a multiple of 16.
    pub size: usize,
    /// Field names and byte offsets, in order. The first is always `items`.
    pub fields: &'static [(&'static str, usize)],
}

/// Largest accepted difference between the twins: `|a - b| <= absolute + relative * |b|`.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// Absolute part, in units of the output.
    pub absolute: f32,
    /// Relative part.
    pub relative: f32,
    /// Why it is what it is.
    pub reason: &'static str,
}

impl Tolerance {
    /// Bit equality: integer outputs, or floats that are only moved.
    pub const EXACT: Self =
        Self { absolute: 0.0, relative: 0.0, reason: "integers; the twins agree bit for bit" };
}

/// Cost of one item, for the routing estimate.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Nanoseconds of one CPU core (AVX2, about 3 GHz).
    pub cpu_ns: f64,
    /// Lane-cycles on RDNA2 (quarter-rate operations count 4).
    pub lane_cycles: f64,
}

/// Workgroups of a dispatch along x, y, z; none above 65 535.
pub type Groups = [u32; 3];

/// One sample input of the twin tests and benchmarks.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is meant to hurt.
    pub name: &'static str,
    /// Params bytes with `items` set.
    pub params: Vec<u8>,
    /// Items in the case.
    pub items: usize,
    /// One entry per binding with [`Access::Read`], in binding order.
    pub inputs: Vec<Vec<u32>>,
}

/// A CPU twin: params, one slice per read binding, one per written binding.
#[allow(clippy::type_complexity)] // named here once
pub type Twin = fn(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]);

/// A compute kernel: contract, twins and sample cases.
pub struct Kernel {
    /// Name of its folder.
    pub name: &'static str,
    /// Complete WGSL source with entry point `main`.
    pub wgsl: &'static str,
    /// Layout of the params at binding 0 (uniform buffer).
    pub layout: Layout,
    /// Storage buffers, binding 1 onwards: inputs, then outputs.
    pub bindings: &'static [Binding],
    /// Extent of each binding under the given params.
    pub extents: fn(params: &[u8]) -> Vec<Extent>,
    /// Workgroups for a chunk of `items` under the given params.
    pub groups: fn(params: &[u8], items: u32) -> Groups,
    /// CPU twin.
    pub cpu: Twin,
    /// Agreement of the twins.
    pub tolerance: Tolerance,
    /// Cost of one item under the given params.
    pub work: fn(params: &[u8]) -> Work,
    /// Limits on RDNA2.
    pub rdna2: Rdna2,
    /// Sample cases: at least one ordinary, and those that hurt.
    pub cases: fn() -> Vec<Case>,
}

impl Kernel {
    /// Bindings that are read, in order.
    pub fn inputs(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(|b| b.access == Access::Read)
    }

    /// Bindings that are written, in order.
    pub fn outputs(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(|b| b.access == Access::Write)
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kernel").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Reads params back from their bytes.
///
/// # Panics
/// Panics if the length is not that of `P`; the plan has checked it before.
#[must_use]
pub fn params<P: Pod>(bytes: &[u8]) -> P {
    bytemuck::pod_read_unaligned(bytes)
}

/// Items per group of 16 virtual lanes, and per tile of a tiled buffer.
pub const LANES: usize = 16;

/// Number of [`LANES`]-wide tiles that hold `items`.
#[must_use]
pub const fn tiles(items: usize) -> usize {
    items.div_ceil(LANES)
}

/// Names and offsets of a `#[repr(C)]` params struct as a [`Layout`].
#[macro_export]
macro_rules! layout {
    ($params:ty { $($field:ident),+ $(,)? }) => {
        $crate::spec::Layout {
            size: ::core::mem::size_of::<$params>(),
            fields: &[$((stringify!($field), ::core::mem::offset_of!($params, $field))),+],
        }
    };
}

/// Declares the kernel modules and collects their `KERNEL` into [`REGISTRY`](crate::gpu::REGISTRY).
#[macro_export]
macro_rules! kernels {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*
        /// Every kernel, in alphabetical order.
        pub static REGISTRY: &[&$crate::spec::Kernel] = &[$(&$name::KERNEL),*];
    };
}
