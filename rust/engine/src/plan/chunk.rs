//! Chunks of the item axis.

use std::ops::Range;

use super::Step;

/// Chunks begin at multiples of this many items, so that every per-item buffer begins on a
/// 256-byte boundary, the strictest that a storage binding may ask for, and on a whole tile.
pub(crate) const CHUNK: usize = 64;

/// `0..items` in chunks of `size`.
pub(crate) fn chunks(items: usize, size: usize) -> impl ExactSizeIterator<Item = Range<usize>> {
    (0..items.div_ceil(size)).map(move |k| k * size..((k + 1) * size).min(items))
}

/// Words of a chunk in a buffer of `words` words, `n` per item. The last chunk reaches to the
/// end, with the padding of a tiled buffer.
pub(crate) fn span(words: usize, n: usize, items: usize, chunk: &Range<usize>) -> Range<usize> {
    n * chunk.start..if chunk.end == items { words } else { n * chunk.end }
}

impl Step {
    /// Params of the step for a chunk.
    pub(crate) fn params(&self, chunk: &Range<usize>) -> Vec<u8> {
        let mut bytes = self.params.clone();
        bytes[..4].copy_from_slice(&(chunk.len() as u32).to_ne_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_the_items_once() {
        for (items, size) in [(0, 64), (1, 64), (64, 64), (65, 64), (1000, 128)] {
            let all: Vec<usize> = chunks(items, size).flatten().collect();
            assert_eq!(all, (0..items).collect::<Vec<_>>());
        }
    }

    #[test]
    fn last_chunk_takes_the_padding() {
        assert_eq!(span(80 * 3, 3, 70, &(0..64)), 0..192);
        assert_eq!(span(80 * 3, 3, 70, &(64..70)), 192..240);
        assert_eq!(span(70 * 3, 3, 70, &(64..70)), 192..210);
    }
}
