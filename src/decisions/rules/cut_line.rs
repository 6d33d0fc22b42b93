//! The cut line (P7): walks the award order against the ceiling, one joint-ranked group at a time.

use super::{Contender, CutMode, RoundRules, Status, TieChoice};
use crate::base::exact::Decimal4;
use crate::base::money::Pence;

/// The walk so far. The ceiling can hold a part of a penny, so it is kept in ten-thousandths of
/// one.
pub(super) struct CutLine<'r> {
    rules: &'r RoundRules,
    /// Exact ceiling, in ten-thousandths of a penny.
    ceiling: i128,
    /// Offers so far, in pence; never above the ceiling.
    committed: i128,
    stopped: bool,
}

/// Ten-thousandths in a penny.
fn per_penny() -> i128 {
    i128::from(Decimal4::UNIT)
}

fn pence(amount: i128) -> Pence {
    Pence::new(i64::try_from(amount).unwrap_or(i64::MAX))
}

fn total(group: &[Contender<'_>]) -> i128 {
    group.iter().map(|contender| i128::from(contender.candidate.ask.get())).sum()
}

fn reserve(group: &mut [Contender<'_>]) {
    for contender in group {
        contender.placing.status = Status::Reserve;
    }
}

impl<'r> CutLine<'r> {
    /// A walk that has committed nothing: ceiling = pot x (1 + over-commitment).
    pub(super) fn new(rules: &'r RoundRules) -> Self {
        let share = per_penny() + i128::from(rules.overcommit.ten_thousandths());
        let ceiling = i128::from(rules.pot.get()) * share;
        Self { rules, ceiling, committed: 0, stopped: false }
    }

    /// The ceiling rounded half-up to the penny, for display.
    pub(super) fn ceiling_shown(&self) -> Pence {
        pence((self.ceiling + per_penny() / 2).div_euclid(per_penny()))
    }

    /// Sum of the offers so far.
    pub(super) fn committed(&self) -> Pence {
        pence(self.committed)
    }

    /// Decides on the next group of the award order: all that share one rank.
    pub(super) fn settle(&mut self, group: &mut [Contender<'_>]) {
        if self.stopped {
            reserve(group);
        } else if self.fits(total(group)) {
            for contender in group {
                self.fund(contender);
            }
        } else if let [single] = group {
            self.settle_single(single);
        } else {
            self.settle_tie(group);
        }
    }

    fn fits(&self, ask: i128) -> bool {
        ask * per_penny() <= self.left()
    }

    /// Ceiling - committed, in ten-thousandths of a penny.
    fn left(&self) -> i128 {
        self.ceiling - self.committed * per_penny()
    }

    fn fund(&mut self, contender: &mut Contender<'_>) {
        contender.placing.status = Status::Fund;
        contender.placing.offer = contender.candidate.ask;
        self.committed += i128::from(contender.candidate.ask.get());
    }

    /// One application, alone on its rank, that does not fit.
    fn settle_single(&mut self, contender: &mut Contender<'_>) {
        contender.placing.status = Status::Reserve;
        if self.rules.cut == CutMode::Partial {
            self.offer_balance(contender);
        }
        self.stopped = self.rules.cut != CutMode::Skip;
    }

    /// Offers all that is left, in whole pence, if it is at least `partial_min` x ask (tested
    /// exactly).
    fn offer_balance(&mut self, contender: &mut Contender<'_>) {
        let Some(least_share) = self.rules.partial_min else {
            return;
        };
        let least = i128::from(contender.candidate.ask.get()) * i128::from(least_share.ten_thousandths());
        let offer = self.left().div_euclid(per_penny());
        // An offer of nothing is no offer, even if `partial_min` is zero.
        if self.left() >= least && offer > 0 {
            contender.placing.status = Status::Partial;
            contender.placing.offer = pence(offer);
            self.committed += offer;
        }
    }

    /// A joint-ranked group that does not all fit: the panel's choices if it has made all of them
    /// and they fit, else a tie at the cut line, where allocation stops.
    fn settle_tie(&mut self, group: &mut [Contender<'_>]) {
        let choice = |contender: &Contender<'_>| contender.candidate.tie_choice;
        let chosen = group.iter().filter(|contender| choice(contender) == Some(TieChoice::Fund));
        let asked: i128 = chosen.map(|contender| i128::from(contender.candidate.ask.get())).sum();
        if group.iter().any(|contender| choice(contender).is_none()) || !self.fits(asked) {
            for contender in group {
                contender.placing.status = Status::TieAtCutLine;
            }
            self.stopped = true;
            return;
        }
        for contender in group {
            match contender.candidate.tie_choice {
                Some(TieChoice::Fund) => self.fund(contender),
                Some(TieChoice::Reserve) | None => contender.placing.status = Status::Reserve,
            }
        }
        self.stopped = self.rules.cut != CutMode::Skip;
    }
}
