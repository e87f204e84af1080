// One thread per option; the CPU twin computes the same steps. Tiles of sixteen options keep the words of
// neighbouring threads together.
struct Params {
    items: u32,
    _pad: u32,
    _pad2: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> smiles: array<f32>;
@group(0) @binding(2) var<storage, read_write> totals: array<f32>;
@group(0) @binding(3) var<storage, read_write> slopes: array<f32>;

const TWELFTH = 0.083333336;

// sinh(h)/h, and coth h - 1/h.
fn levels(h: f32) -> vec2<f32> {
    let square = h * h;
    let far = max(abs(h), 0.5);
    let grown = exp_poly(far);
    let shrunk = 1.0 / grown;
    let per_far = 1.0 / far;
    let sinh = 0.5 * (grown - shrunk);
    let langevin = 0.5 * (grown + shrunk) * (1.0 / sinh) - per_far;
    var small = -2.0131787e-4;
    small = fma(small, square, 0.0021148077);
    small = fma(small, square, -0.022222143);
    small = fma(small, square, 0.33333334);
    let near = abs(h) < 0.5;
    return vec2(
        select(sinh * per_far, sinh_ratio(square), near),
        select(select(langevin, -langevin, h < 0.0), small * h, near),
    );
}

// asinh(y)/y, and 1 minus it over y^2.
fn shares(y: f32) -> vec2<f32> {
    let square = y * y;
    let far = max(abs(y), 0.5);
    let squared = far * far;
    let inverse = 1.0 / (1.0 + sqrt(1.0 + squared));
    let per_far = 1.0 / far;
    let share = ln1p(fma(squared, inverse, far)) * per_far;
    var rest = 0.014312441;
    rest = fma(rest, square, -0.028795654);
    rest = fma(rest, square, 0.044508412);
    rest = fma(rest, square, -0.07499592);
    rest = fma(rest, square, 0.16666664);
    let near = abs(y) < 0.5;
    return vec2(
        select(share, fma(-square, rest, 1.0), near),
        select((1.0 - share) * (per_far * per_far), rest, near),
    );
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
    let word = tile * 112u + lane;
    let x = smiles[word];
    let a = smiles[word + 16u];
    let rest = smiles[word + 32u];
    let rho = smiles[word + 48u];
    let narrow = smiles[word + 64u];
    let nu = smiles[word + 80u];
    let years = smiles[word + 96u];

    let half_rest = 0.5 * rest;
    let h = half_rest * x;
    let level = levels(h);
    let ratio = level.x;
    let per_a = 1.0 / a;
    let sinh = ratio * h;
    let by_nu = ratio * per_a * x;
    let zeta = nu * by_nu;

    let apart = zeta - rho;
    let j = sqrt(fma(apart, apart, narrow));
    let per_j = 1.0 / j;
    let per_above = 1.0 / (j + 1.0);
    let turned = rho * zeta;
    let pull = rho * apart;
    let beyond = (j + pull + narrow) * per_above * (1.0 / narrow);
    let within = fma(turned, 1.0 / ((j + 1.0) - turned), 1.0);
    let slope = select(within, beyond, 0.0 < pull);
    let y = zeta * slope;
    let shared_out = shares(y);
    let share = shared_out.x;
    let longer = 1.0 / (share * slope);
    let per_share = longer * slope;
    let leading = a * (1.0 / ratio) * longer;

    let local = rest * a;
    let square = local * local;
    let skew = rho * (1.0 - rest) * 0.25;
    let curve = fma(narrow, 3.0, -1.0) * TWELFTH;
    let pulled = skew * (nu * a);
    let first = fma(square, 0.5 * TWELFTH, fma(curve * (0.5 * nu), nu, pulled));
    let volatility = leading * fma(years, first, 1.0);
    let in_time = leading * years;

    let by_zeta = fma(
        zeta - (rho + rho),
        per_above,
        fma(rho, per_above, -(y * slope * shared_out.y)) * per_share,
    ) * per_j;
    let by_alpha = fma(volatility, fma(-by_zeta, zeta, 1.0), in_time * fma(square, TWELFTH, pulled));
    let cosh = sqrt(fma(sinh, sinh, 1.0));
    let by_x = volatility * fma(by_zeta * (nu * per_a), cosh, -(half_rest * level.y));
    let by_rho = zeta * per_share * per_above * per_j;
    let in_rho = fma((1.0 - rest) * a, nu, -(rho * nu) * nu) * 0.25;

    totals[option] = min(max(volatility * sqrt(years), 1e-30), 1e9);
    let to = tile * 96u + lane;
    slopes[to] = volatility;
    slopes[to + 16u] = y * share;
    slopes[to + 32u] = fma(-half_rest, by_alpha, by_x);
    slopes[to + 48u] = by_alpha;
    slopes[to + 64u] = fma(-volatility, by_rho, in_time * in_rho);
    slopes[to + 80u] = fma(volatility * by_zeta, by_nu, in_time * fma(skew, a, curve * nu));
}
