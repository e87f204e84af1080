//! Lattices in integers.

use super::{ALL_UP, COUPLINGS, LATTICE, LIMIT, MULTIPLIER, NODES, THRESHOLDS, WORDS, place};
use crate::math::ising::{Error, Lattice};
use crate::spec::LANES;

/// Largest coupling in quanta.
const COUPLING: f64 = 127.0;

/// Largest field in quanta: the energy of 48 nodes fits in 32 bits.
const FIELD: f64 = 16_777_216.0; // 2^24

/// Quanta in the temperature of a lattice whose couplings are all small: rounding a field is then
/// off by T/2^15.
const FINEST: f64 = 16_384.0; // 2^14

/// Fewest quanta in a temperature: 24 bits hold the multiplier.
const COARSEST: f64 = 16.0;

/// Steps of the thresholds in one T.
const STEPS: f64 = 64.0;

/// A step in units of the product of field and multiplier.
const STEP: f64 = 4_194_304.0; // 2^22

/// Largest number of steps from the middle.
const FARTHEST: u32 = 511;

/// A lattice at a temperature, in integers.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// Nodes.
    pub nodes: usize,
    /// Rows of couplings J in quanta, four signed bytes a word, node 0 in the lowest byte.
    pub couplings: [[u32; WORDS]; NODES],
    /// Fields h in quanta.
    pub fields: [i32; NODES],
    /// Steps of T/64 in a quantum, times 2^22.
    pub multiplier: u32,
    /// Largest local field that the thresholds tell apart, in quanta.
    pub limit: u32,
    /// Energy with all nodes up, in quanta.
    pub all_up: i32,
    /// The quantum, in units of the couplings; energies come in it.
    pub quantum: f64,
}

/// Rounds a lattice of up to [`NODES`] nodes to integers: `couplings` row-major and symmetric (not
/// checked; the diagonal is ignored), `fields`, and the temperature at which it is sampled.
///
/// The quantum is the largest of `max|J|/127`, `max|h|/2²⁴` and `T/2¹⁴`; couplings and fields are
/// rounded to the nearest multiple, halves to even ones, so that equal couplings stay equal and
/// negated fields give negated integers. A coupling is off by at most half a quantum.
///
/// # Errors
/// [`Error::Shape`], [`Error::Empty`], [`Error::Range`] for more than 48 nodes,
/// [`Error::NotFinite`], [`Error::Temperature`], and [`Error::Cold`] for a temperature below 16
/// quanta (about `max|J|/8`): so cold a lattice hardly moves.
pub fn quantise(couplings: &[f64], fields: &[f64], temperature: f64) -> Result<Quantised, Error> {
    let nodes = fields.len();
    check(couplings, fields, temperature)?;
    let largest = |values: &[f64]| values.iter().fold(0.0, |top: f64, x| top.max(x.abs()));
    let mut top = 0.0_f64;
    for (i, row) in couplings.chunks_exact(nodes).enumerate() {
        top = top.max(largest(&row[..i])).max(largest(&row[i + 1..]));
    }
    let floor = (top / COUPLING).max(largest(fields) / FIELD);
    if temperature < COARSEST * floor {
        return Err(Error::Cold { temperature, least: COARSEST * floor });
    }
    let quantum = floor.max(temperature / FINEST);
    let per = 1.0 / quantum;
    let mut found = Quantised {
        nodes,
        couplings: [[0; WORDS]; NODES],
        fields: [0; NODES],
        multiplier: ((STEPS * STEP * quantum / temperature + 0.5) as u32).min((1 << 24) - 1),
        limit: 0,
        all_up: 0,
        quantum,
    };
    found.limit = ((u64::from(FARTHEST) << 22) / u64::from(found.multiplier)) as u32;
    let mut bonds = 0;
    for (i, row) in couplings.chunks_exact(nodes).enumerate() {
        for (j, coupling) in row.iter().enumerate().filter(|&(j, _)| j != i) {
            let quanta = round(coupling * per);
            bonds += quanta;
            let byte = u32::from((quanta as i8).cast_unsigned());
            found.couplings[i][j / 4] |= byte << (8 * (j % 4));
        }
        found.fields[i] = round(fields[i] * per);
    }
    found.all_up = -bonds / 2 - found.fields.iter().sum::<i32>();
    Ok(found)
}

impl Quantised {
    /// The lattice that the integers stand for.
    ///
    /// # Panics
    /// Panics if the integers are those of no lattice.
    #[must_use]
    pub fn lattice(&self) -> Lattice {
        let coupling = |i: usize, j: usize| {
            let byte = self.couplings[i][j / 4] >> (8 * (j % 4));
            f64::from((byte as u8).cast_signed()) * self.quantum
        };
        let each = |i| (0..self.nodes).map(move |j| coupling(i, j));
        let fields = self.fields[..self.nodes].iter().map(|&h| f64::from(h) * self.quantum);
        let couplings = (0..self.nodes).flat_map(each).collect();
        Lattice::new(couplings, fields.collect()).expect("integers of a lattice")
    }
}

