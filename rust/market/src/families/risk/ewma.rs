//! Filtered historical simulation on an EWMA of squared returns.
//!
//! Residuals are returns in units of the volatility forecast made one bar before, without the mean
//! of their window. The next bar is exact (order statistics of the window; Hull and White 1998), the
//! horizon is simulated on the device. There variances follow residuals of unit mean square, else
//! they would drift, and returns have the spread of the residuals as they are: forecasts that are
//! too small on average, as those of a short memory, would else understate every tail. A move of a
//! price that had stood still is in units of the forecast made after it.

use hyperphysics_kernels::math::risk::Rolling;
use rayon::prelude::*;

use super::simulation::{Item, Simulation};
use super::{RUN, Risk, Target, bars};
use crate::families::Group;

/// Forecasts of all targets of a group.
pub(super) fn prepare(group: &Group<'_>) -> Risk {
    let Group { segments, params, .. } = *group;
    let window = params.risk.residuals as usize;
    let (mut targets, mut items, mut residuals) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (segment, volatility)) in segments.iter().zip(group.volatilities()).enumerate() {
        let z = volatility.residuals();
        let full = segment.full(bars(params));
        let windows = full.par_chunks(RUN).flat_map_iter(|run| {
            let mut rolling = Rolling::new(&z, window, run[0]);
            run.iter().map(move |&bar| rolling.at(bar))
        });
        for (&bar, window_of) in full.iter().zip(windows.collect::<Vec<_>>()) {
            let sigma = volatility.sigma[bar];
            let unit = sigma * window_of.spread;
            let affine = window_of.affine();
            if affine.iter().all(|a| a.is_finite()) {
                let start = residuals.len() + bar + 1 - window;
                let mirrored = affine.map(|a| -a);
                for (side, affine) in [affine, mirrored].into_iter().enumerate() {
                    items.push(Item { target: targets.len(), side, start, affine, unit });
                }
            }
            targets.push(Target {
                segment: number,
                row: segment.row(bar),
                volatility: sigma,
                next: [window_of.measures, window_of.mirrored].map(|m| m.map(|v| sigma * v)),
                ahead: [[f64::NAN; 6]; 2],
                season: f64::NAN,
                trend: f64::NAN,
            });
        }
        // A residual without a value is in no item's window.
        residuals.extend(z.iter().map(|z| if z.is_finite() { *z as f32 } else { 0.0 }));
    }
    let seasons = vec![1.0; items.len() * params.risk.risk_horizon as usize];
    let simulation = Simulation::new(params, group.memory.decay(), items, residuals, seasons);
    Risk { targets, simulation: Some(simulation) }
}
