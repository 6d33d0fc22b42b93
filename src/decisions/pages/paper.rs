//! The paper that the decision maker signs, readable ever after; for an auditor, when the round is over.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Named;
use super::asked::{Asked, Shown};
use super::interests::{confirmation, interest_fields, typed_interests};
use super::material::Material;
use super::ranking::{recommended, taken_back};
use super::send_back::SendBack;
use super::table::RankingTable;
use super::ties::{TieView, TypedTie, ties};
use crate::access::{self, Action, Duty};
use crate::base::actor::Actor;
use crate::base::ids::{ApplicationId, RecommendationId};
use crate::base::time::date_words;
use crate::conflicts::{ConflictKind, RecordedConflict};
use crate::db::Conn;
use crate::decisions::actions::{self, CODE_MINUTES, Signature, who_may_sign};
use crate::decisions::model::{InterestKind, Outcome, Recommendation, RecommendedOutcome, Signatory};
use crate::decisions::rules::{above_limit, is_within, refusal_reasons};
use crate::decisions::store::{gate_reasons, signatories};
use crate::error::{Faults, Problem};
use crate::rounds::RoundStage;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults, Row};

#[derive(Serialize)]
pub(super) struct PaperView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    caption: String,
    facts: Vec<Row>,
    table: RankingTable,
    awards: Vec<OutcomeView>,
    awards_shown: Shown,
    reserve: Vec<OutcomeView>,
    reserve_shown: Shown,
    rejected: Vec<OutcomeView>,
    rejected_shown: Shown,
    conflicts: Vec<ConflictView>,
    ties: Vec<TieView>,
    /// Why this reader cannot sign; none when they can, or it is signed.
    cannot_sign: Option<String>,
    form: Option<SignForm>,
    send_back: Option<SendBack>,
    /// Where a code is asked for.
    code_action: String,
    notice_href: Option<String>,
    /// The signed decision; empty before.
    decision: Vec<Row>,
    taken_back: Vec<Vec<Row>>,
    /// The trail, for an auditor.
    trail_href: Option<String>,
}

impl Page for PaperView {
    const TEMPLATE: &'static str = "decisions/paper.html";
}

#[derive(Serialize)]
struct OutcomeView {
    application: Named,
    outcome: &'static str,
    asked: String,
    offer: String,
    reasons: String,
    conditions: Vec<String>,
    /// Why it is not awarded.
    refusals: Vec<String>,
}

#[derive(Serialize)]
struct ConflictView {
    member: String,
    application: String,
    kind: String,
    note: String,
    declared: String,
}

/// The form to sign.
#[derive(Serialize)]
struct SignForm {
    recommendation: i32,
    interest: Field,
    interests: Field,
    statement: Field,
    confirmed: Field,
    code: Field,
}

const STATEMENT: &str = "I have read the recommendation, the ranking and the declared conflicts of interest. \
     I approve the awards as recommended, with the reasons and conditions set out.";

/// What the page shows besides the round: one page of each list, and why the reader's limit keeps them from signing.
pub(super) struct Parts {
    pub(super) table: RankingTable,
    pub(super) asked: Asked,
    pub(super) above_limit: Option<String>,
    /// Which checks each bid did not pass.
    pub(super) gates: HashMap<ApplicationId, Vec<String>>,
}

impl Parts {
    /// Reads them.
    pub(super) fn read(conn: &mut Conn, material: &Material, actor: &Actor, asked: Asked) -> Result<Self, Problem> {
        let waiting = material.round.stage == RoundStage::Recommended;
        let recommended = material.recommendation.as_ref().filter(|_| waiting && material.decision_maker);
        let above_limit = match recommended {
            Some(found) => limit_reason(conn, material, actor, found)?,
            None => None,
        };
        let outcomes = material.recommendation.iter().flat_map(|found| &found.outcomes);
        let bids: Vec<ApplicationId> = outcomes.map(|found| found.application).collect();
        let gates = gate_reasons(conn, &material.definition, &bids)?;
        Ok(Self { table: RankingTable::read(conn, material, &asked)?, asked, above_limit, gates })
    }
}

