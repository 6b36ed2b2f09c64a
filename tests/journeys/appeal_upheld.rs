//! A man who was paid for a slight injury and lost the use of a hand: he appeals, is right, and is paid the difference.
use crate::kit::*;
use crate::payments::Desk;

/// Pays by cheque whatever is planned; the place of the batch.
async fn released(desk: &Desk) -> String {
    let place = desk.build_by("cheque").await.expect(201).location();
    desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
    desk.approve_as(&desk.approver, &place, 2).await.expect(200);
    desk.make(&desk.releaser, &place, "release", 3).await.expect(200);
    place
}

async fn payments(desk: &Desk, case: &str) -> Vec<Value> {
    let listed = desk.app.get(&desk.maker, &format!("/payments?case_id={case}")).await.expect(200).json;
    let mut all = listed["items"].as_array().unwrap().clone();
    all.reverse();
    all
}

on_both_databases! {
    async fn who_appeals_and_is_right_is_paid_what_was_paid_too_little(app: App) {
        let desk = Desk::new(&app).await;
        let claims = &desk.claims;
        let former = claims.awarded_too_little().await;
        let case = app.get(&claims.officer, &former).await.expect(200).text("case_id");
        let first = released(&desk).await;

        let judge = claims.another_approver().await;
        let appeal = claims.lodge(&former).await.expect(201).location();
        claims.decide(&judge, &appeal, "upheld", "tariff_misapplied").await.expect(200);
        let again = claims.body("punjab-cvt-act-2016", "injury_grievous").await;
        let claim = claims.keyed(&claims.officer, &format!("{appeal}/claim"), again).await.expect(201).location();
        claims.attach_all(&claim).await;
        claims.does(&claims.officer, &claim, "submit", json!({})).await.expect(200);
        claims.does(&claims.assessor, &claim, "verify", json!({})).await.expect(200);
        let third = claims.another_approver().await;
        claims.approve(&third, &claim).await.problem(409, "payment_under_way");

        let paid = payments(&desk, &case).await.remove(0);
        assert_eq!(paid["amount_paisa"], 10_000_000);
        let row = format!("{},paid,100000,PKR,,\n", paid["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &first, &row).await.expect(200);
        claims.approve(&third, &claim).await.expect(200);
        let due = payments(&desk, &case).await.remove(1);
        assert_eq!((&due["amount_paisa"], &due["state"]), (&json!(40_000_000), &json!("planned")));

        let second = released(&desk).await;
        let row = format!("{},paid,400000,PKR,,\n", due["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &second, &row).await.expect(200);
        assert_eq!(desk.balances().await[4], 50_000_000);
        desk.is_true().await;

        let today = app.now().local_date();
        let asked = format!("/reports/payouts?from={today}&to={today}");
        let report = app.get(&desk.approver, &asked).await.expect(200).json;
        let sums = ["sanctioned", "released", "paid", "confirmed", "returned"];
        let told = sums.map(|sum| report["total"][format!("{sum}_paisa")].as_i64().unwrap());
        assert_eq!(told, [50_000_000, 50_000_000, 50_000_000, 0, 0]);
    }
}
