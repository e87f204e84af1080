//! Hyperbolic space of curvature -1 in `f64`: the Poincaré ball, the hyperboloid, the upper
//! half-space and polar coordinates.
//!
//! Points of the ball have `|x| < 1`. Lengths of tangent vectors are Riemannian; vectors at the
//! origin are given in the frame where the Riemannian and the Euclidean length agree (half of
//! them in the convention of geoopt's `expmap0`). Coordinates of the ball lose accuracy as
//! `e^r` at the radius `r`: errors are about `1e-16 e^r`, so beyond `r = 12` use [`polar`].
//!
//! Sources: Cannon, Floyd, Kenyon, Parry 1997; Ungar 2008; Ganea, Bécigneul, Hofmann 2018.

mod ball;
mod disc;
mod error;
mod forms;
pub mod nearest;
mod points;
pub mod polar;
mod rows;

pub use ball::{distance, exp, exp0, hyperboloid, log, log0, mobius_add};
pub use disc::disc;
pub use error::{Fault, PointError};
pub use forms::{FARTHEST, Form, convert, row_distances};
pub use points::{ball_distances, pairs, polar_distances};
pub use polar::Polar;
pub use rows::Map;
