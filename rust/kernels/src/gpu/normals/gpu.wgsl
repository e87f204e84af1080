// One thread per block; the CPU twin computes the same steps.
struct Params {
    items: u32,
    stream: u32,
    time_lo: u32,
    time_hi: u32,
    key_lo: u32,
    key_hi: u32,
    _pad: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> blocks: array<u32>;
@group(0) @binding(2) var<storage, read_write> words: array<u32>;
@group(0) @binding(3) var<storage, read_write> normals: array<f32>;

fn box_muller(radius: u32, angle: u32) -> vec2<f32> {
    let length = sqrt(ln_uniform(radius) * -2.0);
    return length * sincos_turn(angle).yx;
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let item = folded(group, groups) * 256u + thread;
    if item >= params.items {
        return;
    }
    let counter = vec4<u32>(blocks[item], params.stream, params.time_lo, params.time_hi);
    let w = philox(counter, vec2<u32>(params.key_lo, params.key_hi));
    let z01 = box_muller(w.x, w.y);
    let z23 = box_muller(w.z, w.w);
    let at = 4u * item;
    words[at] = w.x;
    words[at + 1u] = w.y;
    words[at + 2u] = w.z;
    words[at + 3u] = w.w;
    normals[at] = z01.x;
    normals[at + 1u] = z01.y;
    normals[at + 2u] = z23.x;
    normals[at + 3u] = z23.y;
}
