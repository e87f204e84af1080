//! Raw Vulkan, the only unsafe code of this crate: one compute pipeline on RADV's null device.
//!
//! The process makes one pipeline and ends; its Vulkan objects end with it.

#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::ffi::CStr;

use ash::vk;
use ash::{Device, Entry, Instance, ext, khr};

use crate::reply::{Executable, Reply};

/// Part of the device's name, in Mesa 22 to 25 alike.
const DEVICE: &str = "NAVI21";

type Attempt<T> = Result<T, Reply>;

fn failed(what: &str) -> impl Fn(vk::Result) -> Reply + '_ {
    move |e| Reply::Failed(format!("{what}: {e}"))
}

/// Compiles SPIR-V with params at binding 0 and `storage` storage buffers after it.
pub(crate) fn compile(spirv: &[u32], storage: u32) -> Reply {
    attempt(spirv, storage).map_or_else(|reply| reply, Reply::Compiled)
}

fn attempt(spirv: &[u32], storage: u32) -> Attempt<Executable> {
    // SAFETY: loading runs the initialisers of the system's Vulkan loader, which is trusted; the
    // library stays loaded because `entry` is leaked with everything made from it.
    let entry = unsafe { Entry::load() }
        .map_err(|e| Reply::NoDriver(format!("the Vulkan loader cannot be opened: {e}")))?;
    let entry = Box::leak(Box::new(entry));
    let app = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_3);
    let info = vk::InstanceCreateInfo::default().application_info(&app);
    // SAFETY: `info` and what it points to live through the call; no layers, no extensions.
    let instance = unsafe { entry.create_instance(&info, None) }
        .map_err(|e| Reply::NoDriver(format!("no Vulkan driver opens: {e}")))?;
    let (physical, name, driver) = find(&instance)?;
    let device = open(&instance, physical)?;
    let pipeline = pipeline(&device, spirv, storage)?;
    let (subgroup, statistics, assembly) = read(&instance, &device, pipeline)?;
    Ok(Executable { device: name, driver, subgroup, statistics, assembly })
}

/// The null device, its name and its driver's version.
fn find(instance: &Instance) -> Attempt<(vk::PhysicalDevice, String, String)> {
    // SAFETY: `instance` is alive.
    let all = unsafe { instance.enumerate_physical_devices() }
        .map_err(|e| Reply::NoDriver(format!("no Vulkan device: {e}")))?;
    let mut seen = Vec::new();
    for physical in all {
        let mut driver = vk::PhysicalDeviceDriverProperties::default();
        let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut driver);
        // SAFETY: `physical` comes from `instance`; the chain is made of valid, default structs.
        unsafe { instance.get_physical_device_properties2(physical, &mut properties) };
        let name = text(properties.properties.device_name_as_c_str().ok());
        if name.contains(DEVICE) {
            return Ok((physical, name, text(driver.driver_info_as_c_str().ok())));
        }
        seen.push(name);
    }
    Err(Reply::NoDriver(format!("no RADV {DEVICE} among the Vulkan devices [{}]", seen.join(", "))))
}

/// A device with the features that wgpu enables and that reach the compiler.
fn open(instance: &Instance, physical: vk::PhysicalDevice) -> Attempt<Device> {
    let queue = [vk::DeviceQueueCreateInfo::default().queue_priorities(&[1.0])];
    let extensions =
        [khr::pipeline_executable_properties::NAME.as_ptr(), ext::robustness2::NAME.as_ptr()];
    let core = vk::PhysicalDeviceFeatures::default().robust_buffer_access(true);
    let mut robust = vk::PhysicalDeviceRobustness2FeaturesEXT::default()
        .robust_buffer_access2(true)
        .robust_image_access2(true);
    let mut small = vk::PhysicalDeviceShaderFloat16Int8Features::default().shader_int8(true);
    let mut dot = vk::PhysicalDeviceShaderIntegerDotProductFeatures::default()
        .shader_integer_dot_product(true);
    let mut zero = vk::PhysicalDeviceZeroInitializeWorkgroupMemoryFeatures::default()
        .shader_zero_initialize_workgroup_memory(true);
    let mut report = vk::PhysicalDevicePipelineExecutablePropertiesFeaturesKHR::default()
        .pipeline_executable_info(true);
    let info = vk::DeviceCreateInfo::default()
        .queue_create_infos(&queue)
        .enabled_extension_names(&extensions)
        .enabled_features(&core)
        .push_next(&mut robust)
        .push_next(&mut small)
        .push_next(&mut dot)
        .push_next(&mut zero)
        .push_next(&mut report);
    // SAFETY: `physical` comes from `instance`; everything `info` points to outlives the call.
    unsafe { instance.create_device(physical, &info, None) }.map_err(failed("vkCreateDevice"))
}

