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
mod params;
pub mod portfolio;
pub mod single_kernel_api;
mod states;
mod table;

pub use analyze::{Request, analyze};
pub use candles::Timeframe;
pub use error::{Error, Result};
pub use families::{Column, Family, Params, startup};
pub use params::{Label, Metric, Param, Shared, Value};
pub use states::{Channel, axes, window};
pub use table::Table;
