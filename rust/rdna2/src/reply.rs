//! What the compiling child answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What RADV made of a shader.
#[derive(Debug, Serialize, Deserialize)]
pub struct Executable {
    /// Name of the Vulkan device.
    pub device: String,
    /// Driver version, such as `Mesa 22.3.6`.
    pub driver: String,
    /// Lanes of a wave, 32 or 64.
    pub subgroup: u32,
    /// The driver's statistics by name.
    pub statistics: BTreeMap<String, u64>,
    /// RDNA2 assembly.
    pub assembly: String,
}

/// The child's answer.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// A pipeline was made.
    Compiled(Executable),
    /// There is no loader or no RADV: why.
    NoDriver(String),
    /// The driver refused: at which call.
    Failed(String),
}
