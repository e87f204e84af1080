//! Order books: their state, their invariants and what they measure, in double precision.
//!
//! A level (price `p`, size `q`) is the point `(ξ, 0, y)` of the upper half-space model of H³ with
//! `ξ = ln(p / mid) / δ` and `y = q / q_ref`, `q_ref` the geometric mean of the best sizes; the mid
//! itself is `(0, 0, 1)`. With the metric `(dξ² + dη² + dy²) / y²` a step in price is short where the
//! book is thick and long where it is thin, and scaling all sizes is an isometry. η is kept at zero.
//!
//! Liquidity decays with the distance `d` from the mid, `ρ(d) = ρ₀ e^(-d/λ)`. Far from the mid
//! `d ≈ 2 ln|ξ|`, so that weights are powers `|ξ|^(-2/λ)` of the distance in price; λ = 1.25 is the
//! exponent 1.6 of the flow of limit orders (Bouchaud, Mézard, Potters 2002, Quantitative Finance 2:251).

mod book;
mod decimal;
mod levels;
mod measure;
mod moves;
mod space;
mod vector;
mod walk;

pub use book::{Book, DEPTH, Violation};
pub use decimal::{Decimal, NotDecimal};
pub use levels::{Level, Levels, Side};
pub use measure::{Decay, Measures, NARROWEST, Setting, Sums, decay, measure};
pub use moves::{Argument, Moves, balanced_race, diffusion};
pub use space::{Point, Space};
pub use walk::{Fill, walk};
