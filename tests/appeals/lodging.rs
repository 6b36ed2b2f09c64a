//! Lodging and deciding.
use crate::claims::Desk;
use crate::kit::*;

on_both_databases! {
    async fn an_appeal_is_lodged_against_a_decision_and_one_at_a_time(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let claim = desk.verified().await;
        let refused = desk.lodge(&claim).await.problem(409, "illegal_move");
        assert_eq!(refused.json["allowed"], json!(["approve", "reject", "return"]));
        desk.does(&desk.approver, &claim, "reject", json!({ "reason": "evidence_insufficient" })).await.expect(200);

        let appeal = desk.lodge(&claim).await.expect(201);
        assert_eq!((appeal.text("state"), appeal.text("rung")), ("lodged".into(), "review".into()));
        assert_eq!((&appeal.json["step"], &appeal.json["due_on"]), (&json!(1), &Value::Null), "Punjab publishes no term");
        assert_eq!(appeal.json["statement"], "Nobody asked the doctor");
        desk.lodge(&claim).await.problem(409, "appeal_open");

        let listed = app.get(&desk.approver, "/appeals?state=lodged").await.expect(200).json;
        assert_eq!((listed["items"].as_array().unwrap().len(), listed["items"][0].get("statement")), (1, None));
        let auditor = app.actor(Role::Auditor, "PK").await;
        assert_eq!(app.get(&auditor, &appeal.location()).await.expect(200).json["statement"], Value::Null);
        app.get(&app.actor(Role::Officer, "PK701").await, &appeal.location()).await.problem(404, "not_found");
    }

    async fn whoever_had_a_part_in_the_claim_decides_no_appeal_against_it(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let appeal = desk.lodge(&desk.rejected().await).await.expect(201).location();
        desk.does(&desk.approver, &appeal, "review", json!({})).await.problem(409, "second_person");
        desk.does(&desk.officer, &appeal, "review", json!({})).await.problem(403, "forbidden");
        let other = desk.another_approver().await;
        let decision = json!({ "outcome": "dismissed", "finding": "decision_was_right" });
        desk.does(&other, &appeal, "decide", decision.clone()).await.problem(409, "illegal_move");
        desk.does(&other, &appeal, "review", json!({})).await.expect(200);
        desk.does(&desk.approver, &appeal, "decide", decision.clone()).await.problem(409, "second_person");
        let stale = app.make(&other, &format!("{appeal}/decide"), 1, decision.clone()).await;
        stale.problem(412, "stale");
        let ended = desk.does(&other, &appeal, "decide", decision).await.expect(200);
        assert_eq!((ended.text("state"), ended.text("finding")), ("dismissed".into(), "decision_was_right".into()));
        desk.does(&desk.officer, &appeal, "withdraw", json!({})).await.problem(409, "illegal_move");
    }

    async fn the_ladder_is_gone_up_rung_by_rung_and_ends(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let claim = desk.rejected().await;
        let other = desk.another_approver().await;
        let ladder = app.get(&desk.officer, "/appeals/ladder").await.expect(200).json;
        let rungs = ladder.as_array().unwrap();
        for (step, rung) in (1..).zip(rungs) {
            let withdrawn = desk.lodge(&claim).await.expect(201).location();
            desk.does(&desk.officer, &withdrawn, "withdraw", json!({})).await.expect(200);
            let appeal = desk.lodge(&claim).await.expect(201);
            assert_eq!((&appeal.json["step"], &appeal.json["rung"]), (&json!(step), &rung["code"]));
            let appeal = appeal.location();
            desk.does(&other, &appeal, "review", json!({})).await.expect(200);
            let bare = json!({ "outcome": "dismissed", "finding": "decision_was_right" });
            let ordered = json!({ "outcome": "dismissed", "finding": "decision_was_right", "order": "W.P. 12 of 2026" });
            let (right, wrong) = if rung["is_outside"] == true { (ordered, bare) } else { (bare, ordered) };
            let refused = desk.does(&other, &appeal, "decide", wrong).await.problem(422, "invalid");
            assert_eq!(refused.json["errors"][0]["pointer"], "/order");
            let decided = desk.does(&other, &appeal, "decide", right.clone()).await.expect(200);
            assert_eq!(decided.json["order"], right.get("order").cloned().unwrap_or_default());
        }
        desk.lodge(&claim).await.problem(409, "appeals_exhausted");
    }

    async fn the_term_of_a_next_step_runs_from_the_decision_before_it(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let act = desk.instrument("punjab-cvt-act-2016").await;
        let term = json!({ "appeal": { "days": 30, "source": "A gazette", "confidence": "low" } });
        app.patch(&desk.administrator, &format!("/tariffs/{act}"), json!({ "clocks": term })).if_match(1).await.expect(200);
        let (claim, due) = (desk.rejected().await, |days| json!(app.now().local_date().plus_days(days)));
        let first = desk.lodge(&claim).await.expect(201);
        assert_eq!(first.json["due_on"], due(30));
        app.pass_days(20);
        let (other, officer) = (desk.another_approver().await, app.again(&desk.officer).await);
        desk.decide(&other, &first.location(), "dismissed", "decision_was_right").await.expect(200);
        app.pass_days(5);
        let desk = Desk { officer: app.again(&officer).await, ..desk };
        assert_eq!(desk.lodge(&claim).await.expect(201).json["due_on"], due(25));
    }

    async fn an_outcome_that_its_finding_contradicts_is_refused(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let appeal = desk.lodge(&desk.rejected().await).await.expect(201).location();
        let other = desk.another_approver().await;
        desk.does(&other, &appeal, "review", json!({})).await.expect(200);
        for (outcome, finding) in [
            ("upheld", "decision_was_right"),
            ("partly_upheld", "out_of_time"),
            ("dismissed", "evidence_misjudged"),
        ] {
            let decision = json!({ "outcome": outcome, "finding": finding });
            desk.does(&other, &appeal, "decide", decision).await.fault("/finding", "contradiction");
        }
    }

    async fn a_case_is_not_closed_over_an_open_appeal(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let claim = desk.rejected().await;
        let appeal = format!("/appeals/{}", desk.lodge(&claim).await.expect(201).id());
        let case = app.get(&desk.officer, &claim).await.expect(200).text("case_id");
        let informed = json!({ "how": "in_person", "on": app.now().local_date() });
        let close = json!({ "outcome": "needs_met", "victim_informed": informed });
        let refused = desk.does(&desk.officer, &format!("/cases/{case}"), "close", close).await;
        let refused = refused.problem(409, "case_not_ready");
        let faults = refused.json["errors"].as_array().unwrap();
        assert!(faults.iter().any(|fault| fault["pointer"] == appeal), "{faults:?}");
    }

    async fn what_the_victim_says_is_sealed(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        desk.lodge(&desk.rejected().await).await.expect(201);
        let kept = if app.is_sqlite() { "hex(statement)" } else { "encode(statement, 'hex')" };
        let rows = app.rows(&format!("SELECT {kept} FROM appeals")).await;
        let said = data_encoding::HEXLOWER.encode(b"doctor");
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].is_empty() && !rows[0].to_lowercase().contains(&said));
    }
}
