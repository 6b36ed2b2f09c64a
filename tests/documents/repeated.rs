//! The same file on several cases, as the auditor sees it.
use super::*;

async fn repeated(app: &App, who: &Actor, query: &str) -> Value {
    app.get(who, &format!("/documents/repeated{query}")).await.expect(200).json
}

on_both_databases! {
    async fn an_auditor_finds_one_paper_on_the_cases_of_two_districts_and_asks_who_hung_it_there(app: App) {
        let (here, there, auditor) = (app.file().await, app.file().await, app.actor(Role::Auditor, "PK").await);
        there.hand_over(&app, "PK701").await;
        let officer = app.actor(Role::Officer, "PK701").await;
        let first = add(&app, &here.officer, &here.case, ("Qanarwaxfile.pdf", PDF)).await.expect(201).id();
        add(&app, &here.officer, &here.case, ("other.pdf", &report(1))).await.expect(201);
        assert_eq!(repeated(&app, &auditor, "").await["items"], json!([]));
        let again = add(&app, &officer, &there.case, ("b.pdf", PDF)).await.expect(201).id();

        let page = repeated(&app, &auditor, "").await;
        let [one] = page["items"].as_array().unwrap().as_slice() else { panic!("{page}") };
        let told = |one: &Value| ["id", "case_id", "district", "kind", "added_by"].map(|field| one[field].clone());
        let (case, by) = (json!(there.case), json!(officer.id));
        assert_eq!(told(one), [json!(again), case, json!("PK701"), json!("fir"), by]);
        let (case, by) = (json!(here.case), json!(here.officer.id));
        assert_eq!(told(&one["repeats"]), [json!(first), case, json!("PK508"), json!("fir"), by]);
        assert!(one["added_at"].as_str() > one["repeats"]["added_at"].as_str());
        assert!(!page.to_string().contains("Qanarwax") && one.get("sha256").is_none());

        for area in ["PK-KP", "PK701"] {
            let local = app.actor(Role::Auditor, area).await;
            assert_eq!(repeated(&app, &local, "").await["items"], page["items"], "one place is in {area}");
        }
        let elsewhere = app.actor(Role::Auditor, "PK-PB").await;
        assert_eq!(repeated(&app, &elsewhere, "").await["items"], json!([]));
        for actor in app.everybody("PK").await.iter().filter(|actor| actor.role != Role::Auditor) {
            app.get(actor, "/documents/repeated").await.problem(403, "forbidden");
        }
    }

    async fn repetitions_are_told_by_page_and_all_of_one_file_name_its_first(app: App) {
        let auditor = app.actor(Role::Auditor, "PK").await;
        let files = [app.file().await, app.file().await, app.file().await];
        let mut hung = Vec::new();
        for file in &files {
            for content in [report(1), report(2)] {
                hung.push(add(&app, &file.officer, &file.case, ("a.pdf", &content)).await.expect(201).id());
            }
        }
        let (mut seen, mut query) = (Vec::new(), "?limit=3".to_owned());
        loop {
            let page = repeated(&app, &auditor, &query).await;
            let items = page["items"].as_array().unwrap().iter();
            seen.extend(items.map(|one| (one["id"].clone(), one["repeats"]["id"].clone())));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?limit=3&after={next}");
        }
        let pairs = [(5, 1), (4, 0), (3, 1), (2, 0)];
        assert_eq!(seen, pairs.map(|(again, first)| (json!(hung[again]), json!(hung[first]))));
    }
}
