// High word of the 64-bit product by limbs of 16 bits: 64-bit integers are optional in WGSL.
fn mul_high(a: u32, b: u32) -> u32 {
    let a0 = a & 0xffffu;
    let a1 = a >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let cross = a1 * b0 + ((a0 * b0) >> 16u);
    let carry = a0 * b1 + (cross & 0xffffu);
    return a1 * b1 + (cross >> 16u) + (carry >> 16u);
}

// Philox4x32-10: the four words of a counter under a key.
fn philox(counter: vec4<u32>, first_key: vec2<u32>) -> vec4<u32> {
    var c = counter;
    var key = first_key;
    for (var round = 0u; round < 10u; round++) {
        let high0 = mul_high(c.x, 0xD2511F53u);
        let low0 = c.x * 0xD2511F53u;
        let high1 = mul_high(c.z, 0xCD9E8D57u);
        let low1 = c.z * 0xCD9E8D57u;
        c = vec4<u32>(high1 ^ c.y ^ key.x, low1, high0 ^ c.w ^ key.y, low0);
        key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
    }
    return c;
}

