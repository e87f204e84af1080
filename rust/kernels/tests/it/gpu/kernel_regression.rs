//! The kernels `kernel_regression` and `marginal` on the CPU against their definition in `f64`.
#![allow(clippy::float_cmp)] // equal bits are meant

use std::f64::consts::TAU;

use crate::common::{ball_points, cases, close, number, numbers, reference};
use bytemuck::{Pod, bytes_of, cast_slice, cast_vec};
use hyperphysics_kernels::gpu::{kernel_regression, marginal};
use hyperphysics_kernels::math::geometry::polar;
use hyperphysics_kernels::math::ising::vote::{Rule, Votes};
use hyperphysics_kernels::shared::hyperbolic::{EUCLIDEAN, HYPERBOLIC, planes};
use hyperphysics_kernels::spec::{self, Case, Kernel};
use proptest::prelude::*;

/// Runs the CPU twin over `items` items of `words` outputs each.
fn run<P: Pod>(kernel: &Kernel, params: &P, inputs: &[&[u32]], words: usize) -> Vec<f32> {
    let mut out = vec![f32::NAN.to_bits(); words];
    (kernel.cpu)(bytes_of(params), inputs, &mut [&mut out]);
    cast_vec(out)
}

fn run_case<P: Pod>(kernel: &Kernel, case: &Case, per_item: usize) -> (P, Vec<f32>) {
    let params: P = spec::params(&case.params);
    let inputs: Vec<&[u32]> = case.inputs.iter().map(Vec::as_slice).collect();
    (params, run(kernel, &params, &inputs, per_item * case.items))
}

/// `[r, nx, ny, nz]` of every row, from the planes of a points buffer.
fn points(words: &[u32]) -> Vec<[f64; 4]> {
    let planes: &[f32] = cast_slice(words);
    let rows = planes.len() / 7;
    (0..rows).map(|i| [3, 4, 5, 6].map(|plane| f64::from(planes[plane * rows + i]))).collect()
}

/// Sums of positive weights inherit their relative error: the distance's 4e-6 times p/2, and
/// rounding of the sums.
fn weight_error(power: f64) -> f64 {
    2e-6 * power + 1e-6
}

#[test]
fn field_equals_its_definition() {
    for case in (kernel_regression::KERNEL.cases)() {
        let (params, votes) =
            run_case::<kernel_regression::Params>(&kernel_regression::KERNEL, &case, 4);
        let rule = Rule {
            metric: params.metric,
            power: params.power.into(),
            past_window: params.past_window as usize,
            horizon: 1.0,
            temperature: 1.0,
        };
        let points = points(&case.inputs[0]);
        let labels: Vec<f64> =
            cast_slice::<u32, f32>(&case.inputs[1]).iter().map(|&y| y.into()).collect();
        for (i, got) in votes.chunks_exact(4).enumerate() {
            let what = format!("{}, item {i}", case.name);
            let [row, start] = [2, 3].map(|input| case.inputs[input][i] as usize);
            let want = rule.votes(&points, &labels, row, start);
            let bound = weight_error(rule.power) * want.weights;
            close(got[0].into(), want.weighted, bound, &format!("{what}: weighted"));
            close(got[1].into(), want.weights, bound, &format!("{what}: weights"));
            close(got[2].into(), want.labels, 2e-5, &format!("{what}: labels"));
            let s = f64::from(got[3]).sqrt();
            let nearest = 2.0 * if params.metric == EUCLIDEAN { s } else { s.asinh() };
            close(nearest, want.nearest, 4e-6, &format!("{what}: nearest"));
        }
    }
}

