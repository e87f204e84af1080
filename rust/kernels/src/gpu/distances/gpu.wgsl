// One workgroup per set and square of 64 × 64 pairs on or above the diagonal; the CPU twin computes
// the same steps. A thread owns a column, whose point stays in registers, and sixteen rows.
struct Params {
    items: u32,
    points: u32,
    _pad: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> polar: array<f32>;
@group(0) @binding(2) var<storage, read_write> matrix: array<f32>;

const SIDE = 64u;
const ROWS = 16u;

// r / 2, e^(r/2), e^(-r/2) / 2, sinh(r) / 2 of the rows' points.
var<workgroup> radial: array<vec4<f32>, 64>;
var<workgroup> direction: array<vec4<f32>, 64>;

fn radial_parts(r: f32) -> vec4<f32> {
    let half = r * 0.5;
    let grown = exp_poly(half);
    let inverse = 1.0 / grown;
    let large = (grown * grown - inverse * inverse) * 0.25;
    let small = sinh_small(r) * 0.5;
    return vec4<f32>(half, grown, inverse * 0.5, select(large, small, r < 0.5));
}

// The same bits whichever point comes first: only the sign of `far` could differ.
fn distance_between(p: vec4<f32>, a: vec3<f32>, q: vec4<f32>, b: vec3<f32>) -> f32 {
    let apart = p.x - q.x;
    let square = apart * apart;
    let u = p.y * q.z;
    let v = p.z * q.y;
    let far = max(u, v) - min(u, v);
    let near = sinh_square(square);
    let along = select(far * far, near, square < 0.25);
    let n = a - b;
    let chord = fma(n.z, n.z, fma(n.y, n.y, n.x * n.x));
    let s = fma(p.w * q.w, chord, along);
    let y = s + sqrt(fma(s, s, s));
    return ln1p(y + y);
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let item = folded(group, groups);
    if item >= params.items {
        return;
    }
    let n = params.points;
    let squares = (n + SIDE - 1u) / SIDE;
    let first_row = group.z / squares * SIDE;
    let first_column = group.z % squares * SIDE;
    if first_row > first_column {
        return; // written by the square across the diagonal
    }
    let base = item * 4u * n;
    if thread < SIDE {
        let at = base + min(first_row + thread, n - 1u);
        radial[thread] = radial_parts(polar[at]);
        direction[thread] = vec4<f32>(polar[at + n], polar[at + 2u * n], polar[at + 3u * n], 0.0);
    }
    let column = first_column + thread % SIDE;
    let at = base + min(column, n - 1u);
    let q = radial_parts(polar[at]);
    let b = vec3<f32>(polar[at + n], polar[at + 2u * n], polar[at + 3u * n]);
    workgroupBarrier();
    if column >= n {
        return;
    }

    let mirrored = first_row != first_column;
    let first = thread / SIDE * ROWS;
    let end = min(first + ROWS, min(n - first_row, SIDE));
    var word = (item * n + first_row + first) * n + column;
    var mirror = (item * n + column) * n + first_row + first;
    for (var i = first; i < end; i++) {
        let d = distance_between(radial[i], direction[i].xyz, q, b);
        matrix[word] = d;
        if mirrored {
            matrix[mirror] = d;
        }
        word += n;
        mirror += 1u;
    }
}
