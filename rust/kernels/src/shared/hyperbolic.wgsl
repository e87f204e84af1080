// Needs in the kernel: `points`, seven planes of `params.rows` words, and `params.metric`.
const EUCLIDEAN: u32 = 1u;

struct Point {
    grow: f32,   // exp(r/2); in the Euclidean metric r/2
    shrink: f32, // exp(-r/2); not used in the Euclidean metric
    arm: f32,    // sinh(r)/2; in the Euclidean metric r/2
    normal: vec3<f32>,
}

fn point_at(row: u32) -> Point {
    let n = params.rows;
    let normal = vec3(points[row + 4u * n], points[row + 5u * n], points[row + 6u * n]);
    if params.metric == EUCLIDEAN {
        let half = 0.5 * points[row + 3u * n];
        return Point(half, 0.0, half, normal);
    }
    return Point(points[row], points[row + n], points[row + 2u * n], normal);
}

// s^2 = sinh^2(d/2), in the Euclidean metric d^2/4: positive terms only, and 0 for identical points
// however the compiler contracts.
fn separation(a: Point, b: Point) -> f32 {
    var radial = a.grow - b.grow;
    if params.metric != EUCLIDEAN {
        radial = 0.5 * fma(radial, a.shrink, a.grow * (b.shrink - a.shrink));
    }
    let d = a.normal - b.normal;
    let chord = fma(d.x, d.x, fma(d.y, d.y, d.z * d.z));
    return fma(radial, radial, (a.arm * b.arm) * chord);
}

// e^x for x <= 0, no smaller than e^-87.
fn decay(x: f32) -> f32 {
    return exp_poly(max(x, -87.0));
}

// exp(-p d/2) from s^2; in the hyperbolic metric e^d = 1 + 2 (s^2 + sqrt(s^2 (1 + s^2))).
fn affinity(s2: f32, power: f32) -> f32 {
    if params.metric == EUCLIDEAN {
        return decay(-power * sqrt(s2));
    }
    let half = s2 + sqrt(fma(s2, s2, s2));
    let e = fma(2.0, half, 1.0);
    if power == 2.0 {
        return 1.0 / e;
    }
    if power == 4.0 {
        let k = 1.0 / e;
        return k * k;
    }
    if power == 1.0 {
        return 1.0 / sqrt(e);
    }
    return decay((-0.5 * power) * ln1p(2.0 * half));
}
