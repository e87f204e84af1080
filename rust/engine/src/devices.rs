//! The devices of this machine, and which of them a selector means.

use crate::{Device, DeviceSelector, vulkan};

/// Every device of this machine, with what `auto` would do with it and why. Opens none.
#[must_use]
pub fn devices() -> Vec<Device> {
    devices_for(&DeviceSelector::Auto)
}

/// Every device of this machine, with what `selector` would do with it and why. Opens none, so a
/// device that cannot be opened may be among the chosen; the engine then takes the next.
#[must_use]
pub fn devices_for(selector: &DeviceSelector) -> Vec<Device> {
    let mut devices = vulkan::list(selector);
    // The best of those that may be chosen is; the others stand by.
    let best = devices.iter().filter(|d| d.chosen).map(|d| d.kind).min();
    let mut open = best;
    for device in devices.iter_mut().filter(|d| d.chosen) {
        if open == Some(device.kind) {
            open = None;
        } else {
            device.chosen = false;
            device.why = format!("{}, next if the chosen one fails", device.why);
        }
    }
    let why = if best.is_some() {
        "stands by, and computes what is too small for a device"
    } else {
        "no device to use"
    };
    devices.push(Device::cpu(best.is_none(), why));
    devices
}
