// Determinants of index sets of `joint`, eight at a time: one thread settles channels 0 to 2, then runs
// through the eight subsets of channels 3 to 5. Cholesky factors throughout; what is not taken in has
// an inverse of 0.

const TRIANGLE: u32 = 78u;
const TINY: f32 = 1e-30;

// Index sets of a subset of the channels: its past, its present, both, and its past with the present of
// its complement.
const PAST: u32 = 0u;
const PRESENT: u32 = 1u;
const BOTH: u32 = 2u;
const CROSS: u32 = 3u;

// Correlations, shrunk: rows past 0, present 0, past 1, ... of a packed lower triangle, for each pairing.
var<workgroup> joint: array<f32, 702>;

// What is left of six rows: entry ij stands in row i, column j.
struct Six {
    upper: vec3<f32>, // 00, 11, 22
    lower: vec3<f32>, // 33, 44, 55
    among_upper: vec3<f32>, // 10, 20, 21
    row_3: vec3<f32>, // 30, 31, 32
    row_4: vec3<f32>,
    row_5: vec3<f32>,
    among_lower: vec3<f32>, // 43, 53, 54
}

// What is left of four.
struct Four {
    diagonal: vec4<f32>,
    column_0: vec3<f32>, // 10, 20, 30
    column_1: vec2<f32>, // 21, 31
    last: f32, // 32
}

// What is left of two.
struct Two {
    diagonal: vec2<f32>,
    last: f32, // 10
}

// Product of the pivots so far, and the least of them.
struct Pivots {
    product: f32,
    least: f32,
}

// Inverse root of a pivot that is taken in, else 0.
fn take(pivot: f32, taken: bool, pivots: ptr<function, Pivots>) -> f32 {
    let used = select(1.0, pivot, taken);
    (*pivots).product *= used;
    (*pivots).least = min((*pivots).least, used);
    return select(0.0, inverseSqrt(max(pivot, TINY)), taken);
}

// Whether past and present of a channel are taken in.
fn taken(family: u32, subset: bool) -> vec2<bool> {
    let both = family == BOTH;
    return vec2(
        subset && family != PRESENT,
        (subset && (both || family == PRESENT)) || (!subset && family == CROSS),
    );
}

fn at(i: u32, j: u32) -> u32 {
    return i * (i + 1u) / 2u + j;
}

// Rows 6 to 8 and 9 to 11 of a column.
fn upper(base: u32, j: u32) -> vec3<f32> {
    return vec3(joint[base + 21u + j], joint[base + 28u + j], joint[base + 36u + j]);
}

fn lower(base: u32, j: u32) -> vec3<f32> {
    return vec3(joint[base + 45u + j], joint[base + 55u + j], joint[base + 66u + j]);
}

// Three entries of a row.
fn entries(first: u32) -> vec3<f32> {
    return vec3(joint[first], joint[first + 1u], joint[first + 2u]);
}

fn squares(a: vec3<f32>, b: vec3<f32>, c: vec3<f32>) -> vec3<f32> {
    return fma(c, c, fma(b, b, a * a));
}

// Entries 10, 20, 21 of the products of columns with themselves.
fn crossed(a: vec3<f32>, b: vec3<f32>, c: vec3<f32>) -> vec3<f32> {
    return fma(c.yzz, c.xxy, fma(b.yzz, b.xxy, a.yzz * a.xxy));
}

fn combined(k: vec3<f32>, a: vec3<f32>, b: vec3<f32>, c: vec3<f32>) -> vec3<f32> {
    return fma(k.zzz, c, fma(k.yyy, b, k.xxx * a));
}

