//! Every shader of the registry through RADV's RDNA2 compiler, without the card.
//!
//! With `RADV_FORCE_FAMILY=navi21` RADV offers a null device: the real driver and compiler (ACO)
//! of an RX 6800 XT, no execution. WGSL goes through naga with wgpu's own options, a child process
//! makes the compute pipeline, and `VK_KHR_pipeline_executable_properties` gives registers, spills,
//! scratch, waves and the assembly, which [`check`] holds against the limits of each
//! kernel.

pub mod check;
pub mod child;
pub mod error;
pub mod hot_loop;
pub mod isa;
pub mod measure;
pub mod reply;
pub mod report;
pub mod shader;
mod vulkan;

pub use error::{Error, Result};
