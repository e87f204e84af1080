//! Knobs of the tests: chunk sizes and injected faults.

/// What goes wrong, once, before the given chunk of the Vulkan backend (0 = the first).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The device is destroyed.
    Lose(usize),
    /// The device reports that its memory is full.
    Exhaust(usize),
    /// The backend panics.
    Panic(usize),
}

/// Departures from what the engine would choose itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tuning {
    /// Items per chunk, a multiple of 64.
    pub chunk: Option<usize>,
    /// Fault to inject.
    pub fault: Option<Fault>,
}
