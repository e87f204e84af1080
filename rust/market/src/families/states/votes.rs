//! How past windows vote: the weighted labels of the states that were near.

use std::sync::OnceLock;

use hyperphysics_engine::{BufferId, Outputs, Plan};
use hyperphysics_kernels::gpu::kernel_regression;
use hyperphysics_kernels::shared::hyperbolic::{self, EUCLIDEAN, HYPERBOLIC};

use super::{States, past, place};
use crate::{Metric, Params, Result};

/// Buffers of the votes in a plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handles {
    /// States of all rows.
    pub(crate) points: BufferId,
    /// Votes of the voters.
    pub(crate) votes: BufferId,
}

/// Votes of past windows, made once for all families that ask for them.
#[derive(Debug)]
pub(crate) struct Votes {
    points: Vec<f32>,
    /// Rows whose past windows vote, ascending.
    pub(crate) rows: Vec<u32>,
    /// First rows of those windows.
    first: Vec<u32>,
    handles: OnceLock<Handles>,
    found: OnceLock<Vec<f32>>,
}

impl Votes {
    /// Votes of the past windows of some rows, in any order.
    pub(crate) fn new(states: &States, mut rows: Vec<u32>, params: &Params) -> Self {
        rows.sort_unstable();
        rows.dedup();
        let past = past(params) as u32;
        Self {
            points: hyperbolic::planes(&states.rows),
            first: rows.iter().map(|row| row - past).collect(),
            rows,
            handles: OnceLock::new(),
            found: OnceLock::new(),
        }
    }

    /// Number of a row among the voters.
    pub(crate) fn place(&self, row: usize) -> usize {
        place(&self.rows, row)
    }

    /// Adds the votes to a plan, if no family has yet.
    pub(crate) fn add<'p>(
        &'p self,
        states: &'p States,
        params: &Params,
        plan: &mut Plan<'p>,
    ) -> Result<Handles> {
        if let Some(handles) = self.handles.get() {
            return Ok(*handles);
        }
        let points = plan.input(&self.points);
        let labels = plan.input(&states.labels);
        let [rows, first] = [plan.input(&self.rows), plan.input(&self.first)];
        let votes = plan.output(self.rows.len() * kernel_regression::VOTES);
        let vote = kernel_regression::Params {
            items: 0,
            past_window: params.shared.past_window as u32,
            rows: states.rows.len() as u32,
            metric: metric(params),
            power: power(params),
            _pad: [0; 3],
        };
        plan.stage(self.rows.len()).step(
            &kernel_regression::KERNEL,
            &vote,
            &[points, labels, rows, first, votes],
        )?;
        Ok(*self.handles.get_or_init(|| Handles { points, votes }))
    }

    /// The votes of the voters, once the plan has run: sum of the weighted labels, sum of the
    /// weights, sum of the labels, least squared separation.
    pub(crate) fn found(&self, outputs: &mut Outputs) -> &[[f32; kernel_regression::VOTES]] {
        let handles = self.handles.get().expect("votes that were added to the plan");
        self.found.get_or_init(|| outputs.take(handles.votes)).as_chunks().0
    }

    /// Fields of the votes on the voters: `(Σ K y - mean(y) Σ K) / H`.
    pub(crate) fn fields(&self, outputs: &mut Outputs, params: &Params) -> Vec<f64> {
        let of = |vote: &[f32; kernel_regression::VOTES]| {
            let [sum, weight, labels, _] = vote.map(f64::from);
            let mean = labels / params.shared.past_window as f64;
            (sum - mean * weight) / params.shared.lattice_horizon as f64
        };
        self.found(outputs).iter().map(of).collect()
    }
}

/// The metric as kernels know it.
pub(crate) const fn metric(params: &Params) -> u32 {
    match params.shared.metric {
        Metric::Hyperbolic => HYPERBOLIC,
        Metric::Euclidean => EUCLIDEAN,
    }
}

/// Exponent of the kernel as kernels know it.
pub(crate) fn power(params: &Params) -> f32 {
    (2.0 / params.shared.length_scale) as f32
}
