//! A package for forty families after one attack: cheques for 36 are paid, four come back and are sent again. Announced,
//! sanctioned, released, paid and confirmed are never mistaken for each other.
use crate::kit::*;
use crate::payments::Desk;

/// What Punjab's Act pays for a death.
const EACH: i64 = 100_000_000;

on_both_databases! {
    async fn thirty_six_of_forty_families_are_paid_and_four_cheques_come_back(app: App) {
        let desk = Desk::with(&app, 40 * EACH).await;
        for _ in 0..40 {
            let claim = desk.claims.verified().await;
            desk.claims.approve(&desk.claims.approver, &claim).await.expect(200);
        }
        assert_eq!(desk.balances().await, [0, 40 * EACH, 0, 0, 0, 0]);
        let built = desk.build_by("cheque").await.expect(201);
        assert_eq!((&built.json["payments"], &built.json["total_paisa"]), (&json!(40), &json!(40 * EACH)));
        let place = built.location();
        desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        desk.approve_as(&desk.approver, &place, 2).await.expect(200);
        desk.make(&desk.releaser, &place, "release", 3).await.expect(200);
        assert_eq!(desk.balances().await, [0, 0, 0, 40 * EACH, 0, 0]);
        let register = app.get(&desk.releaser, &format!("{place}/file?format=register")).await.expect(200).body();
        assert_eq!(register.matches("Zahra Bibi").count(), 40);

        let listed = app.get(&desk.maker, "/payments?limit=200").await.expect(200).json["items"].clone();
        let cheques = listed.as_array().unwrap();
        let mut rows = String::new();
        for (number, cheque) in cheques.iter().enumerate() {
            let row = if number < 36 { ",paid,1000000.00,PKR,,\n" } else { ",returned,1000000.00,PKR,,\n" };
            rows += &(cheque["reference"].as_str().unwrap().to_owned() + row);
        }
        let answer = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!(answer.json["counts"], json!({ "paid": 36, "returned": 4 }));
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 36 * EACH, 4 * EACH]);
        let told = app.get(&desk.approver, &place).await.expect(200).json;
        assert_eq!(told["state"], "settled");
        let figure = |name: &str| told["figures"][format!("{name}_paisa")].as_i64().unwrap() / EACH;
        assert_eq!(["released", "paid", "returned", "confirmed"].map(figure), [40, 36, 4, 0]);

        let mut rows = String::new();
        for cheque in &cheques[36..] {
            let old = format!("/payments/{}/reissue", cheque["id"].as_str().unwrap());
            let new = app.make(&desk.maker, &old, 4, json!({})).await.expect(201);
            rows += &(new.text("reference") + ",paid,1000000,PKR,,\n");
        }
        let again = desk.build_by("cheque").await.expect(201).location();
        desk.make(&desk.maker, &again, "submit", 1).await.expect(200);
        desk.approve_as(&desk.approver, &again, 2).await.expect(200);
        desk.make(&desk.releaser, &again, "release", 3).await.expect(200);
        desk.answer(&desk.maker, &again, &rows).await.expect(200);
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 40 * EACH, 0]);
        desk.is_true().await;
    }
}
