//! Measures of order books against reference numbers and closed forms.

use crate::common::{cases, close, least, number, numbers, reference};
use hyperphysics_kernels::math::order_book::{
    Book, DEPTH, Level, Moves, Setting, Side, Violation, balanced_race, diffusion, measure, walk,
};
use serde_json::Value;

/// Any violation, and nothing else, refuses a step.
#[allow(clippy::unnecessary_wraps)] // the type of a condition
fn plain(_: &Book) -> Result<(), Violation> {
    Ok(())
}

fn levels(inputs: &Value, side: &str) -> Vec<Level> {
    let [prices, sizes] = ["price", "size"].map(|what| numbers(&inputs[format!("{side}_{what}")]));
    prices.into_iter().zip(sizes).map(|(price, size)| Level::new(price, size)).collect()
}

fn check_book(case: &Value) -> usize {
    let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
    let (bids, asks) = (levels(inputs, "bid"), levels(inputs, "ask"));
    let mut book = Book::new(DEPTH, false);
    book.snapshot(&bids, &asks, plain).expect("a book");
    let delta = number(&inputs["delta"]);
    let setting = Setting { delta: Some(delta), lambda: number(&inputs["lambda"]) };
    let got = measure(book.bids(), book.asks(), setting).expect("both sides");
    let mut compared = 0;
    let mut same = |got: f64, want: &Value, what: &str| {
        close(got, number(want), 1e-9, what);
        compared += 1;
    };
    same(got.space.mid, &outputs["mid"], "mid");
    same(got.spread, &outputs["spread"], "spread");
    same(got.spread / got.space.mid * 1e4, &outputs["spread_bps"], "spread_bps");
    same(got.space.reference, &outputs["reference_size"], "reference_size");
    same(got.top_imbalance, &outputs["top_imbalance"], "top_imbalance");
    same(got.top_mid, &outputs["weighted_mid"], "weighted_mid");
    same(got.imbalance, &outputs["effective_imbalance"], "effective_imbalance");
    same(got.weighted_mid, &outputs["effective_micro_price"], "effective_micro_price");
    for (side, levels, liquidity) in
        [("bid", &bids, got.liquidity[0]), ("ask", &asks, got.liquidity[1])]
    {
        let want = &outputs[side];
        same(liquidity, &want["L_eff"], side);
        for (at, level) in levels.iter().enumerate() {
            let point = got.space.point(level.price, level.size);
            same(point.xi, &want["xi"][at], "xi");
            same(point.y, &want["y"][at], "y");
            same(point.distance, &want["distance"][at], "distance");
            for (axis, coordinate) in point.ball.iter().enumerate() {
                same(*coordinate, &want["ball"][at][axis], "ball");
            }
        }
    }
    for (at, amount) in numbers(&inputs["buy_sizes"]).into_iter().enumerate() {
        let fill = walk(book.asks(), amount, got.space.mid);
        same(fill.unfilled, &outputs["buy_unfilled"][at], "buy_unfilled");
        assert_eq!(fill.vwap.is_none(), outputs["buy_vwap"][at].is_null());
        if let (Some(vwap), Some(slippage)) = (fill.vwap, fill.slippage) {
            same(vwap, &outputs["buy_vwap"][at], "buy_vwap");
            same(1e4 * slippage, &outputs["buy_slippage_bps"][at], "buy_slippage_bps");
        }
    }
    compared
}

