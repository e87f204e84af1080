//! Meaning of HyperPhysics: polars frames of candles in, named columns out.
//!
//! Every value is a function of a fixed window of candles that ends at its row, of its pair and
//! of the parameters: the same bits alone or in a batch, in a longer, shorter or shifted frame.

mod analyze;
mod bars;
pub mod book;
mod candles;
mod channels;
mod columns;
mod error;
mod family;
mod integration;
mod lattice;
pub mod library;
mod liquidity;
mod params;
mod risk;
mod segment;
mod table;
mod timeframe;
mod volatility;

pub use analyze::{Request, analyze};
pub use columns::{COLUMNS, Column};
pub use error::{Error, Result};
pub use family::{Family, startup};
pub use params::{Metric, PARAMS, Param, Params, Value};
pub use table::Table;
pub use timeframe::Timeframe;
