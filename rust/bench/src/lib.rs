//! Development only: criterion benchmarks of every kernel of the registry (`benches/kernels.rs`).