#[test]
fn identical_points_have_weight_one() {
    for metric in [HYPERBOLIC, EUCLIDEAN] {
        for power in [1.0, 2.0, 3.3, 4.0] {
            for r in [0.0, 0.3, 3.7, 8.0] {
                let planes = planes(&[[r, 0.36, -0.48, 0.8]; 40]);
                let params = kernel_regression::Params {
                    items: 1,
                    past_window: 39,
                    rows: 40,
                    metric,
                    power,
                    _pad: [0; 3],
                };
                let labels = [0.5_f32; 40];
                let inputs: [&[u32]; 4] = [cast_slice(&planes), cast_slice(&labels), &[39], &[0]];
                assert_eq!(
                    run(&kernel_regression::KERNEL, &params, &inputs, 4),
                    [19.5, 39.0, 19.5, 0.0]
                );
            }
        }
    }
}

#[test]
fn marginal_equals_its_definition() {
    let absolute = f64::from(marginal::KERNEL.tolerance.absolute);
    for case in (marginal::KERNEL.cases)() {
        let (params, spins) = run_case::<marginal::Params>(&marginal::KERNEL, &case, 1);
        let rule = Rule {
            metric: params.metric,
            power: params.power.into(),
            past_window: params.past_window as usize,
            horizon: params.horizon.into(),
            temperature: params.temperature.into(),
        };
        let points = points(&case.inputs[0]);
        let votes: Vec<Votes> = cast_slice::<u32, f32>(&case.inputs[1])
            .chunks_exact(4)
            .map(|v| Votes {
                weighted: v[0].into(),
                weights: v[1].into(),
                labels: v[2].into(),
                nearest: 0.0,
            })
            .collect();
        for (i, &got) in spins.iter().enumerate() {
            let open = |newest: u32| (0..params.open).map(move |k| (newest - k) as usize);
            let points: Vec<_> = open(case.inputs[2][i]).map(|row| points[row]).collect();
            let votes: Vec<_> = open(case.inputs[3][i]).map(|at| votes[at]).collect();
            let want = rule.marginal(&points, &votes).expect("valid input");
            close(got.into(), want, absolute, &format!("{}, item {i}", case.name));
        }
    }
}

/// Distance at which a label has no weight in single precision.
const FAR: f64 = 25.0;

/// Clamped marginals of dimod by both kernels, each open node in turn as the newest.
#[test]
fn clamped_marginals_equal_dimod() {
    let Some(file) = reference("transductive") else { return };
    for case in cases(&file).iter().filter(|c| c["outputs"]["soft_exact_mean_spin"].is_array()) {
        let inputs = &case["inputs"];
        let polar = |x: [f64; 3]| {
            let (r, [x, y, z]) = polar::from_ball(x);
            [r, x, y, z]
        };
        let points: Vec<_> =
            ball_points(&inputs["positions_ball"]).into_iter().map(polar).collect();
        let labels = numbers(&inputs["labels"]);
        let (open, known): (Vec<usize>, Vec<usize>) =
            (0..points.len()).partition(|&a| labels[a] == 0.0);
        let mut past_window: Vec<_> = known.iter().map(|&a| points[a]).collect();
        let mut votes: Vec<f64> = known.iter().map(|&a| labels[a]).collect();
        // The kernel takes the mean label off; far points without weight bring that mean to zero.
        let mut excess: f64 = votes.iter().sum();
        while excess != 0.0 {
            let step = -excess.clamp(-1.0, 1.0);
            past_window.push([FAR, 0.0, 0.0, 1.0]);
            votes.push(step);
            excess += step;
        }
        let power = 2.0 / number(&inputs["lambda"]);
        let rule = Rule {
            metric: HYPERBOLIC,
            power,
            past_window: past_window.len(),
            horizon: 1.0,
            temperature: 1.0,
        };
        let gram: Vec<f64> = open
            .iter()
            .flat_map(|&a| open.iter().map(move |&b| (a, b)))
            .map(|(a, b)| rule.weight(rule.distance(&points[a], &points[b])))
            .collect();
        let temperature =
            number(&inputs["T"]) / number(&inputs["J0"]) / rayleigh(&gram, open.len());
        let want = numbers(&case["outputs"]["hard_clamped_mean_spin_unlabelled"]);
        for (at, &node) in open.iter().enumerate() {
            let others = open.iter().filter(|&&a| a != node).map(|&a| points[a]);
            let rows: Vec<_> =
                past_window.iter().copied().chain(others).chain([points[node]]).collect();
            let spin = newest(&rows, &votes, open.len(), power as f32, temperature as f32);
            close(spin.into(), want[at], 2e-5, &format!("{}: node {node}", case["id"]));
        }
    }
}

