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
@group(0) @binding(5) var<storage, read_write> sums: array<f32>;

// Candles and paths of a workgroup.
const THREADS: u32 = 64u;
const BLOCK: u32 = 64u;

// One step from the last to the first: m(z) * sum + z.
fn step(sum: f32, raw: f32, scale: f32, shift: f32, rest: f32) -> f32 {
    let z = fma(raw, scale, shift);
    return fma(sqrt(fma(z * rest, z, params.lambda)), sum, z);
}

// Thread = (candle, block of paths): the draws are the same for the whole workgroup, and the
// residuals of neighbouring candles are neighbours.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let slot = group.x * THREADS + lane;
    // Spare lanes of the last tile of 16 repeat the last item.
    if slot >= (params.items + 15u) / 16u * 16u { return; }
    let item = min(slot, params.items - 1u);
    let first = start[item];
    let scale = affine[2u * item];
    let shift = affine[2u * item + 1u];
    let rest = 1.0 - params.lambda;
    let out = slot / 16u * (params.paths * 16u) + slot % 16u;
    let end = min((group.y + 1u) * BLOCK, params.paths);
    for (var path = group.y * BLOCK; path < end; path++) {
        var sum = 0.0;
        for (var k = params.horizon; k > 0u; k--) {
            sum = step(sum, residuals[first + draws[path * params.horizon + k - 1u]], scale, shift, rest);
        }
        sums[out + path * 16u] = sum;
    }
}