// Rows 6 to 11 when channels 0 to 2 are in the subset or not, by the bits of `prefix`.
fn settle(base: u32, family: u32, prefix: u32, pivots: ptr<function, Pivots>) -> Six {
    let t0 = taken(family, (prefix & 1u) != 0u);
    let t1 = taken(family, (prefix & 2u) != 0u);
    let t2 = taken(family, (prefix & 4u) != 0u);

    let r0 = take(1.0, t0.x, pivots);
    let l10 = joint[base + 1u] * r0;
    let l20 = joint[base + 3u] * r0;
    let l30 = joint[base + 6u] * r0;
    let l40 = joint[base + 10u] * r0;
    let l50 = joint[base + 15u] * r0;
    let u0 = upper(base, 0u) * r0;
    let v0 = lower(base, 0u) * r0;

    let r1 = take(fma(-l10, l10, 1.0), t0.y, pivots);
    let l21 = fma(-l20, l10, joint[base + 4u]) * r1;
    let l31 = fma(-l30, l10, joint[base + 7u]) * r1;
    let l41 = fma(-l40, l10, joint[base + 11u]) * r1;
    let l51 = fma(-l50, l10, joint[base + 16u]) * r1;
    let u1 = fma(-u0, vec3(l10), upper(base, 1u)) * r1;
    let v1 = fma(-v0, vec3(l10), lower(base, 1u)) * r1;

    let r2 = take(fma(-l21, l21, fma(-l20, l20, 1.0)), t1.x, pivots);
    let l32 = fma(-l31, l21, fma(-l30, l20, joint[base + 8u])) * r2;
    let l42 = fma(-l41, l21, fma(-l40, l20, joint[base + 12u])) * r2;
    let l52 = fma(-l51, l21, fma(-l50, l20, joint[base + 17u])) * r2;
    let u2 = fma(-u1, vec3(l21), fma(-u0, vec3(l20), upper(base, 2u))) * r2;
    let v2 = fma(-v1, vec3(l21), fma(-v0, vec3(l20), lower(base, 2u))) * r2;

    let r3 = take(fma(-l32, l32, fma(-l31, l31, fma(-l30, l30, 1.0))), t1.y, pivots);
    let l43 = fma(-l42, l32, fma(-l41, l31, fma(-l40, l30, joint[base + 13u]))) * r3;
    let l53 = fma(-l52, l32, fma(-l51, l31, fma(-l50, l30, joint[base + 18u]))) * r3;
    let u3 = fma(-u2, vec3(l32), fma(-u1, vec3(l31), fma(-u0, vec3(l30), upper(base, 3u)))) * r3;
    let v3 = fma(-v2, vec3(l32), fma(-v1, vec3(l31), fma(-v0, vec3(l30), lower(base, 3u)))) * r3;

    let p4 = fma(-l43, l43, fma(-l42, l42, fma(-l41, l41, fma(-l40, l40, 1.0))));
    let r4 = take(p4, t2.x, pivots);
    let m54 = fma(-l52, l42, fma(-l51, l41, fma(-l50, l40, joint[base + 19u])));
    let l54 = fma(-l53, l43, m54) * r4;
    let s4 = fma(-u1, vec3(l41), fma(-u0, vec3(l40), upper(base, 4u)));
    let u4 = fma(-u3, vec3(l43), fma(-u2, vec3(l42), s4)) * r4;
    let w4 = fma(-v1, vec3(l41), fma(-v0, vec3(l40), lower(base, 4u)));
    let v4 = fma(-v3, vec3(l43), fma(-v2, vec3(l42), w4)) * r4;

    let p5 = fma(-l53, l53, fma(-l52, l52, fma(-l51, l51, fma(-l50, l50, 1.0))));
    let r5 = take(fma(-l54, l54, p5), t2.y, pivots);
    let s5 = fma(-u2, vec3(l52), fma(-u1, vec3(l51), fma(-u0, vec3(l50), upper(base, 5u))));
    let u5 = fma(-u4, vec3(l54), fma(-u3, vec3(l53), s5)) * r5;
    let w5 = fma(-v2, vec3(l52), fma(-v1, vec3(l51), fma(-v0, vec3(l50), lower(base, 5u))));
    let v5 = fma(-v4, vec3(l54), fma(-v3, vec3(l53), w5)) * r5;

    // Row by row from the last, so that each column's entries can be let go.
    let x0 = vec3(v0.x, v1.x, v2.x);
    let x1 = vec3(v3.x, v4.x, v5.x);
    let y0 = vec3(v0.y, v1.y, v2.y);
    let y1 = vec3(v3.y, v4.y, v5.y);
    let z0 = vec3(v0.z, v1.z, v2.z);
    let z1 = vec3(v3.z, v4.z, v5.z);
    var six: Six;
    six.lower.z = 1.0 - dot(z0, z0) - dot(z1, z1);
    six.among_lower.y = joint[base + 75u] - dot(z0, x0) - dot(z1, x1);
    six.among_lower.z = joint[base + 76u] - dot(z0, y0) - dot(z1, y1);
    six.row_5 = entries(base + 72u) - combined(z0, u0, u1, u2) - combined(z1, u3, u4, u5);
    six.lower.y = 1.0 - dot(y0, y0) - dot(y1, y1);
    six.among_lower.x = joint[base + 64u] - dot(y0, x0) - dot(y1, x1);
    six.row_4 = entries(base + 61u) - combined(y0, u0, u1, u2) - combined(y1, u3, u4, u5);
    six.lower.x = 1.0 - dot(x0, x0) - dot(x1, x1);
    six.row_3 = entries(base + 51u) - combined(x0, u0, u1, u2) - combined(x1, u3, u4, u5);
    let row_8 = vec3(joint[base + 34u], joint[base + 42u], joint[base + 43u]);
    six.among_upper = row_8 - crossed(u0, u1, u2) - crossed(u3, u4, u5);
    six.upper = vec3(1.0) - squares(u0, u1, u2) - squares(u3, u4, u5);
    return six;
}

