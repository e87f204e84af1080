//! Tests of the crate from outside.

mod circles;
mod common;
mod gpu;
mod math;
mod reference;
