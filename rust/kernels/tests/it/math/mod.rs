//! The `f64` functions.

mod complexity;
mod forms;
mod geometry;
mod ising;
mod options;
mod order_book;
mod order_book_stream;
mod phi;
mod portfolio;
mod regimes;
mod risk;
mod tessellation;
