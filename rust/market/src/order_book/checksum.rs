//! Checksum of a book as OKX computes it.

use std::fmt::Write;

use hyperphysics_kernels::math::order_book::{Level, Levels};

/// Levels of each side that count.
pub const LEVELS: usize = 25;

/// The reflected polynomial of CRC-32 (ISO 3309), byte by byte.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| crc >> 8 ^ TABLE[(crc as u8 ^ byte) as usize])
}

/// CRC-32 of `bid:size:ask:size:…` over the best 25 levels, bids and asks in turn, as a signed
/// number; where one side is shorter the other goes on alone. Prices and sizes as they were
/// written, or in the fewest digits where they came as floats.
#[must_use]
pub fn checksum(bids: &Levels, asks: &Levels) -> i32 {
    let mut text = String::with_capacity(32 * LEVELS);
    let (mut bids, mut asks) = (bids.iter().take(LEVELS), asks.iter().take(LEVELS));
    loop {
        let pair = [bids.next(), asks.next()];
        if pair == [None, None] {
            break;
        }
        for Level { price, size, text: written } in pair.into_iter().flatten() {
            // Writing to a string does not fail.
            let _ = match written {
                Some([price, size]) => write!(text, ":{price}:{size}"),
                None => write!(text, ":{price}:{size}"),
            };
        }
    }
    crc32(text.strip_prefix(':').unwrap_or_default().as_bytes()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyperphysics_kernels::math::order_book::{Book, Violation};

    #[test]
    fn crc_has_its_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn texts_are_interleaved_and_the_longer_side_goes_on() {
        let level = |price: &str, size: &str| {
            Level::written(price.parse().expect(price), size.parse().expect(size))
        };
        let bids = [level("99.50", "10"), level("99.40", "0.10")];
        let mut book = Book::new(5, false);
        let accept = |_: &Book| Ok::<_, Violation>(());
        book.snapshot(&bids, &[level("100", "3")], accept).expect("a book");
        let want = crc32(b"99.50:10:100:3:99.40:0.10").cast_signed();
        assert_eq!(checksum(book.bids(), book.asks()), want);
        book.snapshot(&[Level::new(99.5, 10.0)], &[], accept).expect("a book");
        assert_eq!(checksum(book.bids(), book.asks()), crc32(b"99.5:10").cast_signed());
    }
}
