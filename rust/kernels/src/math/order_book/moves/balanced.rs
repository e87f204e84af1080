//! Queues of unit orders that come as fast as they go.

use std::f64::consts::PI;

/// Orders beyond which the diffusion limit is as good: it is off by about 1e-2 / n².
const LONG: usize = 1000;

/// Nodes and weights of the eight-point Gauss-Legendre rule on [-1, 1], the positive half.
const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Probability that a queue of `ask` orders is gone before one of `bid`, where both gain and lose
/// one order at the same rate:
/// `(1/π) ∫₀^π (2 - cos t - √((2 - cos t)² - 1))^p sin(n t) cot(t/2) dt`, n = bid, p = ask; for more than 1000
/// orders the limit `(2/π) atan(n/p)`.
///
/// Cont, de Larrard 2013, SIAM Journal on Financial Mathematics 4:1.
#[must_use]
pub fn balanced_race(bid: usize, ask: usize) -> f64 {
    let (n, p) = (bid as f64, ask as f64);
    if bid.max(ask) > LONG {
        return 2.0 / PI * (n / p).atan();
    }
    if bid < ask {
        // The integral of the longer queue is the better behaved one.
        return 1.0 - balanced_race(ask, bid);
    }
    let value = |t: f64| {
        let half = (0.5 * t).sin();
        // 2 - cos t = 1 + c, and its factor is 1 / (1 + c + √(c (2 + c))).
        let c = 2.0 * half * half;
        let factor = -p * (c + (c * (2.0 + c)).sqrt()).ln_1p();
        factor.exp() * (n * t).sin() * (0.5 * t).cos() / half
    };
    // At least one panel for each half wave of the sine, and for each e-fold of the factor.
    let panels = 8 + bid + ask;
    let width = PI / panels as f64;
    let panel = |number: usize| {
        let middle = width * (number as f64 + 0.5);
        let at = |&(x, w): &(f64, f64)| {
            w * (value(middle - 0.5 * width * x) + value(middle + 0.5 * width * x))
        };
        NODES.iter().map(at).sum::<f64>()
    };
    (0..panels).map(panel).sum::<f64>() * 0.5 * width / PI
}
