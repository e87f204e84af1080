// One thread per option; the CPU twin computes the same steps. Tiles of sixteen options keep the words of
// neighbouring threads together.
struct Params {
    items: u32,
    _pad: u32,
    _pad2: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> options: array<f32>;
@group(0) @binding(2) var<storage, read> totals: array<f32>;
@group(0) @binding(3) var<storage, read_write> first: array<f32>;
@group(0) @binding(4) var<storage, read_write> second: array<f32>;

const STILL = 1e-30;
const FAR = 80.0;

// N(-a) e^(a^2/2) (a + 4) as a function of (a - 4)/(a + 4).
fn tail(u: f32) -> f32 {
    var t = -1.613027e-4;
    t = fma(t, u, 1.2810086e-4);
    t = fma(t, u, 0.001571801);
    t = fma(t, u, -0.003474229);
    t = fma(t, u, -0.0075175863);
    t = fma(t, u, 0.060394373);
    t = fma(t, u, -0.18652539);
    t = fma(t, u, 0.38713768);
    t = fma(t, u, -0.6078965);
    return fma(t, u, 0.75528514);
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let option = folded(group, groups) * 64u + thread;
    // The spare options of the last tile are computed too.
    if option >= (params.items + 15u) / 16u * 16u {
        return;
    }
    let tile = option / 16u;
    let lane = option % 16u;
    let word = tile * 48u + lane;
    let x = options[word];
    let rate = options[word + 16u];
    let dividend = options[word + 32u];
    let s = totals[option];

    let per_s = 1.0 / s;
    let away = abs(x);
    let near = max(min(fma(away, per_s, -(0.5 * s)), FAR), -FAR);
    let far = min(fma(away, per_s, 0.5 * s), FAR);

    let exponent = -(0.5 * near) * near;
    let bell = select(exp_poly(max(exponent, -87.0)), 0.0, exponent < -87.0);
    // One reciprocal for both tails.
    let beyond = abs(near) + 4.0;
    let beyond_far = far + 4.0;
    let inverse = 1.0 / (beyond * beyond_far);
    let per_near = inverse * beyond_far;
    let per_far = inverse * beyond;
    let low = bell * (tail((abs(near) - 4.0) * per_near) * per_near);
    let high = bell * (tail((far - 4.0) * per_far) * per_far);
    let still = s <= STILL;
    let outer = select(low, 1.0 - low, near < 0.0);
    let price = select(max(outer - high, 0.0), 0.0, still);
    let density = select(bell * 0.39894228, 0.0, still);

    let below = x < 0.0;
    let delta = select(-high, outer, below);
    let rho = select(-outer, high, below);
    let d1 = select(far, -near, below);
    let d2 = select(near, -far, below);
    let carry = fma(rate, rho, -(dividend * delta));
    let product = near * far;
    let squares = fma(near, near, far * far);
    let drift = (rate - dividend) * per_s;
    let slide = drift - 0.5 * d2;

    let to = tile * 80u + lane;
    first[to] = price;
    first[to + 16u] = delta;
    first[to + 32u] = density;
    first[to + 48u] = rho;
    first[to + 64u] = -fma(0.5 * s, density, carry);
    let to_second = tile * 128u + lane;
    second[to_second] = -(density * d2);
    second[to_second + 16u] = density * product;
    second[to_second + 32u] = fma(dividend, delta, -(density * slide));
    second[to_second + 48u] = -(density * (d1 + s));
    second[to_second + 64u] = density * (product - 1.0);
    second[to_second + 80u] = density * fma(d1, slide, dividend + 0.5);
    second[to_second + 96u] = density * fma(d1, drift, dividend - 0.5 * (1.0 + product));
    second[to_second + 112u] = -(density * fma(product, 1.0 - product, squares));
}
