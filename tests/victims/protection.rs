//! A protected person has a pseudonym, for everybody but those named.
use futures_util::future::join_all;
use umeed::http::server;

use crate::kit::*;

/// Whatever tells who the person is.
const CANARIES: [&str; 13] = [
    "Qanarwaxname",
    "قنروکس",
    "Qanarwaxfather",
    "1730198761234",
    "17301-9876123-4",
    "3459876123",
    "3459876124",
    "Qanarwaxstreet",
    "1991-05-17",
    "Qanarwaxguardian",
    "Qanarwaxdetail",
    "Qanarwaxnote",
    "Qanarwaxfir",
];
const MESSAGE: &str = "Qanarwaxmessage";

/// A file whose victim has all that could identify, and what hangs on it.
struct Known {
    file: File,
    /// Every id that a path may be made of.
    ids: Vec<String>,
    referral: String,
    relative: String,
}

async fn known(app: &App) -> Known {
    let mut file = app.file().await;
    let mut body = victim_body(&file.incident);
    body["birth_year"] = json!(1991);
    body["identity"] = json!({
        "name": "Qanarwaxname", "name_ur": "قنروکس", "father_or_husband": "Qanarwaxfather", "cnic": "17301-9876123-4",
        "mobiles": ["03459876123"], "address": "Qanarwaxstreet", "birth_date": "1991-05-17",
    });
    let officer = &file.officer;
    let relative = app.post(officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
    file.victim = app.post(officer, "/victims", body).await.expect(201).id();
    let case = json!({
        "victim_id": file.victim, "incident_id": file.incident,
        "needs": [{ "domain": "medical", "urgency": "within_24_hours", "detail": "Qanarwaxdetail" }],
    });
    let case = app.post(officer, "/cases", case).await.expect(201);
    (file.case, file.need) = (case.id(), case.json["needs"][0]["id"].as_str().unwrap().to_owned());
    let note = app.post(officer, &file.of_case("/notes"), json!({ "body": "Qanarwaxnote" })).await.expect(201).id();
    let person = json!({ "relation": "parent", "person": { "name": "Qanarwaxguardian" } });
    app.post(officer, &file.of_victim("/relations"), person).await.expect(201);
    for (one, other) in [(&file.victim, &relative), (&relative, &file.victim)] {
        let body = json!({ "relation": "sibling", "other_victim_id": other });
        app.post(officer, &format!("/victims/{one}/relations"), body).await.expect(201);
    }
    let listed = json!({
        "incident_id": file.incident, "kind": "police_list", "source": "PS Gulbahar", "reference": "Qanarwaxfir",
        "listed_on": "2026-03-02",
    });
    let listed = app.post(officer, &file.of_victim("/recognitions"), listed).await.expect(201).id();
    let safe = json!({ "rules": { "no_letters": true }, "safe_number": "03459876124" });
    app.ask(officer, Method::PUT, &file.of_victim("/safe-contact")).json(&safe).if_match(0).await.expect(200);
    let fields =
        ["name", "cnic", "mobile", "address", "guardian", "need_detail", "message", "father_or_husband", "sex"];
    let consent = file.consent(app, &fields).await.id();
    let ask = json!({ "service_id": file.service, "need_ids": [file.need], "fields": fields, "message": MESSAGE });
    let referral = file.refer_as(app, ask).await.expect(201).id();
    let ids = [&file.victim, &file.case, &file.need, &file.incident, &relative, &referral, &note, &listed, &consent];
    let ids = ids.into_iter().cloned().collect();
    Known { file, ids, referral: format!("/referrals/{referral}"), relative }
}

async fn protect(app: &App, by: &Actor, file: &File, readers: &[&Actor]) -> Answer {
    let readers: Vec<_> = readers.iter().map(|reader| reader.id).collect();
    let body = json!({ "reason": "threatened", "readers": readers });
    app.make(by, &file.of_victim("/protect"), 0, body).await
}

/// Asks `who` every question there is about these ids.
async fn everything_told(app: &App, who: &Actor, ids: &[String]) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for operation in server::routes().operations().iter().filter(|one| one.method == Method::GET) {
        let path = operation.path.as_str();
        let paths = match (path.split_once('{'), path.split_once('}')) {
            (Some((start, _)), Some((_, end))) => ids.iter().map(|id| format!("{start}{id}{end}")).collect(),
            _ => vec![path.to_owned()],
        };
        for path in paths {
            let answer = app.get(who, &path).await;
            assert_ne!(answer.status, 500, "{path}: {answer:?}");
            told.push((path, answer.body()));
        }
    }
    for wanted in [json!({ "cnic": "1730198761234" }), json!({ "mobile": "03459876123" })] {
        told.push(("search".into(), app.post(who, "/victims/search", wanted).await.expect(200).body()));
    }
    told
}