fn limit_reason(
    conn: &mut Conn,
    material: &Material,
    actor: &Actor,
    recommended: &Recommendation,
) -> Result<Option<String>, Problem> {
    let own = signatories(conn)?.into_iter().find(|person| Some(person.account) == actor.account());
    let (limit, total) = (own.and_then(|person| person.limit), recommended.total());
    if is_within(limit, total) {
        return Ok(None);
    }
    let able = who_may_sign(conn, material.round.id, total)?;
    Ok(Some(above_limit(limit, total, &able.iter().collect::<Vec<&Signatory>>())))
}

pub(super) fn paper(
    material: &Material,
    parts: Parts,
    recommendation: &Recommendation,
    typed: &Signature,
    faults: &Faults,
) -> PaperView {
    let of = |wanted: &[Outcome]| -> Vec<&RecommendedOutcome> {
        recommendation.outcomes.iter().filter(|found| wanted.contains(&found.outcome)).collect()
    };
    let page = |list: &str, wanted: &[Outcome]| {
        let all = of(wanted);
        let (_, rows, shown) = parts.asked.page(list, &all);
        let rows: Vec<OutcomeView> =
            rows.iter().filter_map(|found| outcome_view(material, &parts.gates, found)).collect();
        (rows, shown)
    };
    let (awards, awards_shown) = page("awards", &[Outcome::Award, Outcome::Partial]);
    let (reserve, reserve_shown) = page("reserve", &[Outcome::Reserve]);
    let (rejected, rejected_shown) = page("rejected", &[Outcome::Reject]);
    let waiting = material.round.stage == RoundStage::Recommended;
    let cannot_sign = cannot_sign(material, parts.above_limit).filter(|_| waiting);
    let form = (waiting && cannot_sign.is_none()).then(|| sign_form(recommendation, typed, faults));
    let reference = &material.round.reference;
    PaperView {
        title: format!("Decision on {}", material.round.name),
        breadcrumbs: vec![Crumb::to("Decisions", "/decisions"), Crumb::here(reference.clone())],
        errors: faults.into(),
        caption: format!("{} {}", reference, material.round.fund_name),
        facts: recommended(material, recommendation),
        table: parts.table,
        awards,
        awards_shown,
        reserve,
        reserve_shown,
        rejected,
        rejected_shown,
        conflicts: conflicts(material),
        ties: ties(material, &TypedTie::default(), &Faults::default()),
        cannot_sign,
        form,
        send_back: (waiting && material.decision_maker && material.barred(Duty::Signatory).is_none())
            .then(|| SendBack::new(format!("/decisions/{reference}/send-back"), recommendation, faults)),
        code_action: format!("/decisions/{reference}/code"),
        notice_href: material.notice.as_ref().map(|_| format!("/office/rounds/{reference}/notice")),
        decision: decision(material),
        taken_back: taken_back(material),
        trail_href: None,
    }
}

fn outcome_view(
    material: &Material,
    gates: &HashMap<ApplicationId, Vec<String>>,
    found: &RecommendedOutcome,
) -> Option<OutcomeView> {
    let application = material.application(found.application)?;
    let gates = gates.get(&found.application).map_or(&[][..], Vec::as_slice);
    let placing = material.placing_of(&application.reference);
    Some(OutcomeView {
        application: Named::of(application),
        outcome: found.outcome.title(),
        asked: application.ask.unwrap_or_default().to_string(),
        offer: found.offer.to_string(),
        reasons: found.public_reasons.clone(),
        conditions: found
            .conditions
            .iter()
            .map(|condition| format!("{} (by {})", condition.text, date_words(condition.due)))
            .collect(),
        refusals: placing
            .map_or_else(Vec::new, |placing| refusal_reasons(&material.definition, &placing.refusals, gates)),
    })
}

