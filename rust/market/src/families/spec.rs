//! What a family declares of itself, and the registry of families.

use hyperphysics_engine::{Outputs, Plan};

use super::Params;
use super::group::Group;
use crate::Result;
use crate::candles::Segment;
use crate::families::params::Param;
use crate::families::table::Table;

/// A documented result column. A value is null until the family's window is full.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in the frame.
    pub name: &'static str,
    /// Unit of its values.
    pub unit: &'static str,
    /// Interval that its values lie in.
    pub range: &'static str,
    /// What it says.
    pub doc: &'static str,
}

/// A row of a table of columns.
pub(crate) const fn column(
    name: &'static str,
    unit: &'static str,
    range: &'static str,
    doc: &'static str,
) -> Column {
    Column { name, unit, range, doc }
}

/// Unit of logarithms of price ratios.
pub(crate) const RETURN: &str = "log return";
/// Unit of entropy.
pub(crate) const NATS: &str = "nats";

/// A family: what it offers, what it needs, and how it computes.
#[derive(Debug)]
pub(crate) struct FamilySpec {
    /// Name in calls and tables.
    pub(crate) name: &'static str,
    /// Its columns, in the order in which it computes them.
    pub(crate) columns: &'static [Column],
    /// Parameters of its own.
    pub(crate) parameters: &'static [Param],
    /// Names of the [shared](crate::Shared) parameters that change its columns.
    pub(crate) shared: &'static [&'static str],
    /// Bars that a value depends on.
    pub(crate) bars: fn(&Params) -> usize,
    /// Newest bars, its own among them, whose past windows [vote](crate::families::states::Votes) for a value;
    /// 0 where none does.
    pub(crate) voters: fn(&Params) -> usize,
    /// Computes what needs no device; called on the threads of the engine.
    pub(crate) prepare: for<'g> fn(&'g Group<'g>) -> Box<dyn Prepared + 'g>,
}

/// A family that has prepared a group.
pub(crate) trait Prepared: Send + Sync {
    /// Adds its steps to the plan of the group; returns how its columns are filled from what they
    /// find.
    fn add<'p>(&'p self, group: &'p Group<'p>, plan: &mut Plan<'p>) -> Result<Fill<'p>>;
}

/// Fills the columns of a family; called on the threads of the engine.
pub(crate) type Fill<'p> = Box<dyn FnOnce(&mut Outputs, &mut [Table]) + Send + 'p>;

/// Rows of a frame and their values.
type Rows<const N: usize> = Vec<(usize, [f64; N])>;

/// Values of a family that needs no device.
#[derive(Debug)]
pub(crate) struct OnHost<const N: usize> {
    family: &'static str,
    /// For each segment its frame, and what is filled there.
    rows: Vec<(usize, Rows<N>)>,
}

impl<const N: usize> OnHost<N> {
    /// Computes a group: `rows` gives the rows of a segment's targets and their values.
    pub(crate) fn prepare<'g>(
        family: &'static FamilySpec,
        group: &'g Group<'g>,
        rows: impl Fn(&Segment<'_>, &Params) -> Rows<N>,
    ) -> Box<dyn Prepared + 'g> {
        let of = |segment: &Segment<'_>| (segment.frame, rows(segment, group.params));
        Box::new(Self { family: family.name, rows: group.segments.iter().map(of).collect() })
    }
}

impl<const N: usize> Prepared for OnHost<N> {
    fn add<'p>(&'p self, _: &'p Group<'p>, _: &mut Plan<'p>) -> Result<Fill<'p>> {
        Ok(Box::new(|_, tables| {
            for (frame, rows) in &self.rows {
                tables[*frame].fill(self.family, rows.iter().copied());
            }
        }))
    }
}

/// Declares the modules of families and collects what each says of itself in its `FAMILY`, and its
/// `Parameters` in [`Params`].
macro_rules! families {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Parameters of an analysis; [`Param::all`](crate::Param::all) lists them.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Params {
            /// Those of more than one family.
            pub shared: $crate::families::params::Shared,
            $(
                #[doc = concat!("Those of the family `", stringify!($name), "` alone.")]
                pub $name: $name::Parameters,
            )*
        }

        /// Every family, in the order of the columns.
        static REGISTRY: &[&$crate::families::spec::FamilySpec] = &[$(&$name::FAMILY),*];
    };
}

pub(crate) use families;