fn check_moves(case: &Value) -> usize {
    let (inputs, outputs) = (&case["inputs"], &case["outputs"]);
    match case["id"].as_str().expect("an id") {
        "cst_race" => {
            let [arrival, departure, cancellation, inside] =
                ["lambda", "mu", "theta", "inside_spread_rate"].map(|name| number(&inputs[name]));
            let moves = Moves::race(arrival, departure, cancellation, inside).expect("rates");
            let table = outputs["p_up_rows_bid_1_8_cols_ask_1_8"].as_array().expect("a table");
            for (b, row) in table.iter().enumerate() {
                for (a, want) in numbers(row).into_iter().enumerate() {
                    close(moves.up((b + 1) as f64, (a + 1) as f64, 1.0), want, 1e-9, "cst_race");
                }
            }
            table.len() * table.len()
        }
        "cont_de_larrard_balanced" => {
            let pairs = inputs["pairs_bid_ask"].as_array().expect("pairs");
            for (pair, want) in pairs.iter().zip(numbers(&outputs["p_up"])) {
                let [bid, ask] = [0, 1].map(|at| number(&pair[at]) as usize);
                close(balanced_race(bid, ask), want, 1e-9, "cont_de_larrard");
            }
            pairs.len()
        }
        "avellaneda_reed_stoikov" => {
            let rows = inputs["rows_x_bid_y_ask_rho_H"].as_array().expect("rows");
            for (row, want) in rows.iter().zip(numbers(&outputs["p_up"])) {
                let row = numbers(row);
                close(diffusion(row[0], row[1], row[2], row[3]), want, 1e-12, "diffusion");
            }
            rows.len()
        }
        other => panic!("unknown case {other}"),
    }
}

#[test]
fn reference_books_and_moves() {
    let Some(file) = reference("orderbook") else { return };
    let check = |case: &Value| {
        let books = case["inputs"]["bid_price"].is_array();
        if books { check_book(case) } else { check_moves(case) }
    };
    let compared: usize = cases(&file).iter().map(check).sum();
    assert!(compared >= least(&file, 500), "{compared}");
}

#[test]
fn long_queues_approach_their_limit_and_the_models_are_antisymmetric() {
    let race = Moves::race(1.85, 0.94, 0.71, 0.3).expect("rates");
    for (bid, ask) in [(1, 1), (2, 7), (30, 12), (900, 1000), (1000, 300)] {
        let (b, a) = (f64::from(bid), f64::from(ask));
        let limit = 2.0 / std::f64::consts::PI * (b / a).atan();
        let [n, p] = [bid, ask].map(|queue: u32| queue as usize);
        let width = 0.02 / b.min(a).powi(2);
        close(balanced_race(n, p), limit, width.max(1e-12), "limit");
        for moves in [&race, &Moves::balanced(), &Moves::default()] {
            close(moves.up(b, a, 1.0) + moves.up(a, b, 1.0), 1.0, 1e-12, "antisymmetry");
            assert!(moves.up(b + 1.0, a, 1.0) >= moves.up(b, a, 1.0));
        }
    }
    assert!(Moves::diffusion(1.0, 0.0).is_err() && Moves::diffusion(-1.0, -1.0).is_err());
    assert!(Moves::race(1.0, 1.0, 0.0, 0.0).is_err(), "queues that do not shrink");
    let text = Moves::race(f64::NAN, 1.0, 1.0, 0.0).expect_err("a rate").to_string();
    assert_eq!(text, "arrival is NaN, expected a positive finite rate");
}

#[test]
fn the_fitted_decay_is_the_least_squares_line() {
    // 150 levels: more than two chunks, the last one in part.
    let level = |k: u32, sign: f64| {
        let size = 5.0 * (1.0 + f64::from(k * 7919 % 31)) / (1.0 + f64::from(k)).powf(1.3);
        Level::new(1000.0 + sign * (0.5 + f64::from(k)), size)
    };
    let side = |sign| (0..150).map(|k| level(k, sign)).collect::<Vec<_>>();
    let (bids, asks) = (side(-1.0), side(1.0));
    let mut book = Book::new(DEPTH, false);
    book.snapshot(&bids, &asks, plain).expect("a book");
    let setting = Setting { delta: None, lambda: 1.25 };
    let got = measure(book.bids(), book.asks(), setting).expect("both sides");
    close(got.space.delta, 0.5 / 1000.0, 1e-15, "half the relative spread");
    for (at, levels) in [&bids, &asks].into_iter().enumerate() {
        let points: Vec<(f64, f64)> = levels
            .iter()
            .map(|l| (got.space.point(l.price, l.size).distance, l.size.ln()))
            .collect();
        let n = points.len() as f64;
        let (d, l) = points.iter().fold((0.0, 0.0), |(d, l), p| (d + p.0 / n, l + p.1 / n));
        let slope = points.iter().map(|p| (p.0 - d) * (p.1 - l)).sum::<f64>()
            / points.iter().map(|p| (p.0 - d).powi(2)).sum::<f64>();
        let decay = got.decay[at].expect("a falling line");
        close(decay.lambda, -1.0 / slope, 1e-9, "lambda");
        close(decay.density, (l - slope * d).exp(), 1e-9, "density");
        let weighted: f64 =
            points.iter().zip(levels).map(|(p, l)| l.size * (-p.0 / 1.25).exp()).sum();
        close(got.liquidity[at], weighted, 1e-11 * weighted, "liquidity");
        close(got.depth[at], levels.iter().map(|l| l.size).sum(), 1e-9, "depth");
    }
}

