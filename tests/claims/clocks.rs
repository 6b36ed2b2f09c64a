//! Terms that the law gives the State: tasks, and the list of those that were breached.
use crate::claims::{Desk, account};
use crate::kit::*;
use crate::tasks::{happens, tasks, the};

on_both_databases! {
    async fn a_term_of_the_instrument_is_a_task_until_it_is_kept(app: App) {
        let desk = Desk::new(&app, "PK-KP", "PK508").await;
        let tirah = desk.instrument("kp-tirah-special-approval-2025").await;
        let link = json!({ "incident_id": desk.incident });
        app.patch(&desk.administrator, &format!("/tariffs/{tirah}"), link).if_match(1).await.expect(200);
        let fund = app.fund(tirah.parse().unwrap(), 1_000_000_000).await;
        let registrar = app.actor(Role::Supervisor, "PK-KP").await;
        let case = desk.case_of(&registrar, "injured", "civilian").await;
        let claim = desk.prepare(&case, "kp-tirah-special-approval-2025", "injury_any").await.expect(201);
        let report = the(&app, &desk.officer, "claim_report").await;
        assert_eq!((&report["subject_id"], &report["state"]), (&claim.json["id"], &json!("due")));
        assert!(report["due_at"].as_str().unwrap().starts_with("2026-03-16T19:00"), "fifteen days after 1 March: {report}");

        let late = tasks(&app, &desk.supervisor, "kind=claim_report&due=overdue&district=PK508").await;
        assert_eq!(late.len(), 1, "the term was over before the claim was made");
        let counted = async || app.get(&desk.supervisor, "/reports/clocks?area=PK508").await.expect(200).json["total"].clone();
        assert_eq!(counted().await["claim_report"]["breached"], 1);

        let (id, claim) = (claim.id(), claim.location());
        desk.add(&claim, json!({ "class": "victim", "person": { "name": "Zarmina Gul" }, "account": account("Zarmina Gul") })).await.expect(201);
        desk.attach_all(&claim).await;
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        assert_eq!(the(&app, &desk.officer, "claim_report").await["state"], "done");
        assert_eq!(counted().await["claim_report"], json!({ "all": 1, "running": 0, "breached": 0, "kept": 0, "late": 1 }));

        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        desk.approve(&desk.approver, &claim).await.expect(200);
        let running = counted().await;
        for kind in ["fund_transfer", "claim_payment"] {
            assert_eq!((&running[kind]["running"], &running[kind]["all"]), (&json!(1), &json!(1)), "{kind}");
            assert_eq!(the(&app, &desk.officer, kind).await["subject_id"], id);
        }
        let award = app.get(&desk.officer, &format!("{claim}/award")).await.expect(200).id().parse().unwrap();
        let money = crate::payments::Desk { instrument: tirah, fund, ..crate::payments::Desk::new(&app).await };
        let place = money.released().await;
        let payment = money.payments(award).await.remove(0);
        let row = format!("{},paid,2500000,PKR,,\n", payment["reference"].as_str().unwrap());
        money.answer(&money.maker, &place, &row).await.expect(200);
        for kind in ["fund_transfer", "claim_payment"] {
            assert_eq!(the(&app, &desk.officer, kind).await["state"], "done");
        }
        assert_eq!(counted().await["claim_payment"]["kept"], 1);

        let undo = format!("/payments/{}/undo", payment["id"].as_str().unwrap());
        app.make(&money.releaser, &undo, 4, json!({ "reason": "bank_corrected" })).await.expect(200);
        for kind in ["fund_transfer", "claim_payment"] {
            let open = tasks(&app, &desk.officer, &format!("kind={kind}&state=due")).await;
            assert_eq!(open.len(), 1, "{kind}: what was not paid after all has its term again");
            let first = tasks(&app, &desk.officer, &format!("kind={kind}&state=done")).await;
            assert_eq!((&open[0]["due_at"], &open[0]["subject_id"]), (&first[0]["due_at"], &json!(id)), "{kind}");
        }
        money.answer(&money.maker, &place, &row).await.expect(200);
        assert!(tasks(&app, &desk.officer, "kind=claim_payment&state=due").await.is_empty());
    }

    async fn a_part_that_is_planned_again_takes_away_that_the_award_was_paid(app: App) {
        let desk = Desk::new(&app, "PK-KP", "PK508").await;
        let tirah = desk.instrument("kp-tirah-special-approval-2025").await;
        let link = json!({ "incident_id": desk.incident });
        app.patch(&desk.administrator, &format!("/tariffs/{tirah}"), link).if_match(1).await.expect(200);
        let fund = app.fund(tirah.parse().unwrap(), 1_000_000_000).await;
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "kp-tirah-special-approval-2025", "death").await.expect(201).location();
        for (class, share_bp) in [("spouse", 7000), ("child", 3000)] {
            let person = json!({ "name": "Zarmina Gul" });
            let heir = json!({ "class": class, "person": person, "account": account("Zarmina Gul"), "share_bp": share_bp });
            desk.add(&claim, heir).await.expect(201);
        }
        desk.attach_all(&claim).await;
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        for approver in [desk.approver.clone(), app.actor(Role::Approver, "PK-KP").await] {
            desk.approve(&approver, &claim).await.expect(200);
        }
        let award = app.get(&desk.officer, &format!("{claim}/award")).await.expect(200).id().parse().unwrap();
        let money = crate::payments::Desk { instrument: tirah, fund, ..crate::payments::Desk::new(&app).await };
        let unpaid = async || tasks(&app, &desk.officer, "kind=claim_payment&state=due").await.len();
        let payments = money.payments(award).await;
        let given_up = format!("/payments/{}", payments[1]["id"].as_str().unwrap());
        let why = json!({ "reason": "planned_in_error" });
        app.make(&money.maker, &format!("{given_up}/cancel"), 1, why).await.expect(200);
        let place = money.released().await;
        let rupees = payments[0]["amount_paisa"].as_i64().unwrap() / 100;
        let row = format!("{},paid,{rupees},PKR,,\n", payments[0]["reference"].as_str().unwrap());
        assert_eq!(unpaid().await, 1);
        money.answer(&money.maker, &place, &row).await.expect(200);
        assert_eq!(unpaid().await, 0);
        let again = app.make(&money.releaser, &format!("{given_up}/plan-again"), 2, json!({})).await.expect(201).location();
        assert_eq!(unpaid().await, 1, "something is left to pay");
        assert_eq!(app.count("trail WHERE action = 'award.unpaid'").await, 1);
        let why = json!({ "reason": "paid_otherwise" });
        app.make(&money.maker, &format!("{again}/cancel"), 1, why).await.expect(200);
        assert_eq!(unpaid().await, 0, "nothing is left to pay");
        assert_eq!(app.count("trail WHERE action = 'award.paid'").await, 2);
    }

    async fn a_draft_that_moves_to_another_instrument_has_the_term_of_that_one(app: App) {
        let desk = Desk::new(&app, "PK-KP", "PK508").await;
        let tirah = desk.instrument("kp-tirah-special-approval-2025").await;
        let link = json!({ "incident_id": desk.incident });
        app.patch(&desk.administrator, &format!("/tariffs/{tirah}"), link).if_match(1).await.expect(200);
        let registrar = app.actor(Role::Supervisor, "PK-KP").await;
        let case = desk.case_of(&registrar, "injured", "civilian").await;
        let claim = desk.prepare(&case, "kp-tirah-special-approval-2025", "injury_any").await.expect(201);
        let due = async || the(&app, &desk.officer, "claim_report").await["due_at"].clone();
        let first = due().await;
        let changed = ("claim.changed", claim.id().parse().unwrap());
        happens(&app, &desk.officer, &case, changed, &[("report_due", "2026-05-01".into())]).await;
        assert_ne!(due().await, first, "another instrument gave another term");
        let back = json!({ "instrument_id": tirah, "harm": "injury_any", "none_of": ["terrorist", "officer_on_duty", "natural_calamity"] });
        app.patch(&desk.officer, &claim.location(), back).if_match(1).key("back").await.expect(200);
        assert_eq!(due().await, first);
        happens(&app, &desk.officer, &case, changed, &[]).await;
        assert_eq!(the(&app, &desk.officer, "claim_report").await["state"], "dropped", "the last one gives no term");
    }

    async fn an_instrument_without_terms_makes_no_task_of_them(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let claim = desk.verified().await;
        desk.approve(&desk.approver, &claim).await.expect(200);
        for kind in ["claim_report", "fund_transfer", "claim_payment"] {
            assert!(tasks(&app, &desk.officer, &format!("kind={kind}")).await.is_empty(), "{kind}");
        }
    }
}
