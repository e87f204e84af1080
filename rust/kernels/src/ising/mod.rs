//! Exact Ising statistics in `f64`, by enumeration of every state.
