//! A measured book.

use hyperphysics_kernels::math::order_book::{self, Decay};
use hyperphysics_market::order_book::State;
use pyo3::prelude::*;

/// Two numbers, of the bids and of the asks.
type Sides<T> = (T, T);

/// What an order that takes liquidity gets.
#[pyclass(frozen, get_all, skip_from_py_object, module = "hyperphysics._engine")]
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    amount: f64,
    unfilled: f64,
    vwap: Option<f64>,
    slippage: Option<f64>,
}

impl From<&order_book::Fill> for Fill {
    fn from(fill: &order_book::Fill) -> Self {
        let order_book::Fill { amount, unfilled, vwap, slippage } = *fill;
        Self { amount, unfilled, vwap, slippage }
    }
}

#[pymethods]
impl Fill {
    fn __repr__(&self) -> String {
        let none = || "None".to_owned();
        let Self { amount, unfilled, vwap, slippage } = self;
        let [vwap, slippage] = [vwap, slippage].map(|v| v.map_or_else(none, |v| v.to_string()));
        format!("Fill(amount={amount}, unfilled={unfilled}, vwap={vwap}, slippage={slippage})")
    }
}

/// Levels of one side as points of H³.
#[pyclass(frozen, get_all, module = "hyperphysics._engine")]
#[derive(Debug, Default)]
pub(crate) struct BookSide {
    price: Vec<f64>,
    size: Vec<f64>,
    xi: Vec<f64>,
    y: Vec<f64>,
    distance: Vec<f64>,
    ball: Vec<[f64; 3]>,
}

impl FromIterator<([f64; 2], order_book::Point)> for BookSide {
    fn from_iter<I: IntoIterator<Item = ([f64; 2], order_book::Point)>>(levels: I) -> Self {
        let mut side = Self::default();
        for ([price, size], point) in levels {
            side.price.push(price);
            side.size.push(size);
            side.xi.push(point.xi);
            side.y.push(point.y);
            side.distance.push(point.distance);
            side.ball.push(point.ball);
        }
        side
    }
}

/// A measured book.
#[pyclass(frozen, module = "hyperphysics._engine")]
#[derive(Debug)]
pub(crate) struct BookState {
    state: State,
    #[pyo3(get)]
    buys: Vec<Fill>,
    #[pyo3(get)]
    sells: Vec<Fill>,
}

impl BookState {
    pub(super) fn of(state: State) -> Self {
        let buys = state.buys.iter().map(Fill::from).collect();
        let sells = state.sells.iter().map(Fill::from).collect();
        Self { state, buys, sells }
    }

    fn decay(&self, value: impl Fn(Decay) -> f64) -> Sides<Option<f64>> {
        self.state.measures.decay.map(|decay| decay.map(&value)).into()
    }
}

#[pymethods]
impl BookState {
    #[getter]
    fn mid(&self) -> f64 {
        self.state.measures.space.mid
    }

    #[getter]
    fn spread(&self) -> f64 {
        self.state.measures.spread
    }

    #[getter]
    fn spread_bps(&self) -> f64 {
        self.state.spread_bps()
    }

    #[getter]
    fn delta(&self) -> f64 {
        self.state.measures.space.delta
    }

    #[getter]
    fn reference_size(&self) -> f64 {
        self.state.measures.space.reference
    }

    #[getter]
    fn top_imbalance(&self) -> f64 {
        self.state.measures.top_imbalance
    }

    #[getter]
    fn top_weighted_mid(&self) -> f64 {
        self.state.measures.top_mid
    }

    #[getter]
    fn depth(&self) -> Sides<f64> {
        self.state.measures.depth.into()
    }

    #[getter]
    fn liquidity(&self) -> Sides<f64> {
        self.state.measures.liquidity.into()
    }

    #[getter]
    fn imbalance(&self) -> f64 {
        self.state.measures.imbalance
    }

    #[getter]
    fn weighted_mid(&self) -> f64 {
        self.state.measures.weighted_mid
    }

    #[getter]
    fn decay_length(&self) -> Sides<Option<f64>> {
        self.decay(|decay| decay.lambda)
    }

    #[getter]
    fn density(&self) -> Sides<Option<f64>> {
        self.decay(|decay| decay.density)
    }

    #[getter]
    fn p_up(&self) -> f64 {
        self.state.up
    }

    #[getter]
    fn bids(&self) -> BookSide {
        let [bids, _] = self.state.levels();
        bids.collect()
    }

    #[getter]
    fn asks(&self) -> BookSide {
        let [_, asks] = self.state.levels();
        asks.collect()
    }

    fn __repr__(&self) -> String {
        let measures = self.state.measures;
        format!(
            "BookState(mid={}, spread={}, imbalance={}, weighted_mid={}, p_up={})",
            measures.space.mid,
            measures.spread,
            measures.imbalance,
            measures.weighted_mid,
            self.state.up
        )
    }
}
