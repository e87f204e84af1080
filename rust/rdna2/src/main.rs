//! Prints what RDNA2 makes of the kernels and fails if one breaks its limits.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_rdna2::child::{self, Compiler};
use hyperphysics_rdna2::measure::measure;
use hyperphysics_rdna2::report::{Row, markdown};
use hyperphysics_rdna2::shader::{Checks, Shader};

const USAGE: &str = "\
usage: hyperphysics-rdna2 [--json] [--asm DIR] [--wgsl NAME=FILE]... [KERNEL]...

Compiles the kernels of the registry (all, or those named) for RDNA2 with RADV's null device.
  --json            machine-readable report instead of the table
  --asm DIR         write the assembly to DIR/KERNEL.CHECKS.s
  --wgsl NAME=FILE  compile this file too, by the limits of the kernel NAME
Exit status: 0 all limits kept, 1 one broken, 2 no driver, or a shader or argument is wrong.";

#[derive(Default)]
struct Options {
    json: bool,
    help: bool,
    asm: Option<PathBuf>,
    files: Vec<(String, PathBuf)>,
    kernels: Vec<String>,
}

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn options(mut arguments: impl Iterator<Item = String>) -> Fallible<Options> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value\n{USAGE}"));
        match argument.as_str() {
            "--json" => options.json = true,
            "--help" | "-h" => options.help = true,
            "--asm" => options.asm = Some(value()?.into()),
            "--wgsl" => {
                let pair = value()?;
                let (name, file) =
                    pair.split_once('=').ok_or(format!("--wgsl takes NAME=FILE\n{USAGE}"))?;
                options.files.push((name.into(), file.into()));
            }
            kernel if !kernel.starts_with('-') => options.kernels.push(kernel.into()),
            unknown => return Err(format!("unknown option {unknown}\n{USAGE}").into()),
        }
    }
    Ok(options)
}

fn shaders(options: &Options) -> Fallible<Vec<Shader>> {
    let mut shaders = Vec::new();
    if options.files.is_empty() && options.kernels.is_empty() {
        for kernel in REGISTRY {
            shaders.push(Shader::of(kernel)?);
        }
    }
    for name in &options.kernels {
        let known = || REGISTRY.iter().map(|k| k.name).collect::<Vec<_>>().join(", ");
        let kernel = REGISTRY.iter().find(|k| k.name == name);
        let kernel = kernel.ok_or_else(|| format!("no kernel `{name}`; there are: {}", known()))?;
        shaders.push(Shader::of(kernel)?);
    }
    for (name, file) in &options.files {
        let wgsl = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        shaders.push(Shader::parse(name, &wgsl)?);
    }
    Ok(shaders)
}

/// Measures, reports, and says whether every limit is kept.
fn run() -> Fallible<bool> {
    let options = options(env::args().skip(1))?;
    if options.help {
        println!("{USAGE}");
        return Ok(true);
    }
    let compiler = Compiler::new(env::current_exe()?);
    let mut rows = Vec::new();
    for shader in shaders(&options)? {
        for checks in Checks::ALL {
            let row = Row::new(measure(&compiler, &shader, checks)?);
            if let Some(folder) = &options.asm {
                fs::create_dir_all(folder)?;
                let file = folder.join(format!("{}.{}.s", shader.name, checks.name()));
                fs::write(file, &row.measurement.assembly)?;
            }
            rows.push(row);
        }
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        print!("{}", markdown(&rows));
    }
    Ok(rows.iter().all(|row| row.misses.is_empty()))
}

fn main() -> ExitCode {
    match child::serve() {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => {}
        Err(e) => {
            eprintln!("hyperphysics-rdna2: child: {e}");
            return ExitCode::from(2);
        }
    }
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("hyperphysics-rdna2: {e}");
            ExitCode::from(2)
        }
    }
}
