struct Params {
    items: u32,
    open: u32,
    rows: u32,
    metric: u32,
    power: f32,
    temperature: f32,
    horizon: f32,
    past_window: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> votes: array<f32>;
@group(0) @binding(3) var<storage, read> row: array<u32>;
@group(0) @binding(4) var<storage, read> at: array<u32>;
@group(0) @binding(5) var<storage, read_write> spin: array<f32>;

const OPEN: u32 = 12u;
const BONDS: u32 = 66u;
const LEADING: u32 = 4u;
const PARTS: u32 = 16u;
const TRAILING_STATES: u32 = 128u;
const PRODUCTS: u32 = 20u;
const START: f32 = 1.4551915e-11; // 2^-36

// A workgroup holds four candles, sixteen threads each; word k of candle `slot` is 4 k + slot.
const CANDLES: u32 = 4u;
var<workgroup> bonds: array<f32, CANDLES * BONDS>;
var<workgroup> down: array<f32, CANDLES * OPEN>;
var<workgroup> up: array<f32, CANDLES * OPEN>;
var<workgroup> vector: array<f32, CANDLES * OPEN>;
var<workgroup> table: array<f32, CANDLES * TRAILING_STATES>;

// What a spin pays up and down; x for the fields, y for the negated ones.
struct Factor {
    up: vec2<f32>,
    down: vec2<f32>,
}

// Word of the bond between spins k != l.
fn bond(k: u32, l: u32, slot: u32) -> u32 {
    let high = max(k, l);
    return CANDLES * (high * (high - 1u) / 2u + min(k, l)) + slot;
}

fn word(k: u32, slot: u32) -> u32 {
    return CANDLES * k + slot;
}

// Entry of the couplings with ones on their diagonal; 0 past the open spins.
fn coupling(k: u32, l: u32, slot: u32) -> f32 {
    if k >= params.open || l >= params.open {
        return 0.0;
    }
    if k == l {
        return 1.0;
    }
    return bonds[bond(k, l, slot)];
}

fn row_at(k: u32, first: u32, slot: u32) -> vec4<f32> {
    return vec4(
        coupling(k, first, slot),
        coupling(k, first + 1u, slot),
        coupling(k, first + 2u, slot),
        coupling(k, first + 3u, slot),
    );
}

fn dot_on(a: vec4<f32>, first: u32, slot: u32, sum: f32) -> f32 {
    var s = fma(a.x, vector[word(first, slot)], sum);
    s = fma(a.y, vector[word(first + 1u, slot)], s);
    s = fma(a.z, vector[word(first + 2u, slot)], s);
    return fma(a.w, vector[word(first + 3u, slot)], s);
}

// Largest eigenvalue of the couplings with ones on their diagonal; thread k holds row k.
fn largest_eigenvalue(k: u32, slot: u32) -> f32 {
    let a = row_at(k, 0u, slot);
    let b = row_at(k, 4u, slot);
    let c = row_at(k, 8u, slot);
    if k < OPEN {
        vector[word(k, slot)] = select(0.0, START, k < params.open);
    }
    workgroupBarrier();
    var product = 0.0;
    for (var i = 1u; i <= PRODUCTS; i++) {
        product = dot_on(c, 8u, slot, dot_on(b, 4u, slot, dot_on(a, 0u, slot, 0.0)));
        workgroupBarrier();
        if k < OPEN {
            if i < PRODUCTS {
                vector[word(k, slot)] = product;
            } else {
                up[word(k, slot)] = product;
            }
        }
        workgroupBarrier();
    }
    var cross = 0.0;
    var square = 0.0;
    for (var l = 0u; l < params.open; l++) {
        let old = vector[word(l, slot)];
        cross = fma(old, up[word(l, slot)], cross);
        square = fma(old, old, square);
    }
    workgroupBarrier();
    return cross * (1.0 / square);
}

// Products of the bonds among the trailing spins, by their state (a set bit is a spin down).
fn fill_table(part: u32, slot: u32) {
    let first = LEADING + 1u;
    table[word(part, slot)] = 1.0;
    for (var k = 0u; k + first < params.open; k++) {
        workgroupBarrier();
        for (var state = part; state < (1u << k); state += PARTS) {
            var broken_up = 1.0;
            var broken_down = 1.0;
            for (var l = 0u; l < k; l++) {
                let factor = bonds[bond(first + l, first + k, slot)];
                if (state >> l & 1u) == 0u {
                    broken_down *= factor;
                } else {
                    broken_up *= factor;
                }
            }
            let before = table[word(state, slot)];
            table[word(state | (1u << k), slot)] = before * broken_down;
            table[word(state, slot)] = before * broken_up;
        }
    }
    workgroupBarrier();
}

// Weight of the leading spins in state `part`, the newest up.
fn leading_weight(part: u32, leading: u32, slot: u32) -> vec2<f32> {
    let state = part << 1u;
    var broken = 1.0;
    var fields = vec2(up[slot], down[slot]);
    for (var k = 1u; k <= leading; k++) {
        let bit = state >> k & 1u;
        for (var l = 0u; l < k; l++) {
            if (state >> l & 1u) != bit {
                broken *= bonds[bond(l, k, slot)];
            }
        }
        let pay = vec2(up[word(k, slot)], down[word(k, slot)]);
        fields *= select(pay.yx, pay, bit == 0u);
    }
    return broken * fields;
}

// What trailing spin m pays beside the leading spins in state `part`; a missing one is up at no cost.
fn trailing_factor(m: u32, part: u32, slot: u32) -> Factor {
    let k = LEADING + 1u + m;
    if k >= params.open {
        return Factor(vec2(1.0), vec2(0.0));
    }
    var is_up = 1.0;
    var is_down = bonds[bond(0u, k, slot)];
    for (var l = 0u; l < LEADING; l++) {
        let factor = bonds[bond(l + 1u, k, slot)];
        if (part >> l & 1u) == 0u {
            is_down *= factor;
        } else {
            is_up *= factor;
        }
    }
    let pay = vec2(up[word(k, slot)], down[word(k, slot)]);
    return Factor(is_up * pay, is_down * pay.yx);
}

fn sum_spin(factor: Factor, is_up: vec2<f32>, is_down: vec2<f32>) -> vec2<f32> {
    return fma(is_down, factor.down, is_up * factor.up);
}

fn choose(factor: Factor, state: u32, bit: u32) -> vec2<f32> {
    return select(factor.up, factor.down, (state & bit) != 0u);
}

// Sum over the trailing spins: three at a time inside, the others as a product outside.
fn sum_out(part: u32, slot: u32) -> vec2<f32> {
    let f0 = trailing_factor(0u, part, slot);
    let f1 = trailing_factor(1u, part, slot);
    let f2 = trailing_factor(2u, part, slot);
    let f3 = trailing_factor(3u, part, slot);
    let f4 = trailing_factor(4u, part, slot);
    let f5 = trailing_factor(5u, part, slot);
    let f6 = trailing_factor(6u, part, slot);
    let outer = 1u << (max(params.open, LEADING + 4u) - (LEADING + 4u));
    var sum = vec2(0.0);
    for (var state = 0u; state < outer; state++) {
        let w = word(8u * state, slot);
        let a0 = sum_spin(f0, vec2(table[w]), vec2(table[w + CANDLES]));
        let a1 = sum_spin(f0, vec2(table[w + 2u * CANDLES]), vec2(table[w + 3u * CANDLES]));
        let a2 = sum_spin(f0, vec2(table[w + 4u * CANDLES]), vec2(table[w + 5u * CANDLES]));
        let a3 = sum_spin(f0, vec2(table[w + 6u * CANDLES]), vec2(table[w + 7u * CANDLES]));
        let inner = sum_spin(f2, sum_spin(f1, a0, a1), sum_spin(f1, a2, a3));
        let weight = choose(f3, state, 1u) * choose(f4, state, 2u) * choose(f5, state, 4u)
            * choose(f6, state, 8u);
        sum = fma(weight, inner, sum);
    }
    return sum;
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let slot = thread % CANDLES;
    let part = thread / CANDLES;
    let item = folded(group, groups) * CANDLES + slot;
    // Threads past the end work on the last candle, so that all meet at the barriers.
    let candle = min(item, params.items - 1u);
    let newest = row[candle];

    for (var d = 1u; 2u * d <= params.open; d++) {
        if part < params.open && (2u * d < params.open || part < d) {
            let other = (part + d) % params.open;
            let k = min(part, other);
            let l = max(part, other);
            let s2 = separation(point_at(newest - k), point_at(newest - l));
            bonds[bond(k, l, slot)] = affinity(s2, params.power);
        }
    }
    workgroupBarrier();
    let kelvin = params.temperature * largest_eigenvalue(part, slot);
    let rate = -2.0 * (1.0 / kelvin);

    if part < params.open {
        let entry = 4u * (at[candle] - part);
        let mean = votes[entry + 2u] * (1.0 / params.past_window);
        let field = fma(-mean, votes[entry + 1u], votes[entry]) * (1.0 / params.horizon);
        down[word(part, slot)] = decay(rate * max(field, 0.0));
        up[word(part, slot)] = decay(rate * max(-field, 0.0));
    }
    let used = params.open * (params.open - 1u) / 2u;
    for (var i = part; i < used; i += PARTS) {
        bonds[word(i, slot)] = decay(rate * bonds[word(i, slot)]);
    }
    workgroupBarrier();
    fill_table(part, slot);

    let leading = min(params.open - 1u, LEADING);
    var sum = vec2(0.0);
    if part < (1u << leading) {
        sum = leading_weight(part, leading, slot) * sum_out(part, slot);
    }
    workgroupBarrier();
    let plus = thread;
    let minus = CANDLES * PARTS + thread;
    table[plus] = sum.x;
    table[minus] = sum.y;
    for (var stride = PARTS / 2u; stride > 0u; stride /= 2u) {
        workgroupBarrier();
        if part < stride {
            table[plus] += table[plus + CANDLES * stride];
            table[minus] += table[minus + CANDLES * stride];
        }
    }
    if part == 0u && item < params.items {
        let all = max(table[plus] + table[minus], 1.1754944e-38);
        spin[item] = clamp((table[plus] - table[minus]) * (1.0 / all), -1.0, 1.0);
    }
}
