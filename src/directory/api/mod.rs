//! The directory over HTTP. A code is given once: no change can touch it.
use std::borrow::Cow;

use actix_web::http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

use crate::access::policy::Action;
use crate::http::{Allow, Routes};

mod districts;
mod organisations;
mod programmes;
mod services;

pub fn routes(routes: Routes) -> Routes {
    routes.and(district_routes).and(organisation_routes).and(programme_routes).and(service_routes)
}

fn district_routes(routes: Routes) -> Routes {
    let manage = Allow::May(Action::ManageDirectory);
    routes
        .on(Method::GET, "/districts", Allow::Public, "Districts, by their p-code", districts::list)
        .on(Method::GET, "/districts/{pcode}", Allow::Public, "One district", districts::view)
        .on(Method::POST, "/districts", manage, "Add a district that the list does not have", districts::add)
        .on(Method::POST, "/districts/{pcode}/end", manage, "Set the last day of a district", districts::end)
}

fn organisation_routes(routes: Routes) -> Routes {
    let (read, manage) = (Allow::May(Action::ReadDirectory), Allow::May(Action::ManageDirectory));
    routes
        .on(Method::GET, "/organisations", read, "Organisations, newest first", organisations::list)
        .on(Method::GET, "/organisations/{id}", read, "One organisation", organisations::view)
        .on(Method::POST, "/organisations", manage, "Add an organisation", organisations::add)
        .on(Method::PATCH, "/organisations/{id}", manage, "Change an organisation", organisations::change)
}

fn programme_routes(routes: Routes) -> Routes {
    let (read, manage) = (Allow::May(Action::ReadDirectory), Allow::May(Action::ManageDirectory));
    routes
        .on(Method::GET, "/programmes", read, "Programmes, newest first", programmes::list)
        .on(Method::GET, "/programmes/{id}", read, "One programme, with its source", programmes::view)
        .on(Method::POST, "/programmes", manage, "Add a programme", programmes::add)
        .on(Method::PATCH, "/programmes/{id}", manage, "Change a programme", programmes::change)
}

fn service_routes(routes: Routes) -> Routes {
    let (read, manage) = (Allow::May(Action::ReadDirectory), Allow::May(Action::ManageDirectory));
    routes
        .on(Method::GET, "/services", read, "Services, newest first", services::list)
        .on(Method::GET, "/services/{id}", read, "One service", services::view)
        .on(Method::POST, "/services", manage, "Add a service", services::add)
        .on(Method::PATCH, "/services/{id}", manage, "Change a service", services::change)
}

/// A field of a change that may be emptied: left out it stays, `null` empties it.
#[derive(Clone, Default)]
enum Optional<T> {
    #[default]
    Kept,
    Given(Option<T>),
}

impl<T> Optional<T> {
    fn or(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Kept => old,
            Self::Given(new) => new,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Optional<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Given)
    }
}

impl<T: JsonSchema> JsonSchema for Optional<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }
    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(schemas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Change {
        #[serde(default)]
        phone: Optional<String>,
    }

    #[test]
    fn null_empties_a_field_and_leaving_it_out_keeps_it() {
        for (json, phone) in [("{}", Some("old")), (r#"{"phone":null}"#, None), (r#"{"phone":"new"}"#, Some("new"))] {
            let change: Change = serde_json::from_str(json).unwrap();
            assert_eq!(change.phone.or(Some("old".to_owned())).as_deref(), phone, "{json}");
        }
    }

    #[test]
    fn such_a_field_is_not_required() {
        assert_eq!(schemars::schema_for!(Change).get("required"), None);
    }
}
