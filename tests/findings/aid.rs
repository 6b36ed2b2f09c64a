//! Other aid that excludes what is claimed: by another instrument, or by a programme.
use super::{findings, submit_and_verify};
use crate::claims::{Desk, payee};
use crate::kit::*;

/// Punjab's Act is excluded by aid of this code after attacks of 1 March 2026 or later.
async fn exclude(desk: &Desk, code: &str) -> Ask {
    let act = desk.instrument("punjab-cvt-act-2016").await;
    let rule = json!([{ "code": code, "valid_from": "2026-03-01", "source": "A gazette", "confidence": "high" }]);
    desk.app.patch(&desk.administrator, &format!("/tariffs/{act}"), json!({ "excluded_by": rule })).if_match(1)
}

/// A schedule of Punjab that pays for grievous injuries.
pub(super) async fn fund(desk: &Desk, amount_paisa: i64) {
    let fund = json!({
        "code": "a-fund", "title": "A fund", "jurisdiction": "PK-PB", "track": "civilian", "kind": "standing",
        "status": "in_force", "confidence": "high", "source": "A gazette",
        "heirs": { "rule": "shares", "source": "A gazette", "confidence": "low" },
    });
    let fund = desk.app.post(&desk.administrator, "/tariffs", fund).await.expect(201).location();
    let line = json!({
        "harm": "injury_grievous", "amount_paisa": amount_paisa, "valid_from": "2020-01-01", "status": "in_force",
        "confidence": "high", "source": "A gazette",
    });
    desk.app.post(&desk.administrator, &format!("{fund}/lines"), line).await.expect(201);
}

pub(super) async fn injured(desk: &Desk) -> String {
    let registrar = desk.app.actor(Role::Supervisor, "PK-PB").await;
    desk.case_of(&registrar, "injured", "civilian").await
}

/// A verified claim of the case by this instrument.
pub(super) async fn claim(desk: &Desk, case: &str, code: &str) -> String {
    let claim = desk.prepare(case, code, "injury_grievous").await.expect(201).location();
    desk.add(&claim, payee("victim", "Zarmina Gul")).await.expect(201);
    submit_and_verify(desk, &claim).await;
    claim
}

on_both_databases! {
    async fn a_claim_that_another_instrument_excludes_is_stopped_and_any_other_two_are_paid(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        exclude(&desk, "a-fund").await.await.fault("/excluded_by/0/code", "unknown_reference");
        fund(&desk, 5_000_000).await;
        let both = injured(&desk).await;
        for code in ["a-fund", "punjab-cvt-act-2016"] {
            let claim = claim(&desk, &both, code).await;
            desk.approve(&desk.approver, &claim).await.expect(200);
        }
        assert!(findings(&app, &auditor, "kind=excluded_by_aid").await.is_empty(), "two governments may pay");

        exclude(&desk, "a-fund").await.await.expect(200);
        let case = injured(&desk).await;
        let first = claim(&desk, &case, "punjab-cvt-act-2016").await;
        desk.approve(&desk.approver, &first).await.expect(200);
        let second = claim(&desk, &case, "a-fund").await;
        let found = findings(&app, &auditor, "kind=excluded_by_aid").await;
        assert_eq!((found.len(), &found[0]["stops"], &found[0]["found_how"]), (1, &json!(true), &json!("verification")));
        let first = app.get(&desk.officer, &first).await.text("id");
        assert_eq!(found[0]["other_claim_id"], first, "whichever came first");
        desk.approve(&desk.approver, &second).await.problem(409, "finding_open");
        let finding = format!("/findings/{}", found[0]["id"].as_str().unwrap());
        desk.does(&auditor, &finding, "settle", json!({ "text": "The gazette was mended" })).await.expect(200);
        desk.approve(&desk.approver, &second).await.expect(200);
        // What both had before the rule was known is found at night, once.
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 1);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0);
    }

    async fn a_claim_that_is_only_verified_excludes_another_as_an_approved_one_does(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        fund(&desk, 5_000_000).await;
        exclude(&desk, "a-fund").await.await.expect(200);
        let case = injured(&desk).await;
        let first = claim(&desk, &case, "punjab-cvt-act-2016").await;
        let second = claim(&desk, &case, "a-fund").await;
        assert_eq!(findings(&app, &auditor, "kind=excluded_by_aid").await.len(), 1);
        for claim in [first, second] {
            desk.approve(&desk.approver, &claim).await.problem(409, "finding_open");
        }
    }

    async fn help_by_a_programme_that_excludes_the_claim_is_found_at_night(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let partner = app.actor(Role::Partner, "PK").await;
        let organisation = partner.organisation.unwrap();
        let programme = json!({
            "code": "a-programme", "organisation_id": organisation, "name": "Grants", "domain": "medical",
            "areas": ["PK"], "urgencies": ["within_two_weeks"], "description": "Grants.", "eligibility": "Victims.",
            "application": "By letter.", "source": "A test", "source_date": "2026-01-21", "confidence": "high",
            "status": "active",
        });
        let programme = app.post(&desk.administrator, "/programmes", programme).await.expect(201).id();
        let mut service = service_body(organisation);
        service["programme_id"] = json!(programme);
        let service = app.post(&desk.administrator, "/services", service).await.expect(201).id();
        exclude(&desk, "a-programme").await.await.expect(200);

        let case = injured(&desk).await;
        let claim = claim(&desk, &case, "punjab-cvt-act-2016").await;
        desk.approve(&desk.approver, &claim).await.expect(200);
        let victim = app.get(&desk.officer, &claim).await.text("victim_id");
        let consent = json!({ "purpose": "referral", "recipient_id": organisation, "fields": ["name"], "given_by": "self" });
        app.post(&desk.officer, &format!("/victims/{victim}/consents"), consent).await.expect(201);
        for (outcome, found) in [("not_eligible", 0), ("helped", 1)] {
            let need = json!({ "domain": "medical", "urgency": "within_two_weeks" });
            let need = app.post(&desk.officer, &format!("/cases/{case}/needs"), need).await.expect(201).id();
            let referral = json!({ "service_id": service, "need_ids": [need], "fields": ["name"] });
            let referral = desk.keyed(&desk.officer, &format!("/cases/{case}/referrals"), referral).await.expect(201).location();
            desk.does(&partner, &referral, "accept", json!({})).await.expect(200);
            desk.does(&partner, &referral, "complete", json!({ "outcome": outcome })).await.expect(200);
            assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), found, "{outcome}");
        }
        let found = findings(&app, &auditor, "kind=excluded_by_aid").await;
        assert_eq!((&found[0]["other_claim_id"], &found[0]["found_how"]), (&Value::Null, &json!("night")));
    }
}
