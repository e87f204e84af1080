//! What a device can hold.

use hyperphysics_kernels::spec::Extent;

use super::failure::Failure;
use crate::options::BINDING;
use crate::plan::{Buffer, CHUNK, Plan, Stage, Step};

/// Largest number of workgroups along one dimension.
const GROUPS: u32 = 65_535;

/// Words of an input or output; 0 for scratch.
pub(super) fn words(plan: &Plan<'_>, id: usize) -> usize {
    match &plan.buffers[id] {
        Buffer::Input(data) => data.len(),
        Buffer::Output { words, .. } => *words,
        Buffer::Scratch => 0,
    }
}

/// Fails if a kernel would have to see a buffer whole that is larger than a binding.
pub(super) fn fits(plan: &Plan<'_>) -> Result<(), Failure> {
    for step in plan.work().flat_map(|s| &s.steps) {
        for (bound, binding) in step.bound().zip(step.kernel.bindings) {
            let bytes = 4 * words(plan, bound.id) as u64;
            if bound.extent == Extent::Shared && bytes > BINDING {
                let (kernel, name) = (step.kernel.name, binding.name);
                let why = format!("`{name}` of `{kernel}` has {bytes} bytes, at most {BINDING}");
                return Err(Failure::Unfit(why));
            }
        }
    }
    Ok(())
}

/// Most items of a chunk that bindings, workgroups and `room` bytes for scratch allow: a
/// multiple of [`CHUNK`].
pub(super) fn most(plan: &Plan<'_>, stage: &Stage, room: u64) -> Result<usize, Failure> {
    let mut cap = stage.items.next_multiple_of(CHUNK);
    for bound in stage.steps.iter().flat_map(Step::bound) {
        if let Extent::PerItem(n) = bound.extent {
            cap = cap.min(BINDING as usize / (4 * n));
        }
    }
    // What is lent may be half as large again as asked for, and 256 bytes.
    let (scratch, buffers) = (plan.scratch_words(stage), stage.written().count());
    if scratch > 0 {
        let room = room.saturating_sub(256 * buffers as u64) / (6 * scratch as u64);
        cap = cap.min(usize::try_from(room).unwrap_or(usize::MAX));
    }
    let dispatched = |items: usize| {
        let groups = |s: &Step| (s.kernel.groups)(&s.params, items as u32);
        stage.steps.iter().map(groups).all(|g| g.iter().all(|&n| n <= GROUPS))
    };
    cap -= cap % CHUNK;
    while cap > CHUNK && !dispatched(cap) {
        cap = (cap / 2).next_multiple_of(CHUNK);
    }
    if cap < CHUNK || !dispatched(cap) {
        let name = stage.name();
        return Err(Failure::Unfit(format!("{CHUNK} items of `{name}` exceed budget or device")));
    }
    Ok(cap)
}
