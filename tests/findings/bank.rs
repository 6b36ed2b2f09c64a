//! What a bank says otherwise of a payment than what was sent or is booked.
use super::findings;
use crate::kit::*;
use crate::payments::{Desk, IBAN};

on_both_databases! {
    async fn rows_that_say_otherwise_of_a_payment_are_found_once_whatever_file_they_stand_in(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let award = desk.award(&[1000, 2000, 3000]).await;
        let place = desk.released().await;
        let all = desk.payments(award).await;
        let [one, two, three] = [0, 1, 2].map(|at| all[at]["reference"].as_str().unwrap());
        let rows = format!(
            "{one},paid,10.00,PKR,{IBAN},\n{one},paid,10.00,PKR,{IBAN},\n{two},returned,,,,AC04\n{three},paid,99,PKR,,\n\
             {three},paid,5,USD,,\n{three},paid,5,PKR,PK36SCBL0000001123456703,\n{three},paid,,,,\n{three},pending,,,,\n\
             UM00000000000000000,paid,1,PKR,,\n"
        );
        let told = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!((&told.json["rows"][1]["verdict"], &told.json["rows"][1]["why"]), (&json!("duplicate"), &json!("told_twice")));
        let kinds = async || {
            let found = findings(&app, &auditor, "limit=200").await;
            let mut kinds: Vec<_> = found.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect();
            kinds.sort();
            kinds
        };
        let four = ["bank_account_differs", "bank_amount_differs", "bank_amount_differs", "bank_duplicate"];
        assert_eq!(kinds().await, four);
        let found = findings(&app, &auditor, "kind=bank_account_differs").await;
        assert_eq!((&found[0]["found_how"], &found[0]["stops"]), (&json!("bank"), &json!(false)));
        assert_eq!(found[0]["case_id"], all[2]["case_id"]);
        let case = all[2]["case_id"].as_str().unwrap();
        let timeline = app.get(&desk.officer, &format!("/cases/{case}/timeline?limit=200")).await.expect(200).body();
        assert!(!timeline.contains("payment.disputed") && !timeline.contains("finding.recorded"));

        desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!(kinds().await, four, "the same file says nothing new");
        let statement = format!("{one},paid,10.00,PKR,{IBAN},\n{three},paid,30,PKR,,\n");
        desk.answer(&desk.maker, &place, &statement).await.expect(200);
        assert_eq!(kinds().await, four, "that two files say the same is usual");
        desk.answer(&desk.maker, &place, &format!("{two},paid,20,PKR,,\n")).await.expect(200);
        assert_eq!(findings(&app, &auditor, "kind=bank_says_otherwise").await.len(), 1);
        desk.is_true().await;
    }
}
