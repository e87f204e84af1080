// Number of this workgroup in a dispatch folded into x, then y.
fn folded(group: vec3<u32>, groups: vec3<u32>) -> u32 {
    return group.y * groups.x + group.x;
}

