//! For whom, for which harm and by which instrument a claim can be made.
use super::{Desk, payee};
use crate::kit::*;

on_both_databases! {
    async fn there_is_one_claim_for_each_harm_and_instrument_until_it_is_withdrawn(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let case = desk.case("dead").await;
        let first = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201);
        assert_eq!((first.text("state"), first.text("district")), ("draft".into(), "PK601".into()));
        assert_eq!(first.json["missing"], json!(["fir", "death_cert", "cnic", "frc"]));
        desk.prepare(&case, "punjab-cvt-act-2016", "death").await.problem(409, "already_exists");
        let body = desk.body("punjab-cvt-act-2016", "death").await;
        app.post(&desk.officer, &format!("/cases/{case}/claims"), body).await.problem(400, "idempotency_key_required");
        let withdraw = json!({ "reason": "prepared_in_error" });
        desk.does(&desk.officer, &first.location(), "withdraw", withdraw.clone()).await.expect(200);
        let second = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201);
        let listed = app.get(&desk.approver, "/claims?state=draft").await.expect(200).json;
        assert_eq!((listed["items"].as_array().unwrap().len(), listed["items"][0]["id"].clone()), (1, json!(second.id())));
        let told = desk.does(&desk.officer, &first.location(), "withdraw", withdraw).await.problem(409, "illegal_move");
        assert_eq!(told.json["allowed"], json!([]));
    }

    async fn what_cannot_be_awarded_cannot_be_claimed(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let case = desk.case("dead").await;
        let shown = app.get(&desk.officer, &format!("/cases/{case}/tariffs")).await.expect(200).json;
        let words = |all: &Value| all["items"].as_array().unwrap().iter().map(|one| one["look_only"].clone()).collect::<Vec<_>>();
        assert_eq!((words(&shown), &shown["next"]), (vec![json!(null), json!("announced"), json!("bill_only")], &Value::Null));
        let mut next = String::new();
        for one in words(&shown) {
            let page = app.get(&desk.officer, &format!("/cases/{case}/tariffs?limit=1{next}")).await.expect(200).json;
            assert_eq!(words(&page), [one]);
            next = page["next"].as_str().map(|next| format!("&after={next}")).unwrap_or_default();
        }
        assert_eq!(next, "", "the last page is the last");
        desk.prepare(&case, "punjab-cvt-amendment-bill-2025", "death").await.fault("/instrument_id", "bill_only");
        desk.prepare(&case, "federal-bajaur-package-2023", "death").await.fault("/instrument_id", "announced");
        desk.prepare(&case, "sindh-cabinet-2020", "death").await.fault("/instrument_id", "no_amount");
        desk.prepare(&case, "punjab-cvt-act-2016", "injury_grievous").await.fault("/harm", "not_recorded");
        desk.prepare(&case, "punjab-cvt-act-2016", "dwelling_full").await.fault("/harm", "not_recorded");
        let mut body = desk.body("punjab-cvt-act-2016", "death").await;
        body["none_of"] = json!(["terrorist"]);
        desk.keyed(&desk.officer, &format!("/cases/{case}/claims"), body).await.fault("/none_of", "exclusions");
    }

    async fn an_officer_on_duty_goes_to_the_track_of_law_enforcement(app: App) {
        let desk = Desk::new(&app, "PK-KP", "PK508").await;
        let case = desk.case_of(&desk.officer, "dead", "police").await;
        desk.prepare(&case, "kp-tirah-special-approval-2025", "death").await.fault("/instrument_id", "other_track");
        let claim = desk.prepare(&case, "kp-police-shuhada-package-2019", "death_dsp").await.expect(201);
        assert_eq!(claim.text("track"), "law_enforcement");
    }

    async fn a_tariff_that_begins_after_the_incident_does_not_pay_for_it(app: App) {
        let desk = Desk::new(&app, "PK-SD", "PK701").await;
        let mut old = incident_body("PK701");
        old["occurred_on"] = json!("2020-07-21");
        let old = app.post(&desk.supervisor, "/incidents", old).await.expect(201);
        app.make(&desk.supervisor, &format!("{}/verify", old.location()), 1, json!({})).await.expect(200);
        let desk = Desk { incident: old.id(), ..desk };
        let case = desk.case("dead").await;
        desk.prepare(&case, "sindh-cabinet-2020", "death").await.fault("/instrument_id", "begins_later");
    }

    async fn a_draft_moves_to_another_harm_and_what_was_submitted_does_not(app: App) {
        let desk = Desk::new(&app, "PK-SD", "PK701").await;
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "sindh-cabinet-2020", "death").await.expect(201);
        let body = desk.body("sindh-cabinet-2020", "death_target_killing").await;
        let change = |version: i64| {
            let key = uuid::Uuid::now_v7().to_string();
            app.patch(&desk.officer, &claim.location(), body.clone()).key(&key).if_match(version)
        };
        let moved = change(1).await.expect(200);
        assert_eq!((moved.text("harm"), moved.version()), ("death_target_killing".into(), 2));
        assert_ne!(moved.text("line_id"), claim.text("line_id"));
        change(1).await.problem(412, "stale");
        let mut widow = payee("spouse", "Zahra Bibi");
        widow["share_bp"] = json!(10_000);
        desk.add(&claim.location(), widow).await.expect(201);
        desk.attach_all(&claim.location()).await;
        let sent = desk.does(&desk.officer, &claim.location(), "submit", json!({})).await.expect(200);
        change(sent.version()).await.problem(409, "illegal_move");
    }

    async fn a_case_is_not_closed_over_an_open_claim_and_other_districts_see_nothing(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201);
        let closure = app.get(&desk.officer, &format!("/cases/{case}/closure")).await.expect(200);
        assert!(closure.body().contains("claim_open"), "{}", closure.body());
        let stranger = app.actor(Role::Officer, "PK701").await;
        app.get(&stranger, &claim.location()).await.problem(404, "not_found");
        let body = payee("spouse", "Zahra Bibi");
        desk.keyed(&stranger, &format!("{}/payees", claim.location()), body).await.problem(404, "not_found");
        for role in [Role::Partner, Role::Administrator] {
            let other = app.actor(role, "PK").await;
            app.get(&other, &claim.location()).await.problem(403, "forbidden");
        }
    }
}
