//! Approvals are counted once each, by the right people, of exactly what they saw.
use futures_util::future::join_all;

use super::{Desk, account, payee};
use crate::kit::*;

on_both_databases! {
    async fn preparer_verifier_and_approver_are_three_people_and_none_registered_the_victim(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = desk.verified().await;
        for other in [&desk.officer, &desk.supervisor, &desk.assessor] {
            let body = json!({ "digest": "0".repeat(64) });
            desk.does(other, &claim, "approve", body).await.problem(403, "forbidden");
        }
        let columns = "UPDATE claims SET prepared_by";
        let id = |actor: &Actor| app.database.id(actor.id.uuid());
        app.sql(&format!("{columns} = {}", id(&desk.approver))).await.unwrap();
        desk.approve(&desk.approver, &claim).await.problem(409, "second_person");
        app.sql(&format!("UPDATE claims SET prepared_by = {}", id(&desk.officer))).await.unwrap();
        app.sql(&format!("UPDATE claims SET registered_by = {}", id(&desk.approver))).await.unwrap();
        desk.approve(&desk.approver, &claim).await.problem(409, "second_person");
        let verifies = app.sql(&format!("UPDATE claims SET verified_by = {}", id(&desk.officer))).await;
        verifies.unwrap_err();
        assert_eq!(app.count("claim_votes").await + app.count("awards").await, 0);
    }

    async fn what_was_seen_is_what_is_approved_and_the_award_is_never_changed(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = desk.verified().await;
        let wrong = json!({ "digest": "0".repeat(64) });
        desk.does(&desk.approver, &claim, "approve", wrong).await.problem(409, "award_changed");
        let digest = desk.digest(&desk.approver, &claim).await;
        assert_eq!(digest, desk.digest(&desk.approver, &claim).await);
        let approved = desk.approve(&desk.approver, &claim).await.expect(200);
        assert_eq!(approved.text("state"), "approved");
        let award = app.get(&desk.approver, &format!("{claim}/award")).await.expect(200).json;
        assert_eq!((&award["digest"], &award["amount_paisa"]), (&json!(digest), &json!(100_000_000)));
        assert_eq!(award["votes"][0]["approver_id"], json!(desk.approver.id));
        assert_eq!(app.count("trail WHERE action = 'award.made'").await, 1);
        let told = desk.does(&desk.approver, &claim, "approve", json!({ "digest": digest })).await;
        told.problem(409, "illegal_move");
        for sql in ["UPDATE awards SET amount_paisa = 1", "DELETE FROM award_payees", "DELETE FROM claim_votes",
            "UPDATE claim_votes SET seat = 9", "UPDATE claim_parts SET part = 'prepare'"] {
            app.sql(sql).await.unwrap_err();
        }
        // An award of what nobody approved, in the place of the one that is there.
        let new = app.database.id(uuid::Uuid::now_v7());
        let columns = "claim_id, line_id, amount_paisa, approvals, snapshot, made_at";
        let unseen = format!("INSERT INTO awards (id, digest, reverses, {columns}) SELECT {new}, 'other', id, {columns} FROM awards");
        assert!(app.sql(&unseen).await.unwrap_err().contains("an award has the approvals that it needs"));
        let seen = unseen.replace("'other'", "digest || ''");
        assert!(!app.sql(&seen).await.unwrap_err().contains("an award has the approvals that it needs"));
    }

    async fn a_claim_that_was_returned_is_approved_anew(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = desk.verified().await;
        let before = desk.digest(&desk.approver, &claim).await;
        let back = json!({ "reason": "evidence_doubtful" });
        desk.does(&desk.assessor, &claim, "return", back.clone()).await.problem(403, "forbidden");
        desk.does(&desk.approver, &claim, "return", back).await.expect(200);
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        assert_ne!(before, desk.digest(&desk.approver, &claim).await);
        let old = json!({ "digest": before });
        desk.does(&desk.approver, &claim, "approve", old).await.problem(409, "award_changed");
        desk.approve(&desk.approver, &claim).await.expect(200);
    }

    async fn a_rejection_says_what_the_victim_can_do_and_stands_in_the_way_of_the_same_claim(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = desk.verified().await;
        let reason = json!({ "reason": "evidence_insufficient" });
        let rejected = desk.does(&desk.approver, &claim, "reject", reason).await.expect(200);
        assert_eq!(rejected.json["appeal"], json!({ "until": null, "source": null }));
        let case = rejected.text("case_id");
        desk.prepare(&case, "punjab-cvt-act-2016", "death").await.problem(409, "already_exists");
    }

    async fn an_incident_that_nobody_has_verified_is_not_paid_for(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let desk = Desk { incident: app.incident(&desk.officer, "PK601").await.id(), ..desk };
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
        desk.add(&claim, payee("spouse", "Zahra Bibi")).await.expect(201);
        desk.attach_all(&claim).await;
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        let told = desk.does(&desk.assessor, &claim, "verify", json!({})).await.problem(409, "claim_not_ready");
        assert_eq!(told.json["errors"][0]["code"], "incident_not_verified");
    }

    async fn of_a_hundred_parallel_approvals_one_counts_where_one_is_needed(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = desk.verified().await;
        assert_eq!(parallel(&desk, &claim, "PK-PB").await, 1);
        assert_eq!((app.count("claim_votes").await, app.count("awards").await), (1, 1));
    }

    async fn of_a_hundred_parallel_approvals_two_count_where_two_are_needed(app: App) {
        let desk = Desk::new(&app, "PK-KP", "PK508").await;
        let tirah = desk.instrument("kp-tirah-special-approval-2025").await;
        let link = json!({ "incident_id": desk.incident });
        app.patch(&desk.administrator, &format!("/tariffs/{tirah}"), link).if_match(1).await.expect(200);
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "kp-tirah-special-approval-2025", "death").await.expect(201).location();
        let mut widow = payee("spouse", "Zahra Bibi");
        widow["share_bp"] = json!(10_000);
        desk.add(&claim, widow).await.expect(201);
        desk.attach_all(&claim).await;
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        assert_eq!(parallel(&desk, &claim, "PK-KP").await, 2);
        assert_eq!((app.count("claim_votes").await, app.count("awards").await), (2, 1));
        let award = app.get(&desk.approver, &format!("{claim}/award")).await.expect(200).json;
        assert_eq!((award["amount_paisa"].clone(), award["approvers"].clone()), (json!(1_000_000_000), json!(2)));
        let clocks = app.get(&desk.approver, &claim).await.expect(200).json["clocks"].clone();
        let named: Vec<_> = clocks.as_array().unwrap().iter().map(|one| one["clock"].clone()).collect();
        assert_eq!(named, ["report", "fund_transfer", "payment"]);
        assert_eq!((&clocks[0]["due_on"], &clocks[0]["confidence"]), (&json!("2026-03-16"), &json!("low")));
    }

    async fn a_claim_of_a_protected_person_is_approved_by_an_approver_who_is_named(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let claim = desk.verified().await;
        let victim = app.get(&desk.officer, &claim).await.text("victim_id");
        let named = json!([desk.supervisor.id, desk.approver.id]);
        let body = json!({ "reason": "witness", "readers": named });
        app.make(&desk.supervisor, &format!("/victims/{victim}/protect"), 0, body).await.expect(200);
        let digest = desk.digest(&desk.approver, &claim).await;
        let other = app.actor(Role::Approver, "PK-PB").await;
        let body = json!({ "digest": digest });
        desk.does(&other, &claim, "approve", body.clone()).await.problem(403, "person_protected");
        desk.does(&desk.approver, &claim, "approve", body).await.expect(200);
    }

    async fn an_account_in_letters_that_no_bank_takes_is_refused_when_it_is_entered(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
        let mut urdu = json!({ "class": "spouse", "person": { "name": "زہرہ بی بی" }, "account": account("زہرہ بی بی") });
        desk.add(&claim, urdu.clone()).await.fault("/account/title", "unfit_for_bank");
        urdu["account"] = json!({ "method": "wallet", "wallet_mobile": "03451234567" });
        desk.add(&claim, urdu.clone()).await.fault("/account/title", "unfit_for_bank");
        urdu["account"]["title"] = json!("Zahra Bibi");
        desk.add(&claim, urdu).await.expect(201);
    }
}

/// How many of a hundred approvers who approve at once are told that they did; the others that it is decided.
async fn parallel(desk: &Desk, claim: &str, province: &str) -> usize {
    let mut approvers = Vec::new();
    for _ in 0..100 {
        approvers.push(desk.app.actor(Role::Approver, province).await);
    }
    let body = json!({ "digest": desk.digest(&desk.approver, claim).await });
    let version = desk.app.get(&desk.approver, claim).await.version();
    let ask = |who: &Actor| desk.app.make(who, &format!("{claim}/approve"), version, body.clone());
    let asked: Vec<_> = approvers.iter().map(|who| IntoFuture::into_future(ask(who))).collect();
    let answers = join_all(asked).await;
    for answer in &answers {
        let is_known = answer.status == 200 || answer.status == 412 || answer.json["code"] == "illegal_move";
        assert!(is_known, "{}", answer.body());
    }
    answers.iter().filter(|answer| answer.status == 200).count()
}
