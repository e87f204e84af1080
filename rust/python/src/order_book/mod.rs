//! Order books.

mod batch;
mod levels;
mod moves;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyperphysics_kernels::math::order_book::{Levels, Setting, Side};
use hyperphysics_market::order_book::{Analysis, Delta, Ids, LiveBook};
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::convert::{Floats, read};
use crate::errors;
pub(crate) use batch::measure_books;
use levels::{Read, field, optional};
pub(crate) use moves::MoveModel;
pub(crate) use state::{BookSide, BookState, Fill};

/// A book that follows an exchange.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct HyperbolicOrderBook(Mutex<LiveBook>);

impl HyperbolicOrderBook {
    /// The book; a step that panicked half-way has left none behind that could be used.
    fn book(&self) -> MutexGuard<'_, LiveBook> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pairs(levels: &Levels) -> Vec<(f64, f64)> {
    levels.iter().map(|level| (level.price, level.size)).collect()
}

#[pymethods]
impl HyperbolicOrderBook {
    #[new]
    #[pyo3(signature = (*, rules = "none", depth = 5000, locked = false))]
    fn new(
        #[pyo3(from_py_with = read)] rules: &str,
        #[pyo3(from_py_with = read)] depth: usize,
        #[pyo3(from_py_with = read)] locked: bool,
    ) -> PyResult<Self> {
        let rules = rules.parse().map_err(|e| errors::market(&e))?;
        let book = LiveBook::new(rules, depth, locked).map_err(|e| errors::market(&e))?;
        Ok(Self(Mutex::new(book)))
    }

    #[pyo3(signature = (bids, asks, *, last_id = None, checksum = None))]
    fn snapshot(
        &self,
        bids: &Bound<'_, PyAny>,
        asks: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = read)] last_id: Option<i64>,
        #[pyo3(from_py_with = read)] checksum: Option<i64>,
    ) -> PyResult<()> {
        let ids = Ids { last: last_id, ..Ids::default() };
        let (bids, asks) =
            (Read::Snapshot.levels(Side::Bid, bids)?, Read::Snapshot.levels(Side::Ask, asks)?);
        let snapshot = Delta { bids, asks, ids, checksum };
        self.book().snapshot(&snapshot).map_err(|e| errors::market(&e))
    }

    fn apply(&self, #[pyo3(from_py_with = read)] delta: Bound<'_, PyMapping>) -> PyResult<bool> {
        let sides = [field(&delta, &["bids", "b"])?, field(&delta, &["asks", "a"])?];
        if let [None, None] = sides {
            return Err(errors::input("the delta has neither `bids` or `b` nor `asks` or `a`"));
        }
        let [bids, asks] = sides;
        let read = |side, found: Option<Bound<'_, PyAny>>| {
            found.map_or_else(|| Ok(Vec::new()), |levels| Read::Update.levels(side, &levels))
        };
        let update = Delta {
            bids: read(Side::Bid, bids)?,
            asks: read(Side::Ask, asks)?,
            ids: Ids {
                first: optional(&delta, &["U"])?,
                last: optional(&delta, &["u", "seqId"])?,
                previous: optional(&delta, &["pu", "prevSeqId"])?,
            },
            checksum: optional(&delta, &["checksum"])?,
        };
        self.book().apply(&update).map_err(|e| errors::market(&e))
    }

    #[pyo3(signature = (*, delta = None, length_scale = 1.25, amounts = None, moves = None, unit = None))]
    fn state(
        &self,
        #[pyo3(from_py_with = read)] delta: Option<f64>,
        #[pyo3(from_py_with = read)] length_scale: f64,
        #[pyo3(from_py_with = read)] amounts: Option<Floats>,
        #[pyo3(from_py_with = read)] moves: Option<PyRef<'_, MoveModel>>,
        #[pyo3(from_py_with = read)] unit: Option<f64>,
    ) -> PyResult<BookState> {
        let standard = MoveModel::default();
        let amounts = amounts.map_or_else(Vec::new, |amounts| amounts.0);
        let analysis = Analysis {
            setting: Setting { delta, lambda: length_scale },
            moves: moves.as_deref().unwrap_or(&standard).inner(),
            unit,
            amounts: &amounts,
        };
        self.book().state(&analysis).map(BookState::of).map_err(|e| errors::market(&e))
    }

    #[getter]
    fn bids(&self) -> Vec<(f64, f64)> {
        pairs(self.book().book().bids())
    }

    #[getter]
    fn asks(&self) -> Vec<(f64, f64)> {
        pairs(self.book().book().asks())
    }

    #[getter]
    fn last_id(&self) -> Option<i64> {
        self.book().last()
    }

    fn checksum(&self) -> i32 {
        self.book().checksum()
    }

    fn __repr__(&self) -> String {
        let live = self.book();
        let best = |levels: &Levels| {
            levels.best().map_or_else(|| "None".to_owned(), |level| level.price.to_string())
        };
        let (bids, asks) = (live.book().bids(), live.book().asks());
        format!(
            "HyperbolicOrderBook({} bids, {} asks, best {} / {})",
            bids.len(),
            asks.len(),
            best(bids),
            best(asks)
        )
    }
}
