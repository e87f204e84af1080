//! WGSL to SPIR-V, as wgpu does it on a Vulkan 1.3 device with `robustBufferAccess2`.

use hyperphysics_kernels::spec::Kernel;
use naga::back::spv;
use naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, ShaderStage};

use crate::{Error, Result};

/// Name of every kernel's entry point.
const ENTRY: &str = "main";

/// Run-time checks that wgpu adds to a shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Checks {
    /// `ShaderRuntimeChecks::checked()`: what `create_shader_module` compiles.
    Checked,
    /// `ShaderRuntimeChecks::unchecked()`, and no zeroing of workgroup memory.
    Unchecked,
}

impl Checks {
    /// Both variants, the shipped one first.
    pub const ALL: [Self; 2] = [Self::Checked, Self::Unchecked];

    /// Name as printed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Unchecked => "unchecked",
        }
    }
}

/// A compute shader with the kernel contract: group 0, params at 0, storage buffers from 1 on.
#[derive(Debug)]
pub struct Shader {
    /// Name, for messages, and of the kernel whose limits hold.
    pub name: String,
    /// Number of storage buffers.
    pub storage: u32,
    /// Workgroup memory of the entry point, in bytes.
    pub lds: u32,
    module: naga::Module,
    info: ModuleInfo,
}

impl Shader {
    /// Parses and validates the WGSL of a kernel against its bindings and params.
    ///
    /// # Errors
    /// [`Error::Shader`] if naga refuses it or it does not fit the kernel's contract.
    pub fn of(kernel: &Kernel) -> Result<Self> {
        let shader = Self::parse(kernel.name, kernel.wgsl)?;
        let wrong = |why: String| Err(Error::Shader { shader: kernel.name.into(), why });
        let offered = kernel.bindings.len() as u32;
        if shader.storage > offered {
            return wrong(format!("reads binding {}, the kernel has {offered}", shader.storage));
        }
        let params = shader.params();
        if params.is_some_and(|size| size as usize != kernel.layout.size) {
            return wrong(format!(
                "params take {params:?} bytes in WGSL, {} in Rust",
                kernel.layout.size
            ));
        }
        Ok(Self { storage: offered, ..shader })
    }

    /// Parses and validates WGSL; storage buffers are counted from its bindings.
    ///
    /// # Errors
    /// [`Error::Shader`] if naga refuses it, it has no compute entry point `main`, or a resource is
    /// not a buffer of group 0 (uniform at 0, storage elsewhere).
    pub fn parse(name: &str, wgsl: &str) -> Result<Self> {
        let wrong = |why: String| Error::Shader { shader: name.into(), why };
        let module =
            naga::front::wgsl::parse_str(wgsl).map_err(|e| wrong(e.emit_to_string(wgsl)))?;
        // The engine requests no wgpu feature, and none means no naga capability.
        let info = Validator::new(ValidationFlags::all(), Capabilities::empty())
            .validate(&module)
            .map_err(|e| wrong(e.emit_to_string(wgsl)))?;
        let entry = module
            .entry_points
            .iter()
            .position(|e| e.name == ENTRY && e.stage == ShaderStage::Compute)
            .ok_or_else(|| wrong(format!("no compute entry point `{ENTRY}`")))?;
        let (mut storage, mut lds) = (0, 0);
        for (handle, variable) in module.global_variables.iter() {
            if let Some(at) = &variable.binding {
                let fits = match variable.space {
                    AddressSpace::Uniform => at.binding == 0,
                    AddressSpace::Storage { .. } => at.binding > 0,
                    _ => false,
                };
                if at.group != 0 || !fits {
                    let variable = variable.name.as_deref().unwrap_or("unnamed");
                    return Err(wrong(format!(
                        "`{variable}` is not params at binding 0 or a storage buffer after it"
                    )));
                }
                storage = storage.max(at.binding);
            }
            let used = !info.get_entry_point(entry)[handle].is_empty();
            if variable.space == AddressSpace::WorkGroup && used {
                lds += module.types[variable.ty].inner.size(module.to_ctx());
            }
        }
        Ok(Self { name: name.into(), storage, lds, module, info })
    }

