struct Params { items: u32, seed: u32, size: u32, pad: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> words: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<u32>;
@group(0) @binding(3) var<storage, read_write> mixed: array<u32>;

fn hash(w: u32) -> u32 {
    var x = (w ^ (w >> 16u)) * 0x7feb352du;
    x = (x ^ (x >> 15u)) * 0x846ca68bu;
    return x ^ (x >> 16u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let item = id.x;
    if item >= params.items {
        return;
    }
    var h = hash(params.seed);
    for (var k = 0u; k < 3u; k++) {
        h = hash(h ^ words[3u * item + k]);
    }
    mixed[2u * item] = h;
    mixed[2u * item + 1u] = table[h % params.size];
}
