//! One shader, one variant: what RDNA2 makes of it.

use crate::child::Compiler;
use crate::isa::{Listing, Loop, Region};
use crate::shader::{Checks, Shader};
use crate::{Error, Result};

/// Wave slots of a SIMD.
pub const WAVES: u64 = 16;

/// Resources, loops and complaints of a compiled shader.
#[derive(Debug, serde::Serialize)]
pub struct Measurement {
    /// Name of the shader.
    pub kernel: String,
    /// Variant.
    pub checks: Checks,
    /// Name of the Vulkan device.
    pub device: String,
    /// Driver version.
    pub driver: String,
    /// Lanes of a wave.
    pub subgroup: u32,
    /// Vector registers per lane.
    pub vgprs: u64,
    /// Scalar registers of a wave; RDNA2 always allots 128.
    pub sgprs: u64,
    /// Spilled vector and scalar registers.
    pub spills: u64,
    /// Scratch memory per wave in bytes: private arrays that are indexed at run time.
    pub scratch: u64,
    /// Workgroup memory in bytes, the larger of naga's sum and the driver's allotment.
    pub lds: u64,
    /// Waves that fit on a SIMD, of [`WAVES`].
    pub waves: u64,
    /// Code size in bytes.
    pub code: u64,
    /// Instructions.
    pub instructions: u64,
    /// Lines of the driver that report an error of its compiler.
    pub errors: Vec<String>,
    /// The whole program.
    pub program: Region,
    /// Innermost loops.
    pub loops: Vec<Loop>,
    /// RDNA2 assembly.
    #[serde(skip)]
    pub assembly: String,
}

/// Compiles a variant of `shader` and reads what came out.
///
/// # Errors
/// As [`Shader::spirv`] and [`Compiler::compile`], and [`Error::Report`] if a statistic or the
/// assembly is missing.
pub fn measure(compiler: &Compiler, shader: &Shader, checks: Checks) -> Result<Measurement> {
    let spirv = shader.spirv(checks)?;
    let (made, said) = compiler.compile(&shader.name, &spirv, shader.storage)?;
    let unknown = |why: String| Error::Report { shader: shader.name.clone(), why };
    let statistic = |name: &str| {
        made.statistics.get(name).copied().ok_or_else(|| unknown(format!("no statistic `{name}`")))
    };
    let listing = Listing::parse(&made.assembly);
    let program = listing.program();
    if program.count("s_endpgm") == 0 {
        return Err(unknown("no RDNA2 assembly".into()));
    }
    // The driver counts in waves of 32 lanes, 32 of them for 16 slots.
    let per_slot = u64::from(made.subgroup / 32).max(1);
    Ok(Measurement {
        kernel: shader.name.clone(),
        checks,
        subgroup: made.subgroup,
        vgprs: statistic("VGPRs")?,
        sgprs: statistic("SGPRs")?,
        spills: statistic("Spilled VGPRs")? + statistic("Spilled SGPRs")?,
        scratch: statistic("Scratch size")?,
        lds: statistic("LDS size")?.max(shader.lds.into()),
        waves: (statistic("Subgroups per SIMD")? / per_slot).min(WAVES),
        code: statistic("Code size")?,
        instructions: statistic("Instructions")?,
        errors: said.lines().filter(|l| l.contains("ACO ERROR")).map(Into::into).collect(),
        program,
        loops: listing.innermost(),
        device: made.device,
        driver: made.driver,
        assembly: made.assembly,
    })
}
