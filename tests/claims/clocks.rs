//! Terms that the law gives the State: tasks, and the list of those that were breached.
use crate::claims::{Desk, payee};
use crate::kit::*;
use crate::tasks::{happens, tasks, the};

on_both_databases! {
    async fn a_term_of_the_instrument_is_a_task_until_it_is_kept(app: App) {
        let desk = Desk::new(&app, "PK-KP", "PK508").await;
        let tirah = desk.instrument("kp-tirah-special-approval-2025").await;
        let link = json!({ "incident_id": desk.incident });
        app.patch(&desk.administrator, &format!("/tariffs/{tirah}"), link).if_match(1).await.expect(200);
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
        desk.add(&claim, payee("victim", "Zarmina Gul")).await.expect(201);
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
        happens(&app, &desk.officer, &case, ("award.paid", award), &[("claim", id)]).await;
        for kind in ["fund_transfer", "claim_payment"] {
            assert_eq!(the(&app, &desk.officer, kind).await["state"], "done");
        }
        assert_eq!(counted().await["claim_payment"]["kept"], 1);
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
