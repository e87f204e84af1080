//! Machinery of HyperPhysics: what to run ([`Plan`]) and the backends that run it.
//!
//! An [`Engine`] is opened once and runs plans from any thread. The CPU backend runs the twins of
//! the kernels on threads of its own; the Vulkan backend runs their WGSL through wgpu. Whatever
//! happens to a graphics device, a call returns the values that the CPU would have computed,
//! within the tolerance of each kernel.

mod cpu;
mod device;
mod device_selector;
mod device_slot;
mod devices;
mod engine;
mod error;
mod lock;
mod options;
mod per_process;
mod plan;
mod report;
mod route;
mod test_hooks;
mod vulkan;

pub use device::{Device, Kind, processor};
pub use device_selector::DeviceSelector;
pub use devices::{devices, devices_for};
pub use engine::Engine;
pub use error::{Error, Result};
pub use options::{Limits, Options};
pub use plan::{BufferId, Outputs, Plan};
pub use report::{Backend, Count, Report};
#[doc(hidden)]
pub use test_hooks::{Fault, TestHooks};