/// The spin of the last of `open` points behind their past window.
fn newest(rows: &[[f64; 4]], votes: &[f64], open: usize, power: f32, temperature: f32) -> f32 {
    let (count, past_window) = (rows.len() as u32, votes.len() as u32);
    let planes = planes(rows);
    let mut labels: Vec<f32> = votes.iter().map(|y| *y as f32).collect();
    labels.resize(rows.len(), 0.0);
    let vote = kernel_regression::Params {
        items: open as u32,
        past_window,
        rows: count,
        metric: HYPERBOLIC,
        power,
        _pad: [0; 3],
    };
    let own: Vec<u32> = (past_window..count).collect();
    let inputs: [&[u32]; 4] = [cast_slice(&planes), cast_slice(&labels), &own, &vec![0; own.len()]];
    let votes = run(&kernel_regression::KERNEL, &vote, &inputs, 4 * open);
    let spin = marginal::Params {
        items: 1,
        open: open as u32,
        rows: count,
        metric: HYPERBOLIC,
        power,
        temperature,
        horizon: 1.0,
        past_window: past_window as f32,
    };
    let inputs: [&[u32]; 4] =
        [cast_slice(&planes), cast_slice(&votes), &[count - 1], &[open as u32 - 1]];
    run(&marginal::KERNEL, &spin, &inputs, 1)[0]
}

/// The largest eigenvalue as the kernel defines it: the Rayleigh quotient after 20 products with a vector of ones.
fn rayleigh(gram: &[f64], n: usize) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let times = |v: &[f64]| gram.chunks_exact(n).map(|row| dot(row, v)).collect::<Vec<_>>();
    let vector = (0..20).fold(vec![1.0; n], |vector, _| times(&vector));
    dot(&vector, &times(&vector)) / dot(&vector, &vector)
}

/// A stream of bars and the rule of a vote over it; the last `open + extra` bars are asked about.
#[derive(Clone, Debug)]
struct Market {
    points: Vec<[f64; 4]>,
    labels: Vec<f32>,
    metric: u32,
    power: f32,
    past_window: u32,
    open: u32,
}

impl Market {
    fn rows(&self) -> u32 {
        self.points.len() as u32
    }

    /// First bar whose past window lies inside the stream.
    fn first(&self) -> u32 {
        self.past_window
    }

    /// Votes of the bars at `rows`, each over the past window right before it.
    fn votes(&self, rows: &[u32]) -> Vec<f32> {
        let params = kernel_regression::Params {
            items: rows.len() as u32,
            past_window: self.past_window,
            rows: self.rows(),
            metric: self.metric,
            power: self.power,
            _pad: [0; 3],
        };
        let planes = planes(&self.points);
        let start: Vec<u32> = rows.iter().map(|row| row - self.past_window).collect();
        let inputs: [&[u32]; 4] = [cast_slice(&planes), cast_slice(&self.labels), rows, &start];
        run(&kernel_regression::KERNEL, &params, &inputs, 4 * rows.len())
    }

    /// Spins of the bars `newest`, from votes of every bar from `first` on.
    fn spins(&self, votes: &[f32], newest: &[u32]) -> Vec<f32> {
        let params = marginal::Params {
            items: newest.len() as u32,
            open: self.open,
            rows: self.rows(),
            metric: self.metric,
            power: self.power,
            temperature: 1.25,
            horizon: 6.0,
            past_window: self.past_window as f32,
        };
        let planes = planes(&self.points);
        let at: Vec<u32> = newest.iter().map(|row| row - self.first()).collect();
        let inputs: [&[u32]; 4] = [cast_slice(&planes), cast_slice(votes), newest, &at];
        run(&marginal::KERNEL, &params, &inputs, newest.len())
    }

