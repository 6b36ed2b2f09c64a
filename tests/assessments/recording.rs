//! Recording answers.
use super::{phq_9, screening, wg_ss};
use crate::kit::*;

/// A case of somebody with this birth year; `None` for a child of unknown age.
async fn case_of(app: &App, file: &File, birth_year: Option<i32>) -> String {
    let mut body = victim_body(&file.incident);
    body["birth_year"] = json!(birth_year);
    body["is_child"] = json!(true);
    let victim = app.post(&file.officer, "/victims", body).await.expect(201).id();
    let case = json!({ "victim_id": victim, "incident_id": file.incident });
    app.post(&file.officer, "/cases", case).await.expect(201).location()
}

on_both_databases! {
    async fn instruments_are_told_whole_with_licence_and_status(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let all = app.get(&officer, "/instruments").await.expect(200);
        let codes: Vec<_> = all.json["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["gad-7", "individual-assessment", "pc-ptsd-5", "phq-4", "phq-9", "wg-ss"]);
        let phq = app.get(&officer, "/instruments/phq-9").await.expect(200);
        assert_eq!(phq.json["items"].as_array().unwrap().len(), 10);
        assert_eq!((phq.text("status"), phq.json["licence"]["confidence"].clone()), ("validated".into(), json!("medium")));
        assert_eq!(phq.json["scores"][0]["cut_offs"], json!([{ "at_least": 10, "sex": null }]));
        app.get(&officer, "/instruments/phq-9?version=1&language=en").await.expect(200);
        app.get(&officer, "/instruments/phq-9?language=ur").await.problem(404, "not_found");
        app.get(&officer, "/instruments/phq-8").await.problem(404, "not_found");
        app.get(&NOBODY, "/instruments").await.problem(401, "unauthenticated");
    }

    async fn a_screen_is_scored_proposes_a_need_and_shows_the_change_when_it_is_taken_again(app: App) {
        let file = app.file().await;
        let place = file.of_case("/screenings");
        let first = app.post(&file.officer, &place, phq_9(2, 0)).key("one").await.expect(201);
        assert_eq!(first.json["scores"][0]["value"], 16);
        assert_eq!(first.json["scores"][0]["band"], "moderately_severe");
        assert_eq!(first.json["scores"][0]["is_positive"], true);
        assert_eq!(first.json["proposals"][0]["domain"], "psychosocial");
        assert_eq!(first.json["proposals"][0]["urgency"], "within_two_weeks");
        assert_eq!((first.json["change"].clone(), first.json["banners"].clone()), (Value::Null, json!([])));
        assert!(first.text("notice").contains("not a diagnosis"));
        assert!(app.post(&file.officer, &place, phq_9(2, 0)).key("one").await.expect(201).is_replayed());
        app.post(&file.officer, &place, wg_ss(1, 3)).await.expect(201);
        let again = app.post(&file.officer, &place, phq_9(1, 0)).await.expect(201);
        assert_eq!(again.json["change"]["by"], json!({ "total": -8 }));
        assert_eq!(again.json["change"]["since"], first.json["id"]);
        let all = app.get(&file.officer, &format!("{place}?limit=2")).await.expect(200);
        assert_eq!(all.json["items"][0]["change"]["by"]["total"], -8);
        assert_eq!(all.json["items"][1]["instrument"], "wg-ss");
        assert_eq!(all.json["items"][0]["answers"]["q1"], 1);
        let one = app.get(&file.officer, &first.location()).await.expect(200);
        assert_eq!(one.json, first.json);
        assert_eq!(app.count("trail WHERE action IN ('screening.viewed', 'screenings.viewed')").await, 2);
    }

    async fn missing_extra_and_impossible_answers_are_refused_at_their_place(app: App) {
        let file = app.file().await;
        let place = file.of_case("/screenings");
        let with = |key: &str, given: Value| {
            let mut body = phq_9(0, 0);
            body["answers"][key] = given;
            app.post(&file.officer, &place, body)
        };
        with("q10", json!(1)).await.fault("/answers/q10", "unknown_field");
        with("q4", json!(4)).await.fault("/answers/q4", "out_of_range");
        with("q4", json!(-1)).await.fault("/answers/q4", "out_of_range");
        with("q4", json!(7)).await.fault("/answers/q4", "out_of_range");
        with("q4", json!(99_999_999_999_i64)).await.fault("/answers/q4", "out_of_range");
        with("q4", json!(1.5)).await.fault("/answers/q4", "out_of_range");
        with("q4", json!("often")).await.fault("/answers/q4", "wrong_type");
        with("q4", json!(true)).await.fault("/answers/q4", "wrong_type");
        with("q4", Value::Null).await.fault("/answers/q4", "wrong_type");
        with("q4", json!("refused")).await.expect(201);
        let mut body = phq_9(0, 0);
        body["answers"].as_object_mut().unwrap().remove("q9");
        app.post(&file.officer, &place, body).await.fault("/answers/q9", "missing");
        let post = |field: &str, value: Value| {
            let mut body = phq_9(0, 0);
            body[field] = value;
            app.post(&file.officer, &place, body)
        };
        post("instrument", json!("phq-8")).await.fault("/instrument", "unknown_reference");
        post("version", json!(2)).await.fault("/version", "unknown_reference");
        post("language", json!("fr")).await.fault("/language", "unknown_value");
        post("mode", json!("guess")).await.fault("/mode", "unknown_value");
        post("score", json!(3)).await.fault("/score", "unknown_field");
        assert_eq!(app.count("screenings").await, 1);
    }

    async fn what_was_interpreted_or_asked_of_the_young_is_marked(app: App) {
        let file = app.file().await;
        let mut body = phq_9(0, 0);
        body["language"] = json!("ur");
        body["mode"] = json!("through_interpreter");
        let told = app.post(&file.officer, &file.of_case("/screenings"), body).await.expect(201);
        assert_eq!(told.json["cautions"], json!(["not_validated"]));
        let child = case_of(&app, &file, Some(2012)).await;
        let told = app.post(&file.officer, &format!("{child}/screenings"), phq_9(0, 0)).await.expect(201);
        assert_eq!(told.json["cautions"], json!(["younger_than_made_for"]));
    }

    async fn a_child_under_five_is_refused_on_wg_ss_and_one_who_may_be_is_marked(app: App) {
        let file = app.file().await;
        let year = app.now().local_date().year();
        let young = case_of(&app, &file, Some(year - 4)).await;
        let refused = app.post(&file.officer, &format!("{young}/screenings"), wg_ss(1, 1)).await;
        let refused = refused.fault("/instrument", "too_young");
        assert!(refused.json["errors"][0]["message"].as_str().unwrap().contains("Child Functioning Module"));
        for (birth_year, cautions) in [(Some(year - 5), json!(["age_not_certain"])), (Some(year - 6), json!([])), (None, json!(["age_not_certain"]))] {
            let case = case_of(&app, &file, birth_year).await;
            let told = app.post(&file.officer, &format!("{case}/screenings"), wg_ss(1, 1)).await.expect(201);
            assert_eq!(told.json["cautions"], cautions, "{birth_year:?}");
        }
    }

    async fn a_child_is_presumed_to_need_special_protection(app: App) {
        let file = app.file().await;
        let officer = &file.officer;
        let items = app.get(officer, "/instruments/individual-assessment").await.expect(200).json["items"].clone();
        let none: serde_json::Map<_, _> =
            items.as_array().unwrap().iter().map(|item| (item["key"].as_str().unwrap().to_owned(), json!(0))).collect();
        let body = screening("individual-assessment", none.into());
        let adult = app.post(officer, &file.of_case("/screenings"), body.clone()).await.expect(201);
        assert_eq!((adult.json["measures"].clone(), adult.json["proposals"].clone()), (json!([]), json!([])));
        let child = case_of(&app, &file, None).await;
        let child = app.post(officer, &format!("{child}/screenings"), body).await.expect(201);
        assert_eq!(child.json["measures"].as_array().unwrap().len(), 3);
        assert_eq!(child.json["proposals"][0]["domain"], "protection");
    }
}
