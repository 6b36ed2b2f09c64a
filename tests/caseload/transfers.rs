//! It takes two to hand a case over.
use crate::kit::*;

on_both_databases! {
    async fn a_case_stays_with_its_sender_until_it_is_taken(app: App) {
        let file = app.file().await;
        let (taker, next) = (app.actor(Role::Supervisor, "PK603").await, app.actor(Role::Officer, "PK603").await);
        let offer = file.offer(&app, "PK603").await.expect(201);
        let place = offer.location();
        assert_eq!((offer.text("state"), offer.text("from_district")), ("offered".into(), "PK508".into()));
        assert_eq!(app.get(&file.officer, &file.of_case("")).await.expect(200).text("district"), "PK508");
        app.get(&taker, &file.of_case("")).await.problem(404, "not_found");

        let seen = app.get(&taker, &place).await.expect(200);
        let about = json!({ "phase": "acute", "urgency": "within_72_hours", "domains": ["medical"] });
        assert_eq!((&seen.json["about"], seen.text("case_number").starts_with("KP-")), (&about, true));
        assert!(!seen.body().contains(&file.victim) && !seen.body().contains("insulin"), "{seen:?}");

        let elsewhere = json!({ "officer_id": file.officer.id });
        app.make(&taker, &format!("{place}/accept"), 1, elsewhere).await.fault("/officer_id", "not_an_officer");
        let officer = json!({ "officer_id": next.id });
        let moved = app.make(&taker, &format!("{place}/accept"), 1, officer).await.expect(200);
        assert_eq!((moved.text("state"), moved.text("ended_by")), ("accepted".into(), taker.id.to_string()));
        let case = app.get(&next, &file.of_case("")).await.expect(200);
        assert_eq!((case.text("district"), case.text("officer_id")), ("PK603".into(), next.id.to_string()));
        app.get(&next, &file.of_need("")).await.expect(200);
        app.get(&next, &file.of_victim("")).await.expect(200);
        app.get(&file.officer, &file.of_case("")).await.problem(404, "not_found");
        assert!(app.get(&file.supervisor, &place).await.expect(200).json["about"].is_null(), "it is theirs no more");
        let again = app.make(&taker, &format!("{place}/return"), 2, json!({ "reason": "no_capacity" })).await;
        assert_eq!(again.problem(409, "illegal_move").json["allowed"], json!([]));
    }

    async fn whoever_offered_may_not_take_even_where_the_area_covers_both_districts(app: App) {
        let file = app.file().await;
        app.actor(Role::Officer, "PK510").await;
        let offer = file.offer(&app, "PK510").await.expect(201).location();
        for (verb, body) in [("accept", json!({})), ("return", json!({ "reason": "no_capacity" }))] {
            app.make(&file.supervisor, &format!("{offer}/{verb}"), 1, body).await.problem(409, "own_transfer");
        }
        assert_eq!(app.count("trail WHERE outcome = 'refused' AND record LIKE '%own_transfer%'").await, 2);
        assert_eq!(app.get(&file.officer, &file.of_case("")).await.expect(200).text("district"), "PK508");
        let colleague = app.actor(Role::Supervisor, "PK-KP").await;
        app.make(&colleague, &format!("{offer}/accept"), 1, json!({})).await.expect(200);
    }

    async fn an_offer_is_answered_by_a_supervisor_of_its_goal_and_taken_back_by_one_of_its_origin(app: App) {
        let file = app.file().await;
        let (taker, next) = (app.actor(Role::Supervisor, "PK603").await, app.actor(Role::Officer, "PK603").await);
        let (stranger, colleague) = (app.actor(Role::Supervisor, "PK-SD").await, app.actor(Role::Supervisor, "PK508").await);
        let offer = file.offer(&app, "PK603").await.expect(201).location();
        for verb in ["accept", "withdraw"] {
            app.make(&stranger, &format!("{offer}/{verb}"), 1, json!({})).await.problem(404, "not_found");
            app.make(&next, &format!("{offer}/{verb}"), 1, json!({})).await.problem(403, "forbidden");
        }
        app.get(&stranger, &offer).await.problem(404, "not_found");
        app.make(&colleague, &format!("{offer}/accept"), 1, json!({})).await.problem(403, "forbidden");
        app.make(&taker, &format!("{offer}/withdraw"), 1, json!({})).await.problem(403, "forbidden");
        app.make(&taker, &format!("{offer}/return"), 1, json!({})).await.fault("/reason", "missing");
        app.make(&taker, &format!("{offer}/return"), 7, json!({ "reason": "no_capacity" })).await.problem(412, "stale");
        let returned = app.make(&taker, &format!("{offer}/return"), 1, json!({ "reason": "no_capacity" })).await;
        assert_eq!(returned.expect(200).text("return_reason"), "no_capacity");
        let second = file.offer(&app, "PK603").await.expect(201).location();
        let withdrawn = app.make(&colleague, &format!("{second}/withdraw"), 1, json!({})).await.expect(200);
        assert_eq!(withdrawn.text("state"), "withdrawn");
        for (who, mailbox, found) in [
            (&taker, "received", 2), (&taker, "sent", 0), (&next, "received", 2), (&file.officer, "sent", 2),
            (&file.officer, "received", 0), (&stranger, "received", 0),
        ] {
            let list = app.get(who, &format!("/transfers?box={mailbox}")).await.expect(200).json;
            assert_eq!(list["items"].as_array().unwrap().len(), found, "{mailbox}");
        }
        let open = app.get(&taker, "/transfers?state=offered").await.expect(200).json;
        assert_eq!(open["items"], json!([]));
        assert_eq!(app.get(&file.officer, &file.of_case("")).await.expect(200).text("district"), "PK508");
    }

    async fn a_district_where_nobody_could_take_the_case_is_refused(app: App) {
        let file = app.file().await;
        file.offer(&app, "PK603").await.fault("/district", "no_officers");
        file.offer(&app, "PK510").await.fault("/district", "no_officers");
        let next = app.actor(Role::Officer, "PK603").await;
        let path = format!("/users/{}", next.id);
        let version = app.get(&file.administrator, &path).await.version();
        app.make(&file.administrator, &format!("{path}/disable"), version, json!({})).await.expect(200);
        file.offer(&app, "PK603").await.fault("/district", "no_officers");
        file.offer(&app, "PK508").await.fault("/district", "contradiction");
        file.offer(&app, "PK999").await.fault("/district", "unknown_district");
        assert_eq!(app.count("transfers").await, 0);
    }

    async fn a_case_is_on_offer_once_and_not_after_it_was_closed(app: App) {
        let file = app.file().await;
        let taker = app.actor(Role::Supervisor, "PK603").await;
        let offer = file.offer(&app, "PK603").await.expect(201).location();
        file.offer(&app, "PK603").await.problem(409, "already_exists");
        let close = json!({ "outcome": "moved_abroad" });
        app.make(&file.officer, &file.of_case("/close"), 1, close).await.expect(200);
        let seen = app.get(&taker, &offer).await.expect(200);
        assert_eq!((seen.text("state"), &seen.json["about"]), ("withdrawn".into(), &Value::Null));
        app.make(&taker, &format!("{offer}/accept"), 2, json!({})).await.problem(409, "illegal_move");
        file.offer(&app, "PK603").await.problem(409, "illegal_move");
    }

    async fn two_who_take_at_once_take_once(app: App) {
        let file = app.file().await;
        let (one, two) = (app.actor(Role::Supervisor, "PK603").await, app.actor(Role::Supervisor, "PK-PB").await);
        let offer = file.offer(&app, "PK603").await.expect(201).location();
        let take = |who| app.make(who, &format!("{offer}/accept"), 1, json!({}));
        let (first, second) = futures_util::join!(async { take(&one).await }, async { take(&two).await });
        let mut both = [first.status, second.status];
        both.sort_unstable();
        assert!(both == [200, 409] || both == [200, 412], "{both:?}");
        assert_eq!(app.count("trail WHERE action = 'case.transferred'").await, 1);
    }
}
