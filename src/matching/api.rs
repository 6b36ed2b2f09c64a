//! Matching over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Matches, ProgrammeAnswer};
use super::service;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::directory::ProgrammeId;
use crate::error::Result;
use crate::http::{Allow, Asked, Listed, Listing, Place, Plain, Routes};
use crate::kernel::time::Date;
use crate::work::Work;

/// What matches are asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MatchFilter {
    /// The day that the answers are for; today, if left out.
    on: Option<Date>,
}

/// What programmes are asked.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AnswerFilter {
    programme_id: Option<ProgrammeId>,
    /// The day that the answers are for; today, if left out.
    on: Option<Date>,
}

pub fn routes(routes: Routes) -> Routes {
    let read = Allow::May(Action::ReadCase);
    routes
        .on(Method::GET, "/cases/{id}/matches", read, "What can help with each open need of a case; recorded", matches)
        .on(Method::GET, "/cases/{id}/eligibility", read, "What programmes answer for the victim; recorded", answers)
}

async fn matches(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    asked: Asked<MatchFilter>,
) -> Result<Plain<Matches>> {
    service::matches(&work, &actor, case.0, asked.0.on).await.map(Plain)
}

async fn answers(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    listing: Listing<AnswerFilter>,
) -> Result<Listed<ProgrammeAnswer>> {
    let AnswerFilter { programme_id, on } = listing.filter;
    service::answers(&work, &actor, case.0, (programme_id, on), listing.page).await.map(Listed)
}