    /// Size in bytes of the params struct at binding 0, if the shader has one.
    fn params(&self) -> Option<u32> {
        let mut globals = self.module.global_variables.iter();
        let (_, variable) = globals.find(|(_, v)| v.space == AddressSpace::Uniform)?;
        Some(self.module.types[variable.ty].inner.size(self.module.to_ctx()))
    }

    /// The SPIR-V that wgpu would hand to the driver.
    ///
    /// # Errors
    /// [`Error::Shader`] if naga's writer refuses the module.
    pub fn spirv(&self, checks: Checks) -> Result<Vec<u32>> {
        let wrong = |why: String| Error::Shader { shader: self.name.clone(), why };
        let stage = (ShaderStage::Compute, ENTRY);
        let (module, info) = naga::back::pipeline_constants::process_overrides(
            &self.module,
            &self.info,
            Some(stage),
            &naga::back::PipelineConstants::default(),
        )
        .map_err(|e| wrong(e.to_string()))?;
        let pipeline = spv::PipelineOptions { shader_stage: stage.0, entry_point: stage.1.into() };
        let binding_map = (0..=self.storage).map(bound).collect();
        let options = spv::Options { binding_map, ..options(checks) };
        spv::write_vec(&module, &info, &options, Some(&pipeline)).map_err(|e| wrong(e.to_string()))
    }
}

/// A binding of group 0 stays where it is.
fn bound(binding: u32) -> (naga::ResourceBinding, spv::BindingInfo) {
    let to = spv::BindingInfo { descriptor_set: 0, binding, binding_array_size: None };
    (naga::ResourceBinding { group: 0, binding }, to)
}

/// naga's options, those that matter to compute as in wgpu-hal's Vulkan backend (`vulkan/adapter.rs`, and
/// `compile_stage` in `vulkan/device.rs`) for RADV and a device without optional features.
fn options(checks: Checks) -> spv::Options<'static> {
    let checked = checks == Checks::Checked;
    let index = if checked { BoundsCheckPolicy::Restrict } else { BoundsCheckPolicy::Unchecked };
    spv::Options {
        lang_version: (1, 6),
        flags: spv::WriterFlags::LABEL_VARYINGS | spv::WriterFlags::FORCE_POINT_SIZE,
        capabilities: Some(
            [
                spv::Capability::Shader,
                spv::Capability::Matrix,
                spv::Capability::Sampled1D,
                spv::Capability::Image1D,
                spv::Capability::ImageQuery,
                spv::Capability::DerivativeControl,
                spv::Capability::StorageImageExtendedFormats,
                spv::Capability::SampledCubeArray,
                spv::Capability::SampleRateShading,
                spv::Capability::DotProductInputAllKHR,
                spv::Capability::DotProductInput4x8BitKHR,
                spv::Capability::DotProductInput4x8BitPackedKHR,
                spv::Capability::DotProductKHR,
                spv::Capability::Int8,
            ]
            .into_iter()
            .collect(),
        ),
        bounds_check_policies: BoundsCheckPolicies {
            index,
            buffer: BoundsCheckPolicy::Unchecked, // robustBufferAccess2 does it
            image_load: BoundsCheckPolicy::Unchecked,
            binding_array: BoundsCheckPolicy::Unchecked,
        },
        zero_initialize_workgroup_memory: if checked {
            spv::ZeroInitializeWorkgroupMemoryMode::Native
        } else {
            spv::ZeroInitializeWorkgroupMemoryMode::None
        },
        force_loop_bounding: checked,
        emit_int_div_checks: checked,
        use_storage_input_output_16: false,
        fake_missing_bindings: false,
        ..spv::Options::default()
    }
}
