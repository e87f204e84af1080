//! Tail measures of a kernel in double precision.

use hyperphysics_kernels::gpu::var_es;

/// What the kernel `var_es` writes, in double precision. ES is a mean of losses of at least VaR; where
/// they are all equal, its rounding may put it below.
pub(crate) fn f64_measures(measures: &[f32; var_es::MEASURES]) -> [f64; var_es::MEASURES] {
    let mut values = measures.map(f64::from);
    for level in 0..3 {
        values[level + 3] = values[level + 3].max(values[level]);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortfall_is_no_less_than_its_value_at_risk() {
        let below = 0.3f32.next_down();
        let found = f64_measures(&[0.3, 0.5, 0.7, below, 0.6, below]);
        let expected = [0.3f32, 0.5, 0.7, 0.3, 0.6, 0.7].map(f64::from);
        assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits));
        assert!(f64_measures(&[f32::NAN; 6]).iter().all(|m| m.is_nan()));
    }
}
