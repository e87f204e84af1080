//! The measurements behind a [`Calibration`]: a fraction of a second, once per machine.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use hyperphysics_kernels::simd;

use super::{Calibration, cache, cpu_seconds};
use crate::cpu::Cpu;
use crate::report::{Backend, Report};
use crate::vulkan::{Failure, Gpu};

/// Seconds of a measurement that drown the clock and the launch.
const LONG: f64 = 0.01;
/// Items at which a measurement ends anyway.
const MANY: usize = 1 << 19;

/// What this machine reaches: remembered from an earlier measurement, else measured now.
pub(crate) fn calibration(
    gpu: &mut Gpu,
    cpu: &Cpu,
    folder: Option<&Path>,
) -> Result<Calibration, Failure> {
    let key = format!(
        "{} / {} / {} / {}",
        gpu.device.name,
        gpu.device.driver,
        simd::level().name(),
        env!("CARGO_PKG_VERSION")
    );
    if let Some(known) = cache::load(folder, &key) {
        return Ok(known);
    }
    let measured = measure(gpu, cpu)?;
    log::debug!("calibrated {key}: {measured:?}");
    cache::save(folder, &key, &measured);
    Ok(measured)
}

fn measure(gpu: &mut Gpu, cpu: &Cpu) -> Result<Calibration, Failure> {
    let data = work::Data::new(MANY);
    let go = AtomicBool::new(false);
    let mut on_device = |plan| {
        let (mut report, began) = (Report::default(), Instant::now());
        gpu.run(&plan, &go, &mut report)?;
        Ok::<_, Failure>((report, began.elapsed().as_secs_f64()))
    };
    // The first runs compile, allocate and find their chunk size.
    on_device(work::normals(&data, 64))?;
    let overhead = on_device(work::normals(&data, 64))?.1;
    on_device(work::normals(&data, MANY))?;
    let (moved, _) = on_device(work::normals(&data, MANY))?;
    let transfers =
        ["(upload)", "(download)"].map(|name| moved.stages[&(name.into(), Backend::Vulkan)]);
    let bytes: u64 = transfers.iter().map(|t| 4 * t.items).sum();
    let seconds: f64 = transfers.iter().map(|t| t.time.as_secs_f64()).sum();
    let (mut items, mut speed) = (1024, 0.0);
    loop {
        let plan = work::paths(&data, items);
        let cycles: f64 = plan.work().map(|s| s.lane_cycles() * s.items as f64).sum();
        let (report, _) = on_device(plan)?;
        let taken = report.stages[&("fhs_paths".to_owned(), Backend::Vulkan)].time.as_secs_f64();
        speed = f64::max(speed, cycles / taken);
        if taken > LONG || items >= MANY {
            break;
        }
        items *= 4;
    }
    let mut items = 64;
    let cpu = loop {
        let plan = work::paths(&data, items);
        let stated = cpu_seconds(&plan, cpu.threads());
        let began = Instant::now();
        let run = cpu.run(&plan, &go, &mut Report::default());
        run.map_err(|error| Failure::Rejected(error.to_string()))?;
        let taken = began.elapsed().as_secs_f64();
        if taken > LONG || items >= MANY {
            break taken / stated;
        }
        items *= 4;
    };
    Ok(Calibration { overhead, bandwidth: bytes as f64 / seconds, speed, cpu })
}

/// Plans to measure with: the kernel that computes most, and one that moves much.
pub(super) mod work {
    use hyperphysics_kernels::gpu::{fhs_paths, normals};

    use crate::plan::Plan;

    /// Rows of the residual stream.
    const ROWS: u32 = 4096;
    /// Rows of a window.
    const WINDOW: u32 = 1000;
    /// Paths and their steps.
    const SHAPE: (u32, u32) = (256, 12);

    /// Inputs; their values do not matter to the time.
    pub(in crate::route) struct Data {
        residuals: Vec<f32>,
        draws: Vec<u32>,
        start: Vec<u32>,
        affine: Vec<f32>,
        seasons: Vec<f32>,
    }

    impl Data {
        /// Inputs for up to `items` items.
        pub(in crate::route) fn new(items: usize) -> Self {
            let scattered = |i: u32, n: u32| i.wrapping_mul(0x9e37_79b9) % n;
            Self {
                residuals: (0..ROWS).map(|i| scattered(i, 401) as f32 * 0.01 - 2.0).collect(),
                draws: (0..SHAPE.0 * SHAPE.1).map(|i| scattered(i, WINDOW)).collect(),
                start: (0..items as u32).map(|i| i % (ROWS - WINDOW)).collect(),
                affine: [1.0, 0.0].repeat(items),
                seasons: vec![1.0; items * SHAPE.1 as usize],
            }
        }
    }

    /// Much to compute, nothing to read back.
    pub(in crate::route) fn paths(data: &Data, items: usize) -> Plan<'_> {
        let mut plan = Plan::new();
        let inputs = [plan.input(&data.residuals), plan.input(&data.draws)];
        let each = [plan.input(&data.start[..items]), plan.input(&data.affine[..2 * items])];
        let seasons = plan.input(&data.seasons[..items * SHAPE.1 as usize]);
        let buffers = [inputs[0], inputs[1], each[0], each[1], seasons, plan.scratch()];
        let params = fhs_paths::Params::new(WINDOW, SHAPE.1, SHAPE.0, 0.94);
        plan.stage(items).step(&fhs_paths::KERNEL, &params, &buffers).expect("a plan that fits");
        plan
    }

    /// Little to compute, much to read back.
    pub(in crate::route) fn normals(data: &Data, items: usize) -> Plan<'_> {
        let mut plan = Plan::new();
        let blocks = plan.input(&data.start[..items]);
        let buffers = [blocks, plan.output(4 * items), plan.output(4 * items)];
        let params: normals::Params = bytemuck::Zeroable::zeroed();
        plan.stage(items).step(&normals::KERNEL, &params, &buffers).expect("a plan that fits");
        plan
    }
}