fn has(told: &[(String, String)], word: &str) -> Option<String> {
    told.iter().find(|(_, body)| body.contains(word)).map(|(path, _)| path.clone())
}

on_both_databases! {
    async fn no_route_tells_those_who_are_not_named_who_a_protected_person_is(app: App) {
        let Known { file, ids, relative, .. } = known(&app).await;
        let named = app.actor(Role::Officer, "PK508").await;
        let other_supervisor = app.actor(Role::Supervisor, "PK508").await;
        let before = everything_told(&app, &file.officer, &ids).await;
        for canary in CANARIES.iter().chain([&MESSAGE]) {
            assert!(*canary == "1730198761234" || has(&before, canary).is_some(), "nobody ever told {canary}");
        }
        let pseudonym = protect(&app, &file.supervisor, &file, &[&named]).await.expect(200).text("pseudonym");
        for unnamed in [&file.officer, &other_supervisor] {
            let told = everything_told(&app, unnamed, &ids).await;
            for canary in CANARIES.iter().chain([&MESSAGE]) {
                assert_eq!(has(&told, canary), None, "{canary}");
            }
            assert!(has(&told, &pseudonym).is_some());
            let seen = app.get(unnamed, &file.of_victim("")).await.expect(200);
            assert_eq!((seen.text("pseudonym"), &seen.json["is_masked"]), (pseudonym.clone(), &json!(true)));
            let relations = app.get(unnamed, &format!("/victims/{relative}/relations")).await.expect(200);
            assert!(!relations.body().contains(&format!("\"other_victim_id\":\"{}\"", file.victim)), "{relations:?}");
            let relations = app.get(unnamed, &file.of_victim("/relations")).await.expect(200);
            assert!(!relations.body().contains(&relative), "{relations:?}");
        }
        for knowing in [&named, &file.supervisor] {
            let told = everything_told(&app, knowing, &ids).await;
            for canary in CANARIES.iter().chain([&MESSAGE]) {
                assert_eq!(has(&told, canary).is_some(), *canary != "1730198761234", "{canary}");
            }
        }
        let masked = "record LIKE '%\"masked\":true%'";
        for action in ["victim.viewed", "case.file_viewed", "case.notes_viewed", "needs.viewed", "referral.viewed"] {
            assert!(app.count(&format!("trail WHERE action = '{action}' AND {masked}")).await >= 2, "{action}");
            assert!(app.count(&format!("trail WHERE action = '{action}' AND NOT {masked}")).await >= 2, "{action}");
        }
    }

    async fn a_partner_who_was_told_by_somebody_not_named_knows_the_pseudonym(app: App) {
        let Known { file, referral, .. } = known(&app).await;
        let named = app.actor(Role::Officer, "PK508").await;
        assert!(app.get(&file.partner, &referral).await.expect(200).body().contains("Qanarwaxname"));
        let pseudonym = protect(&app, &file.supervisor, &file, &[&named]).await.expect(200).text("pseudonym");
        let seen = app.get(&file.partner, &referral).await.expect(200);
        assert_eq!(seen.json["person"], json!({ "pseudonym": pseudonym, "sex": "female" }));
        for canary in CANARIES.iter().chain([&MESSAGE]) {
            assert!(!seen.body().contains(canary), "{canary}");
        }
        app.make(&named, &format!("{referral}/withdraw"), 1, json!({ "reason": "sent_in_error" })).await.expect(200);
        let ask = json!({ "service_id": file.service, "need_ids": [file.need], "fields": ["name", "need_detail"] });
        let again = app.post(&named, &file.of_case("/referrals"), ask).key("again").await.expect(201).location();
        let seen = app.get(&file.partner, &again).await.expect(200).json;
        assert_eq!(seen["person"], json!({ "pseudonym": pseudonym, "name": "Qanarwaxname", "name_ur": "قنروکس" }));
        assert_eq!(seen["needs"][0]["detail"], "Qanarwaxdetail");
    }

    async fn an_answer_of_before_is_not_given_again(app: App) {
        let Known { file, .. } = known(&app).await;
        let named = app.actor(Role::Officer, "PK508").await;
        let change = || app.patch(&file.officer, &file.of_victim(""), json!({ "is_child": false })).if_match(1).key("before");
        assert!(change().await.expect(200).body().contains("Qanarwaxname"));
        assert!(change().await.expect(200).body().contains("Qanarwaxname"), "that is what keys are for");
        protect(&app, &file.supervisor, &file, &[&named]).await.expect(200);
        let again = change().await;
        again.problem(409, "idempotency_answer_gone");
        let harm = json!({ "victim_id": file.victim, "harm": "dead" });
        let path = format!("/incidents/{}/victims", file.incident);
        app.post(&file.officer, &path, harm).await.problem(403, "person_protected");
        let version = app.get(&file.supervisor, &file.of_case("")).await.version();
        let offer = json!({ "district": "PK510", "reason": "victim_moved" });
        let other = app.actor(Role::Supervisor, "PK510").await;
        let unnamed = app.actor(Role::Supervisor, "PK508").await;
        app.make(&unnamed, &file.of_case("/transfer"), version, offer).await.problem(403, "person_protected");
        app.get(&other, &file.of_case("")).await.problem(404, "not_found");
    }

    async fn who_is_not_named_adds_and_does_not_change(app: App) {
        let Known { file, .. } = known(&app).await;
        let named = app.actor(Role::Officer, "PK508").await;
        protect(&app, &file.supervisor, &file, &[&named]).await.expect(200);
        let (officer, change) = (&file.officer, json!({ "sex": "male" }));
        app.patch(officer, &file.of_victim(""), change.clone()).if_match(1).await.problem(403, "person_protected");
        let detail = json!({ "detail": "Something else" });
        app.patch(officer, &file.of_need(""), detail.clone()).if_match(1).await.problem(403, "person_protected");
        app.patch(officer, &file.of_need(""), json!({ "detail": null })).if_match(1).await.problem(403, "person_protected");
        app.patch(officer, &file.of_need(""), json!({ "urgency": "within_72_hours" })).if_match(1).await.expect(200);
        app.post(officer, &file.of_case("/notes"), json!({ "body": "Came by" })).await.expect(201);
        let need = json!({ "domain": "legal", "urgency": "within_two_weeks", "detail": "A lawyer" });
        app.post(officer, &file.of_case("/needs"), need).await.expect(201);
        let contact = file.of_victim("/safe-contact");
        let put = |body: Value| app.ask(officer, Method::PUT, &contact).json(&body).if_match(1);
        put(json!({ "safe_number": "03001112222" })).await.problem(403, "person_protected");
        put(json!({ "rules": { "no_calls": true } })).await.expect(200);
        let told = app.get(&named, &contact).await.expect(200).json;
        assert_eq!((&told["safe_number"], &told["rules"]["no_calls"]), (&json!("+923459876124"), &json!(true)));
        app.patch(&named, &file.of_victim(""), change).if_match(1).await.expect(200);
        app.patch(&named, &file.of_need(""), detail).if_match(2).await.expect(200);
        // One CNIC is one person as far as one can see; a refusal would tell that the number is known.
        let mut twin = victim_body(&file.incident);
        twin["identity"] = json!({ "name": "Another", "cnic": "17301-9876123-4" });
        app.post(&named, "/victims", twin.clone()).await.problem(409, "already_exists");
        app.post(officer, "/victims", twin).await.expect(201);
    }

    async fn protection_names_users_who_see_the_case(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/protect");
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        let ask = |readers: Value| json!({ "reason": "witness", "readers": readers });
        for (readers, pointer, code) in [
            (json!([]), "/readers", "out_of_range"),
            (json!([file.officer.id, file.officer.id]), "/readers", "repeated"),
            (json!([file.officer.id, file.victim]), "/readers/1", "unknown_reference"),
            (json!([elsewhere.id]), "/readers/0", "no_sight"),
            (json!([file.partner.id]), "/readers/0", "no_sight"),
        ] {
            app.make(&file.supervisor, &place, 0, ask(readers)).await.fault(pointer, code);
        }
        let good = ask(json!([file.officer.id]));
        let mut late = good.clone();
        late["until"] = json!("2020-01-01T00:00:00Z");
        app.make(&file.supervisor, &place, 0, late).await.fault("/until", "in_the_past");
        app.post(&file.supervisor, &place, good.clone()).await.problem(428, "precondition_required");
        app.make(&file.supervisor, &place, 1, good.clone()).await.problem(412, "stale");
        app.make(&file.officer, &place, 0, good.clone()).await.problem(403, "forbidden");
        let stranger = app.actor(Role::Supervisor, "PK-SD").await;
        app.make(&stranger, &place, 0, good.clone()).await.problem(404, "not_found");
        app.get(&stranger, &file.of_victim("/protection")).await.problem(404, "not_found");
        let none = app.get(&file.officer, &file.of_victim("/protection")).await.expect(200);
        assert_eq!((none.text("state"), none.version()), ("unprotected".into(), 0));
        let lift = json!({ "reason": "danger_past" });
        let lifted = app.make(&file.supervisor, &file.of_victim("/unprotect"), 0, lift).await;
        assert_eq!(lifted.problem(409, "illegal_move").json["allowed"], json!(["protect"]));
        assert_eq!(app.count("protections").await, 0);
    }

    async fn only_those_named_change_a_protection_unless_none_of_them_can(app: App) {
        let file = app.file().await;
        let other = app.actor(Role::Supervisor, "PK508").await;
        protect(&app, &file.supervisor, &file, &[&file.officer]).await.expect(200);
        let (protect, unprotect) = (file.of_victim("/protect"), file.of_victim("/unprotect"));
        let (name, lift) = (json!({ "reason": "witness", "readers": [other.id] }), json!({ "reason": "danger_past" }));
        app.make(&other, &protect, 1, name.clone()).await.problem(403, "person_protected");
        app.make(&other, &unprotect, 1, lift.clone()).await.problem(403, "person_protected");
        let again = app.get(&other, &file.of_victim("")).await.expect(200);
        assert!(again.json["identity"]["name"].is_null());
        let path = format!("/users/{}/disable", file.supervisor.id);
        app.post(&file.administrator, &path, json!({})).if_match(1).await.expect(200);
        assert_eq!(app.make(&other, &protect, 1, name).await.expect(200).version(), 2);
        assert_eq!(app.get(&other, &file.of_victim("")).await.json["identity"]["name"], "Zarmina Gul");
        // The officer was named before, and is not any more.
        assert!(app.get(&file.officer, &file.of_victim("")).await.json["identity"]["name"].is_null());
        app.make(&other, &unprotect, 2, json!({ "reason": "term_ended" })).await.fault("/reason", "not_yours");
        let lifted = app.make(&other, &unprotect, 2, lift).await.expect(200);
        assert_eq!((lifted.text("state"), &lifted.json["lifted"]["lift_reason"]), ("unprotected".into(), &json!("danger_past")));
        let seen = app.get(&file.officer, &file.of_victim("")).await.expect(200).json;
        assert!(seen["identity"]["name"] == "Zarmina Gul" && seen["pseudonym"].is_null());
    }

    async fn of_two_supervisors_who_protect_at_once_one_does(app: App) {
        let file = app.file().await;
        let other = app.actor(Role::Supervisor, "PK508").await;
        let mut ends = Vec::new();
        for answer in join_all([&file.supervisor, &other].map(|by| async { protect(&app, by, &file, &[&file.officer]).await })).await {
            ends.push(answer.status);
        }
        ends.sort_unstable();
        assert_eq!(ends, [200, 412]);
        assert_eq!(app.count("protection_readers").await, 2);
    }

    async fn a_protection_ends_with_its_term_and_not_before(app: App) {
        let mut file = app.file().await;
        let body = json!({ "reason": "child", "readers": [file.supervisor.id], "until": app.now().plus_hours(2) });
        app.make(&file.supervisor, &file.of_victim("/protect"), 0, body).await.expect(200);
        assert_eq!(umeed::victims::end_terms(app.work()).await.unwrap(), 0);
        app.pass_minutes(121);
        file.officer = app.again(&file.officer).await;
        assert!(app.get(&file.officer, &file.of_victim("")).await.json["identity"]["name"].is_null());
        assert_eq!(umeed::victims::end_terms(app.work()).await.unwrap(), 1);
        assert_eq!(umeed::victims::end_terms(app.work()).await.unwrap(), 0);
        let ended = app.get(&file.officer, &file.of_victim("/protection")).await.expect(200).json;
        assert_eq!((&ended["lifted"]["lift_reason"], &ended["lifted"]["lifted_by"]), (&json!("term_ended"), &Value::Null));
        assert_eq!(app.get(&file.officer, &file.of_victim("")).await.json["identity"]["name"], "Zarmina Gul");
    }
}
