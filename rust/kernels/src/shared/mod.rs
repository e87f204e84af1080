//! Helpers of several kernels: WGSL text that stands in front of a kernel's own, and its Rust twin.

pub mod exponential;
pub mod hyperbolic;
pub(crate) mod sample;

use crate::spec::Groups;

/// `count` workgroups folded over x and y; the shader finds its own as `y * groups.x + x` and
/// skips those past the last.
pub(crate) fn fold(count: u32) -> Groups {
    const WIDEST: u32 = 32_768;
    [count.min(WIDEST), count.div_ceil(WIDEST), 1]
}
