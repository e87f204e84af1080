//! Measurements held against the limits that the kernels state of themselves.

use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_kernels::spec::{Budget, Rdna2};

use crate::hot_loop::Hot;
use crate::measure::{Measurement, WAVES};

/// Limits of the kernel of that name; of a shader that is no kernel those without a budget of cycles.
#[must_use]
pub fn limits(kernel: &str) -> Rdna2 {
    REGISTRY.iter().find(|k| k.name == kernel).map_or(Rdna2::DEFAULT, |k| k.rdna2)
}

/// The hot loop: by the budget's unit, else the heaviest innermost loop per iteration.
#[must_use]
pub fn hot(limits: &Rdna2, m: &Measurement) -> Option<Hot> {
    if let Some(budget) = limits.budget {
        return Hot::by(budget.per, budget.unit, m);
    }
    let heaviest = m.loops.iter().max_by_key(|l| l.heaviest.lane_cycles())?;
    Some(Hot::of("iteration", heaviest, 1.0))
}

/// What a measurement breaks, one line each.
#[must_use]
pub fn misses(limits: &Rdna2, m: &Measurement) -> Vec<String> {
    let mut misses = m.errors.clone();
    let mut check = |kept: bool, miss: String| {
        if !kept {
            misses.push(miss);
        }
    };
    let Rdna2 { waves, lds, code, .. } = *limits;
    check(m.spills == 0, format!("{} registers spilled", m.spills));
    check(m.scratch == 0, format!("{} B of scratch", m.scratch));
    check(m.waves >= waves, format!("{} of {WAVES} waves, at least {waves}", m.waves));
    check(m.lds <= lds, format!("{} B of LDS, at most {lds}", m.lds));
    check(m.code <= code, format!("{} B of code, at most {code}", m.code));
    let doubles = m.program.doubles();
    check(doubles == 0, format!("{doubles} f64 instructions, at a 16th of the rate"));
    if let Some(budget) = limits.budget {
        let Budget { unit, per, lightest, heaviest, reason } = budget;
        let hot = hot(limits, m);
        if let Some(hot) = hot {
            let mut spent = |pass: &str, taken: f64, limit: f64| {
                let miss = format!("{taken:.1} lane-cycles per {unit} on the {pass} pass");
                check(taken <= limit, format!("{miss}, at most {limit} ({reason})"));
            };
            spent("heaviest", hot.heaviest, heaviest);
            if lightest < heaviest {
                spent("lightest", hot.lightest, lightest);
            }
        } else {
            check(false, format!("no {unit} found by {per:?}"));
        }
    }
    misses
}
