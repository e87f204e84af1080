//! Counters for logs.

use std::collections::BTreeMap;
use std::time::Duration;

/// A backend that ran a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    /// The CPU twins.
    Cpu,
    /// The WGSL twins.
    Vulkan,
}

impl Backend {
    /// Name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Vulkan => "vulkan",
        }
    }
}

/// What a backend did with one kind of stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Items computed.
    pub items: u64,
    /// Chunks they came in.
    pub chunks: u64,
    /// Wall time.
    pub time: Duration,
}

/// What an engine has done since it was opened, in this process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Counts by stage (names of its kernels, joined by `+`) and backend.
    pub stages: BTreeMap<(String, Backend), Count>,
    /// Plans that finished, by the backend that finished them.
    pub plans: BTreeMap<Backend, u64>,
    /// Plans that finished on the CPU after the device failed, by reason.
    pub fallbacks: BTreeMap<String, u64>,
}

impl Report {
    /// Adds one run of a stage.
    pub(crate) fn stage(&mut self, name: String, backend: Backend, count: Count) {
        let sum = self.stages.entry((name, backend)).or_default();
        sum.items += count.items;
        sum.chunks += count.chunks;
        sum.time += count.time;
    }

    /// Adds the counts of one plan.
    pub(crate) fn absorb(&mut self, other: Self) {
        for ((name, backend), count) in other.stages {
            self.stage(name, backend, count);
        }
        for (backend, n) in other.plans {
            *self.plans.entry(backend).or_default() += n;
        }
        for (reason, n) in other.fallbacks {
            *self.fallbacks.entry(reason).or_default() += n;
        }
    }
}
