//! Monte Carlo: heat bath and Metropolis, annealing, continuous time, driven protocols, free energies.

mod anneal;
mod drive;
mod integrate;
mod relax;
mod sample;
mod words;

pub use anneal::{Annealed, Annealing, anneal, geometric};
pub use drive::{Driven, Driving, Protocol, drive, drive_exactly};
pub use integrate::{FreeEnergy, Integration, integrate};
pub use relax::{Relaxation, relax, relax_exactly};
pub use sample::{BATCHES, Estimate, Sample, Sampling, sample};