#[test]
fn books_that_hurt_are_measured() {
    let one = |price, size| vec![Level::new(price, size)];
    let mut book = Book::new(DEPTH, true);
    let setting = Setting { delta: None, lambda: 1.25 };
    assert!(measure(book.bids(), book.asks(), setting).is_none(), "an empty book");
    let books = [
        (one(1.0, 1.0), one(1.0, 1.0)),             // locked
        (one(1e-12, 1e-9), one(2e-12, 1e12)),       // tiny prices, sizes apart
        (one(9.999_999e12, 3.0), one(1e13, 1e-30)), // huge prices
        (one(1e-6, 5.0), one(1e6, 5.0)),            // an absurd spread
        (vec![Level::new(99.0, 1e-8), Level::new(0.01, 1e8)], one(100.0, 1.0)),
    ];
    for (bids, asks) in books {
        book.snapshot(&bids, &asks, plain).expect("a book");
        let got = measure(book.bids(), book.asks(), setting).expect("both sides");
        let (bid, ask) = (bids[0].price, asks[0].price);
        let inside = [got.weighted_mid, got.top_mid].map(|mid| (bid..=ask).contains(&mid));
        assert_eq!(inside, [true; 2], "{got:?}");
        assert!(got.imbalance.abs() <= 1.0 && got.liquidity.iter().all(|l| *l > 0.0), "{got:?}");
        assert_eq!(got.decay[1], None, "one level has no slope");
        for level in bids.iter().chain(&asks) {
            let point = got.space.point(level.price, level.size);
            let norm = point.ball.iter().map(|x| x * x).sum::<f64>().sqrt();
            assert!(point.distance.is_finite() && norm <= 1.0, "{point:?}");
        }
    }
}

#[test]
fn a_walk_costs_more_the_further_it_goes() {
    let asks: Vec<Level> =
        (0..40).map(|k| Level::new(10.0 + f64::from(k), 1.0 + f64::from(k % 3))).collect();
    let bids: Vec<Level> = (0..9).map(|k| Level::new(9.0 - f64::from(k), 2.0)).collect();
    let mut book = Book::new(DEPTH, false);
    book.snapshot(&bids, &asks, plain).expect("a book");
    for levels in [book.asks(), book.bids()] {
        let whole: f64 = levels.sizes().iter().sum();
        let mut last = 0.0;
        for part in 1..=100 {
            let fill = walk(levels, whole * f64::from(part) / 100.0, 9.5);
            let cost = fill.slippage.expect("enough depth");
            assert!(cost >= last && fill.unfilled == 0.0);
            last = cost;
        }
        let over = walk(levels, whole + 1.5, 9.5);
        close(over.unfilled, 1.5, 1e-12, "the rest");
        assert_eq!((over.vwap, over.slippage), (None, None));
        assert_eq!(walk(levels, 0.0, 9.5).vwap, None);
    }
    assert_eq!(book.bids().side(), Side::Bid);
}