fn check(couplings: &[f64], fields: &[f64], temperature: f64) -> Result<(), Error> {
    let (nodes, found) = (fields.len(), couplings.len());
    if nodes == 0 {
        return Err(Error::Empty);
    }
    if nodes > NODES {
        let expected = "at most 48 for 8-bit couplings";
        return Err(Error::Range { what: "nodes", value: nodes as f64, expected });
    }
    if found != nodes * nodes {
        return Err(Error::Shape { what: "couplings", nodes, found, expected: nodes * nodes });
    }
    for (what, values) in [("couplings", couplings), ("fields", fields)] {
        if let Some(index) = values.iter().position(|x| !x.is_finite()) {
            return Err(Error::NotFinite { what, index, value: values[index] });
        }
    }
    if temperature > 0.0 && temperature.is_finite() {
        return Ok(());
    }
    Err(Error::Temperature(temperature))
}

/// To the nearest integer, halves to even ones; `|x|` is at most 2^24. The sum keeps no digit
/// behind the point, and unlike `round_ties_even` it is an instruction on every CPU.
fn round(x: f64) -> i32 {
    const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52
    ((x + SHIFT) - SHIFT) as i32
}

/// `2³²/(1 + exp(-2x))`, rounded down, at `x = (k - 512)/64`: the probability of 1 in a local field
/// of x T.
#[must_use]
pub fn thresholds() -> Vec<u32> {
    let at = |k: usize| {
        let x = (k as f64 - THRESHOLDS as f64 / 2.0) / STEPS;
        (4_294_967_296.0 / (1.0 + (-2.0 * x).exp())) as u32
    };
    (0..THRESHOLDS).map(at).collect()
}

/// Lattices as the kernel reads them, in the order of their numbers.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    couplings: Vec<u32>,
    lattices: Vec<u32>,
    quanta: Vec<f64>,
}

impl Batch {
    /// An empty batch with room for `count` lattices.
    #[must_use]
    pub fn with_capacity(count: usize) -> Self {
        let padded = count.next_multiple_of(LANES);
        Self {
            couplings: Vec::with_capacity(padded * COUPLINGS),
            lattices: Vec::with_capacity(padded * LATTICE),
            quanta: Vec::with_capacity(count),
        }
    }

    /// Number of lattices.
    #[must_use]
    pub fn len(&self) -> usize {
        self.quanta.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.quanta.is_empty()
    }

    /// Adds a lattice; its number is the length of the batch before.
    pub fn push(&mut self, lattice: &Quantised) {
        let number = self.len();
        if number.is_multiple_of(LANES) {
            self.couplings.resize((number + LANES) * COUPLINGS, 0);
            self.lattices.resize((number + LANES) * LATTICE, 0);
        }
        let to = self.couplings[place(number, COUPLINGS)..].iter_mut().step_by(LANES);
        let words = lattice.couplings.iter().enumerate().flat_map(|(node, row)| {
            let own = node / 4;
            row[own..].iter().chain(&row[..own])
        });
        for (to, word) in to.zip(words) {
            *to = *word;
        }
        let to = &mut self.lattices[place(number, LATTICE)..];
        // What lies behind the last node stays 0, so that it has no part in the energy.
        for (to, field) in to.iter_mut().step_by(LANES).zip(&lattice.fields[..lattice.nodes]) {
            *to = field.cast_unsigned().wrapping_add(lattice.limit);
        }
        to[MULTIPLIER * LANES] = lattice.multiplier;
        to[LIMIT * LANES] = lattice.limit;
        to[ALL_UP * LANES] = lattice.all_up.cast_unsigned();
        self.quanta.push(lattice.quantum);
    }

    /// Rounds and adds a lattice.
    ///
    /// # Errors
    /// As [`quantise`].
    pub fn add(&mut self, lattice: &Lattice, temperature: f64) -> Result<(), Error> {
        self.push(&quantise(lattice.couplings(), lattice.fields(), temperature)?);
        Ok(())
    }

    /// Input `couplings`, whole tiles.
    #[must_use]
    pub fn couplings(&self) -> &[u32] {
        &self.couplings
    }

    /// Input `lattices`, whole tiles.
    #[must_use]
    pub fn lattices(&self) -> &[u32] {
        &self.lattices
    }

    /// The quantum of a lattice: energies are integers times it.
    ///
    /// # Panics
    /// Panics if there is no such lattice.
    #[must_use]
    pub fn quantum(&self, lattice: usize) -> f64 {
        self.quanta[lattice]
    }
}
