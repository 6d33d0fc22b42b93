//! The minutes of a meeting as a PDF: set when they are asked for, in a child process, and not stored.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web;

use super::agenda::moderated_round;
use super::discussion::{held, left};
use super::meetings::{named, visible_items};
use crate::accounts::names_of;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, MeetingItemId, ModerationId};
use crate::db::Conn;
use crate::error::Problem;
use crate::moderation::model::{Attendance, Meeting, MeetingItem, Moderation, ModerationStage, Recusal, Reopening};
use crate::moderation::store;
use crate::moderation::store::Label;
use crate::press::RenderFault;
use crate::press::application::CopyFact;
use crate::press::minutes::{Minutes, MinutesItem, MinutesScore};
use crate::rounds::{RoundDefinition, get_definition};
use crate::scoring::{ScoreSheet, mark_words, submitted_sheets_of};
use crate::web::{Answer, Ctx};

fn fact(name: &str, text: impl Into<String>) -> CopyFact {
    CopyFact { name: name.to_owned(), text: text.into() }
}

fn none_or(names: &[String]) -> String {
    if names.is_empty() { "None".to_owned() } else { names.join(", ") }
}

/// What every item's part is made of.
struct Material {
    definition: Arc<RoundDefinition>,
    names: HashMap<AccountId, String>,
    labels: HashMap<ApplicationId, Label>,
    sheets: Vec<ScoreSheet>,
    moderations: HashMap<ApplicationId, Moderation>,
    reopenings: HashMap<ModerationId, Vec<Reopening>>,
    recusals: Vec<Recusal>,
}

impl Material {
    fn of(conn: &mut Conn, definition: Arc<RoundDefinition>, items: &[MeetingItem]) -> Result<Self, Problem> {
        let applications: Vec<ApplicationId> = items.iter().map(|item| item.application).collect();
        let ids: Vec<MeetingItemId> = items.iter().map(|item| item.id).collect();
        let moderations = store::moderations_of(conn, &applications)?;
        let opened: Vec<ModerationId> = moderations.values().map(|moderation| moderation.id).collect();
        Ok(Self {
            definition,
            names: names_of(conn)?,
            labels: store::labels_of(conn, &applications)?,
            sheets: submitted_sheets_of(conn, &applications)?,
            reopenings: store::moderation_reopenings_of(conn, &opened)?,
            recusals: store::recusals_of(conn, &ids)?,
            moderations,
        })
    }

    fn name(&self, account: AccountId) -> &str {
        self.names.get(&account).map_or("Somebody", String::as_str)
    }

    fn item(&self, place: usize, item: &MeetingItem) -> MinutesItem {
        let label = self.labels.get(&item.application).cloned().unwrap_or_default();
        let moderation = self.moderations.get(&item.application);
        let left_ = self.recusals.iter().filter(|recusal| recusal.item == item.id);
        MinutesItem {
            heading: format!("{place}. {}: {}", label.reference, label.title),
            facts: vec![fact("Applicant", label.organisation), fact("Discussed", held(item, self.name(item.chair)))],
            left: left_.map(|recusal| left(recusal, self.name(recusal.account))).collect(),
            scores: moderation.map_or_else(Vec::new, |moderation| self.scores(moderation)),
            outcome: self.outcome(moderation),
        }
    }

    fn scores(&self, moderation: &Moderation) -> Vec<MinutesScore> {
        let of_bid = || self.sheets.iter().filter(|sheet| sheet.application == moderation.application);
        let criteria = self.definition.criteria.iter();
        criteria
            .map(|criterion| {
                let independent: Vec<String> =
                    of_bid().filter_map(|sheet| sheet.mark(&criterion.code)).map(|mark| mark.to_string()).collect();
                let agreed = moderation.marks.get(&criterion.code);
                MinutesScore {
                    criterion: criterion.title.clone(),
                    independent: none_or(&independent),
                    agreed: agreed
                        .and_then(|agreed| agreed.mark)
                        .map_or_else(|| "None yet".to_owned(), |mark| mark_words(&self.definition, mark)),
                    reason: agreed.map_or_else(String::new, |agreed| agreed.reason.clone()),
                }
            })
            .collect()
    }

