//! Faults on wgpu's null backend, which every machine has. `twins.rs` repeats them on an adapter.

use crate::Test;
use crate::common::faults;
use hyperphysics_engine::DeviceSelector;

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![
    a_lost_device_is_left_and_tried_again,
    a_panic_or_a_stall_ends_on_the_cpu,
    exhausted_memory_halves_the_chunk,
    what_does_not_fit_runs_on_the_cpu,
    a_small_budget_makes_small_chunks,
    a_cancelled_call_stops,
    callers_share_the_device,
    an_unknown_adapter_is_named
];

fn a_lost_device_is_left_and_tried_again() {
    faults::lost(&DeviceSelector::Noop);
}

fn a_panic_or_a_stall_ends_on_the_cpu() {
    faults::left(&DeviceSelector::Noop);
}

fn exhausted_memory_halves_the_chunk() {
    faults::exhausted(&DeviceSelector::Noop);
}

fn what_does_not_fit_runs_on_the_cpu() {
    faults::unfit(&DeviceSelector::Noop);
}

fn a_small_budget_makes_small_chunks() {
    faults::frugal(&DeviceSelector::Noop);
}

fn a_cancelled_call_stops() {
    faults::cancelled(&DeviceSelector::Noop);
}

fn callers_share_the_device() {
    faults::shared(&DeviceSelector::Noop);
}

fn an_unknown_adapter_is_named() {
    faults::unknown();
}
