//! Small kernels, for the machinery's sake: integers with a shared table, floats that are written
//! in tiles, and their sums.

pub(crate) mod cases;
pub(crate) mod faults;

use std::process::Command;
use std::sync::atomic::AtomicBool;

use bytemuck::{Pod, Zeroable, cast_slice, cast_slice_mut};
use hyperphysics_engine::{BufferId, Plan};
use hyperphysics_kernels::layout;
use hyperphysics_kernels::spec::{
    Access, Binding, Case, Elem, Extent, Kernel, LANES, Rdna2, Tolerance, Work, params, tiles,
};

const fn binding(name: &'static str, access: Access, elem: Elem) -> Binding {
    Binding { name, access, elem }
}

/// Set in a process that runs one test alone.
const ALONE: &str = "HYPERPHYSICS_TEST_ALONE";

/// Runs the test `name` in a process of its own; false in that process, which has the work to do.
///
/// # Panics
/// Panics if the test fails there, or is not there.
pub(crate) fn ran_alone(name: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return false;
    }
    let program = std::env::current_exe().expect("this program");
    let run = Command::new(program).args(["--exact", name]).env(ALONE, "1").output();
    let run = run.expect("the program runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
    true
}

/// Nobody cancels.
pub(crate) static GO: AtomicBool = AtomicBool::new(false);

fn groups(items: u32) -> [u32; 3] {
    [items.div_ceil(64), 1, 1]
}

/// Params of [`MIX`].
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub(crate) struct Mix {
    pub(crate) items: u32,
    pub(crate) seed: u32,
    pub(crate) size: u32,
    pub(crate) pad: u32,
}