    fn voters(&self) -> Vec<u32> {
        (self.first()..self.rows()).collect()
    }

    fn newest(&self) -> Vec<u32> {
        (self.first() + self.open - 1..self.rows()).collect()
    }
}

fn market() -> impl Strategy<Value = Market> {
    let point = (0.0..8.0_f64, -1.0..1.0_f64, 0.0..TAU).prop_map(|(r, height, angle)| {
        let ring = (1.0 - height * height).sqrt();
        [r, ring * angle.cos(), ring * angle.sin(), height]
    });
    let power = prop_oneof![Just(1.0_f32), Just(2.0), Just(3.3), Just(4.0)];
    (1..80_u32, 1..=12_u32, 1..40_u32, prop_oneof![Just(HYPERBOLIC), Just(EUCLIDEAN)], power)
        .prop_flat_map(move |(past_window, open, extra, metric, power)| {
            let rows = (past_window + open + extra) as usize;
            (prop::collection::vec(point.clone(), rows), prop::collection::vec(-1.0..1.0_f32, rows))
                .prop_map(move |(points, labels)| Market {
                    points,
                    labels,
                    metric,
                    power,
                    past_window,
                    open,
                })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Negated labels negate the spin, bit for bit; a spin never leaves [-1, 1].
    #[test]
    fn labels_and_spins_flip_together(market in market()) {
        let spins = market.spins(&market.votes(&market.voters()), &market.newest());
        let mut flipped = market.clone();
        flipped.labels.iter_mut().for_each(|y| *y = -*y);
        let opposite = flipped.spins(&flipped.votes(&market.voters()), &market.newest());
        for (spin, opposite) in spins.iter().zip(&opposite) {
            prop_assert!(spin.abs() <= 1.0);
            prop_assert_eq!(*spin, -*opposite);
        }
    }

    /// The order of a past window moves only the rounding of its sums.
    #[test]
    fn order_of_the_past_window_does_not_matter(market in market(), seed in any::<u64>()) {
        let row = [market.first()];
        let votes = market.votes(&row);
        let mut shuffled = market.clone();
        for i in (1..market.past_window as usize).rev() {
            let j = (seed.wrapping_mul(i as u64 + 1) >> 20) as usize % (i + 1);
            shuffled.points.swap(i, j);
            shuffled.labels.swap(i, j);
        }
        let again = shuffled.votes(&row);
        let bound = 1e-6 * votes[1];
        prop_assert!((votes[0] - again[0]).abs() <= bound);
        prop_assert!((votes[1] - again[1]).abs() <= bound);
        prop_assert!((votes[2] - again[2]).abs() <= 1e-5);
        prop_assert_eq!(votes[3], again[3]);
    }

    /// Every bar has the same bits alone, among consecutive bars and in any order.
    #[test]
    fn place_in_the_batch_does_not_matter(market in market()) {
        let voters = market.voters();
        let votes = market.votes(&voters);
        let backwards: Vec<u32> = voters.iter().rev().copied().collect();
        let mut reversed = market.votes(&backwards);
        reversed.chunks_exact_mut(4).for_each(<[f32]>::reverse);
        reversed.reverse();
        prop_assert_eq!(&reversed, &votes);
        let newest = market.newest();
        let spins = market.spins(&votes, &newest);
        for (row, votes) in voters.iter().zip(votes.chunks_exact(4)) {
            prop_assert_eq!(&market.votes(&[*row]), votes);
        }
        for (row, spin) in newest.iter().zip(&spins) {
            prop_assert_eq!(&market.spins(&votes, &[*row]), &[*spin]);
        }
    }
}
