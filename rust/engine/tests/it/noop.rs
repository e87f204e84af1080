//! Every kernel's cases through wgpu's validation: shaders, bind groups, sizes, offsets,
//! dispatches. The null backend computes nothing.

use crate::Test;
use crate::common::{GO, cases};
use hyperphysics_engine::{Backend, DeviceSelector, Engine, Kind, Options, TestHooks};

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![every_case_is_valid];

fn every_case_is_valid() {
    let options = Options { device: DeviceSelector::Noop, ..Options::default() };
    for chunk in [None, Some(64)] {
        let engine =
            Engine::open_with_hooks(&options, TestHooks { chunk, ..TestHooks::default() }).unwrap();
        let mut ran = 0;
        for kernel in cases::kernels() {
            for case in (kernel.cases)() {
                let (plan, outputs) = cases::plan(kernel, &case);
                let mut out = engine.run(&plan, &GO).unwrap();
                for id in outputs {
                    assert!(!out.take::<u32>(id).is_empty(), "{} {}", kernel.name, case.name);
                }
                ran += 1;
                let report = engine.report();
                let what = format!("{} {}: {:?}", kernel.name, case.name, report.fallbacks);
                assert_eq!(report.plans[&Backend::Vulkan], ran, "{what}");
            }
        }
        assert_eq!(engine.device().kind, Kind::Null);
    }
}
