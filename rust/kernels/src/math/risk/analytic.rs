//! Closed forms.

use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

use super::Tail;

/// VaR and ES of a standard normal variable.
#[must_use]
pub fn normal(level: f64) -> Tail {
    let law = Normal::standard();
    let quantile = law.inverse_cdf(level);
    Tail { var: -quantile, es: law.pdf(quantile) / level }
}

/// VaR and ES of Student's t with `freedom` > 2 degrees of freedom, scaled to unit variance
/// (McNeil, Frey and Embrechts 2015, §2.2.4). NaN for fewer.
#[must_use]
pub fn student(level: f64, freedom: f64) -> Tail {
    let law = match StudentsT::new(0.0, 1.0, freedom) {
        Ok(law) if freedom > 2.0 => law,
        _ => return Tail { var: f64::NAN, es: f64::NAN },
    };
    let scale = ((freedom - 2.0) / freedom).sqrt();
    let quantile = law.inverse_cdf(level);
    let mean = law.pdf(quantile) / level * (freedom + quantile * quantile) / (freedom - 1.0);
    Tail { var: -quantile * scale, es: mean * scale }
}
