// Sine and cosine of 2 pi (word + 1/2) / 2^32, to 1.5e-7.
fn sincos_turn(word: u32) -> vec2<f32> {
    // Bits 31 and 30 count the quadrant nearest to the angle, the others the way from it.
    let nearest = word + 0x20000000u;
    let way = bitcast<i32>((nearest & 0x3fffffffu) - 0x20000000u);
    let x = fma(f32(way), 0x1p-32, 0x1p-33);
    let z = x * x;
    var s = -75.393562;
    s = fma(s, z, 81.592354);
    s = fma(s, z, -41.341663);
    s = fma(s, z, 6.2831855);
    var c = -83.665924;
    c = fma(c, z, 64.923225);
    c = fma(c, z, -19.739168);
    let sine = bitcast<u32>(x * s);
    let cosine = bitcast<u32>(fma(c, z, 1.0));
    // In odd quadrants the two change places.
    let swap = (sine ^ cosine) & bitcast<u32>(bitcast<i32>(nearest << 1u) >> 31u);
    return bitcast<vec2<f32>>(vec2<u32>(
        sine ^ swap ^ (nearest & 0x80000000u),
        cosine ^ swap ^ ((nearest + 0x40000000u) & 0x80000000u),
    ));
}

