// One workgroup per 8 rows and 256 columns of the matrix: a thread owns a column, whose point stays
// in registers. The CPU twin computes the same steps.
struct Params {
    items: u32,
    points: u32,
    _pad: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> queries: array<f32>;
@group(0) @binding(3) var<storage, read_write> matrix: array<f32>;

const ROWS = 8u;
const COLUMNS = 256u;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let column = group.z * COLUMNS + thread;
    if column >= params.points {
        return;
    }
    let point = point_at(column);
    let first = folded(group, groups) * ROWS;
    let end = min(first + ROWS, params.items);
    for (var item = first; item < end; item++) {
        let s = separation(query_at(item), point);
        let y = s + sqrt(fma(s, s, s));
        matrix[item * params.points + column] = ln1p(y + y);
    }
}
