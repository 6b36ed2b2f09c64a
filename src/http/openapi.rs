//! The OpenAPI 3.1 document, made from the routes themselves: a route that is not registered is not described.
use std::collections::BTreeMap;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::describe::Description;
use super::problem::Problem;
use super::router::{Allow, Operation, Routes};
use crate::error::Code;

/// The document for these routes.
pub fn document(routes: &Routes) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut schemas = SchemaGenerator::new(settings);
    let problem = schemas.subschema_for::<Problem>().to_value();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in routes.operations() {
        let mut about = Description::new(schemas);
        (operation.describe)(&mut about);
        let method = operation.method.as_str().to_lowercase();
        paths.entry(&operation.path).or_default().insert(method, describe(operation, &mut about, &problem));
        schemas = about.schemas;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Umeed", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "Case management for the victims of terrorist attacks in Pakistan. Conventions: docs/api.md.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
        },
    })
}

fn describe(operation: &Operation, about: &mut Description, problem: &Value) -> Value {
    let mut security = json!([{ "bearer": [] }]);
    match operation.allow {
        Allow::Public => security = json!([]),
        Allow::SignedIn => about.fails(&[Code::Unauthenticated]),
        Allow::May(_) => about.fails(&[Code::Unauthenticated, Code::Forbidden]),
    }
    let mut described = json!({
        "operationId": id(operation.handler), "summary": operation.about, "tags": [tag(&operation.path)],
        "security": security, "parameters": parameters(operation, about), "responses": responses(about, problem),
    });
    if let (Some(body), Some(described)) = (&about.body, described.as_object_mut()) {
        let kinds = if about.kinds.is_empty() { &["application/json"] } else { about.kinds };
        let content = kinds.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": body })));
        let content: Map<_, _> = content.collect();
        described.insert("requestBody".into(), json!({ "required": true, "content": content }));
    }
    if let (Allow::May(action), Some(described)) = (operation.allow, described.as_object_mut()) {
        described.insert("x-permission".into(), json!(action.word()));
    }
    described
}

/// `umeed::cases::api::open` is `cases.open`.
fn id(handler: &str) -> String {
    let parts: Vec<_> = handler.split("::").filter(|part| !["umeed", "api", "http"].contains(part)).collect();
    parts.join(".")
}

fn tag(path: &str) -> &str {
    path.strip_prefix("/api/v1/").unwrap_or(path).trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// A path parameter takes its name from the path.
fn parameters(operation: &Operation, about: &Description) -> Value {
    let name = operation.path.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
    let named = about.parameters.iter().cloned().map(|mut parameter| {
        if let Some(place) = parameter.get_mut("name").filter(|place| **place == "{}") {
            *place = json!(name);
        }
        parameter
    });
    named.collect()
}

fn responses(about: &Description, problem: &Value) -> Value {
    let mut responses = Map::new();
    for (status, (text, schema, headers)) in &about.answers {
        let headers: Map<_, _> =
            headers.iter().map(|name| ((*name).to_owned(), json!({ "schema": { "type": "string" } }))).collect();
        let mut response = Map::from_iter([("description".into(), json!(text)), ("headers".into(), headers.into())]);
        let json = schema.as_ref().map(|schema| ("application/json".to_owned(), json!({ "schema": schema })));
        let also = about.also.iter().filter(|_| *status == 200).map(|kind| ((*kind).to_owned(), json!({})));
        let content: Map<_, _> = json.into_iter().chain(also).collect();
        if !content.is_empty() {
            response.insert("content".into(), content.into());
        }
        responses.insert(status.to_string(), response.into());
    }
    let mut failures: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in Code::ALL.iter().filter(|code| about.codes.contains(code.word())) {
        failures.entry(code.status()).or_default().push(*code);
    }
    for (status, codes) in failures {
        let told: Vec<_> = codes.iter().map(|code| format!("`{}`: {}", code.word(), code.title())).collect();
        responses.insert(
            status.to_string(),
            json!({
                "description": told.join("; "), "content": { "application/problem+json": { "schema": problem } },
            }),
        );
    }
    responses.into()
}
