//! Growing a tiling layer by layer.

use std::collections::BTreeSet;
use std::f64::consts::TAU;

use super::lorentz::{Motion, Point, same};
use super::{Error, TIME_MAX, Tessellation, Tiling, VERTICES_MAX, Vertex};

/// A tiling under construction.
struct Growth {
    tiling: Tiling,
    /// Vertices of the central polygon.
    corners: Vec<Point>,
    /// The motion that takes the central polygon to each polygon, and its centre.
    polygons: Vec<(Motion, Point)>,
    points: Vec<Point>,
    layers: Vec<usize>,
    faces: Vec<Vec<usize>>,
}

impl Growth {
    /// Takes in the polygon at `place`, unless it is there.
    fn add(&mut self, place: Motion, layer: usize) -> Result<(), Error> {
        let Tiling { p, q } = self.tiling;
        let centre = place.origin();
        if self.polygons.iter().rev().any(|(_, known)| same(known, &centre)) {
            return Ok(());
        }
        self.polygons.push((place, centre));
        let mut face = Vec::with_capacity(self.corners.len());
        for corner in &self.corners {
            let point = place.apply(*corner);
            if point[0] >= TIME_MAX || point[0].is_nan() {
                return Err(Error::TooFar { p, q, layer });
            }
            // The newest first: neighbours were found a short while ago.
            let known = self.points.iter().rposition(|known| same(known, &point));
            face.push(known.unwrap_or_else(|| {
                self.points.push(point);
                self.layers.push(layer);
                self.points.len() - 1
            }));
        }
        self.faces.push(face);
        if self.points.len() > VERTICES_MAX {
            return Err(Error::TooLarge { p, q, layer });
        }
        Ok(())
    }
}

pub(super) fn grow(tiling: Tiling, layers: usize) -> Result<Tessellation, Error> {
    let Tiling { p, q } = tiling;
    if layers == 0 {
        return Err(Error::NoLayer);
    }
    if p > VERTICES_MAX {
        return Err(Error::TooLarge { p, q, layer: 1 });
    }
    let out = Motion::shift(tiling.circumradius());
    let back = Motion::shift(-tiling.circumradius());
    let corner = |i: usize| Motion::turn(TAU * i as f64 / p as f64);
    // Turns of the central polygon about its corner i, by k steps of the angle between polygons.
    let about = |i: usize, k: usize| {
        let turned = Motion::turn(TAU * k as f64 / q as f64).after(&back);
        let turned = out.after(&turned).after(&corner(p - i));
        corner(i).after(&turned)
    };
    let mut growth = Growth {
        tiling,
        corners: (0..p).map(|i| corner(i).after(&out).origin()).collect(),
        polygons: Vec::new(),
        points: Vec::new(),
        layers: Vec::new(),
        faces: Vec::new(),
    };
    growth.add(Motion::IDENTITY, 1)?;
    let mut complete = 0; // vertices before it have all their polygons
    for layer in 2..=layers {
        let (polygons, reached) = (growth.polygons.len(), growth.points.len());
        let mut pending: BTreeSet<usize> = (complete..reached).collect();
        for polygon in 0..polygons {
            for i in 0..p {
                if !pending.remove(&growth.faces[polygon][i]) {
                    continue;
                }
                for k in 1..q {
                    let place = growth.polygons[polygon].0.after(&about(i, k));
                    growth.add(place, layer)?;
                }
            }
        }
        complete = reached;
    }
    Ok(finish(growth))
}

fn finish(growth: Growth) -> Tessellation {
    let vertex = |(point, &layer): (&Point, &usize)| Vertex {
        radius: point[1].hypot(point[2]).asinh(),
        angle: point[2].atan2(point[1]),
        layer,
    };
    let sides = growth.faces.iter().flat_map(|face| {
        let next = face.iter().cycle().skip(1);
        face.iter().zip(next).map(|(&a, &b)| [a.min(b), a.max(b)])
    });
    Tessellation {
        edges: sides.collect::<BTreeSet<_>>().into_iter().collect(),
        vertices: growth.points.iter().zip(&growth.layers).map(vertex).collect(),
        faces: growth.faces,
    }
}
