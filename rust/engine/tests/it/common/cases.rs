//! Sample cases of kernels as plans.

use hyperphysics_engine::{BufferId, Plan};
use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_kernels::spec::{Access, Case, Extent, Kernel, LANES, tiles};

use super::{FOLD, MIX};

/// Every kernel of the registry, and those of the tests.
pub(crate) fn kernels() -> impl Iterator<Item = &'static Kernel> {
    REGISTRY.iter().copied().chain([&MIX, &FOLD])
}

/// A case as a plan of one step, with its outputs. Outputs hold whole tiles, so that they serve
/// plain and tiled kernels alike.
pub(crate) fn plan<'a>(kernel: &'static Kernel, case: &'a Case) -> (Plan<'a>, Vec<BufferId>) {
    let mut plan = Plan::new();
    let mut inputs = case.inputs.iter();
    let (mut ids, mut outputs) = (Vec::new(), Vec::new());
    for (binding, extent) in kernel.bindings.iter().zip((kernel.extents)(&case.params)) {
        let id = match (binding.access, extent) {
            (Access::Read, _) => plan.input(inputs.next().expect("a word list for each input")),
            (Access::Write, Extent::PerItem(n)) => plan.output(n * tiles(case.items) * LANES),
            (Access::Write, Extent::Shared) => panic!("`{}` is written and shared", binding.name),
        };
        if binding.access == Access::Write {
            outputs.push(id);
        }
        ids.push(id);
    }
    plan.stage(case.items).step_bytes(kernel, &case.params, &ids).expect("a case that fits");
    (plan, outputs)
}
