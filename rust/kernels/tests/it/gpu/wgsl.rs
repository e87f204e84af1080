//! Every shader of the registry against its contract: parsed and validated by naga, then walked.

use std::collections::HashSet;

use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_kernels::spec::{Access, Binding, Elem, Kernel};
use naga::proc::GlobalCtx;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ScalarKind, ShaderStage, StorageAccess, TypeInner};

const MAX_THREADS: u32 = 256;
const MAX_WORKGROUP_BYTES: u32 = 32 * 1024;
const MAX_STORAGE_BUFFERS: usize = 8;

fn module(kernel: &Kernel) -> (Module, ModuleInfo) {
    let module = naga::front::wgsl::parse_str(kernel.wgsl)
        .unwrap_or_else(|e| panic!("{}: {}", kernel.name, e.emit_to_string(kernel.wgsl)));
    // No capability beyond WGSL's own: no f64, 64-bit integers, subgroups, f16.
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|e| panic!("{}: {}", kernel.name, e.emit_to_string(kernel.wgsl)));
    (module, info)
}

#[test]
fn shaders_parse_and_validate_without_extensions() {
    for kernel in REGISTRY {
        let (module, _) = module(kernel);
        for (_, ty) in module.types.iter() {
            let scalar = match ty.inner {
                TypeInner::Scalar(s) | TypeInner::Atomic(s) => s,
                TypeInner::Vector { scalar, .. } | TypeInner::Matrix { scalar, .. } => scalar,
                _ => continue,
            };
            assert!(scalar.width <= 4, "{}: a 64-bit type", kernel.name);
        }
    }
}

#[test]
fn entry_points_fit_portable_limits() {
    for kernel in REGISTRY {
        let (module, _) = module(kernel);
        let [entry] = module.entry_points.as_slice() else {
            panic!("{}: expected one entry point", kernel.name);
        };
        assert_eq!(entry.name, "main", "{}", kernel.name);
        assert_eq!(entry.stage, ShaderStage::Compute, "{}", kernel.name);
        let threads: u32 = entry.workgroup_size.iter().product();
        assert!((1..=MAX_THREADS).contains(&threads), "{}: {threads} threads", kernel.name);

        let shared: u32 = module
            .global_variables
            .iter()
            .filter(|(_, var)| var.space == AddressSpace::WorkGroup)
            .map(|(_, var)| size(&module, var.ty))
            .sum();
        assert!(shared <= MAX_WORKGROUP_BYTES, "{}: {shared} bytes shared", kernel.name);
    }
}

#[test]
fn bindings_equal_the_contract() {
    for kernel in REGISTRY {
        let (module, _) = module(kernel);
        let name = kernel.name;
        assert!(kernel.bindings.len() <= MAX_STORAGE_BUFFERS, "{name}: too many buffers");
        let mut seen = HashSet::new();
        for (_, var) in module.global_variables.iter() {
            let Some(at) = var.binding else { continue };
            assert_eq!(at.group, 0, "{name}");
            assert!(seen.insert(at.binding), "{name}: binding {} twice", at.binding);
            let var_name = var.name.as_deref();
            let Some(index) = (at.binding as usize).checked_sub(1) else {
                assert_eq!(var.space, AddressSpace::Uniform, "{name}");
                assert_eq!(var_name, Some("params"), "{name}");
                continue;
            };
            let declared = kernel.bindings.get(index);
            let declared = declared.unwrap_or_else(|| panic!("{name}: binding {index} undeclared"));
            assert_eq!(var_name, Some(declared.name), "{name}");
            assert_eq!(var.space, space(declared), "{name}: {}", declared.name);
            assert_eq!(element(&module, var.ty), declared.elem, "{name}: {}", declared.name);
        }
        assert_eq!(seen.len(), kernel.bindings.len() + 1, "{name}: bindings missing in WGSL");
        let first_output = kernel.bindings.iter().position(|b| b.access == Access::Write);
        let outputs = &kernel.bindings[first_output.expect("an output")..];
        assert!(outputs.iter().all(|b| b.access == Access::Write), "{name}: outputs come last");
    }
}

