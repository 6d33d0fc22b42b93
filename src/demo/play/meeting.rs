//! The panel's meeting of a round.

use super::{Bid, Play};
use crate::base::actor::Actor;
use crate::base::ids::RoundId;
use crate::error::Problem;
use crate::moderation::actions as moderation;
use crate::moderation::model::{Agreement, Attendance, MeetingRecord};

impl Play<'_> {
    pub(super) fn moderate(&self, bids: &[Bid<'_>], round: RoundId, officer: &Actor) -> Result<(), Problem> {
        // A second officer chairs: the chair confirms what was agreed, and is nobody who scored or typed it.
        let (chair, now) = (self.person("officer2")?, self.app.clock.now());
        let mut people =
            vec![(self.account("officer1")?, Attendance::Present), (self.account("officer2")?, Attendance::Present)];
        for member in ["panel1", "panel2", "panel3"] {
            people.push((self.account(member)?, Attendance::Present));
        }
        people.push((self.account("panel4")?, Attendance::Apologies));
        let record = MeetingRecord {
            place: "Room 4, Police Headquarters".to_owned(),
            chair: self.account("officer2")?,
            began_at: now,
            ended_at: None,
            people,
        };
        let number = self.write(officer, |tx| moderation::record_meeting(tx, round, &record))?;
        for (minutes, bid) in (5..).step_by(20).zip(bids) {
            let Some(content) = &bid.content.moderation else { continue };
            self.hand.set(now.plus_seconds(minutes * 60));
            self.write(officer, |tx| moderation::discuss(tx, bid.id, number, None))?;
            for (code, agreed) in &content.marks {
                let agreement = Agreement {
                    mark: agreed.mark,
                    reason: agreed.reason.clone(),
                    strength: agreed.strength.clone(),
                    improvement: agreed.improvement.clone(),
                };
                self.write(officer, |tx| moderation::agree_mark(tx, bid.id, code, &agreement, 0))?;
            }
            if content.state == "closed" {
                self.hand.set(now.plus_seconds((minutes + 15) * 60));
                self.write(&chair, |tx| moderation::close(tx, bid.id))?;
            }
        }
        self.write(officer, |tx| moderation::end_meeting(tx, round, number))
    }
}
