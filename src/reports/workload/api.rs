//! The workload over HTTP. It is answered whole, so it has no pages.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::{Question, Workload};
use super::service;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Asked, Plain, Routes};
use crate::work::Work;

pub fn routes(routes: Routes) -> Routes {
    let about = "How much each officer of your area keeps; answered whole";
    routes.on(Method::GET, "/caseload", Allow::May(Action::ReadCase), about, workload)
}

async fn workload(work: Data<Work>, actor: Actor, question: Asked<Question>) -> Result<Plain<Workload>> {
    service::workload(&work, &actor, question.0).await.map(Plain)
}
