//! Limits that every kernel keeps, and the cycle budgets of those that have one.

use crate::isa::{Loop, Region};
use crate::measure::{Measurement, WAVES};

/// How units of work are counted in the assembly, so that a budget survives unrolling.
#[derive(Clone, Copy, Debug)]
pub enum Per {
    /// In the innermost loop with most of this opcode: one unit is this many of them.
    Opcode(&'static str, u32),
    /// In the whole program: a thread does this many units, without a loop around them.
    Thread(u32),
}

/// Lane-cycles that a unit of work may take on the shipped variant.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// What is counted.
    pub unit: &'static str,
    /// How it is found.
    pub per: Per,
    /// Limit on the heaviest pass.
    pub lane_cycles: f64,
    /// Why it is what it is.
    pub reason: &'static str,
}

/// Limits of a kernel. No kernel may spill or use scratch.
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

    /// Limits of the kernel of that name.
    #[must_use]
    pub fn of(kernel: &str) -> Self {
        let row = GATES.iter().find(|(name, _)| *name == kernel);
        row.map_or(Self::DEFAULT, |(_, gate)| *gate)
    }

    /// Limits by default, with a budget.
    const fn budget(unit: &'static str, per: Per, lane_cycles: f64, reason: &'static str) -> Self {
        Self { budget: Some(Budget { unit, per, lane_cycles, reason }), ..Self::DEFAULT }
    }

    /// What a measurement breaks, one line each.
    #[must_use]
    pub fn misses(&self, m: &Measurement) -> Vec<String> {
        let mut misses: Vec<String> = m.errors.clone();
        let mut check = |ok: bool, miss: String| {
            if !ok {
                misses.push(miss);
            }
        };
        check(m.spills == 0, format!("{} registers spilled", m.spills));
        check(m.scratch == 0, format!("{} B of scratch", m.scratch));
        check(
            m.waves >= self.waves,
            format!("{} of {WAVES} waves, at least {}", m.waves, self.waves),
        );
        check(m.lds <= self.lds, format!("{} B of LDS, at most {}", m.lds, self.lds));
        check(m.code <= self.code, format!("{} B of code, at most {}", m.code, self.code));
        let doubles = m.program.doubles();
        check(doubles == 0, format!("{doubles} f64 instructions at a 16th of the rate"));
        if let Some(budget) = self.budget {
            match budget.hot(m) {
                Some(hot) => check(
                    hot.heaviest <= budget.lane_cycles,
                    format!(
                        "{:.1} lane-cycles per {}, at most {} ({})",
                        hot.heaviest, budget.unit, budget.lane_cycles, budget.reason
                    ),
                ),
                None => check(false, format!("no {} found by {:?}", budget.unit, budget.per)),
            }
        }
        misses
    }

    /// The hot loop: by the budget's unit, else the heaviest innermost loop per iteration.
    #[must_use]
    pub fn hot(&self, m: &Measurement) -> Option<Hot> {
        match self.budget {
            Some(budget) => budget.hot(m),
            None => {
                let hot = m.loops.iter().max_by_key(|l| l.heaviest.lane_cycles())?;
                Some(Hot::of("iteration", hot, 1.0))
            }
        }
    }
}

/// Lane-cycles of the hot loop per unit of work.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Hot {
    /// What is counted.
    pub unit: &'static str,
    /// Units of one pass.
    pub units: f64,
    /// Lane-cycles of the lightest pass.
    pub lightest: f64,
    /// Lane-cycles of the heaviest pass.
    pub heaviest: f64,
    /// Instructions of the heaviest pass that issue beside the vector ones.
    pub beside: Beside,
}

/// Instructions of other units, per unit of work.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Beside {
    /// Scalar arithmetic, branches and scalar loads, without waits.
    pub scalar: f64,
    /// LDS.
    pub lds: f64,
    /// Vector memory.
    pub memory: f64,
}

impl Hot {
    fn of(unit: &'static str, hot: &Loop, units: f64) -> Self {
        Self::between(unit, units, &hot.lightest, &hot.heaviest)
    }

    fn between(unit: &'static str, units: f64, lightest: &Region, heaviest: &Region) -> Self {
        let per_unit = |count: u32| f64::from(count) / units;
        let waits = heaviest.count("s_waitcnt") + heaviest.count("s_clause");
        let memory = ["buffer_", "global_", "flat_", "scratch_"].map(|m| heaviest.count(m));
        Self {
            unit,
            units,
            lightest: per_unit(lightest.lane_cycles()),
            heaviest: per_unit(heaviest.lane_cycles()),
            beside: Beside {
                scalar: per_unit(heaviest.count("s_") - waits),
                lds: per_unit(heaviest.count("ds_")),
                memory: per_unit(memory.iter().sum()),
            },
        }
    }
}

impl Budget {
    fn hot(&self, m: &Measurement) -> Option<Hot> {
        match self.per {
            Per::Opcode(opcode, each) => {
                let units = |l: &Loop| l.heaviest.count(opcode);
                let hot = m
                    .loops
                    .iter()
                    .filter(|l| units(l) > 0)
                    .max_by_key(|l| (units(l), l.heaviest.lane_cycles()))?;
                Some(Hot::of(self.unit, hot, f64::from(units(hot)) / f64::from(each)))
            }
            Per::Thread(units) => {
                Some(Hot::between(self.unit, units.into(), &m.program, &m.program))
            }
        }
    }
}

/// Kernels with a row of their own.
pub const GATES: &[(&str, Gate)] = &[(
    "paths",
    Gate::budget("step", Per::Opcode("v_sqrt_f32", 1), 25.0, "one fused step and its draw"),
)];
