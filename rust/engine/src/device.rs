//! What a device is called, what kind it is, and why it was chosen.

use std::fmt;

use hyperphysics_kernels::simd;

/// Kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A graphics card with its own memory.
    Discrete,
    /// A graphics unit that shares the memory of the CPU.
    Integrated,
    /// A graphics device passed into a virtual machine, or of no stated kind.
    Virtual,
    /// A Vulkan driver that computes on the CPU (llvmpipe, `SwiftShader`).
    Software,
    /// The engine's own CPU backend.
    Cpu,
    /// A driver that computes nothing (RADV's null hardware, wgpu's noop backend).
    Null,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discrete => "discrete GPU",
            Self::Integrated => "integrated GPU",
            Self::Virtual => "virtual GPU",
            Self::Software => "software rasteriser",
            Self::Cpu => "CPU",
            Self::Null => "null device",
        })
    }
}

/// Description of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Name that the driver or the system gives.
    pub name: String,
    /// Kind.
    pub kind: Kind,
    /// Driver and its version; for the CPU the instruction set in use.
    pub driver: String,
    /// Whether the engine uses it, or would.
    pub chosen: bool,
    /// Why it was chosen, or was not.
    pub why: String,
    /// Instruction set of the CPU backend, which stands by whatever is chosen.
    pub simd: &'static str,
}

impl Device {
    /// The CPU backend.
    pub(crate) fn cpu(chosen: bool, why: impl Into<String>) -> Self {
        let simd = simd::level().name();
        Self {
            name: processor(),
            kind: Kind::Cpu,
            driver: simd.to_owned(),
            chosen,
            why: why.into(),
            simd,
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {}): {}", self.name, self.kind, self.driver, self.why)
    }
}

/// Model name of the processor where the system tells it, else its architecture.
#[must_use]
pub fn processor() -> String {
    let model = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    model.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