fn hash(mut x: u32) -> u32 {
    x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// Hashes the three words of each item and looks a table up.
pub(crate) static MIX: Kernel = Kernel {
    name: "mix",
    wgsl: include_str!("mix.wgsl"),
    layout: layout!(Mix { items, seed, size, pad }),
    bindings: &[
        binding("words", Access::Read, Elem::U32),
        binding("table", Access::Read, Elem::U32),
        binding("mixed", Access::Write, Elem::U32),
    ],
    extents: |_| vec![Extent::PerItem(3), Extent::Shared, Extent::PerItem(2)],
    groups: |_, items| groups(items),
    cpu: |bytes, inputs, outputs| {
        let p: Mix = params(bytes);
        let rows = inputs[0].chunks_exact(3).zip(outputs[0].chunks_exact_mut(2));
        for (words, out) in rows {
            let h = words.iter().fold(hash(p.seed), |h, w| hash(h ^ w));
            out.copy_from_slice(&[h, inputs[1][(h % p.size) as usize]]);
        }
    },
    tolerance: Tolerance::EXACT,
    work: |_| Work { cpu_ns: 5.0, lane_cycles: 2000.0 },
    rdna2: Rdna2::DEFAULT,
    cases: || {
        [(1, "one item"), (100, "part of a chunk"), (1000, "many chunks")]
            .map(|(items, name)| Case {
                name,
                params: bytemuck::bytes_of(&mix(items)).to_vec(),
                items,
                inputs: vec![words(3 * items), words(7)],
            })
            .to_vec()
    },
};

/// Params of [`MIX`] for `items` items and a table of seven words.
pub(crate) fn mix(items: usize) -> Mix {
    Mix { items: items as u32, seed: 9, size: 7, pad: 0 }
}

/// Words without a pattern.
pub(crate) fn words(n: usize) -> Vec<u32> {
    (0..n as u32).map(|i| hash(i ^ 0x9e37_79b9)).collect()
}

/// Params of [`SPREAD`] and [`FOLD`].
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub(crate) struct Tiled {
    pub(crate) items: u32,
    pub(crate) n: u32,
    pub(crate) pad: [u32; 2],
}

fn tiled(bytes: &[u8]) -> usize {
    params::<Tiled>(bytes).n as usize
}

/// Turns a number into `n`, tiled.
pub(crate) static SPREAD: Kernel = Kernel {
    name: "spread",
    wgsl: include_str!("spread.wgsl"),
    layout: layout!(Tiled { items, n, pad }),
    bindings: &[
        binding("x", Access::Read, Elem::F32),
        binding("samples", Access::Write, Elem::F32),
    ],
    extents: |bytes| vec![Extent::PerItem(1), Extent::PerItem(tiled(bytes))],
    groups: |_, items| groups(items),
    cpu: |bytes, inputs, outputs| {
        let n = tiled(bytes);
        let x: &[f32] = cast_slice(inputs[0]);
        let samples: &mut [f32] = cast_slice_mut(outputs[0]);
        for (i, &x) in x.iter().enumerate() {
            for k in 0..n {
                samples[(i / LANES * n + k) * LANES + i % LANES] = x.mul_add(k as f32, 1.0);
            }
        }
    },
    tolerance: Tolerance { absolute: 0.0, relative: 1e-6, reason: "one fma" },
    work: |bytes| Work { cpu_ns: tiled(bytes) as f64, lane_cycles: tiled(bytes) as f64 },
    rdna2: Rdna2::DEFAULT,
    cases: Vec::new,
};

/// Adds tiled numbers up.
pub(crate) static FOLD: Kernel = Kernel {
    name: "fold",
    wgsl: include_str!("fold.wgsl"),
    layout: layout!(Tiled { items, n, pad }),
    bindings: &[
        binding("samples", Access::Read, Elem::F32),
        binding("sum", Access::Write, Elem::F32),
    ],
    extents: |bytes| vec![Extent::PerItem(tiled(bytes)), Extent::PerItem(1)],
    groups: |_, items| groups(items),
    cpu: |bytes, inputs, outputs| {
        let n = tiled(bytes);
        let samples: &[f32] = cast_slice(inputs[0]);
        for (i, sum) in outputs[0].iter_mut().enumerate() {
            let at = |k: usize| samples[(i / LANES * n + k) * LANES + i % LANES];
            *sum = (0..n).map(at).fold(0.0, |a, b| a + b).to_bits();
        }
    },
    tolerance: Tolerance { absolute: 0.0, relative: 1e-6, reason: "sums in the same order" },
    work: |bytes| Work { cpu_ns: tiled(bytes) as f64, lane_cycles: tiled(bytes) as f64 },
    rdna2: Rdna2::DEFAULT,
    cases: || {
        vec![Case {
            name: "a tile and a part",
            params: bytemuck::bytes_of(&Tiled { items: 19, n: 5, pad: [0; 2] }).to_vec(),
            items: 19,
            inputs: vec![(0..tiles(19) * LANES * 5).map(|i| (i as f32).to_bits()).collect()],
        }]
    },
};

/// What [`FAULTY`] cannot stand.
pub(crate) const POISON: u32 = 0xdead_beef;

/// A kernel whose twin panics where it reads [`POISON`].
pub(crate) static FAULTY: Kernel = Kernel {
    name: "faulty",
    cpu: |_, inputs, _| assert!(!inputs[0].contains(&POISON), "a poisoned word"),
    ..MIX
};

/// Inputs of [`plan`].
pub(crate) struct Data {
    pub(crate) words: Vec<u32>,
    pub(crate) table: Vec<u32>,
    pub(crate) x: Vec<f32>,
    pub(crate) items: usize,
}

impl Data {
    pub(crate) fn new(items: usize) -> Self {
        let x = words(items).iter().map(|w| (*w as f32) * 2.0f32.powi(-32)).collect();
        Self { words: words(3 * items), table: words(7), x, items }
    }
}

/// Outputs of [`plan`].
#[derive(Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) mixed: BufferId,
    pub(crate) sum: BufferId,
    pub(crate) again: BufferId,
}

/// Two stages: `spread` and `fold` through scratch beside `mix`, then `mix` of what they made.
pub(crate) fn plan(data: &Data) -> (Plan<'_>, Ids) {
    let n = data.items;
    let mut plan = Plan::new();
    let (words, table) = (plan.input(&data.words), plan.input(&data.table));
    let x = plan.input(&data.x);
    let (mixed, sum) = (plan.output(2 * n), plan.output(n));
    let (samples, link, again) = (plan.scratch(), plan.between(2 * n), plan.output(2 * n));
    let tiled = Tiled { items: 0, n: 37, pad: [0; 2] };
    plan.stage(n)
        .step(&SPREAD, &tiled, &[x, samples])
        .and_then(|p| p.step(&MIX, &mix(0), &[words, table, mixed]))
        .and_then(|p| p.step(&FOLD, &tiled, &[samples, sum]))
        .and_then(|p| p.step(&MIX, &Mix { seed: 1, ..mix(0) }, &[words, table, link]))
        .expect("first stage");
    let size = 2 * n.max(1) as u32;
    plan.stage(n).step(&MIX, &Mix { size, ..mix(0) }, &[words, link, again]).expect("second stage");
    (plan, Ids { mixed, sum, again })
}