fn conflicts(material: &Material) -> Vec<ConflictView> {
    let view = |found: &RecordedConflict| {
        let declared = found.record.declared.map(|(_, at)| at);
        let at = declared.or_else(|| found.record.ruling.as_ref().map(|ruled| ruled.at));
        ConflictView {
            member: found.person.clone(),
            application: found.reference.clone(),
            kind: found.record.kind.map_or("Recorded by an officer", ConflictKind::short).to_owned(),
            note: found.words().to_owned(),
            declared: at.map_or_else(String::new, |at| at.date_words()),
        }
    };
    material.conflicts.iter().map(view).collect()
}

fn cannot_sign(material: &Material, above_limit: Option<String>) -> Option<String> {
    if !material.reproduced {
        return Some(
            "The ranking no longer comes out as it was recommended. The officers must take the recommendation back and \
             make it again before it can be signed."
                .to_owned(),
        );
    }
    if let Some(reason) = material.barred(Duty::Signatory) {
        return Some(reason);
    }
    if material.waits_for_approval() {
        return Some(
            "In this round the management approves a recommendation before it is signed. It has not done so yet."
                .to_owned(),
        );
    }
    above_limit
}

fn sign_form(recommendation: &Recommendation, typed: &Signature, faults: &Faults) -> SignForm {
    let (interest, interests) = interest_fields(&typed.interests, faults);
    let confirm =
        "I confirm that this is my decision, and that I took no part in scoring, moderating, recommending or approving";
    SignForm {
        recommendation: recommendation.id.row(),
        interest,
        interests,
        statement: Field::new("statement", "Your decision")
            .hint("In your own words. It is kept with your name and the time, and published with the decision notice.")
            .value(typed.statement.clone())
            .faults(faults),
        confirmed: confirmation(typed.confirmed, confirm, faults),
        code: Field::new("code", "Code from your email")
            .hint(format!("Eight digits. Ask for one with the button above; it works for {CODE_MINUTES} minutes, for one signature."))
            .inputmode("numeric")
            .autocomplete("one-time-code")
            .width("10")
            .faults(faults),
    }
}

fn decision(material: &Material) -> Vec<Row> {
    let Some(decision) = &material.decision else { return Vec::new() };
    vec![
        Row::new("Decision", decision.reference.clone()),
        Row::new("Signed by", material.name(decision.signed_by)),
        Row::new("When", decision.signed_at.to_string()),
        Row::new("Statement", decision.statement.clone()).prose(),
        Row::new("Interests declared", decision.interests.clone()).prose(),
        Row::new("Decision notice", material.notice.clone().unwrap_or_else(|| "None".to_owned())),
    ]
}

/// The paper again for who sent it back without saying why.
pub(super) fn sent_back(
    material: &Material,
    parts: Parts,
    reason: String,
    faults: &Faults,
) -> Result<PaperView, Problem> {
    let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
    let view = paper(material, parts, recommendation, &fresh(), faults);
    Ok(PaperView { send_back: view.send_back.map(|form| form.typed(reason)), ..view })
}

/// A signature of which nothing is filled in but the usual words.
fn fresh() -> Signature {
    Signature { statement: STATEMENT.to_owned(), ..Signature::default() }
}

