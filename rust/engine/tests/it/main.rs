//! Tests of the engine from outside. The harness is libtest's in the manner of libtest-mimic, so that tests which
//! need an adapter are reported as ignored where there is none.

/// A test and its name.
type Test = (&'static str, fn());

/// Tests by their names.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { [$((stringify!($name), $name as fn())),*] };
}

mod auto;
mod common;
mod cpu;
mod faults;
mod log;
mod noop;
mod plan;
mod twins;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

const MODULES: [(&str, &[Test]); 6] = [
    ("auto", auto::TESTS),
    ("cpu", cpu::TESTS),
    ("faults", faults::TESTS),
    ("log", log::TESTS),
    ("noop", noop::TESTS),
    ("plan", plan::TESTS),
];

fn main() -> ExitCode {
    if std::env::var_os(twins::CHILD).is_some() {
        twins::meet_the_null_device();
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    let mut trials = twins::trials(&arguments);
    for (module, tests) in MODULES {
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
