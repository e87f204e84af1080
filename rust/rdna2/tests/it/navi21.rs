//! The limits of every kernel of the registry, one test per kernel, on RADV's NAVI21 null device.
//!
//! Where RADV is missing the tests are reported as ignored; `HYPERPHYSICS_REQUIRE_VULKAN=1` makes
//! them fail instead.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_kernels::spec::{Budget, Kernel, Per, Rdna2};
use hyperphysics_rdna2::Error;
use hyperphysics_rdna2::check::{hot, misses};
use hyperphysics_rdna2::child::Compiler;
use hyperphysics_rdna2::measure::{Measurement, measure};
use hyperphysics_rdna2::report::{Row, markdown};
use hyperphysics_rdna2::shader::{Checks, Shader};
use libtest_mimic::{Failed, Trial};

type Fact = fn() -> Result<(), Failed>;

const PROGRAM: &str = env!("CARGO_BIN_EXE_hyperphysics-rdna2");

/// A loop of one square root per step over a private array, workgroup memory of `LDS` words.
const SHADER: &str = "
    struct Params { items: u32, steps: u32, pad0: u32, pad1: u32 }
    @group(0) @binding(0) var<uniform> params: Params;
    @group(0) @binding(1) var<storage, read> input: array<f32>;
    @group(0) @binding(2) var<storage, read_write> output: array<f32>;
    var<workgroup> shared_words: array<f32, LDS>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
        if id.x >= params.items { return; }
        var own: array<f32, PRIVATE>;
        shared_words[id.x % LDSu] = input[id.x];
        var sum = 0.0;
        for (var step = 0u; step < params.steps; step++) {
            own[(id.x + step) % PRIVATEu] += sum;
            sum = fma(sqrt(input[step]), shared_words[(sum_index(sum) + step) % LDSu], sum);
        }
        output[id.x] = sum + own[params.steps % PRIVATEu];
    }
    fn sum_index(sum: f32) -> u32 { return u32(sum); }";

fn wgsl(lds: u32, private: u32) -> String {
    SHADER.replace("LDS", &lds.to_string()).replace("PRIVATE", &private.to_string())
}

fn compiled(wgsl: &str, checks: Checks) -> Result<Measurement, Error> {
    measure(&Compiler::new(PROGRAM), &Shader::parse("test", wgsl)?, checks)
}

fn require(condition: bool, what: &str) -> Result<(), Failed> {
    condition.then_some(()).ok_or_else(|| what.into())
}

fn kernel(kernel: &Kernel) -> Result<(), Failed> {
    let shader = Shader::of(kernel)?;
    let compiler = Compiler::new(PROGRAM);
    let mut rows = Vec::new();
    for checks in Checks::ALL {
        rows.push(Row::new(measure(&compiler, &shader, checks)?));
    }
    require(rows.iter().all(|row| row.misses.is_empty()), &markdown(&rows))
}

fn small_shader_passes() -> Result<(), Failed> {
    let m = compiled(&wgsl(64, 1), Checks::Checked)?;
    require(misses(&Rdna2::DEFAULT, &m).is_empty(), &format!("{:?}", misses(&Rdna2::DEFAULT, &m)))?;
    // The driver allots workgroup memory in steps of 512 bytes.
    let resources = (m.waves, m.subgroup, m.lds, m.spills, m.scratch);
    require(resources == (16, 64, 512, 0, 0), &format!("{resources:?}"))?;
    let by =
        |opcode, limit| Rdna2::with(Budget::new("step", Per::Opcode(opcode, 1), limit, "a test"));
    let pass = hot(&by("v_sqrt_f32", 60.0), &m).ok_or("no hot loop")?;
    require(misses(&by("v_sqrt_f32", 60.0), &m).is_empty(), &format!("{pass:?}"))?;
    require(pass.heaviest > 4.0 && pass.scalar > 0.0 && pass.lds > 0.0, &format!("{pass:?}"))?;
    require(misses(&by("v_sqrt_f32", 3.0), &m).len() == 1, "a square root alone takes 4")?;
    require(
        misses(&by("v_sin_f32", 60.0), &m).len() == 1,
        "without the opcode there is no hot loop",
    )
}

