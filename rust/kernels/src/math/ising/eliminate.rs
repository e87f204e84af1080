//! Exact statistics of networks with few couplings, by eliminating one node after the other
//! (Bertelè and Brioschi 1972; the tree decomposition of dwave-samplers).

use std::collections::BTreeSet;

use super::check::check_temperature;
use super::{Error, Lattice};

/// Most neighbours that a node may have when it is eliminated: tables of 2^(width + 1) values.
pub const WIDTH_MAX: usize = 20;

/// Exact statistics of a network with few couplings.
#[derive(Clone, Debug, PartialEq)]
pub struct Sparse {
    /// ln Z in nats.
    pub log_partition: f64,
    /// Free energy `F = -T ln Z`.
    pub free_energy: f64,
    /// Energy `U = ⟨E⟩`.
    pub energy: f64,
    /// Entropy `S = (U - F)/T` in nats.
    pub entropy: f64,
    /// ⟨s_i⟩.
    pub mean: Vec<f64>,
    /// Coupled pairs `i < j` in ascending order, with ⟨s_i s_j⟩.
    pub edges: Vec<([usize; 2], f64)>,
}

/// Logarithms of weights over the states of some nodes; node `nodes[k]` is bit k of the index.
struct Table {
    nodes: Vec<usize>,
    logs: Vec<f64>,
}

/// Exact statistics of any number of nodes whose couplings are sparse (planar tilings, trees).
///
/// One elimination takes `Σ 2^(width + 1)` steps; there are two per node and four per coupling.
///
/// # Errors
/// [`Error::Dense`] where more than [`WIDTH_MAX`] nodes meet, [`Error::Temperature`].
pub fn sparse(lattice: &Lattice, temperature: f64) -> Result<Sparse, Error> {
    check_temperature(temperature)?;
    let n = lattice.nodes();
    let order = order(lattice)?;
    let z = |held: &[(usize, bool)]| log_partition(lattice, temperature, &order, held);
    let log_partition = z(&[]);
    let mean: Vec<f64> =
        (0..n).map(|i| (0.5 * (z(&[(i, true)]) - z(&[(i, false)]))).tanh()).collect();
    let bonds = (0..n).flat_map(|i| (i + 1..n).map(move |j| [i, j]));
    let coupled = bonds.filter(|&[i, j]| lattice.row(i)[j] != 0.0);
    let correlation = |[i, j]: [usize; 2]| -> f64 {
        let sign = |a, b| if a == b { 1.0 } else { -1.0 };
        let sides = [(false, false), (false, true), (true, false), (true, true)];
        let share = |(a, b)| sign(a, b) * (z(&[(i, a), (j, b)]) - log_partition).exp();
        sides.into_iter().map(share).sum()
    };
    let edges: Vec<_> = coupled.map(|edge| (edge, correlation(edge))).collect();
    let bond = |(edge, c): &([usize; 2], f64)| lattice.row(edge[0])[edge[1]] * c;
    let site = |(h, m): (&f64, &f64)| h * m;
    let energy = -edges.iter().map(bond).sum::<f64>()
        - lattice.fields().iter().zip(&mean).map(site).sum::<f64>();
    Ok(Sparse {
        log_partition,
        free_energy: -temperature * log_partition,
        energy,
        entropy: energy / temperature + log_partition,
        mean,
        edges,
    })
}

/// The node with the fewest neighbours first, smaller numbers first; what it leaves behind joins
/// its neighbours.
fn order(lattice: &Lattice) -> Result<Vec<usize>, Error> {
    let n = lattice.nodes();
    let near = |i: usize| (0..n).filter(|&j| lattice.row(i)[j] != 0.0).collect::<BTreeSet<_>>();
    let mut near: Vec<BTreeSet<usize>> = (0..n).map(near).collect();
    let mut left: BTreeSet<usize> = (0..n).collect();
    let mut order = Vec::with_capacity(n);
    while let Some(node) = left.iter().copied().min_by_key(|&i| near[i].len()) {
        let joined = std::mem::take(&mut near[node]);
        if joined.len() > WIDTH_MAX {
            return Err(Error::Dense { width: joined.len() });
        }
        for &a in &joined {
            near[a].remove(&node);
            near[a].extend(joined.iter().filter(|&&b| b != a));
        }
        left.remove(&node);
        order.push(node);
    }
    Ok(order)
}

/// ln Z of the states in which each node of `held` is up (true) or down.
fn log_partition(
    lattice: &Lattice,
    temperature: f64,
    order: &[usize],
    held: &[(usize, bool)],
) -> f64 {
    let mut place = vec![0; order.len()];
    for (at, &node) in order.iter().enumerate() {
        place[node] = at;
    }
    let mut tables: Vec<Table> = Vec::new();
    let mut total = 0.0;
    for (at, &node) in order.iter().enumerate() {
        let later = |&j: &usize| place[j] > at && lattice.row(node)[j] != 0.0;
        let bonds: Vec<usize> = (0..order.len()).filter(later).collect();
        let (mine, rest): (Vec<Table>, Vec<Table>) =
            tables.into_iter().partition(|table| table.nodes.contains(&node));
        tables = rest;
        let mut joined: BTreeSet<usize> = bonds.iter().copied().collect();
        joined.extend(mine.iter().flat_map(|table| table.nodes.iter().copied()));
        joined.remove(&node);
        let joined: Vec<usize> = joined.into_iter().collect();
        let allowed = |up: bool| held.iter().all(|&(i, side)| i != node || side == up);

        let spin = |state: usize, j: usize| {
            let k = joined.iter().position(|&i| i == j).expect("a neighbour");
            if state >> k & 1 == 1 { 1.0 } else { -1.0 }
        };
        let weight = |state: usize, up: bool| -> f64 {
            if !allowed(up) {
                return f64::NEG_INFINITY;
            }
            let bond = |&j: &usize| lattice.row(node)[j] * spin(state, j);
            let local = lattice.fields()[node] + bonds.iter().map(bond).sum::<f64>();
            let bit = |j: usize| if j == node { up } else { spin(state, j) > 0.0 };
            let entry = |table: &Table| {
                let bits = table.nodes.iter().enumerate();
                table.logs[bits.map(|(k, &j)| usize::from(bit(j)) << k).sum::<usize>()]
            };
            let sign = if up { 1.0 } else { -1.0 };
            sign * local / temperature + mine.iter().map(entry).sum::<f64>()
        };
        let logs: Vec<f64> = (0..1_usize << joined.len())
            .map(|state| {
                let (a, b) = (weight(state, false), weight(state, true));
                a.max(b) + (a.min(b) - a.max(b)).exp().ln_1p()
            })
            .collect();
        if joined.is_empty() {
            total += logs[0];
        } else {
            tables.push(Table { nodes: joined, logs });
        }
    }
    total
}
