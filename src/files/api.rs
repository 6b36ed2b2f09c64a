//! Case files over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::CaseFile;
use super::service;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::Result;
use crate::http::{Allow, Place, Plain, Routes};
use crate::work::Work;

pub fn routes(routes: Routes) -> Routes {
    let about = "A case with its victim, needs and referrals; recorded";
    routes.on(Method::GET, "/cases/{id}/file", Allow::May(Action::ReadCase), about, open)
}

async fn open(work: Data<Work>, actor: Actor, id: Place<CaseId>) -> Result<Plain<CaseFile>> {
    service::open(&work, &actor, id.0).await.map(Plain)
}
