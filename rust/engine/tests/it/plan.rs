//! What a plan refuses, and what it says then.

use crate::Test;
use crate::common::{FOLD, MIX, Mix, SPREAD, Tiled, mix, words};
use bytemuck::Zeroable;
use hyperphysics_engine::{BufferId, Plan};
use hyperphysics_kernels::spec::Kernel;

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![
    shapes_are_checked,
    tiled_buffers_hold_whole_tiles,
    data_flows_one_way,
    one_buffer_is_not_read_and_written_at_once,
    scratch_keeps_its_shape
];

const N: Tiled = Tiled { items: 0, n: 5, pad: [0; 2] };

fn refused<P: bytemuck::Pod>(
    plan: &mut Plan<'_>,
    kernel: &'static Kernel,
    params: &P,
    ids: &[BufferId],
    why: &str,
) {
    let error = plan.step(kernel, params, ids).expect_err(why).to_string();
    assert!(error.contains(why) && error.contains(kernel.name), "{error}: not {why}");
}

fn shapes_are_checked() {
    let (many, few) = (words(30), words(7));
    let mut plan = Plan::new();
    let (rows, table) = (plan.input(&many), plan.input(&few));
    let (out, short) = (plan.output(20), plan.output(19));
    refused(&mut plan, &MIX, &mix(0), &[rows, table, out], "needs a stage");
    plan.stage(10);
    refused(&mut plan, &MIX, &mix(0), &[rows, table], "2 buffers, expected 3");
    refused(&mut plan, &MIX, &[0u32; 8], &[rows, table, out], "32 bytes, expected 16");
    refused(&mut plan, &MIX, &mix(0), &[rows, table, short], "has 19 words, expected 20");
    refused(&mut plan, &MIX, &mix(0), &[table, table, out], "`words`");
    refused(&mut plan, &FOLD, &Tiled::zeroed(), &[rows, out], "owns no words");
    plan.step(&MIX, &mix(0), &[rows, table, out]).unwrap();
}

fn tiled_buffers_hold_whole_tiles() {
    let mut plan = Plan::new();
    let x = plan.input(&[0u32; 10]);
    let (tiled, odd) = (plan.output(5 * 16), plan.output(5 * 16 - 1));
    plan.stage(10);
    refused(&mut plan, &SPREAD, &N, &[x, odd], "expected 50 (tiled: 80)");
    plan.step(&SPREAD, &N, &[x, tiled]).unwrap();
}

fn data_flows_one_way() {
    let (many, few) = (words(30), words(20));
    let mut plan = Plan::new();
    let (rows, table) = (plan.input(&many), plan.input(&few));
    let (a, b, scratch) = (plan.output(20), plan.output(20), plan.scratch());
    let p = Mix { size: 20, ..mix(0) };
    plan.stage(10);
    refused(&mut plan, &MIX, &p, &[rows, table, table], "is an input");
    refused(&mut plan, &MIX, &p, &[rows, a, b], "no step has written");
    refused(&mut plan, &MIX, &p, &[rows, scratch, b], "no step of this stage has written");
    plan.step(&MIX, &p, &[rows, table, a]).unwrap();
    refused(&mut plan, &MIX, &p, &[rows, table, a], "written by two steps");
    refused(&mut plan, &MIX, &p, &[rows, a, b], "complete only in the next stage");
    plan.step(&MIX, &p, &[rows, table, scratch]).unwrap();
    plan.stage(10);
    refused(&mut plan, &MIX, &p, &[rows, scratch, b], "no step of this stage has written");
    plan.step(&MIX, &p, &[rows, a, b]).unwrap();
}

fn one_buffer_is_not_read_and_written_at_once() {
    let mut plan = Plan::new();
    let x = plan.input(&[0u32; 10]);
    let (samples, sum) = (plan.scratch(), plan.output(10));
    plan.stage(10).step(&SPREAD, &N, &[x, samples]).unwrap();
    plan.step(&FOLD, &N, &[samples, sum]).unwrap();
    refused(&mut plan, &FOLD, &Tiled { n: 1, ..N }, &[samples, samples], "scratch");
}

fn scratch_keeps_its_shape() {
    let mut plan = Plan::new();
    let x = plan.input(&[0u32; 10]);
    let (samples, sum) = (plan.scratch(), plan.output(10));
    plan.stage(10).step(&SPREAD, &N, &[x, samples]).unwrap();
    refused(&mut plan, &FOLD, &Tiled { n: 4, ..N }, &[samples, sum], "scratch written as");
}
