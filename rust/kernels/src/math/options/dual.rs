//! Numbers with their derivatives, carried through a formula (forward differentiation).

use std::ops::{Add, Div, Mul, Sub};

/// A value and its derivatives with respect to `N` variables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dual<const N: usize> {
    pub(super) value: f64,
    pub(super) by: [f64; N],
}

impl<const N: usize> Dual<N> {
    pub(super) const fn constant(value: f64) -> Self {
        Self { value, by: [0.0; N] }
    }

    /// Variable number `at`.
    pub(super) fn variable(value: f64, at: usize) -> Self {
        let mut by = [0.0; N];
        by[at] = 1.0;
        Self { value, by }
    }

    /// A function's value here and its slope.
    pub(super) fn map(self, value: f64, slope: f64) -> Self {
        Self { value, by: self.by.map(|by| slope * by) }
    }

    /// A function of two numbers: its value here and its slopes by either.
    fn join(self, other: Self, value: f64, by_a: f64, by_b: f64) -> Self {
        let by = std::array::from_fn(|i| by_a * self.by[i] + by_b * other.by[i]);
        Self { value, by }
    }

    pub(super) fn scale(self, factor: f64) -> Self {
        self.map(factor * self.value, factor)
    }

    pub(super) fn offset(self, by: f64) -> Self {
        self.map(self.value + by, 1.0)
    }

    pub(super) fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.map(root, 0.5 / root)
    }

    pub(super) fn exp(self) -> Self {
        let value = self.value.exp();
        self.map(value, value)
    }

    pub(super) fn ln(self) -> Self {
        self.map(self.value.ln(), 1.0 / self.value)
    }

    /// `x / (e^x - 1)`, 1 at 0.
    pub(super) fn per_expm1(self) -> Self {
        let x = self.value;
        if x.abs() < 1e-3 {
            // Bernoulli's numbers; the next term is 1e-24.
            let square = x * x;
            let value =
                1.0 - 0.5 * x + square * (1.0 / 12.0 - square * (1.0 / 720.0 - square / 30240.0));
            return self
                .map(value, -0.5 + x * (1.0 / 6.0 - square * (1.0 / 180.0 - square / 5040.0)));
        }
        let grown = x.exp_m1();
        let value = x / grown;
        self.map(value, (1.0 - value * (grown + 1.0)) / grown)
    }

    /// `x / asinh x`, 1 at 0.
    pub(super) fn per_asinh(self) -> Self {
        let x = self.value;
        let square = x * x;
        if square < 1e-6 {
            let value =
                1.0 + square * (1.0 / 6.0 - square * (17.0 / 360.0 - square * 367.0 / 15120.0));
            let slope = x * (1.0 / 3.0 - square * (17.0 / 90.0 - square * 367.0 / 2520.0));
            return self.map(value, slope);
        }
        let inverse = x.asinh();
        let value = x / inverse;
        self.map(value, (1.0 - value / (1.0 + square).sqrt()) / inverse)
    }
}

macro_rules! operators {
    ($($trait:ident :: $method:ident = |$a:ident, $b:ident| $value:expr, $by_a:expr, $by_b:expr;)+) => {$(
        impl<const N: usize> $trait for Dual<N> {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                let ($a, $b) = (self.value, other.value);
                let (by_a, by_b): (f64, f64) = ($by_a, $by_b);
                self.join(other, $value, by_a, by_b)
            }
        }
    )+};
}

operators! {
    Add::add = |a, b| a + b, 1.0, 1.0;
    Sub::sub = |a, b| a - b, 1.0, -1.0;
    Mul::mul = |a, b| a * b, b, a;
    Div::div = |a, b| a / b, 1.0 / b, -a / (b * b);
}
