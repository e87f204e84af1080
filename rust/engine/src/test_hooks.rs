//! Knobs of the tests: chunk sizes, injected faults, routing without a card.

use std::path::PathBuf;
use std::time::Duration;

/// What goes wrong, once per opened device, before the given chunk of the Vulkan backend
/// (0 = the first of the plan).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The device is destroyed.
    Lose(usize),
    /// The device reports that its memory is full.
    Exhaust(usize),
    /// A chunk does not end.
    Stall(usize),
    /// The backend panics.
    Panic(usize),
}

/// Departures from what the engine would choose itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestHooks {
    /// Items per chunk, a multiple of 64.
    pub chunk: Option<usize>,
    /// Fault to inject.
    pub fault: Option<Fault>,
    /// First wait before a device that failed is opened again.
    pub back_off: Option<Duration>,
    /// Whether `auto` may take a software rasteriser.
    pub software: bool,
    /// Folder of the calibration, in place of the user's cache.
    pub cache: Option<PathBuf>,
}
