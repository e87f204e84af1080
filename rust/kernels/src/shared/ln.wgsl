// k ln 2 + ln(1 + m) for m in [sqrt(1/2) - 1, sqrt(2) - 1].
fn ln_parts(k: f32, m: f32) -> f32 {
    // Estrin's scheme: half the depth of Horner's rule.
    let m2 = m * m;
    let low = fma(fma(0.19962072, m, -0.25001755), m2, fma(0.33333951, m, -0.49999991));
    let high = fma(fma(0.087348446, m, -0.14307523), m2, fma(0.14917973, m, -0.16570508));
    let tail = fma(high, m2 * m2, low);
    let rest = fma(tail, m2, m);
    return fma(k, 0.69314718, rest);
}

// ln(1 + y) for -1 + 2^-24 <= y < 2^126, to 3e-7 of its value, however small.
fn ln1p(y: f32) -> f32 {
    let exponent = (bitcast<u32>(1.0 + y) - 0x3f3504f3u) & 0xff800000u;
    // m = (1 + y) 2^-k - 1 with one rounding, so that nothing of a small y is lost.
    let scale = bitcast<f32>(0x3f800000u - exponent);
    let m = fma(y, scale, scale - 1.0);
    return ln_parts(f32(bitcast<i32>(exponent) >> 23u), m);
}

// ln u of the uniform u = (word + 1/2) / 2^32, to 2e-7 of its value: also next to 1, where f32
// cannot hold u itself.
fn ln_uniform(word: u32) -> f32 {
    let high = f32(word >> 16u);
    let low = fma(f32(word & 0xffffu), 0x1p-32, 0x1p-33);
    let u = fma(high, 0x1p-16, low);
    let below_one = fma(high - 65535.0, 0x1p-16, low - 0x1p-16);
    let bits = bitcast<u32>(u);
    let exponent = (bits - 0x3f3504f3u) & 0xff800000u;
    let m = select(below_one, bitcast<f32>(bits - exponent) - 1.0, bits < 0x3f3504f3u);
    return ln_parts(f32(bitcast<i32>(exponent) >> 23u), m);
}

