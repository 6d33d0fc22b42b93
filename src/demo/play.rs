//! Plays the rounds: everybody does what they would do, each action at its time.

mod feedback;
mod grants;
mod meeting;
mod next;
mod workshop;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::DEMO;
use super::content::{ApplicationContent, Content, RoundContent, SheetContent, SignatureContent, document};
use crate::accounts::{OrganisationKind, actions as accounts, find_organisation, model::NewOrganisation};
use crate::app::App;
use crate::applications::actions::{self as applications, Declaration, EligibilityAnswers, ItemCheck, Kept};
use crate::applications::answers::OrganisationDetails;
use crate::applications::{Answer, GateOutcome, application_of_reference};
use crate::audit::{Change, WriteTx};
use crate::base::actor::Actor;
use crate::base::email::EmailAddress;
use crate::base::ids::{AccountId, ApplicationId, OrganisationId, RoundId};
use crate::base::time::{At, ClockHand};
use crate::decisions::actions::{self as decisions, AwardInput, RecommendationInput, Signature};
use crate::decisions::{Condition, InterestKind, Interests, ranking_of};
use crate::error::Problem;
use crate::letters::{actions as letters, drafting};
use crate::moderation::actions as moderation;
use crate::rounds::actions::{self as rounds, Setup};
use crate::rounds::{QuestionKind, RoundDefinition, get_definition, get_round, round_of_reference};
use crate::scoring::{Mark, actions as scoring};

/// The play and its people.
pub(super) struct Play<'a> {
    app: &'a Arc<App>,
    hand: &'a ClockHand,
    now: At,
    content: &'a Content,
    accounts: HashMap<&'a str, AccountId>,
    organisations: HashMap<&'a str, OrganisationId>,
}

/// A bid of the play, once it is started.
struct Bid<'a> {
    content: &'a ApplicationContent,
    reference: String,
    id: ApplicationId,
}

impl<'a> Play<'a> {
    pub(super) fn new(app: &'a Arc<App>, hand: &'a ClockHand, now: At, content: &'a Content) -> Result<Self, Problem> {
        if super::is_seeded(app)? {
            return Err(Problem::refused("The database is not empty", "The demonstration needs an empty one."));
        }
        Ok(Self { app, hand, now, content, accounts: HashMap::new(), organisations: HashMap::new() })
    }

    pub(super) fn run(mut self, progress: &mut dyn FnMut(&str)) -> Result<(), Problem> {
        progress("people and organisations");
        self.hand.set(self.now.plus_days(-99));
        self.add_people()?;
        let mut in_order: Vec<&RoundContent> = self.content.rounds.iter().collect();
        in_order.sort_by_key(|round| std::cmp::Reverse(round.opens_days_ago));
        for round in in_order {
            progress(&round.name);
            self.play_round(round, progress)?;
        }
        self.plan_workshop()?;
        self.set_up_next()?;
        self.ask_for_link()?;
        self.hand.set(self.now);
        Ok(())
    }

    fn add_people(&mut self) -> Result<(), Problem> {
        for account in &self.content.people.accounts {
            let email = EmailAddress::parse(&account.email).map_err(Problem::internal)?;
            let id = self.write(&DEMO, |tx| accounts::add_account(tx, &email, &account.name, &account.roles))?;
            self.accounts.insert(&account.key, id);
        }
        for organisation in &self.content.people.organisations {
            let people: Vec<AccountId> =
                organisation.people.iter().map(|key| self.account(key)).collect::<Result<_, _>>()?;
            let new = NewOrganisation {
                name: organisation.name.clone(),
                kind: organisation.kind,
                charity_number: organisation.charity_number.clone(),
                company_number: organisation.company_number.clone(),
                address: organisation.address.join("\n"),
            };
            let id = self.write(&DEMO, |tx| accounts::add_organisation_for(tx, &new, &people))?;
            self.organisations.insert(&organisation.key, id);
        }
        Ok(())
    }

