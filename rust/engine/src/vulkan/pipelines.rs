//! Compute pipelines, one per kernel.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::Arc;

use hyperphysics_kernels::spec::{Access, Kernel};
use wgpu::{
    BindGroupLayout, BindGroupLayoutDescriptor, BindGroupLayoutEntry, BindingType,
    BufferBindingType, ComputePipeline, ComputePipelineDescriptor, PipelineLayoutDescriptor,
    ShaderModuleDescriptor, ShaderSource, ShaderStages,
};

use super::device::Opened;
use super::failure::Failure;
use super::init_lock::with_init_lock;

/// A kernel as the device knows it.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) layout: BindGroupLayout,
    pub(super) pipeline: ComputePipeline,
}

/// Pipelines of one device, by name and address of the source: two kernels of one name differ in it.
#[derive(Debug, Default)]
pub(super) struct Pipelines(HashMap<(&'static str, usize), Arc<Pipeline>>);

impl Pipelines {
    /// The pipeline of a kernel, compiled on first use.
    pub(super) fn get(
        &mut self,
        opened: &Opened,
        kernel: &'static Kernel,
    ) -> Result<Arc<Pipeline>, Failure> {
        let key = (kernel.name, kernel.wgsl.as_ptr().addr());
        if let Some(pipeline) = self.0.get(&key) {
            return Ok(Arc::clone(pipeline));
        }
        let compiled = with_init_lock(|| opened.guarded(|| compile(&opened.device, kernel)))
            .map_err(|failure| match failure {
                Failure::Rejected(why) => Failure::Rejected(format!("`{}`: {why}", kernel.name)),
                other => other,
            });
        let pipeline = Arc::new(compiled?);
        self.0.insert(key, Arc::clone(&pipeline));
        Ok(pipeline)
    }
}

fn compile(device: &wgpu::Device, kernel: &'static Kernel) -> Pipeline {
    let label = Some(kernel.name);
    let entry = |binding: usize, ty, dynamic, size| BindGroupLayoutEntry {
        binding: binding as u32,
        visibility: ShaderStages::COMPUTE,
        ty: BindingType::Buffer { ty, has_dynamic_offset: dynamic, min_binding_size: size },
        count: None,
    };
    let params = NonZeroU64::new(kernel.layout.size as u64);
    let mut entries = vec![entry(0, BufferBindingType::Uniform, true, params)];
    entries.extend(kernel.bindings.iter().enumerate().map(|(k, binding)| {
        let read_only = binding.access == Access::Read;
        entry(k + 1, BufferBindingType::Storage { read_only }, false, None)
    }));
    let layout =
        device.create_bind_group_layout(&BindGroupLayoutDescriptor { label, entries: &entries });
    let pipeline_layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
        label,
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    let module = device.create_shader_module(ShaderModuleDescriptor {
        label,
        source: ShaderSource::Wgsl(kernel.wgsl.into()),
    });
    let pipeline = device.create_compute_pipeline(&ComputePipelineDescriptor {
        label,
        layout: Some(&pipeline_layout),
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    Pipeline { layout, pipeline }
}
