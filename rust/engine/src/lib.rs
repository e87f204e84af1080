//! Machinery of HyperPhysics: what to run ([`Plan`]) and the backends that run it.
//!
//! An [`Engine`] is opened once and runs plans from any thread. The CPU backend runs the twins of
//! the kernels on threads of its own; the Vulkan backend runs their WGSL through wgpu. Whatever
//! happens to a graphics device, a call returns the values that the CPU would have computed,
//! within the tolerance of each kernel.

mod choice;
mod cpu;
mod device;
mod engine;
mod error;
mod lock;
mod plan;
mod process;
mod report;
mod route;
mod slot;
mod tuning;
mod vulkan;

pub use choice::Choice;
pub use device::{Device, Kind, devices, devices_for, processor};
pub use engine::{Engine, Limits, Options};
pub use error::{Error, Result};
pub use plan::{BufferId, Outputs, Plan};
pub use report::{Backend, Count, Report};
#[doc(hidden)]
pub use tuning::{Fault, Tuning};
