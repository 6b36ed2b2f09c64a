//! A handler that panics.
use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::web;
use umeed::http::{Allow, Plain, Routes};

use crate::kit::*;

async fn panic() -> Plain<String> {
    panic!("on purpose, with 35202-1234567-1 in it")
}

#[actix_web::test]
async fn a_panic_is_answered_with_a_problem_that_tells_nothing() {
    let app = App::sqlite().await;
    let routes = Routes::under("/api/v1").on(Method::GET, "/panic", Allow::Public, "Panics", panic);
    let application = actix_web::App::new().configure(|config| routes.configure(config));
    let application = application.default_service(web::to(|| async { HttpResponse::NotFound().finish() }));
    let with_panic = app.served_by(serve!(application.wrap(from_fn(umeed::http::surround))));
    for _ in 0..3 {
        let answer = with_panic.get(&NOBODY, "/panic").await.problem(500, "internal");
        assert!(!answer.body().contains("35202"));
    }
    app.end().await;
}
