struct Params {
    items: u32,
    channels: u32,
    window: u32,
    permutations: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ranks: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> pairings: array<u32>;
@group(0) @binding(4) var<storage, read_write> measures: array<f32>;
@group(0) @binding(5) var<storage, read_write> mask: array<u32>;

const THREADS: u32 = 256u;
const CHANNELS: u32 = 6u;
const ROUND: u32 = 9u; // pairings at a time
const STRIDE: u32 = 513u; // words of a channel's scores: odd, so that channels lie in different banks
const NONE: u32 = 0u;
const UNDECIDED: u32 = 0xffffffffu;
const MARGIN: f32 = 5e-5;
const HUGE: f32 = 3e38;

// A task sums the products of three channels with three. For each pairing four tasks take past and
// present; then three take the whole window with itself, and two the whole window alone.
const SLICES: u32 = 6u;
const WITHIN: u32 = 36u;
const TOTALS: u32 = 39u;
const TASKS: u32 = 41u;
const SUMS: u32 = 2214u; // behind the parts: TASKS * 9 * SLICES
const FOUND: u32 = 2304u; // behind the determinants: ROUND * 256
const REAL: u32 = 3078u; // behind the scores

// A workgroup takes an item. Holds its scores, then sums, then determinants; and at the end what was
// found under the pairing as it is.
var<workgroup> work: array<f32, 3082>;
// Past 0, present 0, past 1, ...: mean, inverse deviation, score of the bar of the other side only.
var<workgroup> moments: array<f32, 36>;
var<workgroup> kept: array<f32, 9>;
var<workgroup> phi: array<f32, 9>;
var<workgroup> whole: f32; // under the pairing as it is
var<workgroup> chance: f32; // sum of Φ_R over the permutations
var<workgroup> varies: atomic<u32>;
var<workgroup> failed: atomic<u32>;

// ln x for a normal x > 0, to 3e-7 of 1 + |ln x|.
fn ln_of(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let exponent = (bits - 0x3f3504f3u) & 0xff800000u;
    return ln_parts(f32(bitcast<i32>(exponent) >> 23u), bitcast<f32>(bits - exponent) - 1.0);
}

fn rank_word(item: u32, pair: u32, bar: u32) -> u32 {
    let pairs = (params.channels + 1u) / 2u;
    return ranks[(item * pairs + pair) * params.window + bar];
}

// Whether the halves of two words differ, in the bits 0 and 2.
fn differ(a: u32, b: u32) -> u32 {
    return select(0u, 1u, ((a ^ b) & 0xffffu) != 0u) | select(0u, 4u, ((a ^ b) >> 16u) != 0u);
}

// Scores of the window; 0 for channels that are not there. Notes which sides vary.
fn read_scores(item: u32, thread: u32) {
    var bits = 0u;
    for (var i = thread; i < CHANNELS / 2u * params.window; i += THREADS) {
        let pair = i / params.window;
        let bar = i % params.window;
        var word = 0u;
        if 2u * pair < params.channels {
            word = rank_word(item, pair, bar);
            // The past lacks the last bar, the present the first.
            let past = select(0u, differ(word, rank_word(item, pair, 0u)), bar + 1u < params.window);
            let present = select(0u, differ(word, rank_word(item, pair, 1u)), bar > 0u);
            bits |= (past | present << 1u) << (4u * pair);
        }
        work[2u * pair * STRIDE + bar] = table[word & 0xffffu];
        work[(2u * pair + 1u) * STRIDE + bar] = table[word >> 16u];
    }
    atomicOr(&varies, bits);
}

fn three(block: u32, bar: u32) -> vec3<f32> {
    let first = 3u * block * STRIDE + bar;
    return vec3(work[first], work[first + STRIDE], work[first + 2u * STRIDE]);
}

// Sums of products of a round of pairings, each task in SLICES parts, from word SUMS of `work` on.
fn sum_products(first: u32, here: u32, thread: u32) {
    let task = thread / SLICES;
    let slice = thread % SLICES;
    let pairs = params.window - 1u;
    let across = task < WITHIN;
    var blocks = vec2(task / 2u % 2u, task % 2u);
    if task >= TOTALS {
        blocks = vec2(task - TOTALS);
    } else if !across {
        blocks = vec2((task - WITHIN + 1u) / 2u, (task - WITHIN) / 2u);
    }
    let pairing = (first + task / 4u) * pairs;
    var count = select(params.window, pairs, across);
    if task >= TASKS || (across && task / 4u >= here) {
        count = 0u;
    }
    var x = vec3(0.0);
    var y = vec3(0.0);
    var z = vec3(0.0);
    for (var i = slice; i < count; i += SLICES) {
        var older = i;
        if across {
            older = pairings[pairing + i];
        }
        let a = three(blocks.x, older);
        var b = three(blocks.y, i + select(0u, 1u, across));
        b = select(b, vec3(1.0, 0.0, 0.0), task >= TOTALS);
        x = fma(a.xxx, b, x);
        y = fma(a.yyy, b, y);
        z = fma(a.zzz, b, z);
    }
    workgroupBarrier();
    if task < TASKS {
        let to = task * 9u * SLICES + slice;
        for (var k = 0u; k < 3u; k++) {
            work[to + k * SLICES] = x[k];
            work[to + (3u + k) * SLICES] = y[k];
            work[to + (6u + k) * SLICES] = z[k];
        }
    }
    workgroupBarrier();
    for (var i = thread; i < 9u * TASKS; i += THREADS) {
        let part = i * SLICES;
        let low = (work[part] + work[part + 1u]) + work[part + 2u];
        let high = (work[part + 3u] + work[part + 4u]) + work[part + 5u];
        work[SUMS + i] = low + high;
    }
    workgroupBarrier();
}

fn sum_of(task: u32, a: u32, b: u32) -> f32 {
    return work[SUMS + 9u * task + 3u * (a % 3u) + b % 3u];
}

// Sum over the whole window of the products of channels a >= b.
fn within(a: u32, b: u32) -> f32 {
    return sum_of(WITHIN + a / 3u + b / 3u, a, b);
}

// Moments of row k of `joint`.
fn find_moments(item: u32, k: u32) {
    let channel = k / 2u;
    var edge = 0.0;
    if channel < params.channels {
        let word = rank_word(item, channel / 2u, select(0u, params.window - 1u, k % 2u == 0u));
        edge = table[word >> (16u * (channel % 2u)) & 0xffffu];
    }
    let share = 1.0 / f32(params.window - 1u);
    let mean = (sum_of(TOTALS + channel / 3u, channel, 0u) - edge) * share;
    let variance = fma(-mean, mean, fma(-edge, edge, within(channel, channel)) * share);
    moments[k] = mean;
    moments[12u + k] = select(0.0, inverseSqrt(max(variance, TINY)), variance > TINY);
    moments[24u + k] = edge;
}

// Correlation of the rows i > j of `joint` under a pairing of the round.
fn correlation(pairing: u32, i: u32, j: u32) -> f32 {
    let a = i / 2u;
    let b = j / 2u;
    var sum = 0.0;
    if (i + j) % 2u == 0u {
        sum = fma(-moments[24u + i], moments[24u + j], within(a, b));
    } else {
        let past = select(b, a, i % 2u == 0u);
        let present = select(a, b, i % 2u == 0u);
        sum = sum_of(4u * pairing + 2u * (past / 3u) + present / 3u, past, present);
    }
    let share = 1.0 / f32(params.window - 1u);
    let covariance = fma(-moments[i], moments[j], sum * share);
    return covariance * moments[12u + i] * moments[12u + j];
}

// What shrinkage leaves of the correlations of a pairing.
fn keep(pairing: u32) -> f32 {
    var square = 0.0;
    for (var i = 1u; i < 2u * CHANNELS; i++) {
        for (var j = 0u; j < i; j++) {
            let entry = joint[pairing * TRIANGLE + at(i, j)];
            square = fma(entry, entry, square);
        }
    }
    let rows = f32(2u * params.channels);
    let least = 1.0 / rows;
    // Mean squared entry, less that of the identity.
    let spread = 2.0 * square * least * least;
    let above = spread + least + 1.0;
    let below = f32(params.window) * spread;
    return select(0.0, 1.0 - above / max(below, TINY), below > above);
}

// Fills `joint` for a round of pairings.
fn correlate(here: u32, thread: u32) {
    for (var i = thread; i < 144u * here; i += THREADS) {
        let row = i / 12u % 12u;
        let column = i % 12u;
        if column <= row {
            var entry = 1.0;
            if column < row {
                entry = correlation(i / 144u, row, column);
            }
            joint[i / 144u * TRIANGLE + at(row, column)] = entry;
        }
    }
    workgroupBarrier();
    if thread < here {
        kept[thread] = keep(thread);
    }
    workgroupBarrier();
    for (var i = thread; i < 144u * here; i += THREADS) {
        let row = i / 12u % 12u;
        let column = i % 12u;
        if column < row {
            joint[i / 144u * TRIANGLE + at(row, column)] *= kept[i / 144u];
        }
    }
    workgroupBarrier();
}
