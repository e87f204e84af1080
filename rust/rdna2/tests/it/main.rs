//! Tests of the compiler's reader, of the program, and of every kernel's limits.

/// A test and its name.
type Test = (&'static str, fn());

/// Tests by their names.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { [$((stringify!($name), $name as fn())),*] };
}

mod isa;
mod navi21;
mod tool;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

const MODULES: &[(&str, &[Test])] = &[
    ("isa", isa::TESTS),
    ("tool", tool::TESTS),
    #[cfg(target_os = "linux")]
    ("tool", tool::LINUX),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = navi21::trials();
    for &(module, tests) in MODULES {
        for &(name, test) in tests {
            let run = move || {
                test();
                Ok(())
            };
            trials.push(Trial::test(format!("{module}::{name}"), run));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