    fn play_round(&self, round: &RoundContent, progress: &mut dyn FnMut(&str)) -> Result<(), Problem> {
        let officer = self.person("officer1")?;
        let opens_at = self.london(round.opens_days_ago, 9)?;
        let closes_at = self.london(round.closes_days_ago, 17)?;
        self.hand.set(opens_at.plus_days(-3));
        let definition = round.definition().map_err(Problem::internal)?;
        let (fund, name) = round.name.split_once(", ").unwrap_or(("Fund", &round.name));
        let setup = Setup {
            fund_code: "CSF".to_owned(),
            fund_name: fund.to_owned(),
            name: name.to_owned(),
            opens_at,
            closes_at,
        };
        let reference = self.write(&officer, |tx| rounds::set_up(tx, &setup, &definition))?;
        let id = self.app.db.read(|conn| Ok::<_, Problem>(round_of_reference(conn, &reference)?.id))?;
        self.write(&officer, |tx| rounds::publish(tx, id))?;
        let bids = self.bid(round, id, opens_at, &definition)?;
        if self.now < closes_at {
            return Ok(());
        }
        progress("scoring");
        self.hand.set(closes_at.plus_days(1));
        self.check_gates(&bids, &officer)?;
        self.score(&bids, id, &officer)?;
        if round.key == "scoring" {
            return Ok(());
        }
        progress("moderation");
        self.hand.set(closes_at.plus_days(19));
        self.write(&officer, |tx| moderation::start_moderation(tx, id, false))?;
        self.moderate(&bids, id, &officer)?;
        let Some(decision) = &round.decision else { return Ok(()) };
        progress("decision");
        self.hand.set(closes_at.plus_days(25));
        let why = "The panel looked at the line and agrees that it follows from the rules of the round.";
        self.write(&officer, |tx| decisions::record_line(tx, id, why, None))?;
        // Officer 2 chaired, and whoever chairs does not recommend.
        self.recommend(&bids, id, &officer)?;
        self.hand.set(closes_at.plus_days(28));
        self.sign(id, decision)?;
        progress("letters");
        self.hand.set(closes_at.plus_days(29));
        self.write_letters(id, &officer)?;
        self.write_about_grants(&bids, &officer)
    }

    /// London wall-clock time some days before today.
    fn london(&self, days_ago: i64, hour: i8) -> Result<At, Problem> {
        At::from_london(self.now.plus_days(-days_ago).london_date(), hour, 0).map_err(Problem::internal)
    }

