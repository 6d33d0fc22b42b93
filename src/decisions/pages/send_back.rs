//! Sending a recommendation back to the officers, by who could approve or sign it and does not agree.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::{approval, paper};
use crate::access::Duty;
use crate::base::ids::RecommendationId;
use crate::decisions::actions;
use crate::decisions::model::Recommendation;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Ctx, Field, Form};

/// The form to send it back.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SendBack {
    action: String,
    recommendation: i32,
    reason: Field,
}

impl SendBack {
    pub(super) fn new(action: String, recommendation: &Recommendation, faults: &Faults) -> Self {
        let reason = Field::new("reason", "Why you send it back")
            .hint("The officers and the panel read this. It is kept with the recommendation and your name, and the round returns to moderation.")
            .faults(faults);
        Self { action, recommendation: recommendation.id.row(), reason }
    }

    /// With what was typed.
    pub(super) fn typed(mut self, reason: String) -> Self {
        self.reason = self.reason.value(reason);
        self
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    recommendation: String,
    reason: String,
}

impl Typed {
    fn recommendation(&self) -> Result<RecommendationId, Problem> {
        let row = self.recommendation.parse();
        row.map(RecommendationId::new).map_err(|_| Problem::Malformed("no number of a recommendation".to_owned()))
    }
}

/// Told to who sent it back.
const DONE: &str = "You sent the recommendation back, and the round is in moderation again";

pub(super) async fn by_approver(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: Typed = fields.parse()?;
    let material = approval::material(&ctx, round.into_inner()).await?;
    let (id, seen, reason) = (material.round.id, form.recommendation()?, form.reason.clone());
    match ctx.write(move |tx| actions::send_back(tx, id, seen, Duty::Approver, &reason)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&approval::sent_back(&material, form.reason, &faults)?),
        other => {
            other?;
            ctx.redirect_with(if material.officer { "/office" } else { "/decisions" }, DONE)
        }
    }
}

pub(super) async fn by_signatory(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: Typed = fields.parse()?;
    let (material, parts) = paper::read(&ctx, round.into_inner(), Vec::new()).await?;
    let (id, seen, reason) = (material.round.id, form.recommendation()?, form.reason.clone());
    match ctx.write(move |tx| actions::send_back(tx, id, seen, Duty::Signatory, &reason)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&paper::sent_back(&material, parts, form.reason, &faults)?),
        other => {
            other?;
            ctx.redirect_with("/decisions", DONE)
        }
    }
}
