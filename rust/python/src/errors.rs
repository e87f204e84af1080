//! The one map from errors of the crates to Python exceptions.

use hyperphysics_engine::Error as Engine;
use hyperphysics_market::Error as Market;
use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::{PyRuntimeError, PyValueError};

create_exception!(
    hyperphysics._engine,
    HyperPhysicsError,
    PyValueError,
    "Input or parameters are wrong; the message names what and where."
);
create_exception!(
    hyperphysics._engine,
    SequenceError,
    HyperPhysicsError,
    "An update does not follow the book, which stays as it was; ask for a snapshot."
);
create_exception!(
    hyperphysics._engine,
    EngineError,
    PyRuntimeError,
    "The engine could not compute."
);

/// Exception for an error of the market crate.
pub(crate) fn market(error: &Market) -> PyErr {
    match error {
        Market::Engine(error) => engine(error),
        Market::Sequence(why) => SequenceError::new_err(why.clone()),
        Market::Schema { .. }
        | Market::Candle { .. }
        | Market::Param(_)
        | Market::Argument(_)
        | Market::Book(_)
        | Market::Portfolio(_) => HyperPhysicsError::new_err(error.to_string()),
    }
}

/// Exception for an error of the engine crate.
pub(crate) fn engine(error: &Engine) -> PyErr {
    match error {
        Engine::UnknownDevice(_) => HyperPhysicsError::new_err(error.to_string()),
        Engine::Plan { .. }
        | Engine::Threads { .. }
        | Engine::Memory { .. }
        | Engine::Kernel { .. }
        | Engine::Cancelled => EngineError::new_err(error.to_string()),
    }
}

/// Exception for input that the Python binding itself refuses.
pub(crate) fn input(why: impl Into<String>) -> PyErr {
    HyperPhysicsError::new_err(why.into())
}
