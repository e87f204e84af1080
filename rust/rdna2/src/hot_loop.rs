//! Which loop is the hot one, and what a unit of its work takes.

use hyperphysics_kernels::spec::Per;

use crate::isa::{Loop, Region};
use crate::measure::Measurement;

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
    /// The hot loop by this count, its cost given per unit.
    #[must_use]
    pub fn by(per: Per, unit: &'static str, m: &Measurement) -> Option<Self> {
        let heaviest = m
            .loops
            .iter()
            .filter(|l| marks(per, &l.heaviest) > 0)
            .max_by_key(|l| (marks(per, &l.heaviest), l.heaviest.lane_cycles()));
        let pass = match per {
            Per::Thread => {
                let program = m.program.clone();
                Loop { label: String::new(), lightest: program.clone(), heaviest: program }
            }
            Per::Opcode(..) | Per::WordStored => heaviest?.clone(),
        };
        let each = if let Per::Opcode(_, each) = per { each } else { 1 };
        let units = f64::from(marks(per, &pass.heaviest)) / f64::from(each);
        Some(Self::of(unit, &pass, units))
    }

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

fn marks(per: Per, pass: &Region) -> u32 {
    match per {
        Per::Opcode(opcode, _) => pass.count(opcode),
        Per::WordStored => pass.words_stored(),
        Per::Thread => 1,
    }
}
