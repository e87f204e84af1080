//! What can go wrong when a shader is compiled and measured.

/// What keeps a shader from being measured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// WGSL that naga refuses, or that asks for more than the contract offers.
    #[error("shader `{shader}`: {why}")]
    Shader {
        /// Name of the shader.
        shader: String,
        /// naga's own diagnosis, or the broken rule.
        why: String,
    },
    /// No Vulkan loader, or no RADV behind it.
    #[error(
        "{0}\nRADV is needed to compile for RDNA2: install the Vulkan loader and Mesa's drivers \
         (Debian: libvulkan1 mesa-vulkan-drivers), or point VK_DRIVER_FILES at a radeon_icd.json"
    )]
    NoDriver(String),
    /// The driver refused the shader or died over it.
    #[error("shader `{shader}`: {why}")]
    Driver {
        /// Name of the shader.
        shader: String,
        /// Vulkan's result or the signal, and what the driver printed.
        why: String,
    },
    /// A statistic or listing of the driver that cannot be understood.
    #[error(
        "shader `{shader}`: {why}; this Mesa reports differently from those known (22.3, 25.0)"
    )]
    Report {
        /// Name of the shader.
        shader: String,
        /// What is missing.
        why: String,
    },
    /// The compiling child could not be started or spoken to.
    #[error("child process: {0}")]
    Child(#[from] std::io::Error),
}

/// Result of a measurement.
pub type Result<T> = std::result::Result<T, Error>;
