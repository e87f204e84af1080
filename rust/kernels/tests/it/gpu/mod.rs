//! Kernels and what they share.

mod gibbs_sampler;
mod greeks;
mod kernel_regression;
mod knn;
mod levels;
mod matmul;
mod rng;
mod shared;
mod var_es;
mod wgsl;
