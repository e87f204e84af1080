struct Params { items: u32, n: u32, pad: vec2<u32> }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> samples: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let item = id.x;
    if item >= params.items {
        return;
    }
    for (var k = 0u; k < params.n; k++) {
        samples[(item / 16u * params.n + k) * 16u + item % 16u] = fma(x[item], f32(k), 1.0);
    }
}
