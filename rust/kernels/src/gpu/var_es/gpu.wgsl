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

// Items of a tile, and threads of each.
const ITEMS: u32 = 16u;
const PARTS: u32 = 16u;

// Digits of the first round, and of each level in the others.
const WIDE: u32 = 256u;
const NARROW: u32 = 64u;

// Histograms [level][digit][item]; then what was found [2][level][item]; then sums [level][part][item].
var<workgroup> shared_words: array<atomic<u32>, 4096>;

// Unsigned integer in the order of the values.
fn key(x: f32) -> u32 {
    let bits = bitcast<u32>(x);
    return bits ^ (bitcast<u32>(bitcast<i32>(bits) >> 31u) | 0x80000000u);
}

fn value(key: u32) -> f32 {
    return bitcast<f32>(key ^ select(0xFFFFFFFFu, 0x80000000u, (key & 0x80000000u) != 0u));
}

// Workgroup = tile of 16 items, thread = (part of the rows, item). The keys of the three quantiles
// are found digit by digit: 8 bits, then four times 6.
@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let tile = folded(group, groups);
    if tile * ITEMS >= params.items { return; }
    let item = thread % ITEMS;
    let part = thread / ITEMS;
    let begin = tile * params.samples * ITEMS + thread;
    let end = (tile + 1u) * params.samples * ITEMS;

    // Digits found so far and the rank among the values that share them.
    var found = vec3(0u);
    var rank = vec3(params.rank_95, params.rank_97, params.rank_99);
    var known = 0u;
    var shift = 24u;
    var digits = WIDE;
    loop {
        for (var word = thread; word < 4096u; word += 256u) {
            atomicStore(&shared_words[word], 0u);
        }
        workgroupBarrier();
        // Levels that share their digits share a histogram.
        let own_97 = found.y != found.x;
        let own_99 = found.z != found.y;
        var next = sample[min(begin, end - 1u)];
        for (var at = begin; at < end; at += 256u) {
            let k = key(next);
            // Under way while this value is counted.
            next = sample[min(at + 256u, end - 1u)];
            let bin = (k >> shift & digits - 1u) * ITEMS + item;
            let head = k & known;
            if head == found.x { atomicAdd(&shared_words[bin], 1u); }
            if own_97 && head == found.y { atomicAdd(&shared_words[bin + 1024u], 1u); }
            if own_99 && head == found.z { atomicAdd(&shared_words[bin + 2048u], 1u); }
        }
        workgroupBarrier();

        let level = min(part, 2u);
        let histogram_97 = select(0u, 1024u, own_97);
        let histogram = vec3(0u, histogram_97, select(histogram_97, 2048u, own_99))[level];
        var digit = 0u;
        var left = rank[level];
        if part < 3u {
            var bin = histogram + item;
            var count = atomicLoad(&shared_words[bin]);
            while left > count && digit < digits - 1u {
                left -= count;
                digit += 1u;
                bin += ITEMS;
                count = atomicLoad(&shared_words[bin]);
            }
        }
        workgroupBarrier();
        if part < 3u {
            atomicStore(&shared_words[thread], found[level] | digit << shift);
            atomicStore(&shared_words[thread + 48u], left);
        }
        workgroupBarrier();
        for (var l = 0u; l < 3u; l++) {
            found[l] = atomicLoad(&shared_words[l * ITEMS + item]);
            rank[l] = atomicLoad(&shared_words[l * ITEMS + item + 48u]);
        }
        workgroupBarrier();
        if shift == 0u { break; }
        known = 0xFFFFFFFFu << shift;
        shift -= 6u;
        digits = NARROW;
    }

    let quantile = vec3(value(found.x), value(found.y), value(found.z));
    var sum = vec3(0.0);
    var next = sample[min(begin, end - 1u)];
    for (var at = begin; at < end; at += 256u) {
        let x = next;
        next = sample[min(at + 256u, end - 1u)];
        sum += select(vec3(0.0), vec3(x), vec3(x) < quantile);
    }
    for (var half = PARTS; half > 0u; half >>= 1u) {
        // The upper half hands its sums to the lower.
        if part >= half / 2u && part < half {
            for (var l = 0u; l < 3u; l++) {
                atomicStore(&shared_words[l * 256u + thread], bitcast<u32>(sum[l]));
            }
        }
        workgroupBarrier();
        if part < half / 2u {
            for (var l = 0u; l < 3u; l++) {
                sum[l] += bitcast<f32>(atomicLoad(&shared_words[l * 256u + thread + half / 2u * ITEMS]));
            }
        }
        workgroupBarrier();
    }

    let out = tile * ITEMS + item;
    if part == 0u && out < params.items {
        let ranks = vec3(params.rank_95, params.rank_97, params.rank_99);
        let mass = vec3(params.mass_95, params.mass_97, params.mass_99);
        let below = vec3<f32>(ranks - rank);
        let shortfall = fma(mass - below, quantile, sum) * (1.0 / mass);
        for (var l = 0u; l < 3u; l++) {
            measures[out * 6u + l] = -quantile[l];
            measures[out * 6u + 3u + l] = -shortfall[l];
        }
    }
}
