//! Declarations over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::{Declaration, DeclarationId, NewDeclaration, Standing};
use super::service;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Created, Listed, Listing, Nothing, Place, Plain, Resource, Routes};
use crate::work::{Work, Written};

impl Resource for Declaration {
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        None
    }
}

pub fn routes(routes: Routes) -> Routes {
    let (own, manage) = (Allow::May(Action::Declare), Allow::May(Action::ManageUsers));
    routes
        .on(Method::GET, "/me/declarations", own, "What one has declared, newest first; recorded", list)
        .on(Method::POST, "/me/declarations", own, "Declare one's own numbers, or those of a relation", make)
        .on(Method::POST, "/me/declarations/{id}/withdraw", own, "It is not so, or not any more", withdraw)
        .on(Method::GET, "/declarations", manage, "Who has declared anything, and when last; not what", standings)
}

async fn list(work: Data<Work>, actor: Actor) -> Result<Plain<Vec<Declaration>>> {
    service::list(&work, &actor).await.map(Plain)
}

async fn make(work: Data<Work>, command: Command<NewDeclaration>) -> Result<Created<Declaration>> {
    let Command { actor, key, body } = command;
    service::make(&work, &actor, key, body).await.map(Created)
}

async fn withdraw(work: Data<Work>, id: Place<DeclarationId>, command: Command<Nothing>) -> Result<Written<()>> {
    service::withdraw(&work, &command.actor, command.key, id.0).await
}

async fn standings(work: Data<Work>, listing: Listing<Nothing>) -> Result<Listed<Standing>> {
    service::standings(&work, listing.page).await.map(Listed)
}
