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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.items { return; }
    measures[id.x] = sample[id.x];
}
