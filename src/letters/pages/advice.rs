//! What the panel said about an organisation's earlier bids, beside the questions that it concerns when it bids again.
//!
//! Said by the feedback letters as they were issued, and by nothing else: what an applicant was never told stands nowhere here.

use actix_web::web;
use serde::Serialize;

use super::applicant::own_application;
use crate::applications::{Application, earlier_bids};
use crate::db::Conn;
use crate::error::Problem;
use crate::letters::store;
use crate::press::data::{CriterionFeedback, FeedbackLetter, LetterData};
use crate::rounds::{Criterion, RoundDefinition, get_definition};
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Debug, Serialize)]
struct AdviceView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    criteria: Vec<CriterionAdvice>,
    others: Vec<CriterionAdvice>,
}

impl Page for AdviceView {
    const TEMPLATE: &'static str = "letters/advice.html";
}

/// A criterion of the new round, what it is answered by, and what was said of it before.
#[derive(Debug, Serialize)]
struct CriterionAdvice {
    code: String,
    title: String,
    questions: Vec<QuestionLink>,
    said: Vec<Said>,
}

#[derive(Debug, Serialize)]
struct QuestionLink {
    text: String,
    section: String,
    href: String,
}

/// What one letter said of a criterion.
#[derive(Debug, Serialize)]
struct Said {
    of: String,
    score: String,
    strengths: Vec<String>,
    improvements: Vec<String>,
    letters: String,
}

/// A feedback letter that was issued, with the bid that it is about.
struct Told {
    bid: Application,
    letter: Box<FeedbackLetter>,
}

pub(super) async fn advice(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (application, definition, told) = ctx
        .read(move |conn, actor| {
            let application = own_application(conn, actor, &reference)?;
            let (_, definition) = get_definition(conn, application.round)?;
            let told = told(conn, &application)?;
            Ok((application, definition, told))
        })
        .await?;
    let home = format!("/applications/{}", application.reference);
    ctx.page(&AdviceView {
        title: "What the panel said about your earlier applications",
        breadcrumbs: vec![
            Crumb::to("Your applications", "/applications"),
            Crumb::to(&application.reference, &home),
            Crumb::here("Earlier feedback"),
        ],
        criteria: definition.criteria.iter().map(|one| of_criterion(one, &definition, &home, &told)).collect(),
        others: of_others(&definition, &told),
        reference: application.reference,
    })
}

/// Feedback on the organisation's bids whose letters are issued, the newest first.
fn told(conn: &mut Conn, application: &Application) -> Result<Vec<Told>, Problem> {
    let mut told = Vec::new();
    for bid in earlier_bids(conn, application)? {
        for letter in store::letters_of(conn, bid.id)? {
            let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
            if let LetterData::Feedback(letter) = data {
                told.push(Told { bid: bid.clone(), letter });
            }
        }
    }
    Ok(told)
}

/// A letter names criteria by title: two rounds mean the same where they call it the same.
fn same(title: &str, feedback: &CriterionFeedback) -> bool {
    feedback.name.trim().eq_ignore_ascii_case(title.trim())
}

fn of_criterion(criterion: &Criterion, definition: &RoundDefinition, home: &str, told: &[Told]) -> CriterionAdvice {
    let questions = definition
        .sections
        .iter()
        .flat_map(|section| section.questions.iter().map(move |question| (section, question)))
        .filter(|(_, question)| question.criterion.as_deref() == Some(criterion.code.as_str()))
        .map(|(section, question)| QuestionLink {
            text: question.text.clone(),
            section: section.title.clone(),
            href: format!("{home}/sections/{}", section.code),
        })
        .collect();
    CriterionAdvice {
        code: criterion.code.clone(),
        title: criterion.title.clone(),
        questions,
        said: said(told, |feedback| same(&criterion.title, feedback)),
    }
}

/// What was said of criteria that the new round does not have.
fn of_others(definition: &RoundDefinition, told: &[Told]) -> Vec<CriterionAdvice> {
    let mut titles: Vec<String> = Vec::new();
    for feedback in told.iter().flat_map(|told| &told.letter.criteria) {
        let known = definition.criteria.iter().any(|criterion| same(&criterion.title, feedback));
        if !known && !titles.iter().any(|title| same(title, feedback)) {
            titles.push(feedback.name.clone());
        }
    }
    titles
        .into_iter()
        .map(|title| CriterionAdvice {
            code: String::new(),
            questions: Vec::new(),
            said: said(told, |feedback| same(&title, feedback)),
            title,
        })
        .collect()
}

fn said(told: &[Told], about: impl Fn(&CriterionFeedback) -> bool) -> Vec<Said> {
    told.iter()
        .flat_map(|told| told.letter.criteria.iter().map(move |feedback| (told, feedback)))
        .filter(|(_, feedback)| about(feedback))
        .map(|(told, feedback)| Said {
            of: format!("{}, {} ({})", told.letter.common.fund, told.letter.common.round, told.bid.title),
            score: format!("{} out of {}: {}", feedback.score, feedback.max, feedback.label),
            strengths: feedback.strengths.clone(),
            improvements: feedback.improvements.clone(),
            letters: format!("/applications/{}/letters", told.bid.reference),
        })
        .collect()
}
