//! The Python binding of HyperPhysics: the module `hyperphysics._engine`. It converts, calls and maps
//! errors, and computes nothing itself. `strategies/hyperphysics/_engine.pyi` documents it.

mod complexity;
mod convert;
mod engine;
mod errors;
mod geometry;
mod integration;
mod lattice;
mod options;
mod order_book;
mod portfolio;
mod single_kernel_api;
mod statistics;
mod tables;
mod tessellation;
mod twins;

use pyo3::prelude::*;

/// The compiled engine of hyperphysics.
#[pymodule(gil_used = false)]
mod _engine {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::complexity::{
        Complexity, autocorrelation_time, ball_dimension, complexity, complexity_product,
        correlation_sum, takens_dimension, volume_radius,
    };
    #[pymodule_export]
    use crate::engine::Engine;
    #[pymodule_export]
    use crate::errors::{EngineError, HyperPhysicsError, SequenceError};
    #[pymodule_export]
    use crate::geometry::{
        convert_rows, disc_rows, exp_rows, exp0_rows, forms, log_rows, log0_rows, mobius_add_rows,
        row_distances,
    };
    #[pymodule_export]
    use crate::integration::{
        Bipartition, bipartitions, integrated_information, minimum_information_bipartition, phi_g,
        phi_star, shrinkage_intensities,
    };
    #[pymodule_export]
    use crate::lattice::{
        Annealed, Driven, Driving, FixedPoint, FreeEnergy, Lattice, Relaxation, Sample, Sparse,
        Thermodynamics, Uniform, exact_protocol, geometric_schedule, simulate_protocol,
        uniform_lattice,
    };
    #[pymodule_export]
    use crate::options::{
        SabrFit, calibrate_sabr, device_greeks, device_sabr, greek_names, greeks,
        implied_volatility, sabr, sabr_names,
    };
    #[pymodule_export]
    use crate::order_book::{
        BookSide, BookState, Fill, HyperbolicOrderBook, MoveModel, measure_books,
    };
    #[pymodule_export]
    use crate::portfolio::{
        PortfolioRisk, PortfolioTail, matmul, portfolio_correlation, portfolio_risk,
    };
    #[pymodule_export]
    use crate::single_kernel_api::{
        cross_distances, distances, nearest_neighbours, newest_spin, normal_block, sample_lattices,
        simulate, standard_normals, tail_measures,
    };
    #[pymodule_export]
    use crate::statistics::{
        acerbi_szekely, christoffersen, conditional_coverage, diebold_mariano, ewma, fz0, garch,
        ising_means, kupiec, normal_tail, philox, student_tail, var_es,
    };
    #[pymodule_export]
    use crate::tables::{
        Column, Device, Param, axes, columns, devices, families, params, processor, simd, startup,
    };
    #[pymodule_export]
    use crate::tessellation::{Tessellation, tessellation};
    #[pymodule_export]
    use crate::twins::{time_twin, twin};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        // Messages of the engine go to Python's logging. A logger may be there already where the
        // module is loaded twice in one process.
        let _ = pyo3_log::try_init();
        // Type of a parameter's value, for annotations.
        module.add("Value", module.py().eval(c"float | int | str", None, None)?)?;
        // Every name is public; a list of them would only repeat the stub.
        module.delattr("__all__")
    }
}
