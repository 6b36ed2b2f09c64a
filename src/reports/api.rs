//! Reports over HTTP. A report is answered whole, so it has no pages.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::{CasualtyReport, Question};
use super::service;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Asked, Plain, Routes};
use crate::work::Work;

pub fn routes(routes: Routes) -> Routes {
    let read = Allow::May(Action::ReadFigures);
    let about = "Casualty figures of a period against the period before, a block a source";
    routes.on(Method::GET, "/reports/casualties", read, about, casualties)
}

async fn casualties(work: Data<Work>, actor: Actor, question: Asked<Question>) -> Result<Plain<CasualtyReport>> {
    service::casualties(&work, &actor, question.0).await.map(Plain)
}
