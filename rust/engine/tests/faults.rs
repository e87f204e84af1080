//! Faults on wgpu's null backend, which every machine has. `twins.rs` repeats them on an adapter.

mod common;

use common::faults;
use hyperphysics_engine::DeviceSelector;

#[test]
fn a_lost_device_is_left_and_tried_again() {
    faults::lost(&DeviceSelector::Noop);
}

#[test]
fn a_panic_or_a_stall_ends_on_the_cpu() {
    faults::left(&DeviceSelector::Noop);
}

#[test]
fn exhausted_memory_halves_the_chunk() {
    faults::exhausted(&DeviceSelector::Noop);
}

#[test]
fn what_does_not_fit_runs_on_the_cpu() {
    faults::unfit(&DeviceSelector::Noop);
}

#[test]
fn a_small_budget_makes_small_chunks() {
    faults::frugal(&DeviceSelector::Noop);
}

#[test]
fn a_cancelled_call_stops() {
    faults::cancelled(&DeviceSelector::Noop);
}

#[test]
fn callers_share_the_device() {
    faults::shared(&DeviceSelector::Noop);
}

#[test]
fn an_unknown_adapter_is_named() {
    faults::unknown();
}
