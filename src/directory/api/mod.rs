//! The directory over HTTP. A code is given once: no change can touch it.
use actix_web::http::Method;

use crate::access::policy::Action;
use crate::http::{Allow, Routes};

mod districts;
mod organisations;
mod programmes;
mod rules;
mod services;

pub fn routes(routes: Routes) -> Routes {
    routes.and(district_routes).and(organisation_routes).and(programme_routes).and(service_routes).and(rules::routes)
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
