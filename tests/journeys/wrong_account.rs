//! Money that went to a wrong account: it comes back, the officer corrects the account, it waits, goes out again, and the
//! payee says that it is there.
use crate::kit::*;
use crate::payments::{Desk, account};

on_both_databases! {
    async fn what_went_to_a_wrong_account_comes_back_and_reaches_the_right_one(app: App) {
        let mut desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let wrong = desk.payments(award).await.remove(0);
        let row = format!("{},returned,10,PKR,,AC01\n", wrong["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &place, &row).await.expect(200);

        let payee = wrong["payee_id"].as_str().unwrap();
        let right = json!({ "method": "ibft", "iban": "PK24SCBL0000001171495101", "title": "Qanarwaxtitle" });
        app.make(&desk.officer, &format!("/payees/{payee}/account"), 1, right).await.expect(200);
        let old = format!("/payments/{}/reissue", wrong["id"].as_str().unwrap());
        let new = app.make(&desk.maker, &old, 4, json!({})).await.expect(201);
        assert_ne!(new.json["account_id"], wrong["account_id"]);
        desk.build().await.problem(409, "batch_empty");

        app.pass_minutes(72 * 60 + 1);
        for who in [&mut desk.maker, &mut desk.releaser, &mut desk.approver, &mut desk.officer, &mut desk.caller] {
            *who = app.again(who).await;
        }
        let again = desk.released().await;
        let file = app.get(&desk.releaser, &format!("{again}/file?format=csv")).await.expect(200).body();
        assert!(file.contains("PK24SCBL0000001171495101") && !file.contains(account("")["iban"].as_str().unwrap()));
        let reference = new.text("reference");
        let elsewhere = format!("{reference},paid,10,PKR,{},\n", account("")["iban"].as_str().unwrap());
        let told = desk.answer(&desk.maker, &again, &elsewhere).await.expect(200);
        assert_eq!(told.json["rows"][0]["why"], "account");
        let there = format!("{reference},paid,10,PKR,PK24SCBL0000001171495101,\n");
        desk.answer(&desk.maker, &again, &there).await.expect(200);
        let paid = app.get(&desk.officer, &new.location()).await.expect(200);
        let confirm = format!("{}/confirm", new.location());
        app.make(&desk.caller, &confirm, paid.version(), json!({ "how": "in_person" })).await.expect(200);
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 1000, 0]);
        desk.is_true().await;
    }
}
