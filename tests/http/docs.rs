//! The OpenAPI document and the page that shows it.
use std::collections::BTreeSet;

use umeed::http::{Allow, server};

use crate::kit::*;

/// Every `$ref` below this value.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[actix_web::test]
async fn the_document_tells_of_every_operation_and_every_reference_resolves() {
    let app = App::sqlite().await;
    let document = app.get(&NOBODY, "/api/v1/openapi.json").await.expect(200).json;
    assert_eq!(document["openapi"], "3.1.0");
    let routes = server::routes();
    let (mut ids, mut tags) = (BTreeSet::new(), BTreeSet::new());
    for operation in routes.operations() {
        let told = &document["paths"][&operation.path][operation.method.as_str().to_lowercase()];
        let name = format!("{} {}", operation.method, operation.path);
        assert!(told.is_object(), "{name} is not told of");
        assert!(ids.insert(told["operationId"].as_str().unwrap()), "{name}: its id is not its own");
        assert!(told["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}");
        tags.insert(told["tags"][0].as_str().unwrap());
        let responses = told["responses"].as_object().unwrap();
        let told_of = |status: &str| responses.contains_key(status);
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}: no success");
        assert_eq!(told["security"] == json!([]), matches!(operation.allow, Allow::Public), "{name}");
        assert_eq!(told_of("403"), matches!(operation.allow, Allow::May(_)), "{name}");
        assert!(matches!(operation.allow, Allow::Public) || told_of("401"), "{name}");
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{name} {status}");
            let content = &response["content"]["application/problem+json"];
            assert_eq!(content.is_object(), status.as_str() >= "400", "{name} {status}");
        }
        let in_path = operation.path.matches('{').count();
        let parameters = told["parameters"].as_array().unwrap();
        assert_eq!(parameters.iter().filter(|one| one["in"] == "path").count(), in_path, "{name}");
        assert!(parameters.iter().all(|one| one["name"].as_str().is_some_and(|name| name != "{}")), "{name}");
    }
    let count: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(count, routes.operations().len(), "the document tells of what is not there");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} is elsewhere"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    app.end().await;
}

#[actix_web::test]
async fn a_slow_line_is_sent_less_but_nothing_that_bears_a_tag_or_a_digest_is_recoded() {
    let app = App::sqlite().await;
    let file = app.file().await;
    let packed = async |who: &dyn Bearer, path: &str| {
        let answer = app.ask(who, Method::GET, path).header("accept-encoding", "gzip").await.expect(200);
        (answer.header("content-encoding") == "gzip", answer.body.len())
    };
    let whole = app.get(&NOBODY, "/docs/swagger-ui-bundle.js").await;
    assert_eq!(whole.header("cache-control"), "public, max-age=86400");
    let (is_packed, sent) = packed(&NOBODY, "/docs/swagger-ui-bundle.js").await;
    assert!(is_packed && sent * 2 < whole.body.len(), "{sent} bytes of {}", whole.body.len());
    for path in ["/api/v1/openapi.json".to_owned(), "/districts".to_owned(), file.of_case("/matches")] {
        let (whole, (is_packed, sent)) = (app.get(&file.officer, &path).await, packed(&file.officer, &path).await);
        assert!(is_packed && sent * 2 < whole.body.len(), "{path}: {sent} bytes of {}", whole.body.len());
        assert!(path.ends_with("openapi.json") || whole.header("cache-control") == "no-store", "{path}");
    }
    for path in [file.of_case(""), "/reports/casualties?from=2026-01-01&to=2026-01-31&format=csv".to_owned()] {
        assert!(!packed(&file.officer, &path).await.0, "{path}");
    }
    app.end().await;
}

#[actix_web::test]
async fn the_page_comes_from_the_binary_and_asks_no_other_host() {
    let app = App::sqlite().await;
    for (path, kind) in [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/start.js", "text/javascript"),
        ("/docs/swagger-ui-bundle.js", "text/javascript"),
        ("/docs/swagger-ui.css", "text/css"),
    ] {
        let answer = app.get(&NOBODY, path).await.expect(200);
        assert_eq!(answer.header("content-type"), kind);
        assert!(!answer.body.is_empty());
        let policy = answer.header("content-security-policy");
        assert!(!policy.contains("http") && policy.contains("script-src 'self'"), "{policy}");
    }
    for path in ["/docs", "/docs/start.js"] {
        let body = app.get(&NOBODY, path).await.expect(200).body();
        assert!(!body.contains("http://") && !body.contains("https://"), "{path}");
    }
    app.end().await;
}
