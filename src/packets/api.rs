//! Packets over HTTP: pages to print.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::{PaperPrinting, Printing};
use super::service;
use crate::access::policy::{Action, Actor};
use crate::directory::ServiceId;
use crate::error::Result;
use crate::http::{Allow, Asked, Place, Printable, Routes};
use crate::referrals::ReferralId;
use crate::work::Work;

pub fn routes(routes: Routes) -> Routes {
    let referred = "A referral as a page to print, in its copies; recorded";
    let papers = "The papers a service asks for, as a page to print for one case; recorded";
    routes.on(Method::GET, "/referrals/{id}/packet", Allow::May(Action::ReadReferral), referred, referral).on(
        Method::GET,
        "/services/{id}/packet",
        Allow::May(Action::ReadCase),
        papers,
        papers_of_service,
    )
}

async fn referral(work: Data<Work>, actor: Actor, id: Place<ReferralId>, how: Asked<Printing>) -> Result<Printable> {
    service::referral(&work, &actor, id.0, how.0).await.map(Printable)
}

async fn papers_of_service(
    work: Data<Work>,
    actor: Actor,
    id: Place<ServiceId>,
    how: Asked<PaperPrinting>,
) -> Result<Printable> {
    service::papers(&work, &actor, id.0, how.0).await.map(Printable)
}
