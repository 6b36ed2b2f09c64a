//! Payments and their batches over HTTP.
mod batches;
mod payments;

use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes.and(batches::routes).and(payments::routes)
}
