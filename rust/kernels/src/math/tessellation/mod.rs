//! Regular tilings {p, q} of the hyperbolic plane: polygons with `p` sides, `q` at each vertex.
//!
//! A tiling is grown around its central polygon by layers: a polygon belongs to the next layer if
//! it shares a vertex with the one before. The plane lies in H³ as the disc z = 0, where its
//! distances are those of space. Curvature -1.
//!
//! Sources: Coxeter 1956 (closed forms); the layers as in Schrauth et al. 2023 (hypertiling).

mod grow;
mod lorentz;

use std::f64::consts::PI;

use crate::math::geometry::polar;

/// Most vertices of a tiling; beyond, the search for shared ones takes seconds.
pub const VERTICES_MAX: usize = 10_000;

/// Farthest vertex from the centre, about cosh 14: there rounding is a thousandth of what tells two
/// vertices apart.
const TIME_MAX: f64 = 6e5;

/// A tiling that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A tiling of the sphere or of the Euclidean plane, or of none.
    #[error(
        "{{{p}, {q}}} is no tiling of the hyperbolic plane, expected p and q of at least 3 with \
         (p - 2)(q - 2) > 4"
    )]
    NotHyperbolic {
        /// Sides of a polygon.
        p: usize,
        /// Polygons at a vertex.
        q: usize,
    },
    /// No layer at all.
    #[error("layers is 0, expected at least 1: the central polygon")]
    NoLayer,
    /// More vertices than [`VERTICES_MAX`].
    #[error(
        "layer {layer} of {{{p}, {q}}} has more than {VERTICES_MAX} vertices, expected fewer layers"
    )]
    TooLarge {
        /// Sides of a polygon.
        p: usize,
        /// Polygons at a vertex.
        q: usize,
        /// The layer that is too large.
        layer: usize,
    },
    /// Vertices that rounding cannot tell apart.
    #[error(
        "layer {layer} of {{{p}, {q}}} lies farther than 14 from the centre, expected fewer layers"
    )]
    TooFar {
        /// Sides of a polygon.
        p: usize,
        /// Polygons at a vertex.
        q: usize,
        /// The layer that is too far out.
        layer: usize,
    },
}

/// A tiling {p, q}.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    p: usize,
    q: usize,
}

impl Tiling {
    /// Polygons of `p` sides, `q` at each vertex.
    ///
    /// # Errors
    /// [`Error::NotHyperbolic`] unless both are at least 3 and `(p - 2)(q - 2) > 4`.
    pub fn new(p: usize, q: usize) -> Result<Self, Error> {
        if p < 3 || q < 3 || (p - 2).saturating_mul(q - 2) <= 4 {
            return Err(Error::NotHyperbolic { p, q });
        }
        Ok(Self { p, q })
    }

    /// Sides of a polygon.
    #[must_use]
    pub const fn sides(self) -> usize {
        self.p
    }

    /// Polygons at a vertex.
    #[must_use]
    pub const fn valence(self) -> usize {
        self.q
    }

    fn angles(self) -> (f64, f64) {
        (PI / self.p as f64, PI / self.q as f64)
    }

    /// Length of an edge: `cosh(l/2) = cos(π/p) / sin(π/q)`.
    #[must_use]
    pub fn edge_length(self) -> f64 {
        let (p, q) = self.angles();
        2.0 * (p.cos() / q.sin()).acosh()
    }

    /// Distance of a vertex from its polygon's centre: `cosh R = cot(π/p) cot(π/q)`.
    #[must_use]
    pub fn circumradius(self) -> f64 {
        let (p, q) = self.angles();
        (p.tan() * q.tan()).recip().acosh()
    }

    /// Distance of an edge from its polygon's centre: `cosh r = cos(π/q) / sin(π/p)`.
    #[must_use]
    pub fn inradius(self) -> f64 {
        let (p, q) = self.angles();
        (q.cos() / p.sin()).acosh()
    }

    /// Angle of a polygon at a vertex in radians, `2π/q`.
    #[must_use]
    pub fn interior_angle(self) -> f64 {
        2.0 * PI / self.q as f64
    }

    /// Area of a polygon, `(p - 2)π - 2πp/q` (Gauss and Bonnet).
    #[must_use]
    pub fn area(self) -> f64 {
        let p = self.p as f64;
        PI * (p - 2.0 - 2.0 * p / self.q as f64)
    }

    /// The central polygon and `layers - 1` layers around it.
    ///
    /// # Errors
    /// [`Error::NoLayer`], [`Error::TooLarge`] beyond [`VERTICES_MAX`] vertices, [`Error::TooFar`]
    /// beyond a distance of 14.
    pub fn grow(self, layers: usize) -> Result<Tessellation, Error> {
        grow::grow(self, layers)
    }
}

/// A vertex in polar form about the centre of the central polygon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// Distance from the centre.
    pub radius: f64,
    /// Direction in radians, in (-π, π].
    pub angle: f64,
    /// Layer in which it appears first, from 1.
    pub layer: usize,
}

/// Part of a tiling, vertices numbered in the order in which the layers reach them.
#[derive(Clone, Debug, PartialEq)]
pub struct Tessellation {
    /// Vertices; the first `p` are those of the central polygon, counter-clockwise from angle 0.
    pub vertices: Vec<Vertex>,
    /// Edges as pairs of vertices, the smaller first, in ascending order.
    pub edges: Vec<[usize; 2]>,
    /// Vertices of each polygon, counter-clockwise; the first is the central polygon.
    pub faces: Vec<Vec<usize>>,
}

impl Tessellation {
    /// The 48 nodes of the p-bit lattice: {3, 7} in three layers, 108 edges and 61 faces.
    ///
    /// # Panics
    /// Never: the tiling is hyperbolic and small.
    #[must_use]
    pub fn region() -> Self {
        Tiling { p: 3, q: 7 }.grow(3).expect("a small hyperbolic tiling")
    }

    /// Points `[r, nx, ny, nz]` of H³ with unit directions, `nz = 0`.
    #[must_use]
    pub fn polar(&self) -> Vec<[f64; 4]> {
        let point = |v: &Vertex| [v.radius, v.angle.cos(), v.angle.sin(), 0.0];
        self.vertices.iter().map(point).collect()
    }

    /// Points of the Poincaré disc.
    #[must_use]
    pub fn disc(&self) -> Vec<[f64; 2]> {
        let point = |v: &Vertex| polar::to_ball(v.radius, [v.angle.cos(), v.angle.sin()]);
        self.vertices.iter().map(point).collect()
    }

    /// Edges at each vertex.
    #[must_use]
    pub fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.vertices.len()];
        for node in self.edges.as_flattened() {
            degrees[*node] += 1;
        }
        degrees
    }
}
