//! Which loop is the hot one, and what a unit of its work takes.

use crate::isa::{Loop, Region};
use crate::measure::Measurement;

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

impl Per {
    /// The hot loop by this count, its cost given per unit.
    #[must_use]
    pub fn hot(self, unit: &'static str, m: &Measurement) -> Option<Hot> {
        let heaviest = m
            .loops
            .iter()
            .filter(|l| self.marks(&l.heaviest) > 0)
            .max_by_key(|l| (self.marks(&l.heaviest), l.heaviest.lane_cycles()));
        let pass = match self {
            Self::Thread => {
                let program = m.program.clone();
                Loop { label: String::new(), lightest: program.clone(), heaviest: program }
            }
            Self::Opcode(..) | Self::WordStored => heaviest?.clone(),
        };
        let each = if let Self::Opcode(_, each) = self { each } else { 1 };
        let units = f64::from(self.marks(&pass.heaviest)) / f64::from(each);
        Some(Hot::of(unit, &pass, units))
    }

    fn marks(self, pass: &Region) -> u32 {
        match self {
            Self::Opcode(opcode, _) => pass.count(opcode),
            Self::WordStored => pass.words_stored(),
            Self::Thread => 1,
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
    /// Scalar instructions of the heaviest pass, without waits; they issue beside the vector ones.
    pub scalar: f64,
    /// LDS instructions of the heaviest pass.
    pub lds: f64,
    /// Vector memory instructions of the heaviest pass.
    pub memory: f64,
}

impl Hot {
    /// A pass of `units` units.
    #[must_use]
    pub fn of(unit: &'static str, pass: &Loop, units: f64) -> Self {
        let per_unit = |count: u32| f64::from(count) / units;
        let Loop { lightest, heaviest, .. } = pass;
        let waits = heaviest.count("s_waitcnt") + heaviest.count("s_clause");
        let memory = ["buffer_", "global_", "flat_", "scratch_"].map(|m| heaviest.count(m));
        Self {
            unit,
            units,
            lightest: per_unit(lightest.lane_cycles()),
            heaviest: per_unit(heaviest.lane_cycles()),
            scalar: per_unit(heaviest.count("s_") - waits),
            lds: per_unit(heaviest.count("ds_")),
            memory: per_unit(memory.iter().sum()),
        }
    }
}
