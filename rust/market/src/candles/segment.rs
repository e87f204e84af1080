//! Runs of bars that one plan works on.

use std::ops::Range;

use hyperphysics_engine::Limits;

use super::Timeframe;
use super::bars::Bars;

/// Bars of a frame: those to compute, and before them those that they look back on.
#[derive(Clone, Debug)]
pub(crate) struct Segment<'a> {
    /// Number of the frame in the batch.
    pub(crate) frame: usize,
    bars: &'a Bars<'a>,
    range: Range<usize>,
    /// Bars to compute, counted from the first of the segment.
    pub(crate) targets: Range<usize>,
}

impl Segment<'_> {
    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    pub(crate) fn open(&self) -> &[f64] {
        &self.bars.open[self.range.clone()]
    }

    pub(crate) fn high(&self) -> &[f64] {
        &self.bars.high[self.range.clone()]
    }

    pub(crate) fn low(&self) -> &[f64] {
        &self.bars.low[self.range.clone()]
    }

    pub(crate) fn close(&self) -> &[f64] {
        &self.bars.close[self.range.clone()]
    }

    pub(crate) fn volume(&self) -> &[f64] {
        &self.bars.volume[self.range.clone()]
    }

    /// Times at which the bars open, in seconds of UTC.
    pub(crate) fn seconds(&self) -> Vec<i64> {
        self.range.clone().map(|bar| self.bars.seconds(bar)).collect()
    }

    /// Length of a bar.
    pub(crate) const fn timeframe(&self) -> Timeframe {
        self.bars.timeframe
    }

    /// Row of the frame that holds a bar.
    pub(crate) fn row(&self, bar: usize) -> usize {
        self.bars.row(self.range.start + bar)
    }

    /// Targets whose window of `bars` bars is full.
    pub(crate) fn full(&self, bars: usize) -> Vec<usize> {
        let full = |bar: &usize| self.bars.full(self.range.start + bar, bars);
        self.targets.clone().filter(full).collect()
    }
}

/// Rows of one plan at most: what the engine can take, and no more than keeps the intermediate
/// values of a batch (about 200 bytes per row) in a modest memory.
pub(crate) fn capacity(limits: &Limits) -> usize {
    /// Words of the widest stream that a kernel sees whole.
    const PLANES: u64 = 7;
    let rows = (limits.binding / (4 * PLANES)).min(limits.memory / 512).min(1 << 20);
    rows as usize
}

/// Cuts the bars of a batch into groups of segments with at most `capacity` rows (but never
/// fewer than twice the `context` that a bar looks back on).
///
/// `last` limits the targets to the last rows of each frame.
pub(crate) fn groups<'a>(
    batch: &'a [Bars<'a>],
    context: usize,
    last: Option<usize>,
    capacity: usize,
) -> Vec<Vec<Segment<'a>>> {
    let capacity = capacity.max(2 * context + 1);
    let mut groups = Vec::new();
    let mut group = Vec::new();
    let mut room = capacity;
    for (frame, bars) in batch.iter().enumerate() {
        let first_row = last.map_or(0, |last| bars.height.saturating_sub(last));
        let mut first = bars.first_from(first_row);
        while first < bars.len() {
            let start = first.saturating_sub(context);
            // A cut repeats the context: worth it only for as many targets again.
            if room < (bars.len() - start).min(2 * context + 1) {
                groups.push(std::mem::take(&mut group));
                room = capacity;
            }
            let end = bars.len().min(start + room);
            group.push(Segment {
                frame,
                bars,
                range: start..end,
                targets: first - start..end - start,
            });
            room -= end - start;
            first = end;
        }
    }
    groups.push(group);
    groups.retain(|group| !group.is_empty());
    groups
}
