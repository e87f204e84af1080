//! Errors of the engine.

/// What can go wrong when a plan is built or run.
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
}

/// Result of an engine call.
pub type Result<T> = std::result::Result<T, Error>;
