//! The table and its JSON twin.

use std::fmt::Write;

use crate::gate::{Gate, Hot};
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
    /// Lane-cycles allowed per unit.
    pub budget: Option<f64>,
    /// Broken limits; always empty on the unchecked variant, which is not shipped.
    pub misses: Vec<String>,
}

impl Row {
    /// Judges a measurement by its kernel's gate.
    #[must_use]
    pub fn new(measurement: Measurement) -> Self {
        let gate = Gate::of(&measurement.kernel);
        let shipped = measurement.checks == Checks::Checked;
        Self {
            hot: gate.hot(&measurement),
            budget: gate.budget.map(|b| b.lane_cycles),
            misses: if shipped { gate.misses(&measurement) } else { Vec::new() },
            measurement,
        }
    }
}

/// The rows as a markdown table, with device, driver and the misses below it.
#[must_use]
pub fn markdown(rows: &[Row]) -> String {
    let mut out = String::new();
    if let Some(Row { measurement: m, .. }) = rows.first() {
        let _ = writeln!(out, "{} on {}\n", m.device, m.driver);
    }
    let _ = writeln!(
        out,
        "| kernel | checks | VGPRs | SGPRs | spills | scratch B | LDS B | waves of {WAVES} | code B | \
         instructions | hot-loop lane-cycles | budget | beside: scalar, LDS, memory |\n\
         | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --- | --: | --- |"
    );
    for Row { measurement: m, hot, budget, .. } in rows {
        let beside = hot.map_or_else(String::new, |h| {
            format!("{:.1}, {:.1}, {:.1}", h.beside.scalar, h.beside.lds, h.beside.memory)
        });
        let hot = hot.map_or_else(|| "no loop".into(), cycles);
        let budget = budget.map_or_else(|| "–".into(), |b| b.to_string());
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {hot} | {budget} | {beside} |",
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

/// Lane-cycles per unit, as a range where passes differ.
fn cycles(hot: Hot) -> String {
    let Hot { unit, lightest, heaviest, .. } = hot;
    if (heaviest - lightest).abs() < 0.05 {
        format!("{heaviest:.1} per {unit}")
    } else {
        format!("{lightest:.1} to {heaviest:.1} per {unit}")
    }
}
