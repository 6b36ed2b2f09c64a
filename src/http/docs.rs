//! The OpenAPI document and a page that shows it. Everything comes from the binary; no other host is asked.
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, ServiceConfig, get, resource};
use actix_web::{HttpResponse, Responder};

/// The document as text, made once.
pub struct Document(pub String);

const ASSETS: [(&str, &str, &[u8]); 4] = [
    ("/docs", "text/html; charset=utf-8", include_bytes!("docs/index.html")),
    ("/docs/start.js", "text/javascript", include_bytes!("docs/start.js")),
    ("/docs/swagger-ui-bundle.js", "text/javascript", include_bytes!("docs/swagger-ui-bundle.js")),
    ("/docs/swagger-ui.css", "text/css", include_bytes!("docs/swagger-ui.css")),
];

/// Public, and read-only: what the service can do is no secret.
pub fn configure(config: &mut ServiceConfig) {
    config.service(resource("/api/v1/openapi.json").route(get().to(document)));
    for (path, kind, bytes) in ASSETS {
        let answer = move || async move {
            HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, kind))
                .insert_header((CACHE_CONTROL, "no-cache"))
                .body(bytes)
        };
        config.service(resource(path).route(get().to(answer)));
    }
}

async fn document(document: Data<Document>) -> impl Responder {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}
