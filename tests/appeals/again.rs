//! Claiming again after an appeal was upheld.
use crate::claims::{Desk, payee};
use crate::kit::*;

on_both_databases! {
    async fn only_an_appeal_that_was_upheld_lets_the_victim_claim_again(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let claim = desk.rejected().await;
        let other = desk.another_approver().await;
        let again = desk.body("punjab-cvt-act-2016", "death").await;
        let appeal = desk.lodge(&claim).await.expect(201).location();
        desk.keyed(&desk.officer, &format!("{appeal}/claim"), again.clone()).await.problem(409, "illegal_move");
        desk.decide(&other, &appeal, "dismissed", "decision_was_right").await.expect(200);
        desk.keyed(&desk.officer, &format!("{appeal}/claim"), again).await.problem(409, "illegal_move");
    }

    async fn a_claim_after_an_appeal_has_the_papers_and_payees_of_the_one_before_and_other_deciders(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let former = desk.rejected().await;
        let (judge, third) = (desk.another_approver().await, desk.another_approver().await);
        let appeal = desk.lodge(&former).await.expect(201).location();
        desk.decide(&judge, &appeal, "upheld", "evidence_misjudged").await.expect(200);
        desk.lodge(&former).await.problem(409, "appeal_open");

        let again = desk.body("punjab-cvt-act-2016", "death").await;
        let claim = desk.keyed(&desk.officer, &format!("{appeal}/claim"), again.clone()).await.expect(201);
        let was = app.get(&desk.officer, &former).await.expect(200);
        assert_eq!((claim.text("replaces"), claim.text("state")), (was.text("id"), "draft".into()));
        assert_eq!(claim.json["missing"], json!([]));
        let references = |answer: &Answer| -> Vec<Value> {
            answer.json["evidence"].as_array().unwrap().iter().map(|paper| paper["reference"].clone()).collect()
        };
        assert_eq!(references(&claim), references(&was));
        let claim = claim.location();
        let payees = app.get(&desk.officer, &format!("{claim}/payees")).await.expect(200).json;
        assert_eq!((payees.as_array().unwrap().len(), &payees[0]["person"]["name"]), (1, &json!("Zahra Bibi")));

        desk.keyed(&desk.officer, &format!("{appeal}/claim"), again).await.problem(409, "already_exists");
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        for barred in [&desk.approver, &judge] {
            desk.approve(barred, &claim).await.problem(409, "second_person");
        }
        desk.approve(&third, &claim).await.expect(200);
    }

    async fn a_claim_that_took_anothers_place_and_was_withdrawn_leaves_the_first_to_stand(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let former = desk.rejected().await;
        let judge = desk.another_approver().await;
        let appeal = desk.lodge(&former).await.expect(201).location();
        desk.decide(&judge, &appeal, "partly_upheld", "evidence_misjudged").await.expect(200);
        let again = desk.body("punjab-cvt-act-2016", "death").await;
        let first = desk.keyed(&desk.officer, &format!("{appeal}/claim"), again.clone()).await.expect(201).location();
        desk.does(&desk.officer, &first, "withdraw", json!({ "reason": "prepared_in_error" })).await.expect(200);
        let case = app.get(&desk.officer, &former).await.expect(200).text("case_id");
        desk.prepare(&case, "punjab-cvt-act-2016", "death").await.problem(409, "already_exists");
        desk.keyed(&desk.officer, &format!("{appeal}/claim"), again).await.expect(201);
    }

    async fn an_award_after_an_appeal_reverses_the_one_before(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let former = desk.awarded_too_little().await;
        let (judge, third) = (desk.another_approver().await, desk.another_approver().await);
        let appeal = desk.lodge(&former).await.expect(201).location();
        desk.decide(&judge, &appeal, "upheld", "tariff_misapplied").await.expect(200);
        let again = desk.body("punjab-cvt-act-2016", "injury_grievous").await;
        let claim = desk.keyed(&desk.officer, &format!("{appeal}/claim"), again).await.expect(201).location();
        desk.attach_all(&claim).await;
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        desk.approve(&third, &claim).await.expect(200);

        let (old, new) = (
            app.get(&desk.officer, &format!("{former}/award")).await.expect(200),
            app.get(&desk.officer, &format!("{claim}/award")).await.expect(200),
        );
        assert_eq!((&old.json["amount_paisa"], &new.json["amount_paisa"]), (&json!(10_000_000), &json!(50_000_000)));
        let id = if app.is_sqlite() { "lower(hex(reverses))" } else { "replace(reverses::text, '-', '')" };
        let reversed = app.rows(&format!("SELECT {id} FROM awards WHERE reverses IS NOT NULL")).await;
        assert_eq!(reversed, [old.text("id").replace('-', "")]);
        let case = new.text("case_id");
        let timeline = app.get(&desk.officer, &format!("/cases/{case}/timeline")).await.expect(200).json;
        let actions: Vec<_> = timeline["items"].as_array().unwrap().iter().map(|one| one["action"].clone()).collect();
        for action in ["appeal.lodged", "appeal.upheld", "award.reversed"] {
            assert!(actions.contains(&json!(action)), "{action}");
        }
        // Another harm of the same attack is another claim, unless that harm is what the appeal was about.
        desk.prepare(&case, "punjab-cvt-act-2016", "injury_grievous").await.problem(409, "already_exists");
        let stranger = payee("victim", "Zarmina Gul");
        desk.add(&claim, stranger).await.problem(409, "illegal_move");
    }

    async fn whoever_judged_any_claim_of_the_ladder_judges_none_that_comes_after(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        let first = desk.rejected().await;
        let (judge, second, other) =
            (desk.another_approver().await, desk.another_approver().await, desk.another_approver().await);
        let again = desk.body("punjab-cvt-act-2016", "death").await;
        let claimed = async |former: &str, judge: &Actor| {
            let appeal = desk.lodge(former).await.expect(201).location();
            desk.decide(judge, &appeal, "upheld", "evidence_misjudged").await.expect(200);
            let claim = desk.keyed(&desk.officer, &format!("{appeal}/claim"), again.clone()).await.expect(201).location();
            desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
            desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
            claim
        };
        let claim = claimed(&first, &judge).await;
        desk.does(&second, &claim, "reject", json!({ "reason": "evidence_insufficient" })).await.expect(200);
        let claim = claimed(&claim, &other).await;
        for barred in [&desk.approver, &judge, &second, &other] {
            desk.approve(barred, &claim).await.problem(409, "second_person");
        }
        desk.approve(&desk.another_approver().await, &claim).await.expect(200);
    }
}
