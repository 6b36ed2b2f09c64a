//! Reports over HTTP. A report is answered whole, so it has no pages.
use actix_web::http::Method;
use actix_web::web::Data;

use super::coverage::{CoverageQuestion, CoverageReport};
use super::districts::{DistrictQuestion, DistrictReport};
use super::model::{self, CasualtyReport, Rules};
use super::payouts::{PayoutQuestion, PayoutReport};
use super::referral_loop::{LoopQuestion, LoopReport};
use super::service;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Question, Routes, Told};
use crate::work::Work;

pub fn routes(routes: Routes) -> Routes {
    let (figures, reports) = (Allow::May(Action::ReadFigures), Allow::May(Action::ReadReports));
    let paying = Allow::May(Action::ReadPayment);
    let casualty_figures = "Casualty figures of a period against the period before, a block a source";
    let answers = "Time to answer, ends and outcomes of referrals, by organisation and programme";
    routes
        .on(Method::GET, "/reports/casualties", figures, casualty_figures, casualties)
        .on(Method::GET, "/reports/referral-loop", reports, answers, referral_loop)
        .on(Method::GET, "/reports/caseload", reports, "Cases as they are now, by district", caseload)
        .on(Method::GET, "/reports/needs", reports, "Needs unmet and still to be met, by district", needs)
        .on(
            Method::GET,
            "/reports/clocks",
            reports,
            "Statutory terms of claims, kept and breached, by district",
            clocks,
        )
        .on(Method::GET, "/reports/payouts", paying, "Payments by instrument, district, month and status", payouts)
        .on(Method::GET, "/reports/coverage", reports, "Registered victims beside official figures", coverage)
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

async fn caseload(
    work: Data<Work>,
    rules: Data<Rules>,
    actor: Actor,
    asked: Question<DistrictQuestion>,
) -> Result<Told<DistrictReport>> {
    let report = service::caseload(&work, &actor, &rules, asked.terms).await?;
    Ok(Told::new(asked.format, report))
}

async fn needs(
    work: Data<Work>,
    rules: Data<Rules>,
    actor: Actor,
    asked: Question<DistrictQuestion>,
) -> Result<Told<DistrictReport>> {
    let report = service::needs(&work, &actor, &rules, asked.terms).await?;
    Ok(Told::new(asked.format, report))
}

async fn clocks(
    work: Data<Work>,
    rules: Data<Rules>,
    actor: Actor,
    asked: Question<DistrictQuestion>,
) -> Result<Told<DistrictReport>> {
    let report = service::clocks(&work, &actor, &rules, asked.terms).await?;
    Ok(Told::new(asked.format, report))
}

async fn payouts(work: Data<Work>, actor: Actor, asked: Question<PayoutQuestion>) -> Result<Told<PayoutReport>> {
    let report = service::payouts(&work, &actor, asked.terms).await?;
    Ok(Told::new(asked.format, report))
}

async fn coverage(
    work: Data<Work>,
    rules: Data<Rules>,
    actor: Actor,
    asked: Question<CoverageQuestion>,
) -> Result<Told<CoverageReport>> {
    let report = service::coverage(&work, &actor, &rules, asked.terms).await?;
    Ok(Told::new(asked.format, report))
}
