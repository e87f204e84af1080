// Needs in the kernel: `points`, eleven planes of `params.points` words, and `queries`, eleven words
// an item.
struct Split {
    half: vec2<f32>, // r/2 in two parts
    grown: f32,      // exp(r/2)
    shrunk: f32,     // exp(-r/2)/2
    sinh: f32,       // sinh(r)/2
    normal: vec3<f32>,
    rest: vec3<f32>, // second parts of the normal
}

fn point_at(row: u32) -> Split {
    let n = params.points;
    return Split(
        vec2(points[row], points[row + n]),
        points[row + 2u * n],
        points[row + 3u * n],
        points[row + 4u * n],
        vec3(points[row + 5u * n], points[row + 6u * n], points[row + 7u * n]),
        vec3(points[row + 8u * n], points[row + 9u * n], points[row + 10u * n]),
    );
}

fn query_at(item: u32) -> Split {
    let at = 11u * item;
    return Split(
        vec2(queries[at], queries[at + 1u]),
        queries[at + 2u],
        queries[at + 3u],
        queries[at + 4u],
        vec3(queries[at + 5u], queries[at + 6u], queries[at + 7u]),
        vec3(queries[at + 8u], queries[at + 9u], queries[at + 10u]),
    );
}

// s^2 = sinh^2(d/2): positive terms only, 0 for identical points however the compiler contracts, and
// the same bits whichever point comes first.
fn separation(a: Split, b: Split) -> f32 {
    let apart = (a.half.x - b.half.x) + (a.half.y - b.half.y);
    let square = apart * apart;
    let u = a.grown * b.shrunk;
    let v = a.shrunk * b.grown;
    let far = max(u, v) - min(u, v);
    let along = select(far * far, sinh_square(square), square < 0.25);
    let n = (a.normal - b.normal) + (a.rest - b.rest);
    let chord = fma(n.z, n.z, fma(n.y, n.y, n.x * n.x));
    return fma(a.sinh * b.sinh, chord, along);
}
