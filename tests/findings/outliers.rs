//! Districts, and those who work on claims, that are far from the others.
use super::findings;
use crate::claims::Desk;
use crate::kit::*;

/// Whom each finding is about, in no order.
fn whom(found: &[Value]) -> Vec<Value> {
    let mut whom: Vec<_> = found.iter().map(|one| one["user_id"].clone()).collect();
    whom.sort_by_key(Value::to_string);
    whom
}

on_both_databases! {
    async fn whoever_is_far_from_the_others_is_found_once_a_quarter_and_only_the_auditor_reads_about_people(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        for _ in 0..9 {
            let claim = desk.verified().await;
            desk.approve(&desk.approver, &claim).await.expect(200);
        }
        for district in ["PK601", "PK602", "PK604", "PK605", "PK606"] {
            let other = Desk::new(&app, "PK-PB", district).await;
            let claim = other.verified().await;
            other.approve(&other.approver, &claim).await.expect(200);
        }
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0, "nine claims tell nothing");
        let last = desk.verified().await;
        desk.approve(&desk.approver, &last).await.expect(200);
        // On the day after, whose yesterday is in the quarter of the approvals.
        app.pass_minutes(24 * 60);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 4);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0);

        let (auditor, elsewhere) = (app.actor(Role::Auditor, "PK").await, app.actor(Role::Auditor, "PK-SD").await);
        let found = findings(&app, &auditor, "kind=many_claims").await;
        let mut people = vec![Value::Null];
        people.extend([&desk.officer, &desk.assessor, &desk.approver].map(|who| json!(who.id)));
        people.sort_by_key(Value::to_string);
        assert_eq!(whom(&found), people);
        assert!(findings(&app, &elsewhere, "").await.is_empty());
        for one in &found {
            assert_eq!((&one["claim_id"], &one["district"], &one["stops"]), (&Value::Null, &json!("PK603"), &json!(false)));
            assert_eq!((&one["measure"]["value"], &one["measure"]["median"]), (&json!(10), &json!(1)), "{one}");
            assert_eq!(one["measure"]["part"].is_null(), one["user_id"].is_null());
        }

        // Those who work in the district read what is said of it, and not what is said of them.
        let assessor = app.again(&desk.assessor).await;
        for who in [app.again(&desk.supervisor).await, assessor.clone(), app.again(&desk.approver).await] {
            assert_eq!(whom(&findings(&app, &who, "").await), [Value::Null]);
        }
        let place = |of: &Value| {
            let one = found.iter().find(|one| one["user_id"] == *of).unwrap();
            format!("/findings/{}", one["id"].as_str().unwrap())
        };
        let (district, verifier) = (place(&Value::Null), place(&json!(desk.assessor.id)));
        app.get(&assessor, &verifier).await.problem(404, "not_found");
        let text = json!({ "text": "The attack was in this district" });
        app.make(&assessor, &format!("{verifier}/answer"), 1, text.clone()).await.problem(404, "not_found");
        app.make(&assessor, &format!("{district}/answer"), 1, text.clone()).await.expect(200);
        for place in [&district, &verifier] {
            desk.does(&auditor, place, "settle", text.clone()).await.expect(200);
        }
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0);
        app.sql("UPDATE findings SET measure = NULL").await.unwrap_err();
    }
}
