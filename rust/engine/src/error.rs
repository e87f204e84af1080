//! Errors of the engine.

use std::any::Any;

/// What can go wrong when a plan is built or run.
///
/// Trouble with a graphics device is no error: the call finishes on the CPU and the
/// [report](crate::Engine::report) says why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A plan does not fit its kernel: a defect of the caller.
    #[error("plan for kernel `{kernel}`: {why}")]
    Plan {
        /// Kernel of the offending step.
        kernel: &'static str,
        /// What does not fit.
        why: String,
    },
    /// The text names no device.
    #[error(
        "unknown device `{0}`: use `auto`, `cpu`, `vulkan` or `vulkan:<part of an adapter's name>`"
    )]
    UnknownDevice(String),
    /// The threads of the CPU backend did not start.
    #[error("the engine could not start {threads} threads ({why}): ask for fewer")]
    Threads {
        /// Threads that were asked for.
        threads: usize,
        /// What the system said.
        why: String,
    },
    /// Outputs of a plan do not fit in memory.
    #[error("{bytes} bytes of results do not fit in memory: ask for fewer at a time")]
    Memory {
        /// Bytes of all outputs.
        bytes: u128,
    },
    /// The CPU twin of a kernel panicked: a defect of the kernel.
    #[error("kernel `{kernel}` failed on the CPU ({why}): please report this with the parameters")]
    Kernel {
        /// Name of the kernel.
        kernel: &'static str,
        /// Message of the panic.
        why: String,
    },
    /// The caller asked to stop; outputs are lost, the engine stays usable.
    #[error("the computation was cancelled")]
    Cancelled,
}

/// Result of an engine call.
pub type Result<T> = std::result::Result<T, Error>;

/// Text of a caught panic.
pub(crate) fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".into())
}
