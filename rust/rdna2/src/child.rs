//! One child process per shader: a compiler that dies or complains takes nothing with it.

use std::env;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::reply::{Executable, Reply};
use crate::{Error, Result, vulkan};

/// First argument that turns the program into the compiling child.
const ARGUMENT: &str = "--compile-spirv";

/// Does the child's work if the program was started as one.
///
/// # Errors
/// Whatever reading SPIR-V from standard input or writing the reply gives.
pub fn serve() -> io::Result<bool> {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() != Some(ARGUMENT) {
        return Ok(false);
    }
    let storage = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    let spirv: Vec<u32> =
        bytes.as_chunks().0.iter().map(|&word| u32::from_le_bytes(word)).collect();
    serde_json::to_writer(io::stdout(), &vulkan::compile(&spirv, storage))?;
    Ok(true)
}

/// Starts children of one executable.
#[derive(Debug)]
pub struct Compiler {
    program: PathBuf,
}

impl Compiler {
    /// `program` is this crate's binary, or any program that calls [`serve`] first.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// Compiles SPIR-V with `storage` storage buffers; `shader` is its name in messages. Also
    /// returns what the driver printed.
    ///
    /// # Errors
    /// [`Error::NoDriver`], or [`Error::Driver`] if the driver refused or the child died.
    pub fn compile(
        &self,
        shader: &str,
        spirv: &[u32],
        storage: u32,
    ) -> Result<(Executable, String)> {
        let mut child = self.command().arg(storage.to_string()).spawn()?;
        if let Some(mut input) = child.stdin.take() {
            let bytes: Vec<u8> = spirv.iter().flat_map(|word| word.to_le_bytes()).collect();
            // A child that died before reading is diagnosed below, by how it ended.
            let _ = input.write_all(&bytes);
        }
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let died = |why: &str| {
            let why = format!("{why} ({}); it printed: {}", output.status, said.trim());
            Error::Driver { shader: shader.into(), why }
        };
        match serde_json::from_slice(&output.stdout) {
            Ok(Reply::Compiled(executable)) => Ok((executable, said)),
            Ok(Reply::NoDriver(why)) => Err(Error::NoDriver(why)),
            Ok(Reply::Failed(why)) => Err(died(&why)),
            Err(_) => Err(died("the compiler died")),
        }
    }

    /// The child's command line and environment, piped.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg(ARGUMENT)
            .env("RADV_FORCE_FAMILY", "navi21")
            .env("RADV_DEBUG", "nocache")
            .env("MESA_SHADER_CACHE_DISABLE", "true")
            .env("VK_LOADER_LAYERS_DISABLE", "~implicit~")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let unset = |name| env::var_os(name).is_none();
        if unset("XDG_RUNTIME_DIR") {
            command.env("XDG_RUNTIME_DIR", env::temp_dir());
        }
        if unset("VK_DRIVER_FILES") && unset("VK_ICD_FILENAMES") {
            command.env("VK_LOADER_DRIVERS_SELECT", "*radeon*");
        }
        command
    }
}
