//! CPU twin, in `f64`: lane = pairing.

use bytemuck::{cast_slice, cast_slice_mut};

use super::{LONGEST, MARGIN, MEASURES, NONE, Params, UNDECIDED};
use crate::math::phi::{Bar, CHANNELS, Found, Measure, Read};
use crate::simd::dispatch;
use crate::spec;

/// Runs the twin.
pub(super) fn run(params: &[u8], inputs: &[&[u32]], outputs: &mut [&mut [u32]]) {
    let params: Params = spec::params(params);
    let Params { items, channels, window, permutations } = params;
    let (channels, window) = (channels as usize, window as usize);
    assert!((*CHANNELS.start()..=super::CHANNELS).contains(&channels), "2 to 6 channels");
    assert!((4 * channels..=LONGEST).contains(&window), "a window of {LONGEST} bars at most");
    let (high, low) = cast_slice::<u32, f32>(inputs[1]).split_at(2 * window);
    let whole = |(high, low): (&f32, &f32)| f64::from(*high) + f64::from(*low);
    let table: Vec<f64> = high.iter().zip(low).map(whole).collect();
    let words = channels.div_ceil(2) * window;
    let found = dispatch(Measure {
        channels,
        window,
        pairings: &inputs[2][..(permutations as usize + 1) * (window - 1)],
        count: items as usize,
        read: Words { ranks: inputs[0], window, stride: words, table: &table },
    });
    let [measures, mask] = outputs else { unreachable!("two outputs") };
    let (measures, _) = cast_slice_mut::<u32, f32>(measures).as_chunks_mut::<MEASURES>();
    for ((found, measures), mask) in found.iter().zip(measures).zip(mask.iter_mut()) {
        (*measures, *mask) = written(found);
    }
}

/// What is written of a window.
fn written(found: &Found) -> ([f32; MEASURES], u32) {
    let Found { real, chance } = *found;
    if real.mask == 0 || chance.is_some_and(f64::is_nan) {
        return ([0.0; MEASURES], NONE);
    }
    let excess = chance.map_or(0.0, |chance| real.phi_r - chance);
    let decided = real.margin >= MARGIN;
    let wms = if decided { real.phi_wms } else { 0.0 };
    let mask = if decided { real.mask } else { UNDECIDED };
    ([real.phi_r, excess, wms, real.tdmi].map(|measure| measure as f32), mask)
}

/// Windows of packed ranks.
struct Words<'a> {
    ranks: &'a [u32],
    window: usize,
    stride: usize,
    table: &'a [f64],
}

impl Read for Words<'_> {
    #[inline(always)]
    fn read(&mut self, item: usize, bars: &mut [Bar]) {
        let item = &self.ranks[item * self.stride..][..self.stride];
        for (pair, words) in item.chunks_exact(self.window).enumerate() {
            for (bar, word) in bars.iter_mut().zip(words) {
                bar[2 * pair] = self.table[(word & 0xffff) as usize];
                bar[2 * pair + 1] = self.table[(word >> 16) as usize];
            }
        }
    }
}
