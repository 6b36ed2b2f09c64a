//! Instruments and screenings over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::instrument::{Instrument, Licence, Status};
use super::model::{Answers, Mode, NewScreening, ScreeningId, ScreeningView};
use super::read::Instruments;
use super::service;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::{Error, Result};
use crate::http::{Allow, Asked, Command, Created, Found, Listed, Listing, Nothing, Place, Plain, Resource, Routes};
use crate::kernel::page::Paged;
use crate::kernel::text::Line;
use crate::work::Work;

impl Resource for ScreeningView {
    /// It is never changed.
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        Some(format!("/screenings/{}", self.screening.id))
    }
}

/// An instrument in a list.
#[derive(Serialize, JsonSchema)]
struct Entry {
    code: String,
    version: i32,
    language: String,
    title: Line<200>,
    status: Status,
    licence: Licence,
    /// Languages into which it may be interpreted; what was asked so is marked.
    translations: Vec<String>,
}

/// Which edition is wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Edition {
    /// The newest, if left out.
    version: Option<i64>,
    /// `en`, if left out.
    language: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ScreeningBody {
    /// The code of an instrument: `phq-9`.
    instrument: Line<40>,
    /// The newest, if left out.
    #[serde(default)]
    version: Option<i32>,
    /// The language in which it was asked: one of the instrument's own or of its `translations`.
    language: Line<3>,
    mode: Mode,
    /// By the key of the item: a number of its scale, `refused` or `unknown`.
    answers: Answers,
}

pub fn routes(routes: Routes) -> Routes {
    let (record, read) = (Allow::May(Action::RecordScreening), Allow::May(Action::ReadScreening));
    routes
        .on(Method::GET, "/instruments", Allow::SignedIn, "The instruments that may be used", instruments)
        .on(
            Method::GET,
            "/instruments/{code}",
            Allow::SignedIn,
            "One instrument whole: what is asked and how it is scored",
            instrument,
        )
        .on(Method::POST, "/cases/{id}/screenings", record, "Record the answers to an instrument", take)
        .on(Method::GET, "/cases/{id}/screenings", read, "Screenings with the change since the last; recorded", list)
        .on(Method::GET, "/screenings/{id}", read, "One screening; recorded", view)
}

async fn instruments(all: Data<Instruments>) -> Result<Listed<Entry>> {
    let items = all.all().map(|one| Entry::from(&**one)).collect();
    Ok(Listed(Paged { items, next: None }))
}

async fn instrument(all: Data<Instruments>, code: Place<String>, asked: Asked<Edition>) -> Result<Plain<Instrument>> {
    let Edition { version, language } = asked.0;
    let version = version.map(i32::try_from).transpose().map_err(|_| Error::NOT_FOUND)?;
    let found = all.find(&code.0, version, language.as_deref()).ok_or(Error::NOT_FOUND)?;
    Ok(Plain(Instrument::clone(found)))
}

async fn take(
    work: Data<Work>,
    all: Data<Instruments>,
    case: Place<CaseId>,
    command: Command<ScreeningBody>,
) -> Result<Created<ScreeningView>> {
    let Command { actor, key, body } = command;
    service::record(&work, &all, &actor, key, (case.0, body.into())).await.map(Created)
}

async fn list(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<ScreeningView>> {
    service::list(&work, &actor, case.0, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<ScreeningId>) -> Result<Found<ScreeningView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

impl From<ScreeningBody> for NewScreening {
    fn from(body: ScreeningBody) -> Self {
        let ScreeningBody { instrument, version, language, mode, answers } = body;
        Self { instrument, version, language, mode, answers }
    }
}

impl From<&Instrument> for Entry {
    fn from(one: &Instrument) -> Self {
        Self {
            code: one.code.to_string(),
            version: *one.version,
            language: one.language.to_string(),
            title: one.title.clone(),
            status: one.status,
            licence: one.licence.clone(),
            translations: one.translations.iter().map(|language| language.to_string()).collect(),
        }
    }
}
