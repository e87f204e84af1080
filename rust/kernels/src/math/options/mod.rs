//! European options in `f64`: Black–Scholes–Merton, the volatility that a price implies, and the
//! smiles of SABR.
//!
//! Units: prices in the currency of the spot, years to expiry, rates per year with continuous
//! compounding, volatilities per √year, all as fractions.

pub mod black_scholes;
mod dual;
pub(crate) mod elementary;
pub mod implied;
pub mod sabr;
pub mod smile;
