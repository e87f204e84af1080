//! Machinery of HyperPhysics: what to run ([`Plan`]) and the backends that run it.

mod error;
mod plan;

pub use error::{Error, Result};
pub use plan::{BufferId, Outputs, Plan};
