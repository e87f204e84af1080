struct Params {
    items: u32,
    past_window: u32,
    rows: u32,
    metric: u32,
    @size(16) power: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<f32>;
@group(0) @binding(3) var<storage, read> row: array<u32>;
@group(0) @binding(4) var<storage, read> start: array<u32>;
@group(0) @binding(5) var<storage, read_write> votes: array<f32>;

const BLOCK: u32 = 32u;
const FAR: f32 = 3e38;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let item = 64u * folded(group, groups) + thread;
    if item >= params.items {
        return;
    }
    let own = point_at(row[item]);
    let first = start[item];
    let last = first + params.past_window;
    var weighted = 0.0;
    var weights = 0.0;
    var labelled = 0.0;
    var nearest = FAR;
    for (var block = first; block < last; block += BLOCK) {
        var block_weighted = 0.0;
        var block_weights = 0.0;
        var block_labelled = 0.0;
        for (var j = block; j < min(block + BLOCK, last); j++) {
            let s2 = separation(own, point_at(j));
            let k = affinity(s2, params.power);
            let y = labels[j];
            block_weighted = fma(k, y, block_weighted);
            block_weights += k;
            block_labelled += y;
            nearest = min(nearest, s2);
        }
        weighted += block_weighted;
        weights += block_weights;
        labelled += block_labelled;
    }
    votes[4u * item] = weighted;
    votes[4u * item + 1u] = weights;
    votes[4u * item + 2u] = labelled;
    votes[4u * item + 3u] = nearest;
}
