//! The letter press: the render processes of this service, started when the first letter is to be made, and the list
//! of rounds whose letters this process is making.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Document, Order, RenderFault, Rendered, Renderer, RendererConfig};
use crate::base::ids::RoundId;

/// Makes letters in child processes; commands that make none start no child.
#[derive(Debug, Default)]
pub struct Press {
    children: Option<NonZeroUsize>,
    program: Option<PathBuf>,
    renderer: Mutex<Option<Arc<Renderer>>>,
    rounds: Arc<Mutex<BTreeSet<RoundId>>>,
}

/// Holds a round while its letters are made; lets go of it whatever happens.
#[derive(Debug)]
pub struct Work {
    round: RoundId,
    rounds: Arc<Mutex<BTreeSet<RoundId>>>,
}

impl Drop for Work {
    fn drop(&mut self) {
        locked(&self.rounds).remove(&self.round);
    }
}

impl Press {
    /// A press of so many child processes of this program.
    #[must_use]
    pub fn new(children: usize) -> Self {
        Self { children: NonZeroUsize::new(children), ..Self::default() }
    }

    /// The same, running another program: tests are not the program themselves.
    #[must_use]
    pub fn with_program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = Some(program.into());
        self
    }

    /// Sets one document.
    ///
    /// # Errors
    /// Those of [`Renderer::render`], and when no child can be started.
    pub fn render<'a>(&self, document: impl Into<Document<'a>>) -> Result<Rendered, RenderFault> {
        self.carry_out(&Order::of(document))
    }

    /// Sets one document as it is ordered.
    ///
    /// # Errors
    /// Those of [`Renderer::carry_out`], and when no child can be started.
    pub fn carry_out(&self, order: &Order<'_>) -> Result<Rendered, RenderFault> {
        self.renderer()?.carry_out(order)
    }

    fn renderer(&self) -> Result<Arc<Renderer>, RenderFault> {
        let mut renderer = locked(&self.renderer);
        if let Some(started) = renderer.as_ref() {
            return Ok(started.clone());
        }
        let mut config =
            RendererConfig::of_this_program().map_err(|fault| RenderFault::Process { reason: fault.to_string() })?;
        config.children = self.children.unwrap_or(NonZeroUsize::MIN);
        if let Some(program) = &self.program {
            config.program.clone_from(program);
        }
        let started = Arc::new(Renderer::start(config)?);
        *renderer = Some(started.clone());
        Ok(started)
    }

    /// How many threads keep all children busy: while one hands its letter on, another has the next one ready.
    #[must_use]
    pub fn hands(&self) -> usize {
        self.children.unwrap_or(NonZeroUsize::MIN).get().saturating_add(1)
    }

    /// Takes a round to make its letters; `None` while this process is making them already.
    #[must_use]
    pub fn take(&self, round: RoundId) -> Option<Work> {
        locked(&self.rounds).insert(round).then(|| Work { round, rounds: self.rounds.clone() })
    }

    /// Whether this process is making the letters of a round now.
    #[must_use]
    pub fn works_on(&self, round: RoundId) -> bool {
        locked(&self.rounds).contains(&round)
    }
}

/// What is behind these locks is whole at every instant, so a panic elsewhere need not spoil it.
fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
