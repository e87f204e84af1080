// sinh x for |x| <= 1/2, to 1e-7 of its value.
fn sinh_small(x: f32) -> f32 {
    let z = x * x;
    var s = 1.9974027e-4;
    s = fma(s, z, 0.008333141);
    s = fma(s, z, 0.16666667);
    return fma(s * z, x, x);
}

// sinh(x)/x from z = x^2, for |x| <= 1/2, to 1e-7 of its value; 1 at 0.
fn sinh_ratio(z: f32) -> f32 {
    var s = 1.9974027e-4;
    s = fma(s, z, 0.008333141);
    s = fma(s, z, 0.16666667);
    return fma(s, z, 1.0);
}

// sinh^2 x from z = x^2, for |x| <= 1/2, to 2e-7 of its value.
fn sinh_square(z: f32) -> f32 {
    var s = 0.0032430827;
    s = fma(s, z, 0.044434484);
    s = fma(s, z, 0.33333373);
    return fma(s * z, z, z);
}

