//! Buffers that outlive a plan.

use wgpu::{Buffer, BufferDescriptor, BufferUsages};

use super::device::Opened;
use super::failure::Failure;

/// Plans that a free buffer waits for its next use.
const KEEP: u64 = 4;

/// Buffers of one device: those lent to the running plan and those free for the next.
#[derive(Debug)]
pub(super) struct Pool {
    budget: u64,
    lent: u64,
    plans: u64,
    free: Vec<Free>,
}

/// A buffer that waits.
#[derive(Debug)]
struct Free {
    buffer: Buffer,
    /// Number of the plan that gave it back.
    since: u64,
}

/// Bytes allocated for a buffer of `bytes`: up to a quarter more, so that plans of nearly the
/// same size share buffers.
pub(super) fn rounded(bytes: u64) -> u64 {
    bytes.next_multiple_of((bytes.next_power_of_two() / 8).max(256))
}

impl Pool {
    pub(super) const fn new(budget: u64) -> Self {
        Self { budget, lent: 0, plans: 0, free: Vec::new() }
    }

    /// Begins a plan: forgets what a failed one did not give back, drops what waits in vain.
    pub(super) fn begin(&mut self) {
        (self.lent, self.plans) = (0, self.plans + 1);
        self.free.retain(|free| free.since + KEEP >= self.plans);
    }

    /// Bytes that may still be lent.
    pub(super) const fn room(&self) -> u64 {
        self.budget.saturating_sub(self.lent)
    }

    /// Lends a buffer of at least `bytes` bytes; with rounding and reuse it may be half as large
    /// again (and 256 bytes).
    pub(super) fn lend(
        &mut self,
        opened: &Opened,
        usage: BufferUsages,
        bytes: u64,
    ) -> Result<Buffer, Failure> {
        let size = rounded(bytes.max(4));
        if size > opened.limits.max_buffer_size {
            return Err(Failure::Unfit(format!("a buffer of {size} bytes")));
        }
        if size > self.room() {
            let needed = self.lent + size;
            return Err(Failure::Unfit(format!("{needed} bytes, budget {}", self.budget)));
        }
        let bytes_of = |free: &Free| free.buffer.size();
        let fits = |free: &Free| {
            free.buffer.usage() == usage && (size..=size + size / 8).contains(&bytes_of(free))
        };
        let best = (0..self.free.len()).filter(|&i| fits(&self.free[i]));
        let buffer = if let Some(i) = best.min_by_key(|&i| bytes_of(&self.free[i])) {
            self.free.remove(i).buffer
        } else {
            while self.held() + size > self.budget && !self.free.is_empty() {
                self.free.remove(0);
            }
            let descriptor =
                BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
            opened.guarded(|| opened.device.create_buffer(&descriptor))?
        };
        self.lent += buffer.size();
        Ok(buffer)
    }

    /// Bytes lent and free.
    fn held(&self) -> u64 {
        self.lent + self.free.iter().map(|free| free.buffer.size()).sum::<u64>()
    }

    /// Takes a buffer back.
    pub(super) fn give(&mut self, buffer: Buffer) {
        self.lent -= buffer.size();
        self.free.push(Free { buffer, since: self.plans });
    }

    /// Drops every free buffer.
    pub(super) fn clear(&mut self) {
        self.free.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DeviceSelector;
    use crate::vulkan::adapter::adapters;

    fn null_device() -> Opened {
        let (_, found) = adapters(&DeviceSelector::Noop);
        Opened::open(&found[0].adapter).expect("the null backend opens")
    }

    #[test]
    fn buffers_are_reused_kept_in_budget_and_dropped_when_idle() {
        let (opened, usage) = (null_device(), BufferUsages::STORAGE);
        let mut pool = Pool::new(10_000);
        pool.begin();
        let first = pool.lend(&opened, usage, 4000).expect("room");
        let same = first.clone();
        pool.give(first);
        let again = pool.lend(&opened, usage, 3900).expect("room");
        assert_eq!(again, same);
        let other = pool.lend(&opened, BufferUsages::UNIFORM, 4000).expect("room");
        assert_ne!(other, same);
        assert!(matches!(pool.lend(&opened, usage, 4000), Err(Failure::Unfit(_))));
        pool.give(again);
        pool.give(other);
        let large = pool.lend(&opened, usage, 8000).expect("idle buffers make room");
        assert!(pool.held() <= 10_000);
        pool.give(large);
        (0..=KEEP + 1).for_each(|_| pool.begin());
        assert_eq!(pool.held(), 0);
    }

    #[test]
    fn rounding_stays_below_a_quarter() {
        for bytes in (1..5000).chain([1 << 20, (1 << 20) + 1, 12_345_678]) {
            let size = rounded(bytes);
            assert!(size >= bytes && size <= bytes + bytes / 4 + 256, "{bytes} {size}");
            assert_eq!(size % 4, 0);
        }
    }
}
