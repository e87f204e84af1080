//! Where reference files come from.

use std::path::Path;

use crate::common::{cases, least, reference_among};

const NOWHERE: &str = "no such folder";

#[test]
fn the_carried_files_stand_in_for_a_missing_folder() {
    for name in [
        "black_scholes",
        "complexity_index",
        "hyperbolic_geometry",
        "hyperbolic_tessellation",
        "ising_dynamics",
        "ising_exact",
        "orderbook",
        "phi_gaussian",
        "portfolio",
        "risk",
        "risk_range",
        "rng_philox",
        "sabr",
        "shrinkage",
        "spread_ohlc",
        "transductive",
    ] {
        let file = reference_among(None, Path::new(NOWHERE), name).expect("a carried file");
        assert!(!cases(&file).is_empty());
        assert_eq!(least(&file, 20), 1);
    }
    assert!(reference_among(None, Path::new(NOWHERE), "greeks").is_none());
}

#[test]
#[should_panic(expected = "is not there")]
fn a_folder_that_is_named_has_the_file() {
    let _ = reference_among(Some(Path::new(NOWHERE)), Path::new(NOWHERE), "risk");
}
