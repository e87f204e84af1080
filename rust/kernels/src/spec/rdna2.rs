//! What a kernel may cost on RDNA2. The crate `rdna2` compiles every shader and holds it against this.

/// How units of work are counted in the assembly, so that a budget survives unrolling.
#[derive(Clone, Copy, Debug)]
pub enum Per {
    /// In the innermost loop with most of this opcode: one unit is this many of them.
    Opcode(&'static str, u32),
    /// In the innermost loop that stores most: one unit is a word stored.
    WordStored,
    /// In the whole program: a thread does one unit, without a loop around it.
    Thread,
}

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
pub struct Rdna2 {
    /// Fewest waves per SIMD, of 16.
    pub waves: u64,
    /// Most workgroup memory in bytes.
    pub lds: u64,
    /// Most code in bytes: the instruction cache.
    pub code: u64,
    /// Cycles of the hot loop.
    pub budget: Option<Budget>,
}

impl Rdna2 {
    /// Limits without a budget of cycles.
    pub const DEFAULT: Self = Self { waves: 8, lds: 32 << 10, code: 32 << 10, budget: None };

    /// The default limits with a budget.
    #[must_use]
    pub const fn with(budget: Budget) -> Self {
        Self { budget: Some(budget), ..Self::DEFAULT }
    }
}