/// The compute pipeline with the engine's bindings, statistics and listings kept.
fn pipeline(device: &Device, spirv: &[u32], storage: u32) -> Attempt<vk::Pipeline> {
    let slots: Vec<_> = (0..=storage)
        .map(|binding| {
            // The engine moves through the params of its chunks by dynamic offset.
            let kind = if binding == 0 {
                vk::DescriptorType::UNIFORM_BUFFER_DYNAMIC
            } else {
                vk::DescriptorType::STORAGE_BUFFER
            };
            vk::DescriptorSetLayoutBinding::default()
                .binding(binding)
                .descriptor_type(kind)
                .descriptor_count(1)
                .stage_flags(vk::ShaderStageFlags::COMPUTE)
        })
        .collect();
    let slots = vk::DescriptorSetLayoutCreateInfo::default().bindings(&slots);
    let code = vk::ShaderModuleCreateInfo::default().code(spirv);
    // SAFETY: `device` is alive, the create infos and what they point to outlive the calls. The
    // parent sends what naga's writer made of a validated module whose bindings are these.
    unsafe {
        let set = device
            .create_descriptor_set_layout(&slots, None)
            .map_err(failed("vkCreateDescriptorSetLayout"))?;
        let sets = [set];
        let layout = vk::PipelineLayoutCreateInfo::default().set_layouts(&sets);
        let layout = device
            .create_pipeline_layout(&layout, None)
            .map_err(failed("vkCreatePipelineLayout"))?;
        let module =
            device.create_shader_module(&code, None).map_err(failed("vkCreateShaderModule"))?;
        let stage = vk::PipelineShaderStageCreateInfo::default()
            .stage(vk::ShaderStageFlags::COMPUTE)
            .module(module)
            .name(c"main");
        let info = vk::ComputePipelineCreateInfo::default().layout(layout).stage(stage).flags(
            vk::PipelineCreateFlags::CAPTURE_STATISTICS_KHR
                | vk::PipelineCreateFlags::CAPTURE_INTERNAL_REPRESENTATIONS_KHR,
        );
        device
            .create_compute_pipelines(vk::PipelineCache::null(), &[info], None)
            .map(|made| made[0])
            .map_err(|(_, e)| failed("vkCreateComputePipelines")(e))
    }
}

/// Subgroup size, statistics by name, and the assembly of the pipeline's only executable.
fn read(
    instance: &Instance,
    device: &Device,
    pipeline: vk::Pipeline,
) -> Attempt<(u32, BTreeMap<String, u64>, String)> {
    let report = khr::pipeline_executable_properties::Device::new(instance, device);
    let all = vk::PipelineInfoKHR::default().pipeline(pipeline);
    let first = vk::PipelineExecutableInfoKHR::default().pipeline(pipeline);
    // SAFETY: `pipeline` was made on `device` with both capture flags; the extension is enabled.
    let (executables, numbers, mut texts) = unsafe {
        (
            report
                .get_pipeline_executable_properties(&all)
                .map_err(failed("vkGetPipelineExecutablePropertiesKHR"))?,
            report
                .get_pipeline_executable_statistics(&first)
                .map_err(failed("vkGetPipelineExecutableStatisticsKHR"))?,
            report
                .get_pipeline_executable_internal_representations(&first)
                .map_err(failed("vkGetPipelineExecutableInternalRepresentationsKHR"))?,
        )
    };
    let statistics = numbers
        .iter()
        .filter(|n| n.format == vk::PipelineExecutableStatisticFormatKHR::UINT64)
        // SAFETY: the format says which member of the union the driver wrote.
        .map(|n| (text(n.name_as_c_str().ok()), unsafe { n.value.u64 }))
        .collect();
    let mut buffers: Vec<Vec<u8>> = texts.iter().map(|t| vec![0; t.data_size]).collect();
    for (listing, buffer) in texts.iter_mut().zip(&mut buffers) {
        listing.p_data = buffer.as_mut_ptr().cast();
    }
    let mut count = texts.len() as u32;
    // SAFETY: as above; `texts` has `count` entries whose `p_data` points to `data_size` bytes of
    // `buffers`, and the driver writes no more than that.
    unsafe {
        (report.fp().get_pipeline_executable_internal_representations_khr)(
            device.handle(),
            &raw const first,
            &raw mut count,
            texts.as_mut_ptr(),
        )
    }
    .result()
    .map_err(failed("vkGetPipelineExecutableInternalRepresentationsKHR"))?;
    let assembly = texts
        .iter()
        .zip(&buffers)
        .find(|(listing, _)| text(listing.name_as_c_str().ok()) == "Assembly")
        .map(|(_, buffer)| text(CStr::from_bytes_until_nul(buffer).ok()))
        .unwrap_or_default();
    let executable = executables.first();
    let executable =
        executable.ok_or_else(|| Reply::Failed("no executable in the pipeline".into()))?;
    Ok((executable.subgroup_size, statistics, assembly))
}

fn text(from: Option<&CStr>) -> String {
    from.map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}
