//! Mathematics of HyperPhysics.
//!
//! One folder per kernel: `mod.rs` states the contract, `cpu.rs` and `gpu.wgsl` are twins.
//! Plain `f64` functions that need no device (estimators, geometry, exact enumeration) stand
//! beside them. This crate knows no wgpu, polars or Python.

#[macro_use]
pub mod spec;
pub mod backtest;
pub mod complexity;
mod dense;
pub mod geometry;
pub mod ising;
pub mod options;
pub mod orderbook;
pub mod phi;
pub mod portfolio;
pub mod risk;
pub mod rng;
pub mod shared;
pub mod shrinkage;
pub mod simd;
pub mod tessellation;

kernels! { book, cross, distances, field, greeks, integration, marginal, neighbours, normals, paths, pbit, product, ranks, sabr, tail }
