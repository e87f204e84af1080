//! Tests of the market crate from outside: one binary, so that polars is linked once.

mod common;
mod complexity;
mod gaps;
mod input;
mod invariance;
mod liquidity;
mod points;
mod single_kernel_api;
mod thermodynamics;
mod window;
