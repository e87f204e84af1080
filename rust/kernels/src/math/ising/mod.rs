//! p-bit networks (Ising spins) in `f64`.
//!
//! `E(s) = -Σ_{i<j} J_ij s_i s_j - Σ_i h_i s_i` with `s_i = ±1`, weight `exp(-E/T)`: energies and
//! temperatures in the same unit, entropies in nats.
//!
//! - exact: [`thermodynamics`] of up to 20 nodes by enumeration, [`sparse`] of nets with few
//!   couplings by elimination, [`uniform`] of equal couplings by a sum; [`enumerate`] and
//!   [`enumerate_clamped`] give means only;
//! - sampled: [`sample`] node by node (heat bath or Metropolis), [`integrate`] for free energies,
//!   [`anneal`], [`relax`] in continuous time, [`drive`]; [`Distribution`] is what they sample, exactly, up
//!   to 16 nodes;
//! - changed at once: [`quench`] of up to 12 nodes, sixteen lattices at a time;
//! - approximate: [`mean_field`], [`tap`], and [`harmonic`] labels.
//!
//! The kernel [`gibbs_sampler`](crate::gpu::gibbs_sampler) samples many lattices at once, in integers.
//! Nodes are never updated all at once: that samples another distribution (Little's).
//! [`vote`] is the direct evaluation of what the kernels [`kernel_regression`](crate::gpu::kernel_regression) and
//! [`marginal`](crate::gpu::marginal) compute in `f32`.

mod approximate;
mod check;
mod distribution;
mod eliminate;
mod exact;
mod gray;
mod harmonic;
mod lattice;
mod quench;
mod rule;
mod samplers;
mod uniform;
pub mod vote;

pub use approximate::{FixedPoint, mean_field, tap};
pub use distribution::{DISTRIBUTION_MAX, Distribution, magnetisation_after, magnetisation_lags};
pub use eliminate::{Sparse, WIDTH_MAX, sparse};
pub use exact::{Thermodynamics, thermodynamics};
pub use gray::{Exact, OPEN_MAX, enumerate, enumerate_clamped};
pub use harmonic::harmonic;
pub use lattice::{Lattice, exponential, largest_eigenvalue, temperature};
pub use quench::{Lattices, QUENCH_MAX, Quench, quench};
pub use rule::Rule;
pub use samplers::{
    Annealed, Annealing, BATCHES, Driven, Driving, Estimate, FreeEnergy, Integration, Protocol,
    Relaxation, Sample, Sampling, anneal, drive, drive_exactly, geometric, integrate, relax,
    relax_exactly, sample,
};
pub use uniform::{Uniform, uniform};

/// Input that has no statistics.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A slice of the wrong length.
    #[error("{what} has {found} values, expected {expected} for {nodes} nodes")]
    Shape {
        /// The argument.
        what: &'static str,
        /// Nodes, by the number of fields.
        nodes: usize,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// Too many open spins to enumerate.
    #[error("{open} open spins, at most {OPEN_MAX} can be enumerated")]
    TooMany {
        /// Open spins.
        open: usize,
    },
    /// A coupling or field that is NaN or infinite.
    #[error("{what}[{index}] is {value}, expected a finite number")]
    NotFinite {
        /// The argument.
        what: &'static str,
        /// Position of the value.
        index: usize,
        /// The value.
        value: f64,
    },
    /// Couplings that depend on the order of their nodes.
    #[error("couplings differ between ({row}, {column}) and ({column}, {row}), expected equal")]
    Asymmetric {
        /// Smaller node.
        row: usize,
        /// Larger node.
        column: usize,
    },
    /// A value that is no spin.
    #[error("{what}[{index}] is {value}, expected {expected}")]
    NoSpin {
        /// The argument.
        what: &'static str,
        /// Values that it may have.
        expected: &'static str,
        /// Position of the value.
        index: usize,
        /// The value.
        value: i8,
    },
    /// A temperature that is not positive.
    #[error("temperature is {0}, expected a positive finite number")]
    Temperature(f64),
    /// A temperature too low for couplings of 8 bits.
    #[error(
        "temperature is {temperature}, expected at least {least} for couplings and fields of this \
         size in 8 and 24 bits"
    )]
    Cold {
        /// The temperature.
        temperature: f64,
        /// The lowest that can be sampled.
        least: f64,
    },
    /// No node.
    #[error("no nodes, expected at least 1")]
    Empty,
    /// A number outside its range.
    #[error("{what} is {value}, expected {expected}")]
    Range {
        /// The argument.
        what: &'static str,
        /// Its value.
        value: f64,
        /// Its range.
        expected: &'static str,
    },
    /// Too many nodes for a distribution over all states.
    #[error(
        "{nodes} nodes, expected at most {DISTRIBUTION_MAX}: the distribution has 2^nodes states"
    )]
    LargeDistribution {
        /// Nodes.
        nodes: usize,
    },
    /// Couplings too dense to eliminate.
    #[error(
        "eliminating a node joins {width} others, at most {WIDTH_MAX} can be: the couplings are \
         too dense"
    )]
    Dense {
        /// Neighbours at that moment.
        width: usize,
    },
    /// An iteration that did not settle.
    #[error(
        "no fixed point after {iterations} iterations (residual {residual:e}): expected a higher \
         temperature"
    )]
    NoFixedPoint {
        /// Iterations made.
        iterations: usize,
        /// Largest change at the last one.
        residual: f64,
    },
    /// Unknown labels that no known one reaches.
    #[error("node {node} has no label and no weight to a labelled node, expected one")]
    Unreached {
        /// The node.
        node: usize,
    },
    /// Asked to stop.
    #[error("cancelled")]
    Cancelled,
}
