// e^x for -87 <= x <= 88, to 2e-7 of its value.
fn exp_poly(argument: f32) -> f32 {
    // 1.5 * 2^23 rounds to an integer, which the low bits then hold.
    let rounded = fma(argument, 1.442695, 12582912.0);
    let n = bitcast<i32>(rounded) - bitcast<i32>(12582912.0);
    let k = f32(n);
    var x = fma(k, -0.693359375, argument); // exact: the constant has ten bits
    x = fma(k, 2.1219444e-4, x);
    var tail = 0.0013813145;
    tail = fma(tail, x, 0.008369419);
    tail = fma(tail, x, 0.041668456);
    tail = fma(tail, x, 0.16666515);
    tail = fma(tail, x, 0.49999994);
    tail = fma(tail, x * x, x);
    let scale = bitcast<f32>((n + 127) << 23u);
    return fma(tail, scale, scale);
}