    /// Re-openings, and whether the chair has confirmed it.
    fn outcome(&self, moderation: Option<&Moderation>) -> Vec<String> {
        let Some(moderation) = moderation else { return vec!["Nothing is recorded.".to_owned()] };
        let reopened = self.reopenings.get(&moderation.id).into_iter().flatten().map(|reopening| {
            let (by, at) = (self.name(reopening.by), reopening.at.moment_words());
            format!("Re-opened by {by} on {at}: {}", reopening.reason)
        });
        let stands = match (moderation.stage, moderation.closed_by, moderation.closed_at) {
            (ModerationStage::Closed, Some(by), Some(at)) => {
                format!("Confirmed by {} on {}.", self.name(by), at.moment_words())
            }
            _ => "Not confirmed by the chair yet.".to_owned(),
        };
        reopened.chain([stands]).collect()
    }
}

fn facts(meeting: &Meeting, material: &Material, people: &[Vec<String>; 2]) -> Vec<CopyFact> {
    let [present, apologies] = people;
    vec![
        fact("Began", meeting.began_at.moment_words()),
        fact("Ended", meeting.ended_at.map_or_else(|| "Goes on".to_owned(), |at| at.moment_words())),
        fact("Where", meeting.place.clone()),
        fact("Chair", material.name(meeting.chair)),
        fact("Present", none_or(present)),
        fact("Apologies", none_or(apologies)),
    ]
}

fn minutes_of(
    conn: &mut Conn,
    actor: &Actor,
    (reference, number): (&str, i32),
    office: String,
) -> Result<Minutes, Problem> {
    let round = moderated_round(conn, actor, reference)?;
    let meeting = store::meeting_of_number(conn, round.id, number)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let items = visible_items(conn, actor, &round, &meeting)?;
    let attended = store::people_of(conn, meeting.id)?;
    let material = Material::of(conn, definition, &items)?;
    let people = [Attendance::Present, Attendance::Apologies].map(|wanted| named(&attended, &material.names, wanted));
    Ok(Minutes {
        office,
        heading: if meeting.goes_on() { "Draft minutes" } else { "Minutes" }.to_owned(),
        reference: format!("{} meeting {number}", round.reference),
        title: format!("Meeting {number} of the panel, {}, {}", round.fund_name, round.name),
        facts: facts(&meeting, &material, &people),
        items: (1..).zip(&items).map(|(place, item)| material.item(place, item)).collect(),
        date: meeting.began_at.london_date().to_string(),
    })
}

/// The minutes of a meeting, for officers.
pub(super) async fn pdf(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, number) = path.into_inner();
    let number: i32 = number.parse().map_err(|_| Problem::NotFound)?;
    let office = ctx.app.settings.office.name.clone();
    let minutes = ctx.read(move |conn, actor| minutes_of(conn, actor, (&reference, number), office)).await?;
    let name = format!("{} {}.pdf", minutes.reference, minutes.heading.to_lowercase());
    let made = ctx.block(move |app| app.renderer.render(&minutes).map_err(refused)).await?;
    Ok(ctx.attachment(&name, "application/pdf", made.pdf))
}

/// A meeting that is too much for the press can still be read on its page.
fn refused(fault: RenderFault) -> Problem {
    match fault {
        RenderFault::TooLong { .. } | RenderFault::TooBig { .. } | RenderFault::TimedOut { .. } => Problem::refused(
            "These minutes are too long for one PDF",
            "The page of the meeting and the screen of each application hold all of it. Nothing is missing from them.",
        ),
        other => Problem::internal(other),
    }
}
