//! Long calls: without the interpreter lock, and interruptible.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use crate::errors::EngineError;

/// How long Ctrl-C may wait to be seen.
const POLL: Duration = Duration::from_millis(50);

/// Runs `work` on a thread of its own while this one looks for signals; a signal handler that
/// raises (Ctrl-C) sets the flag that `work` gets, and its exception is returned once `work` has
/// ended. A panic becomes an exception.
pub(crate) fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&AtomicBool) -> T + Send,
) -> PyResult<T> {
    let cancel = AtomicBool::new(false);
    let (send, mut receive) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        let worker = || {
            let result = catch_unwind(AssertUnwindSafe(|| work(&cancel)));
            // The receiver outlives this thread.
            let _ = send.send(result);
        };
        thread::Builder::new()
            .name("hyperphysics".into())
            .spawn_scoped(scope, worker)
            .map_err(|error| EngineError::new_err(format!("could not start a thread: {error}")))?;
        let mut interrupt = None;
        loop {
            let receive = &mut receive;
            match py.detach(move || receive.recv_timeout(POLL)) {
                Ok(result) => return interrupt.map_or_else(|| result.map_err(panicked), Err),
                Err(RecvTimeoutError::Timeout) if interrupt.is_none() => {
                    if let Err(raised) = py.check_signals() {
                        cancel.store(true, Ordering::Relaxed);
                        interrupt = Some(raised);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(EngineError::new_err("the worker thread ended without a result"));
                }
            }
        }
    })
}

fn panicked(panic: Box<dyn Any + Send>) -> PyErr {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    EngineError::new_err(format!(
        "internal error: {}; please report this with the input",
        text.unwrap_or("unknown panic")
    ))
}
