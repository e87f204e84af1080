//! Opening an adapter, and hearing what it says.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use wgpu::{Adapter, DeviceDescriptor, ErrorFilter, Limits, Queue};

use super::failure::Failure;
use crate::error::message;
use crate::lock::lock;
use crate::options::BINDING;

/// Largest buffer that is asked for: offsets of a chunk stay below 2^32.
const BUFFER: u64 = 1 << 32;

/// An open device.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) device: wgpu::Device,
    pub(super) queue: Queue,
    pub(super) limits: Limits,
    lost: Arc<Mutex<Option<String>>>,
    stray: Arc<Mutex<Option<String>>>,
}

/// Limits to ask an adapter for: its own, no better than the portable contract of the kernels,
/// so that what runs here runs everywhere.
fn contract(own: &Limits) -> Result<Limits, String> {
    let mut limits = own.clone();
    let least = |name: &str, has: u64, needs: u64| {
        if has < needs { Err(format!("{name} is {has}, needed are {needs}")) } else { Ok(()) }
    };
    let mut clamp = |field: fn(&mut Limits) -> &mut u32, name: &str, needs: u32| {
        let has = field(&mut limits);
        least(name, u64::from(*has), u64::from(needs))?;
        *has = needs;
        Ok::<(), String>(())
    };
    clamp(|l| &mut l.max_storage_buffers_per_shader_stage, "storage buffers per stage", 8)?;
    clamp(|l| &mut l.max_compute_invocations_per_workgroup, "threads per workgroup", 256)?;
    clamp(|l| &mut l.max_compute_workgroup_size_x, "workgroup width", 256)?;
    clamp(|l| &mut l.max_compute_workgroup_storage_size, "workgroup memory", 32 << 10)?;
    clamp(|l| &mut l.max_compute_workgroups_per_dimension, "workgroups", 65_535)?;
    least("largest binding", limits.max_storage_buffer_binding_size, BINDING)?;
    limits.max_storage_buffer_binding_size = BINDING;
    least("largest buffer", limits.max_buffer_size, BINDING)?;
    limits.max_buffer_size = limits.max_buffer_size.min(BUFFER);
    let aligned = |has: u32| if has > 256 { Err(format!("alignment is {has}")) } else { Ok(256) };
    limits.min_storage_buffer_offset_alignment =
        aligned(limits.min_storage_buffer_offset_alignment)?;
    limits.min_uniform_buffer_offset_alignment =
        aligned(limits.min_uniform_buffer_offset_alignment)?;
    Ok(limits)
}

impl Opened {
    /// Opens an adapter, or says why it cannot be used.
    pub(super) fn open(adapter: &Adapter) -> Result<Self, String> {
        let limits = contract(&adapter.limits())?;
        let descriptor = DeviceDescriptor {
            label: Some("hyperphysics"),
            required_limits: limits.clone(),
            ..DeviceDescriptor::default()
        };
        let request = AssertUnwindSafe(|| pollster::block_on(adapter.request_device(&descriptor)));
        let (device, queue) = catch_unwind(request)
            .map_err(|panic| message(&*panic))?
            .map_err(|error| error.to_string())?;
        let (lost, stray) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(None)));
        let heard = Arc::clone(&lost);
        device.set_device_lost_callback(move |reason, text| {
            *lock(&heard) = Some(format!("{reason:?} {text}").trim().to_owned());
        });
        let heard = Arc::clone(&stray);
        // wgpu's own handler panics.
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            lock(&heard).get_or_insert(error.to_string());
        }));
        Ok(Self { device, queue, limits, lost, stray })
    }

    /// Whether the device was lost or an error fell outside of every scope.
    pub(super) fn healthy(&self) -> Result<(), Failure> {
        if let Some(why) = lock(&self.lost).clone() {
            return Err(Failure::Lost(why));
        }
        lock(&self.stray).take().map_or(Ok(()), |why| Err(Failure::Rejected(why)))
    }

    /// Calls wgpu and turns whatever it reports into a failure.
    pub(super) fn guarded<T>(&self, call: impl FnOnce() -> T) -> Result<T, Failure> {
        let filters = [ErrorFilter::OutOfMemory, ErrorFilter::Internal, ErrorFilter::Validation];
        let [memory, internal, validation] = filters.map(|f| self.device.push_error_scope(f));
        let value = call();
        // Innermost first. On native backends the answer is there at once.
        let validation = pollster::block_on(validation.pop());
        let internal = pollster::block_on(internal.pop());
        let memory = pollster::block_on(memory.pop());
        self.healthy()?;
        if let Some(error) = memory {
            return Err(Failure::Memory(error.to_string()));
        }
        if let Some(error) = validation.or(internal) {
            return Err(Failure::Rejected(error.to_string()));
        }
        Ok(value)
    }
}
