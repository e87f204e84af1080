//! CPU twin: a window slides along each channel.

use super::{LONGEST, Params};
use crate::shared::sliding::Sliding;
use crate::simd::{Body, Isa, dispatch};
use crate::spec;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = spec::params(params);
    assert!(params.window as usize <= LONGEST, "a window of at most {LONGEST} bars");
    dispatch(Windows { params, keys: inputs[0], end: inputs[1], ranks: outputs[0] });
}

struct Windows<'a, 'b> {
    params: Params,
    keys: &'a [u32],
    end: &'a [u32],
    ranks: &'b mut [u32],
}

impl Body for Windows<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let Self { params, keys, end, ranks } = self;
        let Params { items, rows, window, channels } = params;
        let ends = &end[..items as usize];
        let Some(&first) = ends.first() else { return };
        let (window, words) = (window as usize, params.words());
        for channel in 0..channels as usize {
            let stream = &keys[channel * rows as usize..][..rows as usize];
            let mut sliding = Sliding::new(stream, window, first as usize);
            let items = ranks.chunks_exact_mut(words);
            for (item, end) in items.zip(ends) {
                let to = &mut item[channel / 2 * window..][..window];
                let own = sliding.at(*end as usize);
                if channel % 2 == 0 {
                    to.copy_from_slice(own);
                } else {
                    for (word, rank) in to.iter_mut().zip(own) {
                        *word |= rank << 16;
                    }
                }
            }
        }
    }
}