    fn bid<'b>(
        &self,
        round: &'b RoundContent,
        id: RoundId,
        opens_at: At,
        definition: &RoundDefinition,
    ) -> Result<Vec<Bid<'b>>, Problem> {
        let mut bids = Vec::new();
        for (place, content) in round.applications.iter().enumerate() {
            // Spread over the days that the round has been open, whatever of them is already past.
            let day = i64::try_from(place).unwrap_or(0) * 2 % 11 + 1;
            self.hand.set(opens_at.plus_days(day).plus_seconds(3_917 * day));
            let organisation = self.organisation(&content.organisation)?;
            let key = &self.organisation_content(&content.organisation)?.people;
            let applicant = self.person(key.first().map_or("", String::as_str))?;
            let eligibility = self.eligible(&content.organisation, definition)?;
            let stream = content.stream.as_deref();
            let reference =
                self.write(&applicant, |tx| applications::start(tx, id, organisation, &eligibility, stream))?;
            self.answer(&applicant, &reference, content, definition)?;
            if content.state != "draft" {
                self.hand.set(opens_at.plus_days(day).plus_seconds(3_917 * day + 5_400));
                self.submit(&applicant, &reference, &content.organisation)?;
            }
            if let Some(reason) = &content.withdrawn {
                self.hand.set(opens_at.plus_days(day + 2));
                self.write(&applicant, |tx| applications::withdraw(tx, &reference, reason))?;
            }
            let application = self.app.db.read(|conn| Ok::<_, Problem>(application_of_reference(conn, &reference)?))?;
            if content.state == "submitted" {
                bids.push(Bid { content, reference, id: application.id });
            }
        }
        Ok(bids)
    }

    /// Answers that let on: the first option of each question that refuses nothing, by kind of organisation.
    fn eligible(&self, organisation: &str, definition: &RoundDefinition) -> Result<EligibilityAnswers, Problem> {
        let kind = self.organisation_content(organisation)?.kind;
        let public = matches!(kind, OrganisationKind::School | OrganisationKind::Council);
        Ok(definition
            .eligibility
            .iter()
            .filter_map(|question| {
                let wanted = match question.code.as_str() {
                    "ORG_TYPE" => Some(kind.word()),
                    "BOARD" if public => Some("public"),
                    _ => None,
                };
                let option = question.options.iter().find(|option| match wanted {
                    Some(word) => option.value == word,
                    None => option.refusal.is_none(),
                });
                option.map(|option| (question.code.clone(), option.value.clone()))
            })
            .collect())
    }

    fn answer(
        &self,
        applicant: &Actor,
        reference: &str,
        content: &ApplicationContent,
        definition: &RoundDefinition,
    ) -> Result<(), Problem> {
        let mut answers = BTreeMap::new();
        for (code, value) in &content.answers {
            let question = definition.question(code).ok_or_else(|| Problem::internal(format!("no question {code}")))?;
            if question.kind == QuestionKind::Organisation {
                let organisation = self.organisation(&content.organisation)?;
                let kept = self.app.db.read(|conn| Ok::<_, Problem>(find_organisation(conn, organisation)?))?;
                answers.insert(code.clone(), Answer::Organisation(Some(OrganisationDetails::from(&kept))));
                continue;
            }
            let answer = Answer::from_json(question.kind, &value.to_string()).map_err(Problem::internal)?;
            if let (QuestionKind::Document, Answer::Document { file_name }) = (question.kind, &answer) {
                let bytes = document(file_name);
                let kept = Kept {
                    file_name: file_name.clone(),
                    media_type: "application/pdf",
                    size_bytes: i64::try_from(bytes.len()).unwrap_or(0),
                    sha256: self.app.files.put(bytes).map_err(Problem::internal)?,
                    expires_on: None,
                };
                self.write(applicant, |tx| applications::add_document(tx, reference, code, &kept))?;
            } else {
                answers.insert(code.clone(), answer);
            }
        }
        self.write(applicant, |tx| applications::save_answers(tx, reference, &answers))
    }

    fn submit(&self, applicant: &Actor, reference: &str, organisation: &str) -> Result<(), Problem> {
        let declaration = Declaration {
            name: applicant.person().map(|person| person.name.clone()).unwrap_or_default(),
            role: self.organisation_content(organisation)?.contact_role.clone(),
            authority: Some(true),
            confirmed: true,
            token: self.app.random.token()?,
        };
        self.write(applicant, |tx| applications::submit(tx, reference, &declaration, |_, _, _| Ok(Vec::new())))?;
        Ok(())
    }

    fn check_gates(&self, bids: &[Bid<'_>], officer: &Actor) -> Result<(), Problem> {
        for bid in bids {
            for (gate, outcome) in &bid.content.gates {
                let (mut outcome, note) = (*outcome, "Checked against the public registers and the documents sent.");
                if outcome == GateOutcome::NotChecked {
                    continue;
                }
                if outcome == GateOutcome::NotMet {
                    // One document fails the gate; what was sent besides is in order.
                    let check = ItemCheck {
                        outcome,
                        note: "They are more than two years old, and newer ones did not come in time.".to_owned(),
                        reference: String::new(),
                        expires_on: None,
                        file: None,
                    };
                    self.write(officer, |tx| applications::check_item(tx, &bid.reference, gate, "ACCOUNTS", &check))?;
                    outcome = GateOutcome::Met;
                }
                self.write(officer, |tx| applications::check_gate(tx, bid.id, gate, outcome, note))?;
            }
        }
        Ok(())
    }

    fn score(&self, bids: &[Bid<'_>], round: RoundId, officer: &Actor) -> Result<(), Problem> {
        self.write(officer, |tx| scoring::start_scoring(tx, round))?;
        for bid in bids {
            for key in &bid.content.assigned {
                let member = self.account(key)?;
                self.write(officer, |tx| scoring::assign(tx, bid.id, member))?;
            }
            for conflict in &bid.content.conflicts {
                let member = self.person(&conflict.panel)?;
                self.write(&member, |tx| scoring::declare_conflict(tx, &bid.reference, "supplies", &conflict.note))?;
            }
            for sheet in &bid.content.sheets {
                self.score_one(bid, sheet)?;
            }
        }
        Ok(())
    }

    fn score_one(&self, bid: &Bid<'_>, sheet: &SheetContent) -> Result<(), Problem> {
        let member = self.person(&sheet.panel)?;
        let marks: BTreeMap<String, Mark> = sheet
            .marks
            .iter()
            .map(|(code, mark)| (code.clone(), Mark { mark: mark.mark, reason: mark.reason.clone() }))
            .collect();
        self.write(&member, |tx| scoring::declare_no_conflict(tx, &bid.reference))?;
        if sheet.state == "submitted" {
            self.write(&member, |tx| scoring::submit_sheet(tx, &bid.reference, &marks, 0))
        } else {
            self.write(&member, |tx| scoring::save_marks(tx, &bid.reference, &marks, 0)).map(|_| ())
        }
    }

    fn recommend(&self, bids: &[Bid<'_>], round: RoundId, officer: &Actor) -> Result<(), Problem> {
        let today = self.app.clock.now().london_date();
        let funded = self.app.db.read(|conn| {
            let round = get_round(conn, round)?;
            let (_, definition) = get_definition(conn, round.id)?;
            let ranked = ranking_of(conn, &round, &definition)?;
            Ok::<Vec<ApplicationId>, Problem>(
                ranked
                    .applications
                    .iter()
                    .zip(&ranked.ranking.placings)
                    .filter(|(_, placing)| placing.offer > crate::base::money::Pence::ZERO)
                    .map(|(application, _)| application.id)
                    .collect(),
            )
        })?;
        let outcomes = bids
            .iter()
            .filter(|bid| funded.contains(&bid.id))
            .filter_map(|bid| bid.content.decision.as_ref().map(|decision| (bid, decision)))
            .map(|(bid, decision)| {
                let conditions = decision
                    .conditions
                    .iter()
                    .map(|condition| {
                        let due =
                            today.checked_add(jiff::Span::new().days(condition.due)).map_err(Problem::internal)?;
                        Ok(Condition { text: condition.text.clone(), due })
                    })
                    .collect::<Result<Vec<_>, Problem>>()?;
                let public_reasons = decision.public_reasons.clone();
                Ok(AwardInput { application: bid.id, public_reasons, conditions })
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        let note = "The panel met, agreed every score, and recommends every application that passed the checks and reached the pass mark.".to_owned();
        let input = RecommendationInput { note, outcomes };
        self.write(officer, |tx| decisions::recommend(tx, round, &input))?;
        Ok(())
    }

    fn sign(&self, round: RoundId, decision: &SignatureContent) -> Result<(), Problem> {
        let commissioner = self.person("commissioner")?;
        let (app, account) = (self.app, self.account("commissioner")?);
        let signature = Signature {
            statement: decision.statement.clone(),
            interests: Interests { kind: Some(InterestKind::None), statement: decision.interests.clone() },
            confirmed: true,
            code: decisions::issue_code(&app.db, &app.random, app.clock.now(), round, account)?,
        };
        self.write(&commissioner, |tx| decisions::sign(tx, round, &signature))?;
        Ok(())
    }

    fn write_letters(&self, round: RoundId, officer: &Actor) -> Result<(), Problem> {
        let second = self.person("officer2")?;
        self.fill_bank(round, officer)?;
        self.give_feedback(round, officer, &second)?;
        drafting::draft_round(self.app, officer, round)?;
        let (account, now) = (self.account("officer2")?, self.app.clock.now());
        let seen = self.app.db.read(|conn| {
            let round = get_round(conn, round)?;
            letters::what_to_approve(conn, &round, account, now).map(|approval| approval.digest)
        })?;
        self.write(&second, |tx| letters::approve_round(tx, round, &seen))?;
        let app = Arc::clone(self.app);
        self.write(officer, |tx| letters::issue_round(tx, &app, round))
    }

    fn write<T>(
        &self,
        actor: &Actor,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        self.app.ledger.write(actor, f)
    }

    fn account(&self, key: &str) -> Result<AccountId, Problem> {
        self.accounts.get(key).copied().ok_or_else(|| Problem::internal(format!("no account {key}")))
    }

    fn organisation(&self, key: &str) -> Result<OrganisationId, Problem> {
        self.organisations.get(key).copied().ok_or_else(|| Problem::internal(format!("no organisation {key}")))
    }

    fn organisation_content(&self, key: &str) -> Result<&'a super::content::OrganisationContent, Problem> {
        let found = self.content.people.organisations.iter().find(|organisation| organisation.key == key);
        found.ok_or_else(|| Problem::internal(format!("no organisation {key}")))
    }

    /// A person as an actor, with the roles and organisations they have now.
    fn person(&self, key: &str) -> Result<Actor, Problem> {
        let account = self.account(key)?;
        let person = self.app.db.read(|conn| crate::db::person(conn, account))?;
        person.map(Actor::Person).ok_or_else(|| Problem::internal(format!("no person {key}")))
    }
}
