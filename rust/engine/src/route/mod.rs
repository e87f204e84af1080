//! Whether a plan is faster on the graphics device: the estimate behind `auto`.

mod cache;
mod measure;

use crate::plan::{Buffer, Plan};

pub(crate) use measure::calibration;

/// Seconds of the CPU below which no device is opened: opening one takes longer.
pub(crate) const TRIFLE: f64 = 0.02;
/// The device must beat the CPU by this factor, for it is shared with the desktop.
const MARGIN: f64 = 0.7;

/// Measured speed of a machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calibration {
    /// Seconds of an empty plan on the device.
    pub(crate) overhead: f64,
    /// Bytes per second between host and device.
    pub(crate) bandwidth: f64,
    /// Lane-cycles per second of the device.
    pub(crate) speed: f64,
    /// Seconds of one CPU core per second that the kernels state.
    pub(crate) cpu: f64,
}

/// Seconds on the CPU as the kernels state them, spread over `threads` threads.
pub(crate) fn cpu_seconds(plan: &Plan<'_>, threads: usize) -> f64 {
    let stages = plan.work().map(|s| s.cpu_ns() * s.items as f64 * 1e-9);
    stages.sum::<f64>() / threads as f64
}

impl Calibration {
    /// A device on which nothing pays.
    pub(crate) const NEVER: Self =
        Self { overhead: f64::INFINITY, bandwidth: 1.0, speed: 1.0, cpu: 1.0 };

    /// Seconds on the device.
    fn device_seconds(&self, plan: &Plan<'_>) -> f64 {
        let moved = plan.buffers.iter().map(|buffer| match buffer {
            Buffer::Input(words) => words.len(),
            Buffer::Output { words, keep: true } => *words,
            Buffer::Output { .. } | Buffer::Scratch => 0,
        });
        let bytes = 4.0 * moved.sum::<usize>() as f64;
        let cycles: f64 = plan.work().map(|s| s.lane_cycles() * s.items as f64).sum();
        self.overhead + bytes / self.bandwidth + cycles / self.speed
    }

    /// Whether the plan belongs on the device.
    pub(crate) fn pays(&self, plan: &Plan<'_>, threads: usize) -> bool {
        let (device, cpu) = (self.device_seconds(plan), self.cpu * cpu_seconds(plan, threads));
        log::trace!("estimate: {device:.6} s on the device, {cpu:.6} s on the CPU");
        device < MARGIN * cpu
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::work;

    const CARD: Calibration =
        Calibration { overhead: 1e-4, bandwidth: 2e10, speed: 7e12, cpu: 1.0 };

    #[test]
    fn large_work_goes_to_a_card_and_small_work_stays() {
        let data = work::Data::new(100_000);
        assert!(CARD.pays(&work::paths(&data, 100_000), 16));
        assert!(!CARD.pays(&work::paths(&data, 16), 16));
        assert!(!CARD.pays(&Plan::new(), 1));
        assert!(!Calibration::NEVER.pays(&work::paths(&data, 100_000), 1));
    }

    #[test]
    fn a_slow_device_or_a_slow_bus_loses() {
        let data = work::Data::new(100_000);
        let (heavy, light) = (work::paths(&data, 100_000), work::normals(&data, 100_000));
        assert!(!Calibration { speed: 8e9, ..CARD }.pays(&heavy, 2));
        assert!(!Calibration { bandwidth: 1e8, ..CARD }.pays(&light, 2));
    }
}
