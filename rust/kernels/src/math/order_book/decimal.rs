//! Decimal numbers as exchanges write them.

use std::fmt;
use std::str::FromStr;

/// A number without a sign, digit for digit as it was written: `0.10` is not `0.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    mantissa: u64,
    /// Digits behind the point.
    scale: u8,
}

/// Text that is no plain decimal number; the message shows it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no plain decimal number of at most 19 digits, such as 0.10")]
pub struct NotDecimal(pub String);

/// Most digits behind the point.
const FINEST: usize = 40;

/// Powers of ten that `f64` holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

impl Decimal {
    /// The nearest `f64`.
    #[must_use]
    pub fn value(self) -> f64 {
        // Both operands are exact, so that the quotient is rounded once.
        match TENS.get(usize::from(self.scale)) {
            Some(ten) if self.mantissa <= 1 << f64::MANTISSA_DIGITS => self.mantissa as f64 / ten,
            _ => self.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// Digits from the first that is not zero.
    #[must_use]
    pub fn significant(self) -> u32 {
        self.mantissa.checked_ilog10().map_or(0, |log| log + 1)
    }
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let wrong = || NotDecimal(text.to_owned());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let canonical = whole == "0" || !whole.is_empty() && !whole.starts_with('0');
        let pointless = text.contains('.') && fraction.is_empty();
        if !canonical || pointless || fraction.len() > FINEST {
            return Err(wrong());
        }
        let mut mantissa = 0_u64;
        for digit in whole.bytes().chain(fraction.bytes()) {
            if !digit.is_ascii_digit() {
                return Err(wrong());
            }
            let next =
                mantissa.checked_mul(10).and_then(|m| m.checked_add(u64::from(digit - b'0')));
            mantissa = next.ok_or_else(wrong)?;
        }
        Ok(Self { mantissa, scale: fraction.len() as u8 })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        if scale == 0 {
            return write!(f, "{}", self.mantissa);
        }
        let digits = format!("{:0width$}", self.mantissa, width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        write!(f, "{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_digit_for_digit_and_values_are_nearest() {
        for text in ["0", "0.10", "30233.6", "3", "0.00000001", "1000", "18446744073709551615"] {
            let decimal: Decimal = text.parse().expect(text);
            assert_eq!(decimal.to_string(), text);
            assert_eq!(decimal.value().to_bits(), text.parse::<f64>().expect(text).to_bits());
        }
        let fine: Decimal = "0.0000000000000000000000123456789".parse().expect("31 decimals");
        assert_eq!(fine.value().to_bits(), 1.234_567_89e-23_f64.to_bits());
        assert_eq!(fine.significant(), 9);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", ".", "5.", ".5", "00.5", "-1", "+1", "1e5", "1,5", "inf", "18446744073709551616"]
        {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal(text.to_owned())));
        }
    }
}
