//! How a handler's signature becomes a part of the OpenAPI document. What a handler does not take, the document does not
//! promise.
use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::Data;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use crate::access::policy::Actor;
use crate::error::Code;

/// What is gathered about one operation.
pub struct Description {
    pub schemas: SchemaGenerator,
    pub parameters: Vec<Value>,
    pub body: Option<Value>,
    /// The media types of the body; JSON if there are none.
    pub kinds: &'static [&'static str],
    /// Status, what it means, the schema of the body, the headers.
    pub answers: BTreeMap<u16, (&'static str, Option<Value>, Vec<&'static str>)>,
    /// The other kinds in which the same answer can be had.
    pub also: Vec<&'static str>,
    pub codes: BTreeSet<&'static str>,
}

impl Description {
    pub fn new(schemas: SchemaGenerator) -> Self {
        let (answers, codes) = (BTreeMap::new(), BTreeSet::new());
        let (parameters, also) = (Vec::new(), Vec::new());
        let mut new = Self { schemas, parameters, body: None, kinds: &[], answers, also, codes };
        new.fails(&[Code::MethodNotAllowed, Code::Internal, Code::Unavailable, Code::StorageFull]);
        new
    }

    /// The schema of `T`, as a reference into the document's components where it has a name.
    pub fn schema<T: JsonSchema>(&mut self) -> Value {
        self.schemas.subschema_for::<T>().to_value()
    }

    pub fn fails(&mut self, codes: &[Code]) {
        self.codes.extend(codes.iter().map(|code| code.word()));
    }

    pub fn header(&mut self, name: &str, required: bool, about: &str) {
        self.parameters.push(json!({
            "name": name, "in": "header", "required": required, "description": about, "schema": { "type": "string" },
        }));
    }
}

/// Something that a handler takes from a request.
pub trait Part {
    fn describe(_about: &mut Description) {}
}

impl<T: 'static> Part for Data<T> {}
impl Part for Actor {}

macro_rules! parts {
    ($($part:ident)*) => {
        impl<$($part: Part),*> Part for ($($part,)*) {
            #[allow(unused_variables, reason = "no parts, nothing to say")]
            fn describe(about: &mut Description) {
                $($part::describe(about);)*
            }
        }
    };
}
parts! {}
parts! { A }
parts! { A B }
parts! { A B C }
parts! { A B C D }
parts! { A B C D E }
