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
mod complexity;
mod error;
mod family;
mod integration;
mod lattice;
pub mod library;
mod liquidity;
pub mod options;
mod params;
pub mod portfolio;
mod risk;
mod segment;
mod states;
mod table;
mod thermodynamics;
mod timeframe;
mod trend;
mod volatility;
mod window;

pub use analyze::{Request, analyze};
pub use channels::Channel;
pub use columns::{COLUMNS, Column};
pub use error::{Error, Result};
pub use family::{Family, startup};
pub use params::{Label, Metric, PARAMS, Param, Params, Value};
pub use table::Table;
pub use timeframe::Timeframe;
pub use window::{axes, window};
