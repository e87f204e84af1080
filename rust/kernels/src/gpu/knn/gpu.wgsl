// One thread per query, with its list in the buffers that it writes; the CPU twin keeps the same list.
struct Params {
    items: u32,
    points: u32,
    kept: u32,
    _pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> queries: array<f32>;
@group(0) @binding(3) var<storage, read_write> rows: array<u32>;
@group(0) @binding(4) var<storage, read_write> separations: array<f32>;

// Above every separation.
const FAR = 3e38;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let item = folded(group, groups) * 64u + thread;
    if item >= params.items {
        return;
    }
    let query = query_at(item);
    let first = item * params.kept;
    // The largest separation of a full list.
    var worst = FAR;
    for (var row = 0u; row < params.points; row++) {
        let s = separation(query, point_at(row));
        if s >= worst {
            continue;
        }
        // Rows ascend: behind an equal separation is behind a smaller row.
        var slot = first + min(row, params.kept - 1u);
        while slot > first && s < separations[slot - 1u] {
            separations[slot] = separations[slot - 1u];
            rows[slot] = rows[slot - 1u];
            slot -= 1u;
        }
        separations[slot] = s;
        rows[slot] = row;
        if row + 1u >= params.kept {
            worst = separations[first + params.kept - 1u];
        }
    }
}
