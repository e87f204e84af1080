//! Throughput of every CPU twin of the registry, one thread, per item.
//!
//! Runs the cases whose name begins with "bench", or the first where there is none.
//! `HYPERPHYSICS_SIMD=portable|avx2|avx512|avx512vnni` limits the instruction set.
#![allow(missing_docs)] // criterion's macros

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_kernels::simd::{self, Level};
use hyperphysics_kernels::spec::{Access, Case, Extent, Kernel, tiles};

/// The level asked for by the environment, else the best.
fn level() -> Level {
    let asked = std::env::var("HYPERPHYSICS_SIMD").ok();
    match asked.as_deref() {
        None => simd::level(),
        Some("portable") => Level::Portable,
        Some("avx2") => Level::Avx2,
        Some("avx512") => Level::Avx512,
        Some("avx512vnni") => Level::Avx512Vnni,
        Some(other) => {
            let expected = "expected portable, avx2, avx512 or avx512vnni";
            panic!("HYPERPHYSICS_SIMD={other}: {expected}")
        }
    }
}

/// Zeroed outputs of a case, rounded up to whole tiles of items.
fn outputs(kernel: &Kernel, case: &Case) -> Vec<Vec<u32>> {
    let extents = (kernel.extents)(&case.params);
    let written = kernel.bindings.iter().zip(extents).filter(|(b, _)| b.access == Access::Write);
    written
        .map(|(binding, extent)| match extent {
            Extent::PerItem(n) => vec![0; n * tiles(case.items) * 16],
            Extent::Shared => panic!("{}: a shared binding is read only", binding.name),
        })
        .collect()
}

fn kernels(criterion: &mut Criterion) {
    let level = level();
    simd::select(Some(level));
    for kernel in REGISTRY {
        let mut group = criterion.benchmark_group(kernel.name);
        let mut cases = (kernel.cases)();
        if cases.iter().any(|case| case.name.starts_with("bench")) {
            cases.retain(|case| case.name.starts_with("bench"));
        } else {
            cases.truncate(1);
        }
        for case in cases {
            let inputs: Vec<&[u32]> = case.inputs.iter().map(Vec::as_slice).collect();
            let mut outputs = outputs(kernel, &case);
            let mut outputs: Vec<&mut [u32]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
            group.throughput(Throughput::Elements(case.items as u64));
            group.bench_function(BenchmarkId::new(level.name(), case.name), |bencher| {
                bencher.iter(|| (kernel.cpu)(&case.params, &inputs, &mut outputs));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = kernels
}
criterion_main!(benches);
