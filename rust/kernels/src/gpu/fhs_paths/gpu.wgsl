struct Params {
    items: u32,
    window: u32,
    horizon: u32,
    paths: u32,
    lambda: f32,
    pad0: u32,
    pad1: u32,
    pad2: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> residuals: array<f32>;
@group(0) @binding(2) var<storage, read> draws: array<u32>;
@group(0) @binding(3) var<storage, read> start: array<u32>;
@group(0) @binding(4) var<storage, read> affine: array<f32>;
@group(0) @binding(5) var<storage, read> seasons: array<f32>;
@group(0) @binding(6) var<storage, read_write> sums: array<f32>;

// Candles and paths of a workgroup.
const THREADS: u32 = 64u;
const BLOCK: u32 = 64u;

// Thread = (candle, block of paths), four paths at a time. The draws are the same for the whole
// workgroup, and the residuals of neighbouring candles are neighbours.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let slot = group.x * THREADS + lane;
    // Spare lanes of the last tile of 16 repeat the last item.
    if slot >= (params.items + 15u) / 16u * 16u { return; }
    let item = min(slot, params.items - 1u);
    let first = start[item];
    let scale = vec4(affine[2u * item]);
    let shift = vec4(affine[2u * item + 1u]);
    let lambda = vec4(params.lambda);
    let rest = 1.0 - params.lambda;
    let out = slot / 16u * (params.paths * 16u) + slot % 16u;
    let end = min((group.y + 1u) * BLOCK, params.paths);
    for (var path = group.y * BLOCK; path < end; path += 4u) {
        // Behind the last path it is computed again.
        let four = min(vec4(path) + vec4(0u, 1u, 2u, 3u), vec4(end - 1u));
        var at = four * params.horizon + vec4(params.horizon);
        var sum = vec4(0.0);
        for (var step = params.horizon; step > 0u; step--) {
            at -= vec4(1u);
            let season = vec4(seasons[item * params.horizon + step - 1u]);
            let raw = vec4(
                residuals[first + draws[at.x]],
                residuals[first + draws[at.y]],
                residuals[first + draws[at.z]],
                residuals[first + draws[at.w]],
            );
            let residual = fma(raw, scale, shift);
            let multiplier = sqrt(fma(residual * rest, residual, lambda));
            sum = fma(multiplier, sum, residual * season);
        }
        let to = vec4(out) + four * 16u;
        sums[to.x] = sum.x;
        sums[to.y] = sum.y;
        sums[to.z] = sum.z;
        sums[to.w] = sum.w;
    }
}
