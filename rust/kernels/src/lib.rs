//! Mathematics of HyperPhysics. Knows no wgpu, polars or Python.
//!
//! - [`gpu`]: kernels, each with a CPU twin and a WGSL twin;
//! - [`math`]: plain `f64` functions that need no device;
//! - [`shared`]: what kernels have in common and both rooms draw from;
//! - [`simd`]: sixteen virtual lanes;
//! - [`spec`]: what a kernel says of itself.
//!
//! Rooms import from those below them only: `gpu`, `math`, `shared`, `simd`, `spec`.

#[macro_use]
pub mod spec;
pub mod gpu;
pub mod math;
pub mod shared;
pub mod simd;
