//! Ranks of a window that moves along a stream.

/// Twice the rank minus 1 of each value of a window, counted in integers while the window moves: a
/// function of the window alone, wherever it began.
#[derive(Debug)]
pub(crate) struct Sliding<'x, T> {
    stream: &'x [T],
    /// Bar that the window ends at.
    end: usize,
    ranks: Vec<u32>,
}

impl<'x, T: Copy + PartialOrd> Sliding<'x, T> {
    /// The window of `window` values that ends at `end`.
    ///
    /// # Panics
    /// Panics if the window is empty or leaves the stream.
    #[inline(always)]
    pub(crate) fn new(stream: &'x [T], window: usize, end: usize) -> Self {
        assert!(window > 0, "a window of at least one value");
        assert!((window - 1..stream.len()).contains(&end), "a window that lies in the stream");
        let mut sliding = Self { stream, end, ranks: vec![0; window] };
        sliding.count();
        sliding
    }

    /// Counts the whole window.
    #[inline(always)]
    fn count(&mut self) {
        let values = &self.stream[self.end + 1 - self.ranks.len()..=self.end];
        self.ranks.fill(0);
        for y in values {
            for (rank, x) in self.ranks.iter_mut().zip(values) {
                *rank += above(*x, *y);
            }
        }
    }

    #[inline(always)]
    fn advance(&mut self) {
        let window = self.ranks.len();
        self.end += 1;
        let first = self.end - window;
        let (old, new) = (self.stream[first], self.stream[self.end]);
        let kept = &self.stream[first + 1..self.end];
        self.ranks.copy_within(1.., 0);
        let mut newest = 1;
        for (rank, x) in self.ranks.iter_mut().zip(kept) {
            *rank = (*rank + above(*x, new)) - above(*x, old);
            newest += above(new, *x);
        }
        self.ranks[window - 1] = newest;
    }

    /// Moves to `end`; the ranks of the window that ends there, oldest first.
    ///
    /// # Panics
    /// Panics if the window leaves the stream.
    #[inline(always)]
    pub(crate) fn at(&mut self, end: usize) -> &[u32] {
        // A step costs about as much as three values of a count.
        if end >= self.end && end - self.end <= self.ranks.len() / 4 {
            while self.end < end {
                self.advance();
            }
        } else {
            self.end = end;
            self.count();
        }
        &self.ranks
    }
}

/// 2 where `x` is above `y`, 1 where they are equal, 0 below.
#[inline(always)]
fn above<T: Copy + PartialOrd>(x: T, y: T) -> u32 {
    u32::from(y < x) + u32::from(y <= x)
}
