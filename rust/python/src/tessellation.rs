//! Tilings of the hyperbolic plane.

use hyperphysics_kernels::math::tessellation::{self as tiling, Error, Tiling};
use pyo3::prelude::*;

use crate::convert::read;
use crate::errors;

/// Part of a tiling {p, q}.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct Tessellation {
    p: usize,
    q: usize,
    polar: Vec<(f64, f64, f64, f64)>,
    disc: Vec<(f64, f64)>,
    layers: Vec<usize>,
    degrees: Vec<usize>,
    edges: Vec<(usize, usize)>,
    faces: Vec<Vec<usize>>,
    edge_length: f64,
    circumradius: f64,
    inradius: f64,
    interior_angle: f64,
    area: f64,
}

#[pymethods]
impl Tessellation {
    fn __len__(&self) -> usize {
        self.polar.len()
    }

    /// Pickled and copied as the call that grows it.
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (usize, usize, usize))> {
        let grow = py.import("hyperphysics._engine")?.getattr("tessellation")?;
        let layers = self.layers.iter().copied().max().unwrap_or_default();
        Ok((grow, (self.p, self.q, layers)))
    }

    fn __repr__(&self) -> String {
        format!(
            "Tessellation(p={}, q={}, vertices={}, edges={}, faces={})",
            self.p,
            self.q,
            self.polar.len(),
            self.edges.len(),
            self.faces.len()
        )
    }
}

fn wrong(error: Error) -> PyErr {
    errors::input(error.to_string())
}

#[pyfunction]
pub(crate) fn tessellation(
    py: Python<'_>,
    #[pyo3(from_py_with = read)] p: usize,
    #[pyo3(from_py_with = read)] q: usize,
    #[pyo3(from_py_with = read)] layers: usize,
) -> PyResult<Tessellation> {
    let shape = Tiling::new(p, q).map_err(wrong)?;
    let tiles: tiling::Tessellation = py.detach(|| shape.grow(layers)).map_err(wrong)?;
    Ok(Tessellation {
        p,
        q,
        polar: tiles.polar().into_iter().map(Into::into).collect(),
        disc: tiles.disc().into_iter().map(Into::into).collect(),
        layers: tiles.vertices.iter().map(|vertex| vertex.layer).collect(),
        degrees: tiles.degrees(),
        edges: tiles.edges.iter().copied().map(Into::into).collect(),
        faces: tiles.faces,
        edge_length: shape.edge_length(),
        circumradius: shape.circumradius(),
        inradius: shape.inradius(),
        interior_angle: shape.interior_angle(),
        area: shape.area(),
    })
}
