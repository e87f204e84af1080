//! Models of the next move of the mid.

use hyperphysics_kernels::math::order_book::Moves;
use pyo3::prelude::*;

use crate::convert::read;
use crate::errors;

/// A model of the next move of the mid.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug, Default)]
pub(crate) struct MoveModel(Moves);

impl MoveModel {
    pub(super) const fn inner(&self) -> &Moves {
        &self.0
    }
}

#[pymethods]
impl MoveModel {
    #[staticmethod]
    #[pyo3(signature = (*, rho = -1.0, hidden = 0.0))]
    fn avellaneda_reed_stoikov(
        #[pyo3(from_py_with = read)] rho: f64,
        #[pyo3(from_py_with = read)] hidden: f64,
    ) -> PyResult<Self> {
        Moves::diffusion(rho, hidden).map(Self).map_err(|e| errors::input(e.to_string()))
    }

    #[staticmethod]
    #[pyo3(signature = (*, arrival, departure, cancellation, inside = 0.0))]
    fn cont_stoikov_talreja(
        py: Python<'_>,
        #[pyo3(from_py_with = read)] arrival: f64,
        #[pyo3(from_py_with = read)] departure: f64,
        #[pyo3(from_py_with = read)] cancellation: f64,
        #[pyo3(from_py_with = read)] inside: f64,
    ) -> PyResult<Self> {
        py.detach(|| Moves::race(arrival, departure, cancellation, inside))
            .map(Self)
            .map_err(|e| errors::input(e.to_string()))
    }

    #[staticmethod]
    fn cont_de_larrard() -> Self {
        Self(Moves::balanced())
    }

    #[pyo3(signature = (bid, ask, *, unit = 1.0))]
    fn p_up(
        &self,
        #[pyo3(from_py_with = read)] bid: f64,
        #[pyo3(from_py_with = read)] ask: f64,
        #[pyo3(from_py_with = read)] unit: f64,
    ) -> PyResult<f64> {
        for (name, size) in [("bid", bid), ("ask", ask), ("unit", unit)] {
            if !(size > 0.0 && size.is_finite()) {
                return Err(errors::input(format!("{name} is {size}, expected a positive size")));
            }
        }
        Ok(self.0.up(bid, ask, unit))
    }
}
