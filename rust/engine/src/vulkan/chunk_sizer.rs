//! How many items a chunk has, so that no submission holds the device for long.
//!
//! A desktop shares the queue with us, and drivers reset a device whose job takes seconds.

use std::collections::HashMap;

use crate::plan::CHUNK;

/// Seconds that a submission should take; twice as long is tolerated.
const TARGET: f64 = 0.05;
/// Largest step from one chunk to the next.
const GROWTH: f64 = 8.0;
/// Lane-cycles per second of the slowest device worth a thought: llvmpipe on two cores.
const SLOWEST: f64 = 5e9;

/// Measured speed of each kind of stage on one device.
#[derive(Debug, Default)]
pub(super) struct Speeds(HashMap<String, f64>);

/// Chunk sizes of one stage.
#[derive(Debug)]
pub(super) struct ChunkSizer {
    cap: usize,
    fixed: Option<usize>,
    last: usize,
    /// Lane-cycles of one item.
    work: f64,
    /// Lane-cycles per second.
    speed: f64,
}

impl Speeds {
    /// Chunk sizes for a stage whose items take `work` lane-cycles. Chunks have at most `cap`
    /// items, or `fixed` if that is given.
    pub(super) fn sizer(
        &self,
        name: &str,
        work: f64,
        cap: usize,
        fixed: Option<usize>,
    ) -> ChunkSizer {
        let known = self.0.get(name).copied();
        let speed = known.unwrap_or(SLOWEST);
        let mut sizer = ChunkSizer { cap, fixed, last: usize::MAX, work: work.max(1.0), speed };
        sizer.last = sizer.next();
        sizer
    }

    /// Remembers what a stage has taught.
    pub(super) fn learn(&mut self, name: String, sizer: &ChunkSizer) {
        self.0.insert(name, sizer.speed);
    }
}

impl ChunkSizer {
    /// Items of the next chunk: a multiple of [`CHUNK`].
    pub(super) fn next(&self) -> usize {
        let ideal = TARGET * self.speed / self.work;
        let grown = self.last as f64 * GROWTH;
        let items = self.fixed.unwrap_or(ideal.min(grown) as usize).min(self.cap);
        (items / CHUNK).max(1) * CHUNK
    }

    /// Notes that a chunk of `items` took `seconds`.
    pub(super) fn took(&mut self, items: usize, seconds: f64) {
        self.last = items;
        self.speed = items as f64 * self.work / seconds.max(1e-6);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_grow_to_the_target_and_stay() {
        let mut speeds = Speeds::default();
        let per_item = 1e-6;
        let mut sizer = speeds.sizer("x", 1e6, 1 << 20, None);
        let mut sizes = Vec::new();
        for _ in 0..8 {
            let items = sizer.next();
            sizes.push(items);
            sizer.took(items, 1e-4 + per_item * items as f64);
        }
        assert_eq!(sizes[0], 192);
        assert!(sizes.windows(2).all(|s| s[1] <= 8 * s[0]), "{sizes:?}");
        let last = sizes[7] as f64 * per_item;
        assert!((0.8 * TARGET..=TARGET).contains(&last), "{sizes:?}");
        speeds.learn("x".into(), &sizer);
        assert_eq!(speeds.sizer("x", 1e6, 1 << 20, None).next(), sizer.next());
    }

    #[test]
    fn a_slow_device_gets_the_smallest_chunk() {
        let mut sizer = Speeds::default().sizer("x", 1e6, 1 << 20, None);
        sizer.took(192, 60.0);
        assert_eq!(sizer.next(), CHUNK);
    }

    #[test]
    fn cap_and_fixed_size_hold() {
        let speeds = Speeds::default();
        assert_eq!(speeds.sizer("x", 1.0, 300, None).next(), 256);
        assert_eq!(speeds.sizer("x", 1.0, 1 << 20, Some(128)).next(), 128);
        assert_eq!(speeds.sizer("x", 1.0, 64, Some(128)).next(), 64);
    }
}
