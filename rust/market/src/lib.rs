//! Meaning of HyperPhysics: polars frames of candles in, named columns out.
//!
//! Every value is a function of a fixed window of candles that ends at its row, of its pair and
//! of the parameters: the same bits alone or in a batch, in a longer, shorter or shifted frame.

mod analyze;
mod candles;
mod error;
mod families;
mod measures;
pub mod options;
pub mod order_book;
pub mod portfolio;
pub mod single_kernel_api;

pub use analyze::{Request, analyze};
pub use candles::Timeframe;
pub use error::{Error, Result};
pub use families::{
    Channel, Column, Family, Label, Metric, Param, Params, RiskMethod, Shared, Table, Value, axes,
    startup, window,
};
