//! Single uses of the kernels, outside a frame of candles: what verification and users of the
//! library call.

mod check;
mod lattices;
mod newest_spin;
mod normals;
mod points;
mod tails;

pub use hyperphysics_kernels::math::geometry::Polar;

pub use self::lattices::{Sweeps, sample_lattices};
pub use self::newest_spin::{Lattice, newest_spin};
pub use self::normals::{normal_block, standard_normals};
pub use self::points::{Neighbours, cross_distances, distance_matrices, nearest_neighbours};
pub use self::tails::{Simulation, simulate, tail_measures};

/// Most numbers of one draw, a gigabyte of them: far below the 2^32 blocks of a stream, and what
/// the address space gives without a doubt.
const MOST_DRAWS: usize = 1 << 28;