/// The paper of a round for a decision maker, with one page of each list.
pub(super) async fn read(
    ctx: &Ctx,
    reference: String,
    query: Vec<(String, String)>,
) -> Result<(Material, Parts), Problem> {
    let app = ctx.app.clone();
    let asked = Asked::new(format!("/decisions/{reference}"), query);
    ctx.read(move |conn, actor| {
        access::require(actor, Action::SignDecision)?;
        let material = Material::read(conn, actor, &reference, &app.memo)?;
        let parts = Parts::read(conn, &material, actor, asked)?;
        Ok((material, parts))
    })
    .await
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let (material, parts) = read(&ctx, round.into_inner(), query.into_inner()).await?;
    // An officer who is a decision maker too may read the ranking earlier, but there is no paper yet.
    let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
    ctx.page(&paper(&material, parts, recommendation, &fresh(), &Faults::default()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureForm {
    recommendation: String,
    #[serde(default)]
    interest: String,
    interests: String,
    statement: String,
    #[serde(default)]
    confirmed: String,
    code: String,
}

pub(super) async fn sign(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: SignatureForm = fields.parse()?;
    let row: i32 =
        form.recommendation.parse().map_err(|_| Problem::Malformed("no number of a recommendation".to_owned()))?;
    let reference = round.into_inner();
    let (material, parts) = read(&ctx, reference.clone(), Vec::new()).await?;
    let typed = Signature {
        statement: form.statement,
        interests: typed_interests(&form.interest, form.interests),
        confirmed: form.confirmed == "yes",
        code: form.code,
    };
    let (id, signature) = (material.round.id, typed.clone());
    let declines = typed.interests.kind == Some(InterestKind::Conflict);
    if !declines {
        let account = ctx.person()?.account;
        ctx.block(move |app| actions::note_try(app, id, account)).await?;
    }
    let signed = ctx
        .write(move |tx| {
            actions::require_same_recommendation(tx, id, RecommendationId::new(row))?;
            if declines {
                return actions::declare_conflict(tx, id, Duty::Signatory, &signature.interests);
            }
            Ok(actions::sign(tx, id, &signature)?.map(|_| ()))
        })
        .await;
    match signed {
        Err(Problem::Invalid(faults)) => {
            let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
            // A code is typed anew, as a password would be.
            let typed = Signature { code: String::new(), ..typed };
            ctx.faulty_page(&paper(&material, parts, recommendation, &typed, &faults))
        }
        other => {
            other?;
            if declines {
                return ctx.redirect_with("/decisions", "Your conflict of interest is recorded. Nothing was signed");
            }
            ctx.redirect_with(&format!("/decisions/{reference}"), "The decision is signed")
        }
    }
}

/// Mails a code to the signatory.
pub(super) async fn send_code(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let reference = round.into_inner();
    let (material, _) = read(&ctx, reference.clone(), Vec::new()).await?;
    if material.round.stage != RoundStage::Recommended {
        return Err(Problem::refused(
            "There is nothing to sign",
            "No recommendation waits for a signature in this round.",
        ));
    }
    let person = ctx.person()?.clone();
    ctx.app.limits.allow_mail("signature code", &person.email)?;
    let (id, actor, name) = (material.round.id, ctx.actor(), reference.clone());
    ctx.block(move |app| actions::send_code(app, &actor, id, &name)).await?;
    ctx.redirect_with(
        &format!("/decisions/{reference}#code"),
        "We have sent you a code. Type it at the end of this page",
    )
}

pub(super) async fn audit(ctx: Ctx, round: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let reference = round.into_inner();
    let app = ctx.app.clone();
    let asked = Asked::new(format!("/audit/rounds/{reference}"), query.into_inner());
    let (material, parts) = ctx
        .read(move |conn, actor| {
            let material = Material::read(conn, actor, &reference, &app.memo)?;
            // A round that is not over does not exist for an auditor, whatever other roles they hold.
            if material.round.stage != RoundStage::Issued {
                return Err(Problem::NotFound);
            }
            let parts = Parts::read(conn, &material, actor, asked)?;
            Ok((material, parts))
        })
        .await?;
    let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
    let mut view = paper(&material, parts, recommendation, &Signature::default(), &Faults::default());
    view.title = format!("How {} was decided", material.round.name);
    view.breadcrumbs = vec![Crumb::to("Rounds that are over", "/audit"), Crumb::here(material.round.reference.clone())];
    view.trail_href = Some(format!("/trail?round={}", material.round.reference));
    ctx.page(&view)
}
