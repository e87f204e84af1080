//! A group of segments at work: what is asked of it, and what several families read.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use hyperphysics_engine::{Engine, Plan};
use hyperphysics_kernels::math::risk::FiniteMemory;
use rayon::prelude::*;

use super::states::{Handles, States, Target, Volatility, Votes};
use super::{Family, Params};
use crate::Result;
use crate::candles::Segment;

/// Segments that one plan works on. What families share is computed when the first of them asks.
pub(crate) struct Group<'g> {
    pub(crate) engine: &'g Engine,
    pub(crate) segments: &'g [Segment<'g>],
    /// Families that were asked for.
    pub(crate) families: &'g [Family],
    pub(crate) params: &'g Params,
    pub(crate) cancel: &'g AtomicBool,
    /// Memory of the volatility.
    pub(crate) memory: FiniteMemory,
    volatilities: OnceLock<Vec<Volatility>>,
    states: OnceLock<States>,
    votes: OnceLock<Votes>,
}

impl<'g> Group<'g> {
    pub(crate) fn new(
        engine: &'g Engine,
        segments: &'g [Segment<'g>],
        families: &'g [Family],
        params: &'g Params,
        cancel: &'g AtomicBool,
    ) -> Self {
        Self {
            engine,
            segments,
            families,
            params,
            cancel,
            memory: FiniteMemory::new(params.shared.half_life),
            volatilities: OnceLock::new(),
            states: OnceLock::new(),
            votes: OnceLock::new(),
        }
    }

    /// Returns and volatility forecasts of each segment.
    pub(crate) fn volatilities(&self) -> &[Volatility] {
        self.volatilities.get_or_init(|| {
            let volatility = |segment| Volatility::new(segment, &self.memory);
            self.segments.par_iter().map(volatility).collect()
        })
    }

    /// States of all bars.
    pub(crate) fn states(&self) -> &States {
        let states = || States::new(self.segments, self.volatilities(), self.params);
        self.states.get_or_init(states)
    }

    /// Votes of past windows, for all families that ask for them.
    pub(crate) fn votes(&self) -> &Votes {
        let votes = || Votes::new(self.states(), self.voters(), self.params);
        self.votes.get_or_init(votes)
    }

    /// Targets whose window of so many bars is full.
    pub(crate) fn targets(&self, bars: fn(&Params) -> usize) -> Vec<Target> {
        self.states().targets(self.segments, bars(self.params))
    }

    /// Rows whose past windows vote for a value of a family that was asked for.
    fn voters(&self) -> Vec<u32> {
        let mut rows = Vec::new();
        for family in self.families.iter().map(|family| family.spec()) {
            let voters = (family.voters)(self.params);
            if voters > 0 {
                let of = |row: usize| (row + 1 - voters..=row).map(|row| row as u32);
                rows.extend(self.targets(family.bars).iter().flat_map(|target| of(target.row)));
            }
        }
        rows
    }

    /// Adds the votes to a plan, if no family has yet.
    pub(crate) fn add_votes<'p>(&'p self, plan: &mut Plan<'p>) -> Result<Handles> {
        self.votes().add(self.states(), self.params, plan)
    }
}
