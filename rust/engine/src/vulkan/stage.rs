//! A stage: chunk after chunk, two submissions in flight.

use std::num::NonZeroU64;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use hyperphysics_kernels::spec::{Extent, LANES, tiles};
use wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindingResource, Buffer, BufferBinding,
    BufferUsages, CommandEncoderDescriptor, ComputePassDescriptor, SubmissionIndex,
};

use super::Gpu;
use super::failure::{Failure, go_on};
use super::limits::{most, words};
use super::pipelines::Pipeline;
use super::run::STORAGE;
use crate::plan::{CHUNK, Plan, Stage, Step, span};
use crate::test_hooks::Fault;

/// Distance of two params in their buffer: the strictest alignment of a uniform binding.
const SLOT: usize = 256;
/// What the chunks of a stage share.
struct Context<'p> {
    plan: &'p Plan<'p>,
    stage: &'p Stage,
    pipelines: Vec<Arc<Pipeline>>,
    params: Buffer,
}

impl Gpu {
    /// Runs a stage; returns the number of its chunks. `buffers` holds inputs and outputs, by
    /// buffer.
    pub(super) fn stage(
        &mut self,
        plan: &Plan<'_>,
        stage: &Stage,
        buffers: &mut [Option<Buffer>],
        cap: usize,
        cancel: &AtomicBool,
    ) -> Result<u64, Failure> {
        let pipelines = stage.steps.iter().map(|s| self.pipelines.get(&self.opened, s.kernel));
        let pipelines = pipelines.collect::<Result<Vec<_>, _>>()?;
        let usage = BufferUsages::UNIFORM | BufferUsages::COPY_DST;
        let params = self.pool.lend(&self.opened, usage, (SLOT * stage.steps.len()) as u64)?;
        let context = Context { plan, stage, pipelines, params };
        let cap = most(plan, stage, self.pool.room())?.min(cap.max(CHUNK));
        self.blank(plan, stage, buffers)?;
        let name = stage.name();
        let mut sizer = self.speeds.sizer(&name, stage.lane_cycles(), cap, self.chunk);
        let mut running: Option<(SubmissionIndex, usize, Instant)> = None;
        let (mut first, mut room, mut chunks) = (0, 0, 0);
        let mut idle = Instant::now();
        loop {
            let next = if first < stage.items {
                go_on(cancel)?;
                self.inject()?;
                let chunk = first..(first + sizer.next()).min(stage.items);
                if chunk.len() > room {
                    room = chunk.len().next_multiple_of(CHUNK);
                    self.scratch(plan, stage, buffers, room)?;
                }
                self.largest = self.largest.max(chunk.len());
                first = chunk.end;
                chunks += 1;
                Some((self.submit(&context, buffers, &chunk)?, chunk.len(), Instant::now()))
            } else {
                None
            };
            let ended = next.is_none();
            if let Some((submission, items, sent)) = std::mem::replace(&mut running, next) {
                self.wait(submission)?;
                let now = Instant::now();
                sizer.took(items, (now - sent.max(idle)).as_secs_f64());
                idle = now;
            }
            if ended {
                break;
            }
        }
        self.speeds.learn(name, &sizer);
        self.pool.give(context.params);
        for (id, _) in stage.written().filter(|&(id, _)| !plan.is_output(id)) {
            buffers[id].take().into_iter().for_each(|b| self.pool.give(b));
        }
        Ok(chunks)
    }

    /// Zeroes the last tile of outputs that hold whole tiles, so that no word of an earlier plan
    /// shows where a kernel writes nothing.
    fn blank(
        &self,
        plan: &Plan<'_>,
        stage: &Stage,
        buffers: &[Option<Buffer>],
    ) -> Result<(), Failure> {
        let padded = |&(id, n): &(usize, usize)| words(plan, id) > n * stage.items;
        let padded: Vec<_> = stage.written().filter(padded).collect();
        if padded.is_empty() {
            return Ok(());
        }
        let opened = &self.opened;
        opened.guarded(|| {
            let descriptor = CommandEncoderDescriptor::default();
            let mut encoder = opened.device.create_command_encoder(&descriptor);
            for (id, n) in padded {
                let first = n * (stage.items - stage.items % LANES);
                let bytes = 4 * (words(plan, id) - first) as u64;
                if let Some(buffer) = &buffers[id] {
                    encoder.clear_buffer(buffer, 4 * first as u64, Some(bytes));
                }
            }
            opened.queue.submit([encoder.finish()]);
        })
    }

