//! A workshop for bidders, planned from the figures of the rounds that are decided, with a time and a place.

use super::Play;
use crate::access::Phase;
use crate::error::Problem;
use crate::insight::actions as insight;
use crate::insight::model::WorkshopText;
use crate::insight::store::workshop_of;

impl Play<'_> {
    pub(super) fn plan_workshop(&self) -> Result<(), Problem> {
        let officer = self.person("officer1")?;
        self.hand.set(self.now.plus_days(-3));
        let rounds: Vec<String> = self.app.db.read(|conn| {
            let open = insight::open_rounds(conn, &officer, Phase::Decided)?;
            Ok::<_, Problem>(open.into_iter().map(|round| round.reference).collect())
        })?;
        let id = self.write(&officer, |tx| insight::plan(tx, &rounds))?;
        let planned = self.app.db.read(|conn| workshop_of(conn, id))?;
        let newest = planned.newest().ok_or(Problem::NotFound)?;
        let text = WorkshopText {
            starts_at: Some(self.london(-20, 10)?),
            place: "Community room, Charnwood Library, Loughborough".to_owned(),
            ..newest.text.clone()
        };
        self.write(&officer, |tx| insight::save(tx, id, &text, newest.version))
    }
}
