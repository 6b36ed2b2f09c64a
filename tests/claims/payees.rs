//! Who is paid: by an order of heirs or by shares, minors through a guardian, and a changed account after a wait.
use super::{Desk, account, payee};
use crate::kit::*;

async fn death(desk: &Desk, code: &str) -> String {
    let case = desk.case("dead").await;
    let claim = desk.prepare(&case, code, "death").await.expect(201).location();
    desk.attach_all(&claim).await;
    claim
}

fn share(class: &str, name: &str, share: u32) -> Value {
    let mut payee = payee(class, name);
    payee["share_bp"] = json!(share);
    payee
}

on_both_databases! {
    async fn shares_are_the_whole_and_the_award_is_divided_to_the_last_paisa(app: App) {
        let desk = Desk::new(&app, "PK-SD", "PK701").await;
        let claim = death(&desk, "sindh-cabinet-2020").await;
        desk.add(&claim, share("spouse", "Zahra", 0)).await.fault("/share_bp", "out_of_range");
        desk.add(&claim, share("spouse", "Zahra", 10_001)).await.fault("/share_bp", "out_of_range");
        desk.add(&claim, share("spouse", "Zahra", 3_333)).await.expect(201);
        desk.add(&claim, share("child", "Ali", 3_333)).await.expect(201);
        let refused = async || {
            let told = desk.does(&desk.officer, &claim, "submit", json!({})).await.problem(409, "claim_not_ready");
            let fault = told.json["errors"][0].clone();
            (fault["pointer"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned())
        };
        let wrong = ("/payees".to_owned(), "shares".to_owned());
        for last in [3_333, 3_335] {
            let heir = desk.add(&claim, share("child", "Sara", last)).await.expect(201);
            assert_eq!(refused().await, wrong, "{}", 6_666 + last);
            app.make(&desk.officer, &format!("/payees/{}/remove", heir.id()), 1, json!({})).await.expect(200);
        }
        desk.add(&claim, share("child", "Sara", 3_334)).await.expect(201);
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        let award = app.get(&desk.approver, &format!("{claim}/award")).await.expect(200).json;
        let parts: Vec<_> = award["payees"].as_array().unwrap().iter().map(|one| one["amount_paisa"].clone()).collect();
        assert_eq!(parts, [33_330_000, 33_330_000, 33_340_000]);
    }

    async fn by_an_order_of_heirs_nobody_of_a_later_class_stands_beside_an_earlier_one(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = death(&desk, "punjab-cvt-act-2016").await;
        desk.add(&claim, payee("spouse", "Zahra Bibi")).await.expect(201);
        let mother = desk.add(&claim, payee("mother", "Gul Bibi")).await.expect(201);
        let told = desk.does(&desk.officer, &claim, "submit", json!({})).await.problem(409, "claim_not_ready");
        assert_eq!(told.json["errors"][0]["code"], "precedence");
        app.make(&desk.officer, &format!("/payees/{}/remove", mother.id()), 2, json!({})).await.problem(412, "stale");
        app.make(&desk.officer, &format!("/payees/{}/remove", mother.id()), 1, json!({})).await.expect(200);
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
    }

    async fn a_minor_is_paid_through_a_guardian_whose_certificate_is_a_paper(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = death(&desk, "punjab-cvt-act-2016").await;
        let mut child = payee("child", "Ali");
        child["is_minor"] = json!(true);
        desk.add(&claim, child.clone()).await.fault("/person/guardian", "missing");
        child["person"]["guardian"] =
            json!({ "name": "Zahra Bibi", "cnic": "35202-1234567-2", "certificate": "G-12", "court": "Lahore" });
        desk.add(&claim, child).await.expect(201);
        assert_eq!(app.get(&desk.officer, &claim).await.json["missing"], json!(["guardianship_cert"]));
    }

    async fn a_changed_account_waits_is_shown_and_voids_the_approvals(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = desk.verified().await;
        let before = desk.digest(&desk.approver, &claim).await;
        let payees = app.get(&desk.approver, &format!("{claim}/payees")).await.expect(200).json;
        assert_eq!(payees[0]["person"]["name"], "Zahra Bibi");
        let place = format!("/payees/{}/account", payees[0]["id"].as_str().unwrap());
        let bad = json!({ "method": "ibft", "iban": "PK27MPBL1181017140122674", "title": "Zahra Bibi" });
        app.make(&desk.officer, &place, 1, bad).await.fault("/iban", "invalid_iban");
        app.make(&desk.officer, &place, 1, json!({ "method": "raast_bulk" })).await.fault("/iban", "missing");
        app.make(&desk.assessor, &place, 1, account("Zahra Bibi")).await.problem(403, "forbidden");
        let moved = app.make(&desk.officer, &place, 1, account("Sher Khan")).await.expect(200);
        assert!(moved.json["title_alike"].as_i64().unwrap() < 40, "{}", moved.body());
        let wait = app.now().plus_hours(72).to_string();
        assert_eq!(moved.text("usable_from")[..13], wait[..13]);
        let award = app.get(&desk.approver, &format!("{claim}/award")).await.expect(200).json;
        assert_eq!(award["people"][0]["account"]["title"], "Sher Khan");
        assert_eq!(award["payees"][0]["usable_from"], moved.json["usable_from"]);
        let old = json!({ "digest": before });
        desk.does(&desk.approver, &claim, "approve", old).await.problem(409, "award_changed");
        assert_eq!((app.count("claim_accounts").await, app.count("claim_payee_marks").await), (2, 1));
        app.sql("UPDATE claim_accounts SET method = 'cheque'").await.unwrap_err();
    }

    async fn whoever_is_added_where_others_were_waits_unless_they_are_paid_as_before(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = death(&desk, "punjab-cvt-act-2016").await;
        let (wallet, soon) = (json!({ "method": "wallet", "wallet_mobile": "03451234567" }), app.now().plus_hours(71).to_string());
        let add = async |name: &str, account: &Value| {
            let heir = json!({ "class": "spouse", "person": { "name": name }, "account": account });
            let added = desk.add(&claim, heir).await.expect(201);
            (format!("/payees/{}", added.id()), added.text("usable_from") > soon)
        };
        let remove = async |payee: &str, version: i64| {
            app.make(&desk.officer, &format!("{payee}/remove"), version, json!({})).await.expect(200);
        };
        let bank = account("Zahra Bibi");
        let (first, waits) = add("Zahra Bibi", &bank).await;
        assert!(!waits, "nothing was there before it");
        remove(&first, 1).await;
        let (moved, waits) = add("Zahra Bibi", &wallet).await;
        assert!(waits, "that is a changed account by another door");
        remove(&moved, 1).await;
        let (returned, waits) = add("Zahra Bibi", &bank).await;
        assert!(!waits, "she is paid as before");

        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "return", json!({ "reason": "wrong_payee" })).await.expect(200);
        for (name, account) in [("Nasreen Akhtar", &bank), ("Zahra Bibi", &json!({ "method": "cheque" }))] {
            assert!(add(name, account).await.1, "somebody has seen who was to be paid");
        }
        let bank = account("Zahra");
        let changed = app.make(&desk.officer, &format!("{returned}/account"), 1, bank.clone()).await.expect(200);
        remove(&returned, 2).await;
        let (again, waits) = add("Zahra Bibi", &bank).await;
        assert!(waits, "what waits goes on waiting");
        let payees = app.get(&desk.officer, &format!("{claim}/payees")).await.expect(200).json;
        let again = payees.as_array().unwrap().iter().find(|one| again.ends_with(one["id"].as_str().unwrap())).unwrap();
        assert_eq!(again["usable_from"], changed.json["usable_from"]);
    }

    async fn a_claim_that_is_withdrawn_and_made_again_is_no_way_round_the_wait(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let (case, soon) = (desk.case("dead").await, app.now().plus_hours(71).to_string());
        let wallet = json!({ "method": "wallet", "wallet_mobile": "03451234567", "title": "Zahra Bibi" });
        for (account, waits) in [(account("Zahra Bibi"), false), (wallet, true), (account("Zahra Bibi"), false)] {
            let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
            let heir = json!({ "class": "spouse", "person": { "name": "Zahra Bibi" }, "account": account });
            let added = desk.add(&claim, heir).await.expect(201);
            assert_eq!(added.text("usable_from") > soon, waits);
            let reason = json!({ "reason": "prepared_in_error" });
            desk.does(&desk.officer, &claim, "withdraw", reason).await.expect(200);
        }
    }

    async fn an_auditor_sees_who_was_paid_without_their_names(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let claim = desk.verified().await;
        let auditor = app.actor(Role::Auditor, "PK").await;
        let payees = app.get(&auditor, &format!("{claim}/payees")).await.expect(200);
        assert_eq!((&payees.json[0]["person"], &payees.json[0]["account"]), (&Value::Null, &Value::Null));
        let award = app.get(&auditor, &format!("{claim}/award")).await.expect(200);
        assert!(!award.body().contains("Zahra") && award.json["amount_paisa"] == 100_000_000);
    }
}
