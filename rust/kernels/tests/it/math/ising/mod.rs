//! p-bit networks.

mod dynamics;
mod exact;
mod free_energy;
mod quench;
mod sampling;
mod thermodynamics;
