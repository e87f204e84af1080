//! A group of segments at work: what is asked of it, and what several families read.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use hyperphysics_engine::Engine;
use hyperphysics_kernels::math::risk::FiniteMemory;
use rayon::prelude::*;

use super::spec::FamilySpec;
use super::{Family, Params};
use crate::candles::Segment;
use crate::states::{States, Target, Volatility, Votes};

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
        self.votes.get_or_init(|| Votes::new(self))
    }

    /// Targets of a family whose window is full.
    pub(crate) fn targets(&self, family: &FamilySpec) -> Vec<Target> {
        self.states().targets(self.segments, (family.bars)(self.params))
    }
}