fn checks_cost_instructions() -> Result<(), Failed> {
    let checked = compiled(&wgsl(64, 1), Checks::Checked)?;
    let unchecked = compiled(&wgsl(64, 1), Checks::Unchecked)?;
    require(checked.instructions > unchecked.instructions, "loop bounding and zeroing take code")
}

fn scratch_is_a_miss() -> Result<(), Failed> {
    let m = compiled(&wgsl(64, 96), Checks::Checked)?;
    require(m.scratch > 0, "a private array of 96 words, indexed at run time")?;
    require(!misses(&Rdna2::DEFAULT, &m).is_empty(), "scratch passed")
}

fn workgroup_memory_is_a_miss() -> Result<(), Failed> {
    let m = compiled(&wgsl(12_000, 1), Checks::Checked)?;
    require(m.lds >= 48_000 && m.waves < 8, &format!("{} B, {} waves", m.lds, m.waves))?;
    require(misses(&Rdna2::DEFAULT, &m).len() == 2, "LDS and waves")
}

/// RADV makes a pipeline of `exp` on `f64` all the same and says so on standard error only.
fn compiler_errors_are_seen() -> Result<(), Failed> {
    let source = "@group(0) @binding(1) var<storage, read_write> x: array<f64>;
        @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) {
            x[i] = exp(x[i]);
        }";
    let module = naga::front::wgsl::parse_str(source)?;
    let info = naga::valid::Validator::new(
        naga::valid::ValidationFlags::all(),
        naga::valid::Capabilities::FLOAT64,
    )
    .validate(&module)?;
    let options = naga::back::spv::Options { lang_version: (1, 6), ..Default::default() };
    let spirv = naga::back::spv::write_vec(&module, &info, &options, None)?;
    let (_, said) = Compiler::new(PROGRAM).compile("f64", &spirv, 1)?;
    require(said.contains("ACO ERROR"), &said)
}

fn exit_status_tells_a_miss() -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("navi21");
    fs::create_dir_all(&folder)?;
    for (private, misses) in [(1, 0), (96, 1)] {
        let file = folder.join(format!("private{private}.wgsl"));
        fs::write(&file, wgsl(64, private))?;
        let asm = folder.join("asm");
        let output = Command::new(PROGRAM)
            .arg("--json")
            .args(["--wgsl", &format!("test={}", file.display()), "--asm"])
            .arg(&asm)
            .output()?;
        require(output.status.code() == Some(misses), &String::from_utf8_lossy(&output.stderr))?;
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let first = &report[0];
        require(
            first["kernel"] == "test" && first["checks"] == "checked",
            "the shipped one first",
        )?;
        let listed = first["misses"].as_array().map_or(0, Vec::len);
        require(listed == usize::from(misses == 1), "the miss is listed")?;
        let listing = fs::read_to_string(asm.join("test.checked.s"))?;
        require(listing.contains("s_endpgm"), "the assembly is written")?;
    }
    Ok(())
}

/// The tests of this module, ignored where RADV is missing.
pub(crate) fn trials() -> Vec<Trial> {
    let probe = compiled("@compute @workgroup_size(64) fn main() {}", Checks::Checked);
    let required = env::var("HYPERPHYSICS_REQUIRE_VULKAN").is_ok_and(|v| v == "1");
    let absent = matches!(probe, Err(Error::NoDriver(_))) && !required;
    if let Err(why) = probe {
        eprintln!("{why}");
    }
    let facts: [(&str, Fact); 6] = [
        ("small_shader_passes", small_shader_passes),
        ("checks_cost_instructions", checks_cost_instructions),
        ("scratch_is_a_miss", scratch_is_a_miss),
        ("workgroup_memory_is_a_miss", workgroup_memory_is_a_miss),
        ("compiler_errors_are_seen", compiler_errors_are_seen),
        ("exit_status_tells_a_miss", exit_status_tells_a_miss),
    ];
    let kernels =
        REGISTRY.iter().map(|k| Trial::test(format!("navi21::kernel::{}", k.name), || kernel(k)));
    let facts = facts.into_iter().map(|(name, fact)| Trial::test(format!("navi21::{name}"), fact));
    kernels.chain(facts).map(|t| t.with_ignored_flag(absent)).collect()
}
