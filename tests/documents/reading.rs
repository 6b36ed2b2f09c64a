//! Who may see a document, and what of it.
use super::*;

on_both_databases! {
    async fn sight_of_a_document_follows_its_case(app: App) {
        let file = app.file().await;
        let place = add(&app, &file.officer, &file.case, ("a.pdf", PDF)).await.expect(201).location();
        let content = format!("{place}/content");
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        for path in [place.as_str(), content.as_str(), &file.of_case("/documents")] {
            app.get(&elsewhere, path).await.problem(404, "not_found");
            for role in [Role::Assessor, Role::Approver] {
                app.get(&app.actor(role, "PK508").await, path).await.expect(200);
                app.get(&app.actor(role, "PK510").await, path).await.problem(404, "not_found");
            }
            for role in [Role::Partner, Role::Payer, Role::Auditor, Role::Administrator] {
                app.get(&app.actor(role, "PK").await, path).await.problem(403, "forbidden");
            }
            app.get(&NOBODY, path).await.problem(401, "unauthenticated");
        }
        add(&app, &elsewhere, &file.case, ("b.pdf", PDF)).await.problem(404, "not_found");
        for role in [Role::Assessor, Role::Approver, Role::Partner, Role::Payer, Role::Auditor, Role::Administrator] {
            let other = app.actor(role, "PK").await;
            add(&app, &other, &file.case, ("b.pdf", PDF)).await.problem(403, "forbidden");
        }
        add(&app, &NOBODY, &file.case, ("b.pdf", PDF)).await.problem(401, "unauthenticated");
        assert_eq!((files(&app).len(), app.count("documents").await), (1, 1));
        file.hand_over(&app, "PK510").await;
        app.get(&elsewhere, &content).await.expect(200);
        app.get(&file.officer, &content).await.problem(404, "not_found");
    }

    async fn of_a_protected_person_those_who_are_not_named_learn_only_that_there_is_a_document(app: App) {
        let file = app.file().await;
        let place = add(&app, &file.officer, &file.case, ("Qanarwaxfile.pdf", PDF)).await.expect(201).location();
        let named = app.actor(Role::Officer, "PK508").await;
        let body = json!({ "reason": "threatened", "readers": [named.id] });
        app.make(&file.supervisor, &file.of_victim("/protect"), 0, body).await.expect(200);
        let told = app.get(&file.officer, &place).await.expect(200);
        assert_eq!((told.text("kind"), told.json.get("sha256")), ("fir".to_owned(), None));
        let listed = app.get(&file.officer, &file.of_case("/documents")).await.expect(200);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
        for body in [told.body(), listed.body()] {
            assert!(!body.contains("Qanarwax"));
        }
        app.get(&file.officer, &format!("{place}/content")).await.problem(403, "person_protected");
        assert_eq!(app.get(&named, &place).await.expect(200).text("file_name"), "Qanarwaxfile.pdf");
        assert_eq!(app.get(&named, &format!("{place}/content")).await.expect(200).body, PDF);
        // Whoever cannot read may still add.
        let other = [PDF, b"\n"].concat();
        add(&app, &file.officer, &file.case, ("b.pdf", &other)).await.expect(201);
        let masked = app.count("trail WHERE action = 'document.viewed' AND record LIKE '%\"masked\":true%'").await;
        assert_eq!(masked, 1);
    }

    async fn what_cannot_be_told_apart_from_nothing_is_not_there(app: App) {
        let file = app.file().await;
        for path in ["/documents/banana", "/documents/01890a5d-ac96-774b-bcce-b302099a8057/content"] {
            app.get(&file.officer, path).await.problem(404, "not_found");
        }
        app.get(&file.officer, "/cases/01890a5d-ac96-774b-bcce-b302099a8057/documents").await.problem(404, "not_found");
    }
}
