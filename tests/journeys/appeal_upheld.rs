//! A man who was paid for a slight injury and lost the use of a hand: he appeals, is right, and is paid the difference.
use crate::claims::payee;
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

/// Pays what is planned for the lesser injury: the place of the batch, and the payment as it was planned.
async fn paid(desk: &Desk, case: &str) -> (String, Value) {
    let batch = released(desk).await;
    let payment = payments(desk, case).await.remove(0);
    let row = format!("{},paid,100000,PKR,,\n", payment["reference"].as_str().unwrap());
    desk.answer(&desk.maker, &batch, &row).await.expect(200);
    (batch, payment)
}

/// Awards the graver injury after an appeal, to this payee in the place of the one before.
async fn awarded_again(desk: &Desk, former: &str, payee: Value) {
    let (app, claims) = (&desk.app, &desk.claims);
    let appeal = claims.lodge(former).await.expect(201).location();
    claims.decide(&claims.another_approver().await, &appeal, "upheld", "tariff_misapplied").await.expect(200);
    let again = claims.body("punjab-cvt-act-2016", "injury_grievous").await;
    let claim = claims.keyed(&claims.officer, &format!("{appeal}/claim"), again).await.expect(201).location();
    let carried = app.get(&claims.officer, &format!("{claim}/payees")).await.expect(200).json;
    let carried = format!("/payees/{}", carried[0]["id"].as_str().unwrap());
    app.make(&claims.officer, &format!("{carried}/remove"), 1, json!({})).await.expect(200);
    claims.add(&claim, payee).await.expect(201);
    claims.attach_all(&claim).await;
    claims.does(&claims.officer, &claim, "submit", json!({})).await.expect(200);
    claims.does(&claims.assessor, &claim, "verify", json!({})).await.expect(200);
    claims.approve(&claims.another_approver().await, &claim).await.expect(200);
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

    async fn whoever_is_taken_off_and_added_again_is_not_paid_a_second_time(app: App) {
        let desk = Desk::new(&app).await;
        let claims = &desk.claims;
        let mut payee = payee("victim", "Zarmina Gul");
        payee["person"]["cnic"] = json!("3520212345672");
        let former = claims.awarded_too_little_to(payee.clone()).await;
        let case = app.get(&claims.officer, &former).await.expect(200).text("case_id");
        paid(&desk, &case).await;
        awarded_again(&desk, &former, payee).await;
        let due = payments(&desk, &case).await.remove(1);
        assert_eq!(due["amount_paisa"], 40_000_000);
        assert!(due["usable_from"].as_str().unwrap() <= app.now().to_string().as_str(), "she is paid as before");
        assert_eq!(app.count("trail WHERE action = 'award.paid_beyond'").await, 0);
        desk.is_true().await;
    }

    async fn what_somebody_who_is_no_payee_any_more_was_paid_is_on_the_trail(app: App) {
        let desk = Desk::new(&app).await;
        let claims = &desk.claims;
        let former = claims.awarded_too_little().await;
        let case = app.get(&claims.officer, &former).await.expect(200).text("case_id");
        let (first, paid) = paid(&desk, &case).await;
        awarded_again(&desk, &former, payee("victim", "Palwasha Gul")).await;
        let due = payments(&desk, &case).await.remove(1);
        assert_eq!(due["amount_paisa"], 50_000_000);
        assert!(due["usable_from"].as_str().unwrap() > app.now().plus_hours(71).to_string().as_str());
        let beyond = "trail WHERE action = 'award.paid_beyond' AND record LIKE '%\"paid_paisa\":60000000%'";
        assert_eq!(app.count(beyond).await, 1);

        // The bank corrects itself: the first had never been paid. Nobody is paid by an award that another one reversed.
        let one = format!("/payments/{}", paid["id"].as_str().unwrap());
        let back = json!({ "reason": "bank_corrected" });
        let version = app.get(&desk.releaser, &one).await.expect(200).version();
        app.make(&desk.releaser, &format!("{one}/undo"), version, back).await.expect(200);
        let row = format!("{},returned,100000,PKR,,AC04\n", paid["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &first, &row).await.expect(200);
        let version = app.get(&desk.maker, &one).await.expect(200).version();
        let new = app.make(&desk.maker, &format!("{one}/reissue"), version, json!({})).await.expect(201);
        assert_eq!((new.text("state"), new.text("cancel_reason")), ("cancelled".into(), "award_reversed".into()));
        assert_eq!(desk.balances().await[4..], [0, 0]);
        desk.is_true().await;
    }
}
