//! Candles of a frame: checked, without gaps, and cut into segments that plans work on.

mod bars;
mod frame;
mod segment;
mod timeframe;

pub(crate) use self::bars::{Bars, reach};
pub(crate) use self::segment::{Segment, capacity, groups};
pub use self::timeframe::Timeframe;
