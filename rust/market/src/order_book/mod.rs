//! Order books of exchanges: which update follows which, checksums, and what a book tells a trader.

mod batch;
mod checksum;
mod level_frame;
mod live;
mod sequence;
mod state;
mod tile;

pub use batch::measure_books;
pub use checksum::{LEVELS, checksum};
pub use level_frame::is_level;
pub use live::{Delta, LiveBook};
pub use sequence::{Ids, Rules};
pub use state::{Analysis, State};
