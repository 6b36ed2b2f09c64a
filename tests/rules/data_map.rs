//! What is kept of whom and for how long: `config/data-map.toml` names every column there is, and no other.
use std::collections::BTreeSet;

use super::nothing_of;
use crate::kit::App;

const CLASSES: &[&str] = &["public", "internal", "personal", "sealed", "secret"];

#[actix_web::test]
async fn every_column_has_a_class_and_a_time_to_be_kept() {
    let app = App::sqlite().await;
    let there: BTreeSet<String> = super::schema::columns(&app).await.iter().map(|column| super_name(column)).collect();
    let map: toml::Table = std::fs::read_to_string("config/data-map.toml").unwrap().parse().unwrap();
    let (mut named, mut wrong) = (BTreeSet::new(), Vec::new());
    for (table, entry) in &map {
        if entry["retention"].as_str().is_none_or(|text| text.len() <= 10) {
            wrong.push(format!("{table}: no retention"));
        }
        for (column, class) in entry["columns"].as_table().unwrap() {
            if !class.as_str().is_some_and(|class| CLASSES.contains(&class)) {
                wrong.push(format!("{table}.{column}: a class is one of {CLASSES:?}"));
            }
            named.insert(format!("{table}.{column}"));
        }
    }
    wrong.extend(there.difference(&named).map(|column| format!("{column} is not in the data map")));
    wrong.extend(named.difference(&there).map(|column| format!("{column} is not in the database")));
    nothing_of(wrong);
    app.end().await;
}

/// A sealed or secret column holds bytes, never readable text; passwords are hashes in text.
#[actix_web::test]
async fn what_is_sealed_is_kept_as_bytes() {
    let app = App::sqlite().await;
    let columns = super::schema::columns(&app).await;
    let map: toml::Table = std::fs::read_to_string("config/data-map.toml").unwrap().parse().unwrap();
    let mut wrong = Vec::new();
    for column in &columns {
        let (table, name) = column.split(' ').next().unwrap().split_once('.').unwrap();
        let class = map.get(table).and_then(|entry| entry["columns"].get(name)).and_then(toml::Value::as_str);
        if class == Some("sealed") && !column.contains(" BLOB") {
            wrong.push(column.clone());
        }
    }
    nothing_of(wrong);
    app.end().await;
}

fn super_name(column: &str) -> String {
    column.split(' ').next().unwrap().to_owned()
}
