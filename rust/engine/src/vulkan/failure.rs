//! Why a device did not finish a plan.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

/// Reason for leaving a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The caller asked to stop.
    Cancelled,
    /// The plan asks for more than the device or the budget holds; the device is well.
    Unfit(String),
    /// The device's memory is full.
    Memory(String),
    /// The device is gone: driver reset, unplugged, destroyed.
    Lost(String),
    /// A chunk did not end in time.
    Timeout,
    /// wgpu refused a call, or the driver a shader.
    Rejected(String),
    /// wgpu, the driver or the engine panicked.
    Panicked(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("cancelled"),
            Self::Unfit(why) => f.write_str(why),
            Self::Memory(why) => write!(f, "out of memory: {why}"),
            Self::Lost(why) => write!(f, "device lost: {why}"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Rejected(why) => write!(f, "call refused: {why}"),
            Self::Panicked(why) => write!(f, "panic: {why}"),
        }
    }
}

impl Failure {
    /// Short name for the counters.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Unfit(_) => "too large for the device",
            Self::Memory(_) => "out of memory",
            Self::Lost(_) => "device lost",
            Self::Timeout => "time-out",
            Self::Rejected(_) => "call refused",
            Self::Panicked(_) => "panic",
        }
    }
}

/// Fails if the caller asked to stop.
pub(super) fn go_on(cancel: &AtomicBool) -> Result<(), Failure> {
    if cancel.load(Ordering::Relaxed) { Err(Failure::Cancelled) } else { Ok(()) }
}
