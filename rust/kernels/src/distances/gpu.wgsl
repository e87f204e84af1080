// One workgroup per set and square of 64 × 64 pairs; the CPU twin computes the same steps.
struct Params {
    items: u32,
    points: u32,
    _pad: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> polar: array<f32>;
@group(0) @binding(2) var<storage, read_write> matrix: array<f32>;

const SIDE = 64u;
const THREADS = 256u;

// r / 2, e^(r/2), e^(-r/2) / 2, sinh(r) / 2: the rows' points, then the columns'.
var<workgroup> radial: array<vec4<f32>, 128>;
var<workgroup> direction: array<vec4<f32>, 128>;

fn radial_parts(r: f32) -> vec4<f32> {
    let half = r * 0.5;
    let grown = exp_poly(half);
    let inverse = 1.0 / grown;
    let large = (grown * grown - inverse * inverse) * 0.25;
    let small = sinh_small(r) * 0.5;
    return vec4<f32>(half, grown, inverse * 0.5, select(large, small, r < 0.5));
}

fn distance_between(a: u32, b: u32) -> f32 {
    let p = radial[a];
    let q = radial[b];
    let apart = p.x - q.x;
    let square = apart * apart;
    let far = p.y * q.z - p.z * q.y;
    let near = sinh_square(square);
    let along = select(far * far, near, square < 0.25);
    let n = direction[a].xyz - direction[b].xyz;
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
    if thread < 2u * SIDE {
        let point = select(first_column - SIDE, first_row, thread < SIDE) + thread;
        if point < n {
            let at = item * 4u * n + point;
            radial[thread] = radial_parts(polar[at]);
            direction[thread] = vec4<f32>(polar[at + n], polar[at + 2u * n], polar[at + 3u * n], 0.0);
        }
    }
    workgroupBarrier();

    let rows = min(n - first_row, SIDE);
    let columns = min(n - first_column, SIDE);
    for (var k = thread; k < rows * columns; k += THREADS) {
        let i = k / columns;
        let j = k % columns;
        let row = first_row + i;
        let column = first_column + j;
        // The lower point first, so that the two halves of the matrix have the same bits.
        let swap = row > column;
        let d = distance_between(select(i, SIDE + j, swap), select(SIDE + j, i, swap));
        matrix[(item * n + row) * n + column] = d;
    }
}
