//! Plain `f64` functions that need no device: estimators, geometry, exact enumeration.

pub mod backtest;
pub mod complexity;
mod dense;
pub mod geometry;
pub mod ising;
pub mod options;
pub mod order_book;
pub mod phi;
pub mod portfolio;
pub mod risk;
pub mod shrinkage;
pub mod tessellation;
