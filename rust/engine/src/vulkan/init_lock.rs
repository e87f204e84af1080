//! One thread at a time where drivers are known to crash: while devices and pipelines are made
//! and closed.
//!
//! Seen on NVIDIA's Linux and Windows drivers and in debug builds of wgpu (its issues 10010 and
//! 10234), also with one device per thread.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Pid of the process that is inside; 0 when nobody is. A lock inherited from a parent that was
/// inside when it forked carries a foreign pid, and counts as open.
static INSIDE: AtomicU32 = AtomicU32::new(0);

struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        INSIDE.store(0, Ordering::Release);
    }
}

/// Calls `work` while no other thread of this process is in a call of `with_init_lock`. Does not nest.
pub(super) fn with_init_lock<T>(work: impl FnOnce() -> T) -> T {
    let pid = std::process::id();
    loop {
        let inside = INSIDE.load(Ordering::Relaxed);
        let enter = |old| INSIDE.compare_exchange(old, pid, Ordering::Acquire, Ordering::Relaxed);
        if inside != pid && enter(inside).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    let _leave = Leave;
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_open_after_a_panic() {
        let inside = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    with_init_lock(|| {
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::sleep(Duration::from_millis(2));
                        inside.fetch_sub(1, Ordering::SeqCst);
                    });
                });
            }
        });
        std::panic::catch_unwind(|| with_init_lock(|| panic!("inside"))).expect_err("a panic");
        assert_eq!(with_init_lock(|| 7), 7);
    }
}
