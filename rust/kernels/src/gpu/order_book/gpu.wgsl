// One thread per book; the CPU twin computes the same steps. Tiles of sixteen books keep the words of
// neighbouring threads together.
struct Params {
    items: u32,
    depth: u32,
    amounts: u32,
    rate: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> amounts: array<f32>;
@group(0) @binding(3) var<storage, read> inverse_delta: array<f32>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;
@group(0) @binding(5) var<storage, read_write> fills: array<f32>;

const BLOCK = 32u;

struct Place {
    distance: f32,
    log: f32,
    weighted: f32,
}

fn place(u: f32, y: f32, inverse_delta: f32) -> Place {
    let inverse = 1.0 / y;
    let xi = ln1p(u) * inverse_delta;
    let above = y - 1.0;
    let square = fma(above, above, xi * xi) * (0.25 * inverse);
    let grown = square + sqrt(square) * sqrt(1.0 + square);
    let distance = ln1p(grown + grown);
    let weight = exp_poly(max(-(distance * params.rate), -87.0));
    // ln y without the loss of y - 1 where y is small.
    let log = ln1p(max(y, inverse) - 1.0);
    return Place(distance, select(log, -log, y < 1.0), y * weight);
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let book = folded(group, groups) * 64u + thread;
    // The spare books of the last tile are computed too.
    if book >= (params.items + 15u) / 16u * 16u {
        return;
    }
    let tile = book / 16u;
    let lane = book % 16u;
    let own_delta = inverse_delta[book];
    for (var side = 0u; side < 2u; side++) {
        let first = (tile * 4u + side * 2u) * params.depth * 16u + lane;
        let best_y = levels[first + 16u];
        let best = place(levels[first], select(1.0, best_y, 0.0 < best_y), own_delta);
        // Weighted sizes, sizes; then d', d'^2, l', d' l'.
        var sizes = vec2(0.0);
        var moments = vec4(0.0);
        for (var start = 0u; start < params.depth; start += BLOCK) {
            var block_sizes = vec2(0.0);
            var block = vec4(0.0);
            let end = min(start + BLOCK, params.depth);
            for (var level = start; level < end; level++) {
                let word = first + level * 32u;
                let y = levels[word + 16u];
                let there = 0.0 < y;
                let at = place(levels[word], select(1.0, y, there), own_delta);
                // Where there is no level nothing is added.
                let d = select(0.0, at.distance - best.distance, there);
                let l = select(0.0, at.log - best.log, there);
                block_sizes += vec2(select(0.0, at.weighted, there), y);
                block = vec4(block.x + d, fma(d, d, block.y), block.z + l, fma(d, l, block.w));
            }
            sizes += block_sizes;
            moments += block;
        }
        let to = (tile * 16u + side * 8u) * 16u + lane;
        sums[to] = sizes.x;
        sums[to + 16u] = sizes.y;
        sums[to + 32u] = best.distance;
        sums[to + 48u] = best.log;
        sums[to + 64u] = moments.x;
        sums[to + 80u] = moments.y;
        sums[to + 96u] = moments.z;
        sums[to + 112u] = moments.w;
        for (var order = 0u; order < params.amounts; order++) {
            var open = amounts[(tile * params.amounts + order) * 16u + lane];
            var cost = 0.0;
            for (var level = 0u; level < params.depth; level++) {
                let word = first + level * 32u;
                let taken = min(levels[word + 16u], open);
                cost = fma(taken, abs(levels[word]), cost);
                open -= taken;
            }
            let fill = ((tile * 2u + side) * params.amounts + order) * 32u + lane;
            fills[fill] = cost;
            fills[fill + 16u] = open;
        }
    }
}
