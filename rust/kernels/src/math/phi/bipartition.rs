//! Measures at one bipartition, by Cholesky factors of each part.

use super::CHANNELS;
use crate::math::dense::at;

/// Integrated information at a bipartition, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bipartition {
    /// `information[i][j]`: mutual information of the past of part `i + 1` and the present of part
    /// `j + 1`.
    pub information: [[f64; 2]; 2],
    /// Mutual information of past and present of the whole.
    pub tdmi: f64,
    /// Φ_WMS, of either sign.
    pub phi_wms: f64,
    /// Φ_R, between 0 and `tdmi`.
    pub phi_r: f64,
    /// Stochastic interaction (Ay 2001), which is Barrett and Seth's Φ̃: not negative, not bounded by
    /// `tdmi`, and above 0 for mere correlation.
    pub phi_si: f64,
}

/// Measures of a packed joint covariance of `channels` channels at the bipartition `mask`; `None`
/// if the covariance is not positive definite.
///
/// # Panics
/// Panics if `channels` is not in [`CHANNELS`], the triangle has another size, or the mask is none
/// of `1..2^(channels - 1)`.
#[must_use]
pub fn bipartition(channels: usize, joint: &[f64], mask: u32) -> Option<Bipartition> {
    assert!(CHANNELS.contains(&channels), "2 to 8 channels");
    assert_eq!(joint.len(), at(2 * channels, 0), "a packed triangle of {} rows", 2 * channels);
    assert!((1..1 << (channels - 1)).contains(&mask), "a mask of two parts");
    let every = (1u32 << channels) - 1;
    let parts = [every ^ mask << 1, mask << 1];
    let entropy = |past: u32, present: u32| {
        let chosen: Vec<usize> = (0..channels)
            .flat_map(|k| {
                let past = (past >> k & 1 == 1).then_some(2 * k);
                past.into_iter().chain((present >> k & 1 == 1).then_some(2 * k + 1))
            })
            .collect();
        log_determinant(joint, &chosen).map(|ln| 0.5 * ln)
    };
    let mutual = |past: u32, present: u32| {
        Some(entropy(past, 0)? + entropy(0, present)? - entropy(past, present)?)
    };
    let mut information = [[0.0; 2]; 2];
    for (row, past) in information.iter_mut().zip(parts) {
        for (to, present) in row.iter_mut().zip(parts) {
            *to = mutual(past, present)?;
        }
    }
    let tdmi = mutual(every, every)?;
    let [[own_1, across_12], [across_21, own_2]] = information;
    let phi_wms = tdmi - own_1 - own_2;
    let conditional = |part: u32| Some(entropy(part, part)? - entropy(part, 0)?);
    Some(Bipartition {
        information,
        tdmi,
        phi_wms,
        phi_r: phi_wms + own_1.min(own_2).min(across_12).min(across_21),
        phi_si: conditional(parts[0])? + conditional(parts[1])? - conditional(every)?,
    })
}

/// Logarithm of the determinant of the chosen rows and columns; `None` if a pivot is not positive.
fn log_determinant(joint: &[f64], chosen: &[usize]) -> Option<f64> {
    let n = chosen.len();
    let mut factor = vec![0.0; at(n, 0)];
    let mut logarithm = 0.0;
    for i in 0..n {
        for j in 0..=i {
            let (row, column) = (chosen[i].max(chosen[j]), chosen[i].min(chosen[j]));
            let done: f64 = (0..j).map(|k| factor[at(i, k)] * factor[at(j, k)]).sum();
            let left = joint[at(row, column)] - done;
            if i > j {
                factor[at(i, j)] = left / factor[at(j, j)];
            } else if left > 0.0 {
                factor[at(i, i)] = left.sqrt();
                logarithm += left.ln();
            } else {
                return None;
            }
        }
    }
    Some(logarithm)
}
