//! Limits that every kernel keeps, and the cycle budgets of those that have one.

use crate::hot::{Hot, Per};
use crate::measure::{Measurement, WAVES};

/// Lane-cycles that a unit of work may take.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// What is counted.
    pub unit: &'static str,
    /// How it is found.
    pub per: Per,
    /// Limit on the lightest pass, where that is the ordinary one.
    pub lightest: f64,
    /// Limit on the heaviest pass.
    pub heaviest: f64,
    /// What the cycles are spent on.
    pub reason: &'static str,
}

impl Budget {
    /// A budget of the heaviest pass alone.
    #[must_use]
    pub const fn new(unit: &'static str, per: Per, lane_cycles: f64, reason: &'static str) -> Self {
        Self { unit, per, lightest: lane_cycles, heaviest: lane_cycles, reason }
    }
}

/// Limits of a kernel. No kernel may spill, use scratch or compute in `f64`.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Fewest waves per SIMD, of 16.
    pub waves: u64,
    /// Most workgroup memory in bytes.
    pub lds: u64,
    /// Most code in bytes: the instruction cache.
    pub code: u64,
    /// Cycles of the hot loop.
    pub budget: Option<Budget>,
}

impl Gate {
    /// Limits of a kernel without a row in the table.
    pub const DEFAULT: Self = Self { waves: 8, lds: 32 << 10, code: 32 << 10, budget: None };

    /// The default limits with a budget.
    #[must_use]
    pub const fn with(budget: Budget) -> Self {
        Self { budget: Some(budget), ..Self::DEFAULT }
    }

    /// Limits of the kernel of that name.
    #[must_use]
    pub fn of(kernel: &str) -> Self {
        let row = GATES.iter().find(|(name, _)| *name == kernel);
        row.map_or(Self::DEFAULT, |(_, gate)| *gate)
    }

    /// The hot loop: by the budget's unit, else the heaviest innermost loop per iteration.
    #[must_use]
    pub fn hot(&self, m: &Measurement) -> Option<Hot> {
        if let Some(budget) = self.budget {
            return budget.per.hot(budget.unit, m);
        }
        let heaviest = m.loops.iter().max_by_key(|l| l.heaviest.lane_cycles())?;
        Some(Hot::of("iteration", heaviest, 1.0))
    }

    /// What a measurement breaks, one line each.
    #[must_use]
    pub fn misses(&self, m: &Measurement) -> Vec<String> {
        let mut misses = m.errors.clone();
        let mut check = |kept: bool, miss: String| {
            if !kept {
                misses.push(miss);
            }
        };
        let Self { waves, lds, code, .. } = *self;
        check(m.spills == 0, format!("{} registers spilled", m.spills));
        check(m.scratch == 0, format!("{} B of scratch", m.scratch));
        check(m.waves >= waves, format!("{} of {WAVES} waves, at least {waves}", m.waves));
        check(m.lds <= lds, format!("{} B of LDS, at most {lds}", m.lds));
        check(m.code <= code, format!("{} B of code, at most {code}", m.code));
        let doubles = m.program.doubles();
        check(doubles == 0, format!("{doubles} f64 instructions, at a 16th of the rate"));
        if let Some(budget) = self.budget {
            let Budget { unit, per, lightest, heaviest, reason } = budget;
            let hot = self.hot(m);
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
}

/// Kernels with limits of their own.
pub const GATES: &[(&str, Gate)] = &[
    (
        "order_book",
        Gate::with(Budget::new(
            "level",
            Per::Opcode("v_sqrt_f32", 2),
            115.0,
            "a reciprocal, two roots, three logarithms and an exponential, six sums",
        )),
    ),
    (
        "pairwise_distances",
        Gate::with(Budget::new(
            "distance",
            Per::WordStored,
            60.0,
            "coordinates in two parts, a root and a logarithm",
        )),
    ),
    (
        "distances",
        Gate::with(Budget::new("distance", Per::WordStored, 35.0, "a word of the matrix")),
    ),
    (
        "kernel_regression",
        Gate::with(Budget {
            unit: "bar",
            per: Per::Opcode("v_min_f32", 1),
            lightest: 48.0,
            heaviest: 80.0,
            reason: "at power 2 the weight is a reciprocal, at any power two polynomials",
        }),
    ),
    (
        "greeks",
        Gate::with(Budget::new(
            "option",
            Per::Thread,
            125.0,
            "two tails behind a reciprocal, an exponential, thirteen words made of them",
        )),
    ),
    (
        "integration",
        Gate::with(Budget::new(
            "8 determinants",
            Per::Opcode("v_rsq_f32", 18),
            900.0,
            "57 entries behind five roots, 21 of what is left, 13 roots below; clamped LDS addresses",
        )),
    ),
    (
        "marginal",
        Gate::with(Budget::new(
            "8 states",
            Per::Opcode("v_cndmask_b32", 8),
            70.0,
            "36 products and sums for two fields, 8 selects, 24 for clamped LDS addresses",
        )),
    ),
    (
        "normals",
        Gate::with(Budget::new(
            "block",
            Per::Thread,
            370.0,
            "ten Philox rounds by 16-bit limbs, two Box-Muller pairs by polynomials",
        )),
    ),
    (
        "fhs_paths",
        Gate::with(Budget::new("step", Per::Opcode("v_sqrt_f32", 1), 25.0, "a draw and a root")),
    ),
    (
        "gibbs_sampler",
        Gate::with(Budget::new(
            "update",
            Per::Opcode("ds_read_b32", 1),
            39.0,
            "12 products of four, 7 for the random word, 10 for the threshold, 6 for the energy",
        )),
    ),
    (
        "matmul",
        Gate {
            waves: 5,
            ..Gate::with(Budget::new(
                "512 fused steps",
                Per::Opcode("v_fmac_f32", 512),
                545.0,
                "64 sums take most registers; 8 words are fetched by clamped addresses",
            ))
        },
    ),
    (
        "ranks",
        Gate::with(Budget::new(
            "bar in two channels",
            Per::Opcode("v_add_co_ci_u32", 2),
            16.0,
            "four comparisons and their sums, a counter that bounds the loop",
        )),
    ),
    (
        "sabr",
        Gate::with(Budget::new(
            "option",
            Per::Thread,
            235.0,
            "eleven reciprocals and four roots, an exponential, a logarithm, four derivatives",
        )),
    ),
];
