//! The table and its JSON twin.

use std::fmt::Write;

use crate::check;
use crate::hot_loop::Hot;
use crate::measure::{Measurement, WAVES};
use crate::shader::Checks;

/// A measurement and its verdict.
#[derive(Debug, serde::Serialize)]
pub struct Row {
    /// What came out of the compiler.
    #[serde(flatten)]
    pub measurement: Measurement,
    /// The hot loop, if the shader has one.
    pub hot: Option<Hot>,
    /// Lane-cycles allowed per unit, lightest and heaviest pass.
    pub budget: Option<[f64; 2]>,
    /// Broken limits; always empty on the unchecked variant, which is not shipped.
    pub misses: Vec<String>,
}

impl Row {
    /// Judges a measurement by its kernel's limits.
    #[must_use]
    pub fn new(measurement: Measurement) -> Self {
        let limits = check::limits(&measurement.kernel);
        let shipped = measurement.checks == Checks::Checked;
        Self {
            hot: check::hot(&limits, &measurement),
            budget: limits.budget.map(|b| [b.lightest, b.heaviest]),
            misses: if shipped { check::misses(&limits, &measurement) } else { Vec::new() },
            measurement,
        }
    }
}

/// The rows as a markdown table, device and driver above it, misses below it. Cycles and
/// instructions of the hot loop are per unit of work, from the lightest to the heaviest pass.
#[must_use]
pub fn markdown(rows: &[Row]) -> String {
    let mut out = String::new();
    if let Some(Row { measurement: m, .. }) = rows.first() {
        let _ = writeln!(out, "{} on {}\n", m.device, m.driver);
    }
    let _ = writeln!(
        out,
        "| kernel | checks | VGPRs | SGPRs | spills | scratch B | LDS B | waves of {WAVES} | code B | \
         instructions | unit | lane-cycles | budget | scalar, LDS, memory |\n\
         | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --- | --: | --: | --: |"
    );
    for Row { measurement: m, hot, budget, .. } in rows {
        let beside = hot.map_or_else(String::new, |h| {
            format!("{:.1}, {:.1}, {:.1}", h.scalar, h.lds, h.memory)
        });
        let unit = hot.map_or("", |h| h.unit);
        let hot = hot.map_or_else(|| "no loop".into(), |h| passes(h.lightest, h.heaviest));
        let budget = budget.map_or_else(|| "none".into(), |[light, heavy]| passes(light, heavy));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {unit} | {hot} | {budget} | {beside} |",
            m.kernel,
            m.checks.name(),
            m.vgprs,
            m.sgprs,
            m.spills,
            m.scratch,
            m.lds,
            m.waves,
            m.code,
            m.instructions,
        );
    }
    for row in rows {
        for miss in &row.misses {
            let _ = writeln!(out, "\nMISS {}: {miss}", row.measurement.kernel);
        }
    }
    out
}

/// The cost of the lightest and the heaviest pass, once if they are equal.
fn passes(lightest: f64, heaviest: f64) -> String {
    if (heaviest - lightest).abs() < 0.05 {
        format!("{heaviest:.1}")
    } else {
        format!("{lightest:.1} to {heaviest:.1}")
    }
}
