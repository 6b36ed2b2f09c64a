//! Reports over HTTP. A report is answered whole, so it has no pages.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::{self, CasualtyReport, Rules};
use super::referral_loop::{LoopQuestion, LoopReport};
use super::service;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Question, Routes, Told};
use crate::work::Work;

pub fn routes(routes: Routes) -> Routes {
    let (figures, reports) = (Allow::May(Action::ReadFigures), Allow::May(Action::ReadReports));
    let casualty_figures = "Casualty figures of a period against the period before, a block a source";
    let answers = "Time to answer, ends and outcomes of referrals, by organisation and programme";
    routes.on(Method::GET, "/reports/casualties", figures, casualty_figures, casualties).on(
        Method::GET,
        "/reports/referral-loop",
        reports,
        answers,
        referral_loop,
    )
}

async fn casualties(work: Data<Work>, actor: Actor, asked: Question<model::Question>) -> Result<Told<CasualtyReport>> {
    let report = service::casualties(&work, &actor, asked.terms).await?;
    Ok(Told::new(asked.format, report))
}

async fn referral_loop(
    work: Data<Work>,
    rules: Data<Rules>,
    actor: Actor,
    asked: Question<LoopQuestion>,
) -> Result<Told<LoopReport>> {
    let report = service::referral_loop(&work, &actor, &rules, asked.terms).await?;
    Ok(Told::new(asked.format, report))
}
