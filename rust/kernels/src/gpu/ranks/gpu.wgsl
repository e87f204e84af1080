struct Params {
    items: u32,
    rows: u32,
    window: u32,
    channels: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> end: array<u32>;
@group(0) @binding(3) var<storage, read_write> ranks: array<u32>;

const RUN: u32 = 64u;
const THREADS: u32 = 64u;

// 2 where x is above y, 1 where they are equal, 0 below.
fn above(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
    return select(vec2(0u), vec2(1u), y < x) + select(vec2(0u), vec2(1u), y <= x);
}

// A thread follows one bar through the windows of a run of items, in two channels: the bar is one place
// further back in each window, as long as the windows follow each other.
@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let number = folded(group, groups);
    let window = params.window;
    let pairs = (params.channels + 1u) / 2u;
    let blocks = (window + RUN - 1u + THREADS - 1u) / THREADS;
    let start = number % blocks * THREADS + thread;
    let pair = number / blocks % pairs;
    let first = number / (blocks * pairs) * RUN;
    let last = min(first + RUN, params.items);
    let lone = 2u * pair + 1u == params.channels;
    let plane = params.rows * vec2(2u * pair, select(2u * pair + 1u, 2u * pair, lone));

    var rank = vec2(0u);
    var own = vec2(0u);
    var before = 0u;
    var counted = false;
    // The place of the bar in the window of `item`; before and after that the bar is outside.
    for (var item = first; item < last; item++) {
        let step = item - first;
        if start < step || start - step >= window {
            continue;
        }
        let place = start - step;
        let newest = end[item];
        let oldest = newest + 1u - window;
        if counted && newest == before + 1u {
            let came = vec2(keys[plane.x + newest], keys[plane.y + newest]);
            let went = vec2(keys[plane.x + before + 1u - window], keys[plane.y + before + 1u - window]);
            rank += above(own, came);
            rank -= above(own, went);
        } else {
            own = vec2(keys[plane.x + oldest + place], keys[plane.y + oldest + place]);
            rank = vec2(0u);
            for (var bar = oldest; bar <= newest; bar++) {
                rank += above(own, vec2(keys[plane.x + bar], keys[plane.y + bar]));
            }
            counted = true;
        }
        before = newest;
        ranks[(item * pairs + pair) * window + place] = rank.x | select(rank.y << 16u, 0u, lone);
    }
}