#[test]
fn params_have_the_layout_of_the_contract() {
    for kernel in REGISTRY {
        let (module, _) = module(kernel);
        let name = kernel.name;
        let (_, params) = module
            .global_variables
            .iter()
            .find(|(_, var)| var.space == AddressSpace::Uniform)
            .unwrap_or_else(|| panic!("{name}: no params"));
        let TypeInner::Struct { ref members, .. } = module.types[params.ty].inner else {
            panic!("{name}: params is no struct");
        };
        let in_wgsl: Vec<(&str, usize)> = members
            .iter()
            .map(|m| (m.name.as_deref().expect("a named field"), m.offset as usize))
            .collect();
        assert_eq!(in_wgsl, kernel.layout.fields, "{name}");
        assert_eq!(in_wgsl[0], ("items", 0), "{name}");
        assert_eq!(size(&module, params.ty) as usize, kernel.layout.size, "{name}");
        assert_eq!(kernel.layout.size % 16, 0, "{name}: params are whole 16-byte rows");
        assert_eq!(scalar(&module, members[0].ty), Some(ScalarKind::Uint), "{name}");
    }
}

#[test]
fn contracts_are_consistent() {
    assert!(REGISTRY.windows(2).all(|pair| pair[0].name < pair[1].name), "sorted, unique names");
    for kernel in REGISTRY {
        let Kernel { name, tolerance, .. } = kernel;
        assert!((0.0..=1e-4).contains(&tolerance.absolute), "{name}");
        assert!((0.0..=1e-4).contains(&tolerance.relative), "{name}");
        assert!(!tolerance.reason.is_empty(), "{name}");
        let cases = (kernel.cases)();
        assert!(!cases.is_empty(), "{name}: no cases");
        for case in cases {
            let what = format!("{name}, {}", case.name);
            assert_eq!(case.params.len(), kernel.layout.size, "{what}");
            assert_eq!(case.params[..4], (case.items as u32).to_ne_bytes(), "{what}: items first");
            assert_eq!(case.inputs.len(), kernel.inputs().count(), "{what}");
            assert_eq!((kernel.extents)(&case.params).len(), kernel.bindings.len(), "{what}");
            let groups = (kernel.groups)(&case.params, case.items as u32);
            assert!(groups.iter().all(|&g| (1..=65_535).contains(&g)), "{what}: {groups:?}");
            let work = (kernel.work)(&case.params);
            assert!(work.cpu_ns > 0.0 && work.lane_cycles > 0.0, "{what}");
        }
    }
}

fn size(module: &Module, ty: naga::Handle<naga::Type>) -> u32 {
    let context = GlobalCtx {
        types: &module.types,
        constants: &module.constants,
        overrides: &module.overrides,
        global_expressions: &module.global_expressions,
    };
    module.types[ty].inner.size(context)
}

fn space(binding: &Binding) -> AddressSpace {
    let access = match binding.access {
        Access::Read => StorageAccess::LOAD,
        Access::Write => StorageAccess::LOAD | StorageAccess::STORE,
    };
    AddressSpace::Storage { access }
}

fn scalar(module: &Module, ty: naga::Handle<naga::Type>) -> Option<ScalarKind> {
    match module.types[ty].inner {
        TypeInner::Scalar(scalar) if scalar.width == 4 => Some(scalar.kind),
        _ => None,
    }
}

/// Element type of a storage buffer, which is a runtime-sized array of a 32-bit scalar.
fn element(module: &Module, ty: naga::Handle<naga::Type>) -> Elem {
    let TypeInner::Array { base, size: naga::ArraySize::Dynamic, .. } = module.types[ty].inner
    else {
        panic!("a storage buffer is a runtime-sized array");
    };
    match scalar(module, base) {
        Some(ScalarKind::Float) => Elem::F32,
        Some(ScalarKind::Uint) => Elem::U32,
        other => panic!("elements are f32 or u32, not {other:?}"),
    }
}
