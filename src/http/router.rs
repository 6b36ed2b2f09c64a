//! The door: a route cannot be registered without saying whom it lets in and what it is for.
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::web::{Data, ServiceConfig, resource, route};
use actix_web::{FromRequest, Handler, HttpMessage, HttpResponse, Responder};
use futures_util::FutureExt;

use super::answer::Answer;
use super::describe::{Description, Part};
use super::middleware::RequestId;
use crate::access::policy::{self, Action, Actor};
use crate::access::{Tokens, authenticate};
use crate::error::{Code, Error, Result};
use crate::work::Work;

/// Whom a route lets in.
#[derive(Debug, Clone, Copy)]
pub enum Allow {
    Public,
    SignedIn,
    May(Action),
}

impl Allow {
    fn check(self, actor: &Actor) -> Result<()> {
        match self {
            Self::May(action) if !policy::may(actor, action) => {
                Err(Error::Forbidden { action: action.word(), subject: None })
            }
            Self::Public | Self::SignedIn | Self::May(_) => Ok(()),
        }
    }
}

/// A route as it is told about: to the test that tries every door, and to the OpenAPI document.
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub allow: Allow,
    pub about: &'static str,
    /// The handler's path in the code, from which the operation's id is made.
    pub handler: &'static str,
    pub(super) describe: fn(&mut Description),
}

/// Routes under one prefix.
pub struct Routes {
    prefix: &'static str,
    operations: Vec<Operation>,
    places: BTreeMap<String, Vec<(Method, actix_web::Route)>>,
}

impl Routes {
    pub fn under(prefix: &'static str) -> Self {
        Self { prefix, operations: Vec::new(), places: BTreeMap::new() }
    }

    /// The only way to register a handler. `about` is one sentence for the documentation.
    pub fn on<H, Args>(mut self, method: Method, path: &str, allow: Allow, about: &'static str, handler: H) -> Self
    where
        H: Handler<Args>,
        Args: FromRequest + Part + 'static,
        H::Output: Responder + Answer + 'static,
    {
        let path = format!("{}{path}", self.prefix);
        let door = from_fn(move |request: ServiceRequest, next: Next<BoxBody>| enter(allow, request, next));
        let guarded = route().method(method.clone()).to(handler).wrap(door);
        let guarded = if H::Output::IS_TAGGED { guarded } else { guarded.wrap(Compress::default()) };
        let describe = |about: &mut Description| {
            Args::describe(about);
            <H::Output as Answer>::describe(about);
        };
        let handler = std::any::type_name::<H>();
        self.operations.push(Operation { method: method.clone(), path: path.clone(), allow, about, handler, describe });
        self.places.entry(path).or_default().push((method, guarded));
        self
    }

    pub fn and(self, more: impl FnOnce(Self) -> Self) -> Self {
        more(self)
    }

    /// Routes under another prefix.
    pub fn at(self, prefix: &'static str, more: impl FnOnce(Self) -> Self) -> Self {
        let own = self.prefix;
        Self { prefix: own, ..more(Self { prefix, ..self }) }
    }

    /// Every route and its door.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    pub fn configure(self, config: &mut ServiceConfig) {
        for (path, routes) in self.places {
            let known = routes.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(", ");
            let refuse = move || {
                let known = known.clone();
                async move { Err::<HttpResponse, _>(Error::MethodNotAllowed(known)) }
            };
            let resource = routes.into_iter().fold(resource(path), |all, (_, one)| all.route(one));
            config.service(resource.default_service(route().to(refuse)));
        }
    }
}

/// The longest that a handler may take. A write goes on to its end even if nobody waits for it any more.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same where a file is sent in, perhaps over a slow line.
const PATIENCE_WITH_FILES: Duration = Duration::from_mins(3);

fn patience(request: &ServiceRequest) -> Duration {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    if kind.starts_with(b"multipart/") { PATIENCE_WITH_FILES } else { PATIENCE }
}

async fn enter(
    allow: Allow,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (asked, patience) = (request.request().clone(), patience(&request));
    let answer = async {
        admit(allow, &request).await?;
        next.call(request).await
    };
    let error = match tokio::time::timeout(patience, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(Ok(response))) => return Ok(response),
        Ok(Ok(Err(error))) => error,
        Ok(Err(_)) => Error::Panicked.into(),
        Err(_) => Error::from(Code::Unavailable).into(),
    };
    Ok(ServiceResponse::new(asked, HttpResponse::from_error(error)))
}

fn bearer(request: &ServiceRequest) -> Option<&str> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Finds out who is asking and whether the door is theirs. A refusal at the door is recorded like any other.
async fn admit(allow: Allow, request: &ServiceRequest) -> Result<()> {
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_default();
    let about = request.match_info().iter().next().and_then(|(_, part)| part.parse().ok()).unwrap_or_default();
    let mut actor = Actor::nobody();
    if !matches!(allow, Allow::Public) {
        let (work, tokens) = (request.app_data::<Data<Work>>(), request.app_data::<Data<Tokens>>());
        let (Some(work), Some(tokens)) = (work, tokens) else { return Err(Error::Corrupt("no work to do")) };
        actor = authenticate(work, tokens, bearer(request)).await?;
        (actor.request, actor.about) = (id.0, about);
        if let Err(error) = allow.check(&actor) {
            work.record_refusal(&actor, &error).await?;
            return Err(error);
        }
    }
    (actor.request, actor.about) = (id.0, about);
    request.extensions_mut().insert(actor);
    Ok(())
}
