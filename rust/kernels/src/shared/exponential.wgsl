// 2^x for x clamped to [-126, 127]; relative error below 2e-7.
fn exp2_poly(x: f32) -> f32 {
    let clamped = clamp(x, -126.0, 127.0);
    let whole = round(clamped);
    let f = clamped - whole;
    var p = 0.00015353362;
    p = fma(p, f, 0.0013398874);
    p = fma(p, f, 0.009618437);
    p = fma(p, f, 0.055503324);
    p = fma(p, f, 0.24022648);
    p = fma(p, f, 0.6931472);
    p = fma(p, f, 1.0);
    return p * bitcast<f32>(u32(i32(whole) + 127) << 23u);
}

// log2(x) for a normal x > 0; error below 1e-7 + 6e-8 |log2(x)|.
fn log2_poly(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let whole = bitcast<i32>(bits - 0x3f3504f3u) >> 23u;
    let f = bitcast<f32>(bits - (bitcast<u32>(whole) << 23u)) - 1.0;
    var p = 0.12583706;
    p = fma(p, f, -0.20726976);
    p = fma(p, f, 0.2157156);
    p = fma(p, f, -0.23894481);
    p = fma(p, f, 0.28791624);
    p = fma(p, f, -0.36070368);
    p = fma(p, f, 0.48091063);
    p = fma(p, f, -0.72134733);
    p = fma(p, f, 1.442695);
    return fma(p, f, f32(whole));
}