    /// Lends scratch for chunks of `items` items in place of what the stage had.
    fn scratch(
        &mut self,
        plan: &Plan<'_>,
        stage: &Stage,
        buffers: &mut [Option<Buffer>],
        items: usize,
    ) -> Result<(), Failure> {
        for (id, n) in stage.written().filter(|&(id, _)| !plan.is_output(id)) {
            buffers[id].take().into_iter().for_each(|b| self.pool.give(b));
            let bytes = 4 * (n * items) as u64;
            buffers[id] = Some(self.pool.lend(&self.opened, STORAGE, bytes)?);
        }
        Ok(())
    }

    /// Submits one chunk.
    fn submit(
        &mut self,
        context: &Context<'_>,
        buffers: &[Option<Buffer>],
        chunk: &Range<usize>,
    ) -> Result<SubmissionIndex, Failure> {
        self.submitted += 1;
        let (device, queue) = (&self.opened.device, &self.opened.queue);
        self.opened.guarded(|| {
            let steps = &context.stage.steps;
            let mut params = vec![0; SLOT * steps.len()];
            for (slot, step) in params.chunks_exact_mut(SLOT).zip(steps) {
                let bytes = step.params(chunk);
                slot[..bytes.len()].copy_from_slice(&bytes);
            }
            queue.write_buffer(&context.params, 0, &params);
            let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            for (k, (step, pipeline)) in steps.iter().zip(&context.pipelines).enumerate() {
                let group = bind(device, context, step, pipeline, buffers, chunk);
                let [x, y, z] = (step.kernel.groups)(&step.params, chunk.len() as u32);
                pass.set_pipeline(&pipeline.pipeline);
                pass.set_bind_group(0, &group, &[(SLOT * k) as u32]);
                pass.dispatch_workgroups(x, y, z);
            }
            drop(pass);
            queue.submit([encoder.finish()])
        })
    }

    /// Lets the fault of a test happen if its chunk has come.
    fn inject(&mut self) -> Result<(), Failure> {
        let Some(fault) = self.fault else { return Ok(()) };
        let (Fault::Lose(at) | Fault::Exhaust(at) | Fault::Stall(at) | Fault::Panic(at)) = fault;
        if at != self.submitted {
            return Ok(());
        }
        self.fault = None;
        match fault {
            Fault::Lose(_) => self.opened.device.destroy(),
            Fault::Exhaust(_) => return Err(Failure::Memory("injected".into())),
            Fault::Stall(_) => return Err(Failure::Timeout),
            Fault::Panic(_) => panic!("injected"),
        }
        Ok(())
    }
}

/// The buffers of a step, each with the words of the chunk.
fn bind(
    device: &wgpu::Device,
    context: &Context<'_>,
    step: &Step,
    pipeline: &Pipeline,
    buffers: &[Option<Buffer>],
    chunk: &Range<usize>,
) -> BindGroup {
    let part = |buffer, words: Range<usize>| {
        let (offset, size) = (4 * words.start as u64, NonZeroU64::new(4 * words.len() as u64));
        BindingResource::Buffer(BufferBinding { buffer, offset, size })
    };
    let params = BufferBinding {
        buffer: &context.params,
        offset: 0,
        size: NonZeroU64::new(step.params.len() as u64),
    };
    let mut entries =
        vec![BindGroupEntry { binding: 0, resource: BindingResource::Buffer(params) }];
    for (k, bound) in step.bound().enumerate() {
        let total = words(context.plan, bound.id);
        let range = match bound.extent {
            // An empty array is bound as one word that no kernel reads.
            Extent::Shared => 0..total.max(1),
            Extent::PerItem(n) if total == 0 => 0..n * tiles(chunk.len()) * LANES,
            Extent::PerItem(n) => span(total, n, context.stage.items, chunk),
        };
        if let Some(buffer) = &buffers[bound.id] {
            let binding = k as u32 + 1;
            entries.push(BindGroupEntry { binding, resource: part(buffer, range) });
        }
    }
    let (label, layout) = (Some(step.kernel.name), &pipeline.layout);
    device.create_bind_group(&BindGroupDescriptor { label, layout, entries: &entries })
}
