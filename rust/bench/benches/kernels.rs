//! Throughput of every CPU twin.
fn main() {}
