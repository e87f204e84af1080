//! The kernels, one folder each: `mod.rs` states the contract, `cpu.rs` and `gpu.wgsl` are twins.

kernels! {
    distances, fhs_paths, gibbs_sampler, greeks, integration, kernel_regression, knn, marginal,
    matmul, normals, order_book, pairwise_distances, ranks, sabr, var_es,
}
