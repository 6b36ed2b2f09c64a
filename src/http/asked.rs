//! A question that is answered whole: its terms come from the query, and it refuses terms of paging, which would leave
//! a part of the answer out.
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::describe::{Description, Part};
use super::faults;
use crate::error::{Code, Error, Result};

/// What is asked, from the query.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Asked<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T> {
    serde_path_to_error::deserialize(faults::pairs(pairs(query)?)).map_err(|error| faults::of_query(&error))
}

/// Names and values of a query, as they were sent.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>> {
    serde_urlencoded::from_str(query).map_err(|_| Code::MalformedQuery.into())
}

impl<T: JsonSchema> Part for Asked<T> {
    fn describe(about: &mut Description) {
        let asked = SchemaGenerator::from(about.schemas.settings().clone()).into_root_schema_for::<T>();
        // Makes the components that the parts of the question refer to.
        about.schema::<T>();
        let required = asked.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let fields = asked.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, schema) in fields {
            let required = required.iter().any(|field| *field == name);
            about.parameters.push(json!({ "name": name, "in": "query", "required": required, "schema": schema }));
        }
        about.fails(&[Code::MalformedQuery, Code::Invalid]);
    }
}
