//! A plan on the device, from upload to read-back.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use wgpu::{Buffer, BufferUsages};

use super::Gpu;
use super::failure::Failure;
use super::limits::fits;
use super::transfer::staging_bytes;
use crate::plan::{Buffer as Planned, Outputs, Plan};
use crate::report::{Backend, Count, Report};

/// Usage of every buffer that a kernel sees.
pub(super) const STORAGE: BufferUsages =
    BufferUsages::STORAGE.union(BufferUsages::COPY_DST).union(BufferUsages::COPY_SRC);
/// Usage of the buffer that the host reads.
const STAGING: BufferUsages = BufferUsages::MAP_READ.union(BufferUsages::COPY_DST);

impl Gpu {
    /// Runs a plan with at most `cap` items per chunk.
    pub(super) fn attempt(
        &mut self,
        plan: &Plan<'_>,
        cap: usize,
        cancel: &AtomicBool,
        counts: &mut Report,
    ) -> Result<Outputs, Failure> {
        self.opened.healthy()?;
        self.submitted = 0;
        self.pool.begin();
        fits(plan)?;
        let kept: Vec<(usize, usize)> = kept(plan).collect();
        let total: usize = kept.iter().map(|(_, words)| 4 * words).sum();
        let staging = self.pool.lend(&self.opened, STAGING, staging_bytes(total) as u64)?;
        let began = Instant::now();
        let mut buffers: Vec<Option<Buffer>> = Vec::with_capacity(plan.buffers.len());
        let mut uploaded = 0;
        for buffer in &plan.buffers {
            let words = match buffer {
                Planned::Input(data) => data.len(),
                Planned::Output { words, .. } => *words,
                Planned::Scratch => {
                    buffers.push(None);
                    continue;
                }
            };
            let lent = self.pool.lend(&self.opened, STORAGE, 4 * words as u64)?;
            if let Planned::Input(data) = buffer {
                self.upload(data, &lent, cancel)?;
                uploaded += words as u64;
            }
            buffers.push(Some(lent));
        }
        let count = |items, began: Instant| Count { items, chunks: 1, time: began.elapsed() };
        counts.stage("(upload)".into(), Backend::Vulkan, count(uploaded, began));
        for stage in plan.work() {
            let began = Instant::now();
            let chunks = self.stage(plan, stage, &mut buffers, cap, cancel)?;
            let count = Count { items: stage.items as u64, chunks, time: began.elapsed() };
            counts.stage(stage.name(), Backend::Vulkan, count);
        }
        let began = Instant::now();
        let sources = kept.iter().filter_map(|&(id, words)| Some((buffers[id].as_ref()?, words)));
        let words = self.download(&sources.collect::<Vec<_>>(), &staging, cancel)?;
        counts.stage("(download)".into(), Backend::Vulkan, count(total as u64 / 4, began));
        let mut outputs: Vec<Option<Vec<u32>>> = plan.buffers.iter().map(|_| None).collect();
        for ((id, _), words) in kept.into_iter().zip(words) {
            outputs[id] = Some(words);
        }
        buffers.into_iter().flatten().chain([staging]).for_each(|b| self.pool.give(b));
        Ok(Outputs(outputs))
    }
}

/// Outputs that are read back, with their words.
fn kept(plan: &Plan<'_>) -> impl Iterator<Item = (usize, usize)> {
    plan.buffers.iter().enumerate().filter_map(|(id, buffer)| match buffer {
        Planned::Output { words, keep: true } => Some((id, *words)),
        _ => None,
    })
}
