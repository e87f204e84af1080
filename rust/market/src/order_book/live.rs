//! A book that follows an exchange.

use hyperphysics_kernels::math::order_book::{Book, DEPTH, Level};

use super::checksum::checksum;
use super::sequence::{Ids, Place, Rules, news};
use crate::{Error, Result};

/// An update: new sizes at prices, 0 where a level is gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// Changes of bids, in any order.
    pub bids: Vec<Level>,
    /// Changes of asks, in any order.
    pub asks: Vec<Level>,
    /// Its numbers.
    pub ids: Ids,
    /// Checksum of the book after it.
    pub checksum: Option<i64>,
}

/// A book with the rules of its exchange. A step that breaks a rule or an invariant is refused, and
/// the book stays as it was.
#[derive(Clone, Debug)]
pub struct LiveBook {
    book: Book,
    rules: Rules,
    place: Place,
}

impl LiveBook {
    /// An empty book of at most `depth` levels a side.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `depth` is 1 to 5000.
    pub fn new(rules: Rules, depth: usize, locked: bool) -> Result<Self> {
        if !(1..=DEPTH).contains(&depth) {
            return Err(Error::Argument(format!("depth is {depth}, expected 1 to {DEPTH}")));
        }
        Ok(Self { book: Book::new(depth, locked), rules, place: Place::default() })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> &Book {
        &self.book
    }

    /// Number of the last change.
    #[must_use]
    pub const fn last(&self) -> Option<i64> {
        self.place.last
    }

    /// The checksum that OKX would send.
    #[must_use]
    pub fn checksum(&self) -> i32 {
        checksum(self.book.bids(), self.book.asks())
    }

    /// Replaces the book by a snapshot: levels from the best, with the number of the last change in it.
    ///
    /// # Errors
    /// [`Error::Book`] for a level that breaks an invariant, [`Error::Sequence`] for a checksum that is
    /// not the book's.
    pub fn snapshot(&mut self, snapshot: &Delta) -> Result<()> {
        let Delta { bids, asks, ids, checksum } = snapshot;
        let sent = self.sent(*checksum);
        self.book.snapshot(bids, asks, |book| agrees(book, sent))?;
        self.place = Place { last: ids.last, fresh: true, started: true };
        Ok(())
    }

    /// Applies an update; `false` if the book knew all of it, and nothing was done.
    ///
    /// # Errors
    /// [`Error::Book`] for a level that breaks an invariant, [`Error::Sequence`] where updates are
    /// missing or the checksum is not the book's.
    pub fn apply(&mut self, delta: &Delta) -> Result<bool> {
        let Delta { bids, asks, ids, checksum } = delta;
        if !news(self.rules, self.place, *ids)? {
            return Ok(false);
        }
        let sent = self.sent(*checksum);
        self.book.update(bids, asks, |book| agrees(book, sent))?;
        self.place.last = ids.last.or(self.place.last);
        self.place.fresh = false;
        Ok(true)
    }

    /// The checksum to compare: OKX puts 0 where it sends none.
    fn sent(&self, checksum: Option<i64>) -> Option<i64> {
        checksum.filter(|&sent| !(self.rules == Rules::Okx && sent == 0))
    }
}

fn agrees(book: &Book, sent: Option<i64>) -> Result<()> {
    let Some(sent) = sent else { return Ok(()) };
    let own = i64::from(checksum(book.bids(), book.asks()));
    if own == sent {
        return Ok(());
    }
    Err(Error::Sequence(format!("the checksum is {own}, expected {sent}: ask for a snapshot")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(first: i64, last: i64, previous: i64) -> Ids {
        Ids { first: Some(first), last: Some(last), previous: Some(previous) }
    }

    fn delta(ids: Ids, bid: f64) -> Delta {
        let level = |price, size| vec![Level::new(price, size)];
        Delta { bids: level(bid, 1.0), asks: level(102.0, 1.0), ids, checksum: None }
    }

    fn started(rules: Rules) -> LiveBook {
        let mut live = LiveBook::new(rules, 100, false).expect("a depth");
        let snapshot = Ids { last: Some(10), ..Ids::default() };
        live.snapshot(&delta(snapshot, 99.0)).expect("a snapshot");
        live
    }

    fn refused(live: &mut LiveBook, delta: &Delta, why: &str) {
        let before = live.clone();
        let text = live.apply(delta).expect_err(why).to_string();
        assert!(text.contains(why), "{text}");
        assert_eq!(format!("{:?}", live.book().bids()), format!("{:?}", before.book().bids()));
        assert_eq!(live.last(), before.last());
    }

    #[test]
    fn binance_updates_follow_one_another() {
        let mut live = started(Rules::Binance);
        assert!(!live.apply(&delta(ids(8, 10, 0), 99.5)).expect("old"));
        refused(&mut live, &delta(ids(12, 13, 0), 99.5), "`U` is 12, expected at most one more");
        assert!(live.apply(&delta(ids(9, 12, 0), 99.5)).expect("straddles the snapshot"));
        refused(&mut live, &delta(ids(12, 14, 0), 99.6), "`U` is 12, expected one more than");
        assert!(live.apply(&delta(ids(13, 13, 0), 99.6)).expect("next"));
        assert!(!live.apply(&delta(ids(13, 13, 0), 99.6)).expect("again"));
        refused(&mut live, &delta(Ids::default(), 99.6), "the update has no `U`");
        assert_eq!(live.last(), Some(13));
    }

    #[test]
    fn binance_futures_updates_name_the_one_before() {
        let mut live = started(Rules::BinanceFutures);
        refused(
            &mut live,
            &delta(ids(14, 15, 11), 99.5),
            "`pu` is 11, expected at most the snapshot's",
        );
        assert!(live.apply(&delta(ids(7, 15, 6), 99.5)).expect("straddles the snapshot"));
        assert!(live.apply(&delta(ids(40, 44, 15), 99.6)).expect("next"));
        refused(
            &mut live,
            &delta(ids(50, 55, 46), 99.7),
            "`pu` is 46, expected the last number, 44",
        );
        let crossing = delta(ids(50, 55, 44), 103.0);
        refused(&mut live, &crossing, "crossed");
        assert!(live.apply(&delta(ids(50, 55, 44), 99.7)).expect("the same number, sound"));
    }

    #[test]
    fn okx_updates_carry_checksums() {
        let mut live = started(Rules::Okx);
        let mut wrong = delta(ids(0, 11, 10), 99.5);
        wrong.checksum = Some(7);
        refused(&mut live, &wrong, "expected 7: ask for a snapshot");
        let mut other = live.clone();
        other.apply(&delta(ids(0, 11, 10), 99.5)).expect("no checksum");
        wrong.checksum = Some(other.checksum().into());
        assert!(live.apply(&wrong).expect("its checksum"));
        refused(&mut live, &delta(ids(0, 14, 13), 99.6), "`prevSeqId` is 13");
    }

    #[test]
    fn okx_sends_0_for_no_checksum() {
        let mut live = started(Rules::Okx);
        let without = |numbers| Delta { checksum: Some(0), ..delta(numbers, 99.5) };
        assert!(live.apply(&without(ids(0, 11, 10))).expect("no checksum"));
        refused(&mut live, &without(ids(0, 14, 13)), "`prevSeqId` is 13");
        live.snapshot(&without(ids(0, 20, -1))).expect("no checksum");
        let mut other = started(Rules::Binance);
        refused(&mut other, &without(ids(11, 11, 0)), "expected 0: ask for a snapshot");
    }

    #[test]
    fn an_okx_stream_stands_still_or_starts_its_numbers_anew() {
        let mut live = started(Rules::Okx);
        assert!(live.apply(&delta(ids(0, 10, 10), 99.5)).expect("nothing new for a minute"));
        assert!(live.apply(&delta(ids(0, 3, 10), 99.5)).expect("numbers start anew"));
        assert!(live.apply(&delta(ids(0, 5, 3), 99.6)).expect("next"));
        assert_eq!(live.last(), Some(5));
    }

    #[test]
    fn okx_updates_straddle_a_snapshot_or_are_in_it() {
        let mut live = started(Rules::Okx);
        assert!(!live.apply(&delta(ids(0, 8, 6), 99.5)).expect("in the snapshot"));
        assert!(!live.apply(&delta(ids(0, 10, 8), 99.5)).expect("its last"));
        refused(&mut live, &delta(ids(0, 14, 11), 99.5), "`prevSeqId` is 11, expected at most");
        refused(&mut live, &delta(ids(0, 14, -1), 99.5), "`prevSeqId` is -1");
        refused(&mut live, &delta(ids(0, 3, 8), 99.5), "`prevSeqId` is 8");
        assert!(live.apply(&delta(ids(0, 12, 8), 99.5)).expect("straddles the snapshot"));
        assert!(live.apply(&delta(ids(0, 14, 12), 99.6)).expect("next"));
        // Behind an update, a smaller number may be of a stream that began anew.
        refused(&mut live, &delta(ids(0, 13, 12), 99.6), "expected the last number, 14");
        assert_eq!(live.last(), Some(14));
    }

    #[test]
    fn a_stream_begins_with_a_snapshot() {
        let mut live = LiveBook::new(Rules::Okx, 5, false).expect("a depth");
        refused(&mut live, &delta(Ids::default(), 99.0), "no snapshot yet");
        let mut free = LiveBook::new(Rules::None, 5, false).expect("a depth");
        assert!(free.apply(&delta(Ids::default(), 99.0)).expect("no rules"));
        let text = LiveBook::new(Rules::None, 0, false).expect_err("a depth").to_string();
        assert_eq!(text, "depth is 0, expected 1 to 5000");
        let text = "kraken".parse::<Rules>().expect_err("rules").to_string();
        assert!(text.ends_with("expected one of none, binance, binance_futures, okx"), "{text}");
    }
}
