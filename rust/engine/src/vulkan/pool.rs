//! Buffers that outlive a plan.

use wgpu::{Buffer, BufferDescriptor, BufferUsages};

use super::device::Opened;
use super::failure::Failure;

/// Buffers of one device: those lent to the running plan and those free for the next.
#[derive(Debug)]
pub(super) struct Pool {
    budget: u64,
    lent: u64,
    free: Vec<Buffer>,
}

/// Bytes allocated for a buffer of `bytes`: up to an eighth more, so that plans of nearly the
/// same size share buffers.
pub(super) fn rounded(bytes: u64) -> u64 {
    bytes.next_multiple_of((bytes.next_power_of_two() / 8).max(256))
}

impl Pool {
    pub(super) const fn new(budget: u64) -> Self {
        Self { budget, lent: 0, free: Vec::new() }
    }

    /// Bytes that may still be lent.
    pub(super) const fn room(&self) -> u64 {
        self.budget.saturating_sub(self.lent)
    }

    /// Lends a buffer of at least `bytes` bytes.
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
        let fits = |b: &Buffer| b.usage() == usage && (size..=2 * size).contains(&b.size());
        let best = (0..self.free.len()).filter(|&i| fits(&self.free[i]));
        let buffer = if let Some(i) = best.min_by_key(|&i| self.free[i].size()) {
            self.free.swap_remove(i)
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
        self.lent + self.free.iter().map(Buffer::size).sum::<u64>()
    }

    /// Takes a buffer back.
    pub(super) fn give(&mut self, buffer: Buffer) {
        self.lent -= buffer.size();
        self.free.push(buffer);
    }

    /// Drops every free buffer, and forgets those that a failed plan did not give back.
    pub(super) fn clear(&mut self) {
        self.free.clear();
        self.lent = 0;
    }
}
