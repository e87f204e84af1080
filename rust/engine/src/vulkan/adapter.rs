//! Adapters of this machine, and which of them a selector means.

use std::panic::catch_unwind;

use wgpu::{Adapter, AdapterInfo, Backends, DeviceType, Instance, InstanceDescriptor};

use crate::{DeviceSelector, Kind};

/// An adapter as the driver describes it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) adapter: Adapter,
    pub(crate) name: String,
    pub(crate) driver: String,
    pub(crate) kind: Kind,
}

/// Adapters of the backend that `selector` needs, with the instance that keeps them. Empty where
/// there is no Vulkan.
pub(super) fn adapters(selector: &DeviceSelector) -> (Option<Instance>, Vec<Found>) {
    let backends =
        if *selector == DeviceSelector::Noop { Backends::NOOP } else { Backends::VULKAN };
    let listed = catch_unwind(|| {
        let mut descriptor = InstanceDescriptor::new_without_display_handle();
        descriptor.backends = backends;
        // Neither validation layers nor the pipelines that check indirect calls.
        descriptor.flags = wgpu::InstanceFlags::empty();
        // Leaves the desktop its share, and turns exhaustion into an error instead of a loss.
        descriptor.memory_budget_thresholds.for_resource_creation = Some(90);
        descriptor.backend_options.noop.enable = *selector == DeviceSelector::Noop;
        let instance = Instance::new(descriptor);
        let adapters = pollster::block_on(instance.enumerate_adapters(backends));
        (instance, adapters)
    });
    let Ok((instance, adapters)) = listed else { return (None, Vec::new()) };
    let describe = |adapter: Adapter| {
        let info = adapter.get_info();
        let (kind, driver) = (kind(&info), format!("{} {}", info.driver, info.driver_info));
        Found { adapter, name: info.name, driver: driver.trim().to_owned(), kind }
    };
    (Some(instance), adapters.into_iter().map(describe).collect())
}

/// Kind of an adapter. Null devices call themselves discrete, so their name decides.
fn kind(info: &AdapterInfo) -> Kind {
    let name = info.name.to_ascii_lowercase();
    let named = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if info.backend == wgpu::Backend::Noop || named(&["null hardware", "nullhw"]) {
        return Kind::Null;
    }
    if named(&["llvmpipe", "lavapipe", "swiftshader", "basic render driver"]) {
        return Kind::Software;
    }
    match info.device_type {
        DeviceType::DiscreteGpu => Kind::Discrete,
        DeviceType::IntegratedGpu => Kind::Integrated,
        DeviceType::VirtualGpu | DeviceType::Other => Kind::Virtual,
        DeviceType::Cpu => Kind::Software,
    }
}

/// Why `selector` would try an adapter, or why not.
pub(crate) fn verdict(selector: &DeviceSelector, name: &str, kind: Kind) -> Result<String, String> {
    let asked = match selector {
        DeviceSelector::Vulkan(Some(part)) => Some(part),
        _ => None,
    };
    if let Some(part) = asked {
        let holds = name.to_lowercase().contains(&part.to_lowercase());
        let slow = if kind == Kind::Software { "; slower than `cpu`" } else { "" };
        return if holds {
            Ok(format!("its name contains `{part}`{slow}"))
        } else {
            Err(format!("its name does not contain `{part}`"))
        };
    }
    match (selector, kind) {
        (DeviceSelector::Cpu, _) => Err("`cpu` was asked for".into()),
        (DeviceSelector::Noop, _) => Ok("null backend for tests".into()),
        (_, Kind::Discrete | Kind::Integrated | Kind::Virtual) => Ok(format!("a {kind}")),
        (DeviceSelector::Vulkan(None), Kind::Software) => {
            Ok("a software rasteriser, for want of a GPU; slower than `cpu`".into())
        }
        (_, Kind::Software) => Err(format!("a software rasteriser; ask for `vulkan:{name}`")),
        (_, Kind::Null | Kind::Cpu) => Err("a null device computes nothing".into()),
    }
}

/// The adapters that `selector` means, best first, each with the reason. `software` lets `auto`
/// take a software rasteriser, for tests.
pub(crate) fn ranked(
    selector: &DeviceSelector,
    found: Vec<Found>,
    software: bool,
) -> Vec<(Found, String)> {
    let widened = if software && *selector == DeviceSelector::Auto {
        &DeviceSelector::Vulkan(None)
    } else {
        selector
    };
    let wanted = |found: Found| {
        let why = verdict(widened, &found.name, found.kind).ok()?;
        Some((found, why))
    };
    let mut ranked: Vec<_> = found.into_iter().filter_map(wanted).collect();
    ranked.sort_by_key(|(found, _)| found.kind);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = "AMD Radeon RX 6800 XT (RADV NAVI21)";
    const NULL: &str = "Null hardware (RADV NAVI21)";
    const PIPE: &str = "llvmpipe (LLVM 15.0.6, 256 bits)";

    fn info(name: &str, kind: DeviceType) -> AdapterInfo {
        AdapterInfo { name: name.into(), ..AdapterInfo::new(kind, wgpu::Backend::Vulkan) }
    }

    #[test]
    fn names_unmask_pretenders() {
        assert_eq!(kind(&info(CARD, DeviceType::DiscreteGpu)), Kind::Discrete);
        assert_eq!(kind(&info(NULL, DeviceType::DiscreteGpu)), Kind::Null);
        assert_eq!(kind(&info(PIPE, DeviceType::Cpu)), Kind::Software);
        assert_eq!(kind(&info("SwiftShader Device", DeviceType::VirtualGpu)), Kind::Software);
        assert_eq!(kind(&info("a new rasteriser", DeviceType::Cpu)), Kind::Software);
    }

    #[test]
    fn software_and_null_devices_wait_to_be_asked() {
        let takes = |selector: &str, name, kind| {
            verdict(&selector.parse().expect("a selector"), name, kind).is_ok()
        };
        assert!(takes("auto", CARD, Kind::Discrete));
        assert!(takes("auto", "Intel", Kind::Integrated));
        assert!(!takes("auto", PIPE, Kind::Software));
        assert!(!takes("auto", NULL, Kind::Null));
        assert!(takes("vulkan", PIPE, Kind::Software));
        assert!(!takes("vulkan", NULL, Kind::Null));
        assert!(takes("vulkan:LLVM", PIPE, Kind::Software));
        assert!(takes("vulkan:null", NULL, Kind::Null));
        assert!(!takes("vulkan:7900", CARD, Kind::Discrete));
        assert!(!takes("cpu", CARD, Kind::Discrete));
    }

    #[test]
    fn software_says_that_it_is() {
        let why = verdict(&DeviceSelector::Vulkan(None), PIPE, Kind::Software).expect("taken");
        assert!(why.contains("software"), "{why}");
    }
}