// The four rows behind the channel of the first two.
fn settle_six(six: Six, t: vec2<bool>, pivots: ptr<function, Pivots>) -> Four {
    let r0 = take(six.upper.x, t.x, pivots);
    let next = six.among_upper.x * r0;
    let y = vec4(six.among_upper.y, six.row_3.x, six.row_4.x, six.row_5.x) * r0;
    let r1 = take(fma(-next, next, six.upper.y), t.y, pivots);
    let second = vec4(six.among_upper.z, six.row_3.y, six.row_4.y, six.row_5.y);
    let z = fma(-y, vec4(next), second) * r1;
    var four: Four;
    four.diagonal = fma(-z, z, fma(-y, y, vec4(six.upper.z, six.lower)));
    let column_0 = vec3(six.row_3.z, six.row_4.z, six.row_5.z);
    four.column_0 = fma(-z.yzw, z.xxx, fma(-y.yzw, y.xxx, column_0));
    four.column_1 = fma(-z.zw, z.yy, fma(-y.zw, y.yy, six.among_lower.xy));
    four.last = fma(-z.w, z.z, fma(-y.w, y.z, six.among_lower.z));
    return four;
}

// The two rows behind the channel of the first two.
fn settle_four(four: Four, t: vec2<bool>, pivots: ptr<function, Pivots>) -> Two {
    let y = four.column_0 * take(four.diagonal.x, t.x, pivots);
    let r1 = take(fma(-y.x, y.x, four.diagonal.y), t.y, pivots);
    let z = fma(-y.yz, y.xx, four.column_1) * r1;
    var two: Two;
    two.diagonal = fma(-z, z, fma(-y.yz, y.yz, four.diagonal.zw));
    two.last = fma(-z.y, z.x, fma(-y.z, y.y, four.last));
    return two;
}

// Determinants of the subsets whose channels 0 to 2 are those of `prefix`, by subset, from word `to` of
// `work` on. Returns the least pivot.
fn determinants(base: u32, family: u32, prefix: u32, to: u32) -> f32 {
    var pivots = Pivots(1.0, 1.0);
    let six = settle(base, family, prefix, &pivots);
    var least = pivots.least;
    for (var third = 0u; third < 2u; third++) {
        var of_four = pivots;
        let four = settle_six(six, taken(family, third == 1u), &of_four);
        for (var fourth = 0u; fourth < 2u; fourth++) {
            var of_two = of_four;
            let two = settle_four(four, taken(family, fourth == 1u), &of_two);
            for (var fifth = 0u; fifth < 2u; fifth++) {
                var all = of_two;
                let t = taken(family, fifth == 1u);
                let y = two.last * take(two.diagonal.x, t.x, &all);
                take(fma(-y, y, two.diagonal.y), t.y, &all);
                work[to + prefix + 8u * third + 16u * fourth + 32u * fifth] = all.product;
                least = min(least, all.least);
            }
        }
    }
    return least;
}
