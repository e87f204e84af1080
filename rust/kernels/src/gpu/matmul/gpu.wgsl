// One workgroup per 128 rows and 128 columns of the product, 64 sums in the registers of each thread.
// Eight steps of the sums go through workgroup memory at a time. Sums are indexed by constants only, so
// that they stay in registers; reads past the end of a matrix give some word of it, as WGSL has them. The CPU twin adds in the same order.
struct Params {
    items: u32,
    inner: u32,
    columns: u32,
    _pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;
@group(0) @binding(3) var<storage, read_write> product: array<f32>;

const SIDE = 128u;
const DEPTH = 8u;

// Step, then eight rows or columns in two quads.
var<workgroup> rows: array<array<mat2x4<f32>, 16>, 8>;
var<workgroup> panel: array<array<mat2x4<f32>, 16>, 8>;

alias Sums = array<vec4<f32>, 16>;

// A step of all sums of a thread: row i has the quads 2i and 2i + 1.
fn add(sums: ptr<function, Sums>, a: mat2x4<f32>, b: mat2x4<f32>) {
    (*sums)[0] = fma(vec4(a[0].x), b[0], (*sums)[0]);
    (*sums)[1] = fma(vec4(a[0].x), b[1], (*sums)[1]);
    (*sums)[2] = fma(vec4(a[0].y), b[0], (*sums)[2]);
    (*sums)[3] = fma(vec4(a[0].y), b[1], (*sums)[3]);
    (*sums)[4] = fma(vec4(a[0].z), b[0], (*sums)[4]);
    (*sums)[5] = fma(vec4(a[0].z), b[1], (*sums)[5]);
    (*sums)[6] = fma(vec4(a[0].w), b[0], (*sums)[6]);
    (*sums)[7] = fma(vec4(a[0].w), b[1], (*sums)[7]);
    (*sums)[8] = fma(vec4(a[1].x), b[0], (*sums)[8]);
    (*sums)[9] = fma(vec4(a[1].x), b[1], (*sums)[9]);
    (*sums)[10] = fma(vec4(a[1].y), b[0], (*sums)[10]);
    (*sums)[11] = fma(vec4(a[1].y), b[1], (*sums)[11]);
    (*sums)[12] = fma(vec4(a[1].z), b[0], (*sums)[12]);
    (*sums)[13] = fma(vec4(a[1].z), b[1], (*sums)[13]);
    (*sums)[14] = fma(vec4(a[1].w), b[0], (*sums)[14]);
    (*sums)[15] = fma(vec4(a[1].w), b[1], (*sums)[15]);
}

fn put(row: u32, column: u32, quad: vec4<f32>) {
    if row >= params.items {
        return;
    }
    let at = row * params.columns + column;
    if column < params.columns {
        product[at] = quad.x;
    }
    if column + 1u < params.columns {
        product[at + 1u] = quad.y;
    }
    if column + 2u < params.columns {
        product[at + 2u] = quad.z;
    }
    if column + 3u < params.columns {
        product[at + 3u] = quad.w;
    }
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let first_row = folded(group, groups) * SIDE;
    let first_column = group.z * SIDE;
    let y = thread / 16u;
    let x = thread % 16u;
    // What the thread fetches: a step and a quad of rows, a step and a quad of columns.
    let step = thread % 8u;
    let row = thread / 8u;
    let depth = thread / 32u;
    let column = thread % 32u;
    var sums: Sums;
    let below = params.inner;
    let right_of = params.columns;
    var from_left = (first_row + 4u * row) * below + step;
    var from_right = depth * right_of + first_column + 4u * column;
    for (var k = 0u; k < params.inner; k += DEPTH) {
        // Rows and columns beyond the last read something finite and are not stored; steps beyond the
        // last must add nothing.
        let factors = vec4(
            left[from_left],
            left[from_left + below],
            left[from_left + 2u * below],
            left[from_left + 3u * below],
        );
        rows[step][row / 2u][row % 2u] = select(vec4(0.0), factors, k + step < params.inner);
        panel[depth][column / 2u][column % 2u] = vec4(
            right[from_right],
            right[from_right + 1u],
            right[from_right + 2u],
            right[from_right + 3u],
        );
        from_left += DEPTH;
        from_right += DEPTH * right_of;
        workgroupBarrier();
        add(&sums, rows[0][y], panel[0][x]);
        add(&sums, rows[1][y], panel[1][x]);
        add(&sums, rows[2][y], panel[2][x]);
        add(&sums, rows[3][y], panel[3][x]);
        add(&sums, rows[4][y], panel[4][x]);
        add(&sums, rows[5][y], panel[5][x]);
        add(&sums, rows[6][y], panel[6][x]);
        add(&sums, rows[7][y], panel[7][x]);
        workgroupBarrier();
    }
    let r = first_row + 8u * y;
    let c = first_column + 8u * x;
    put(r, c, sums[0]);
    put(r, c + 4u, sums[1]);
    put(r + 1u, c, sums[2]);
    put(r + 1u, c + 4u, sums[3]);
    put(r + 2u, c, sums[4]);
    put(r + 2u, c + 4u, sums[5]);
    put(r + 3u, c, sums[6]);
    put(r + 3u, c + 4u, sums[7]);
    put(r + 4u, c, sums[8]);
    put(r + 4u, c + 4u, sums[9]);
    put(r + 5u, c, sums[10]);
    put(r + 5u, c + 4u, sums[11]);
    put(r + 6u, c, sums[12]);
    put(r + 6u, c + 4u, sums[13]);
    put(r + 7u, c, sums[14]);
    put(r + 7u, c + 4u, sums[15]);
}
