//! The rules of programmes and services over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use crate::access::policy::Action;
use crate::directory::model::{NewRules, ProgrammeId, RuleOwner, RuleSet, RuleSetId, ServiceId};
use crate::directory::service::rules as service;
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, Listed, Listing, Nothing, Place, Resource, Routes};
use crate::work::Work;

impl Resource for RuleSet {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/rule-sets/{}", self.id))
    }
}

pub fn routes(routes: Routes) -> Routes {
    let (read, manage) = (Allow::May(Action::ReadDirectory), Allow::May(Action::ManageDirectory));
    routes
        .on(Method::GET, "/programmes/{id}/rules", read, "Every version of a programme's rules", of_programme)
        .on(Method::POST, "/programmes/{id}/rules", manage, "Supersede a programme's rules", record_of_programme)
        .on(Method::GET, "/services/{id}/rules", read, "Every version of a service's own rules", of_service)
        .on(Method::POST, "/services/{id}/rules", manage, "Supersede a service's own rules", record_of_service)
        .on(Method::GET, "/rule-sets/{id}", read, "One version of rules", view)
}

async fn view(work: Data<Work>, id: Place<RuleSetId>) -> Result<Found<RuleSet>> {
    service::view(&work, id.0).await.map(Found)
}

async fn of_programme(work: Data<Work>, id: Place<ProgrammeId>, listing: Listing<Nothing>) -> Result<Listed<RuleSet>> {
    service::list(&work, RuleOwner::Programme(id.0), listing.page).await.map(Listed)
}

async fn of_service(work: Data<Work>, id: Place<ServiceId>, listing: Listing<Nothing>) -> Result<Listed<RuleSet>> {
    service::list(&work, RuleOwner::Service(id.0), listing.page).await.map(Listed)
}

async fn record_of_programme(
    work: Data<Work>,
    id: Place<ProgrammeId>,
    command: Command<NewRules>,
) -> Result<Created<RuleSet>> {
    let Command { actor, key, body } = command;
    service::record(&work, &actor, key, (RuleOwner::Programme(id.0), body)).await.map(Created)
}

async fn record_of_service(
    work: Data<Work>,
    id: Place<ServiceId>,
    command: Command<NewRules>,
) -> Result<Created<RuleSet>> {
    let Command { actor, key, body } = command;
    service::record(&work, &actor, key, (RuleOwner::Service(id.0), body)).await.map(Created)
}
