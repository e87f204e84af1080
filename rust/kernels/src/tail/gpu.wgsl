// One workgroup per tile: sixteen samples, sixteen threads each. Thread `part * 16 + lane` sees
// the rows `r ≡ part (mod 16)` of its sample and adds them as the CPU twin does.
struct Params {
    items: u32,
    samples: u32,
    rank_95: u32,
    rank_97: u32,
    rank_99: u32,
    mass_95: f32,
    mass_97: f32,
    mass_99: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sample: array<f32>;
@group(0) @binding(2) var<storage, read_write> measures: array<f32>;

const LANES = 16u;
const LEVELS = 3u;

var<workgroup> counts: array<atomic<u32>, 48>;
var<workgroup> partial: array<f32, 256>;

// Unsigned integer in the order of the values.
fn key(x: f32) -> u32 {
    let bits = bitcast<u32>(x);
    return bits ^ select(0x80000000u, 0xffffffffu, (bits >> 31u) == 1u);
}

fn value(k: u32) -> f32 {
    return bitcast<f32>(k ^ select(0xffffffffu, 0x80000000u, (k >> 31u) == 1u));
}

// Sums of the threads' counts over the parts of each lane, level by level.
fn counted(thread: u32, lane: u32, own: vec3<u32>) -> vec3<u32> {
    if thread < LEVELS * LANES {
        atomicStore(&counts[thread], 0u);
    }
    workgroupBarrier();
    atomicAdd(&counts[lane], own.x);
    atomicAdd(&counts[LANES + lane], own.y);
    atomicAdd(&counts[2u * LANES + lane], own.z);
    workgroupBarrier();
    let all = vec3<u32>(
        atomicLoad(&counts[lane]),
        atomicLoad(&counts[LANES + lane]),
        atomicLoad(&counts[2u * LANES + lane]),
    );
    workgroupBarrier();
    return all;
}

// Sum over the parts of a lane: p + 8, p + 4, p + 2, p + 1.
fn summed(thread: u32, lane: u32, own: f32) -> f32 {
    partial[thread] = own;
    for (var half = 8u; half > 0u; half >>= 1u) {
        workgroupBarrier();
        if thread < half * LANES {
            partial[thread] += partial[thread + half * LANES];
        }
    }
    workgroupBarrier();
    let sum = partial[lane];
    workgroupBarrier();
    return sum;
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let tile = group.y * groups.x + group.x;
    if tile * LANES >= params.items {
        return;
    }
    let lane = thread % LANES;
    let first = tile * params.samples * LANES + thread;
    let last = (tile + 1u) * params.samples * LANES;
    let ranks = vec3<u32>(params.rank_95, params.rank_97, params.rank_99);

    // The largest key with fewer than `rank` keys below it, bit by bit: the order statistic.
    var found = vec3<u32>(0u);
    for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
        let pivot = found | vec3<u32>(bit);
        var below = vec3<u32>(0u);
        for (var at = first; at < last; at += 256u) {
            below += select(vec3<u32>(0u), vec3<u32>(1u), vec3<u32>(key(sample[at])) < pivot);
        }
        let all = counted(thread, lane, below);
        found = select(found, pivot, all < ranks);
    }

    let quantile = vec3<f32>(value(found.x), value(found.y), value(found.z));
    var below = vec3<u32>(0u);
    var part = vec3<f32>(0.0);
    for (var at = first; at < last; at += 256u) {
        let x = vec3<f32>(sample[at]);
        let inside = x < quantile;
        below += select(vec3<u32>(0u), vec3<u32>(1u), inside);
        part += select(vec3<f32>(0.0), x, inside);
    }
    let all = counted(thread, lane, below);
    let sum = vec3<f32>(
        summed(thread, lane, part.x),
        summed(thread, lane, part.y),
        summed(thread, lane, part.z),
    );
    let item = tile * LANES + thread;
    if thread < LANES && item < params.items {
        let mass = vec3<f32>(params.mass_95, params.mass_97, params.mass_99);
        let shortfall = fma(mass - vec3<f32>(all), quantile, sum) * (1.0 / mass);
        for (var level = 0u; level < LEVELS; level++) {
            measures[item * 6u + level] = -quantile[level];
            measures[item * 6u + 3u + level] = -shortfall[level];
        }
    }
}
