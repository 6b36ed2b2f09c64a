//! What a bank says twice, in other words, or takes back days later: nothing counts twice, and nothing is lost.
use super::results::{reference, said, verdicts};
use super::{Desk, key};
use crate::kit::*;

/// A notice (camt.054) or statement (camt.053) of one booking of Rs 10, with the references of the entry and of the transaction.
fn booking(message: &str, direction: &str, of: &Value, (entry, transaction): (&str, &str)) -> String {
    let root = if message == "camt.054" { ["BkToCstmrDbtCdtNtfctn", "Ntfctn"] } else { ["BkToCstmrStmt", "Stmt"] };
    let told = |text: &str| if text.is_empty() { String::new() } else { format!("<AcctSvcrRef>{text}</AcctSvcrRef>") };
    let [outer, inner] = root;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{message}.001.08\"><{outer}>\
         <{inner}><Ntry><Amt Ccy=\"PKR\">10.00</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>{}<NtryDtls><TxDtls>\
         <Refs>{}<EndToEndId>{}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></{inner}></{outer}></Document>",
        told(entry),
        told(transaction),
        reference(of),
    )
}

async fn send(desk: &Desk, place: &str, xml: String) -> Vec<(String, String)> {
    let ask = desk.app.ask(&desk.maker, Method::POST, &format!("{place}/results")).key(&key());
    verdicts(&ask.header("content-type", "application/xml").raw(xml).await.expect(200))
}

async fn undo(desk: &Desk, who: &Actor, payment: &Value) -> Ask {
    let place = format!("/payments/{}", payment["id"].as_str().unwrap());
    let version = desk.app.get(who, &place).await.expect(200).version();
    desk.app.make(who, &format!("{place}/undo"), version, json!({ "reason": "bank_corrected" }))
}

on_both_databases! {
    async fn a_booking_in_a_notice_and_again_in_a_statement_counts_once_and_another_booking_is_found(app: App) {
        let desk = Desk::with(&app, 2000).await;
        let award = desk.award(&[1000, 1000]).await;
        let place = desk.released().await;
        let all = desk.payments(award).await;
        // One tells the transaction, the other the entry; then both, and another text beside it.
        for (payment, references) in [(&all[0], [("", "T1"), ("E1", ""), ("E1", "T1")]), (&all[1], [("E2", ""), ("E2", "T2"), ("", "T2")])] {
            let [first, other, both] = references;
            assert_eq!(send(&desk, &place, booking("camt.054", "DBIT", payment, first)).await, said(&[("paid", "")]));
            for references in [other, both] {
                let again = booking("camt.053", "DBIT", payment, references);
                assert_eq!(send(&desk, &place, again).await, said(&[("duplicate", "")]));
            }
        }
        let thanks = format!("{},paid,10,PKR,,Paid with thanks\n", reference(&all[0]));
        assert_eq!(verdicts(&desk.answer(&desk.maker, &place, &thanks).await.expect(200)), said(&[("duplicate", "")]));
        assert_eq!((app.count("findings").await, desk.balances().await), (0, [0, 0, 0, 0, 2000, 0]));
        let twice = booking("camt.053", "DBIT", &all[1], ("E9", "T9"));
        assert_eq!(send(&desk, &place, twice).await, said(&[("mismatch", "ended_otherwise")]));
        assert_eq!(app.count("findings WHERE kind = 'bank_says_otherwise'").await, 1);
        assert_eq!((app.count("payment_results").await, desk.balances().await), (2, [0, 0, 0, 0, 2000, 0]));
        desk.is_true().await;
    }

    async fn money_that_comes_back_after_it_was_paid_is_found_and_taken_in_once_a_second_person_undid_the_first(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        send(&desk, &place, booking("camt.054", "DBIT", &payment, ("E1", "T1"))).await;
        let version = app.get(&desk.maker, &place).await.expect(200).version();
        let back = booking("camt.053", "CRDT", &payment, ("E2", "T2"));
        for _ in 0..2 {
            assert_eq!(send(&desk, &place, back.clone()).await, said(&[("mismatch", "returned_after_paid")]));
        }
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 1000, 0]);
        assert_eq!(app.count("findings WHERE kind = 'bank_says_otherwise'").await, 1);
        assert_eq!(app.get(&desk.maker, &place).await.expect(200).version(), version);
        // It is kept once, though nothing of it counts, and can be read.
        let kept = app.get(&desk.maker, &format!("{place}/results")).await.expect(200).json["items"].clone();
        assert_eq!((kept.as_array().unwrap().len(), &kept[0]["message"]), (2, &json!("camt.053.001.08")));
        let answered = app.get(&desk.approver, &format!("/payment-results/{}", kept[0]["id"].as_str().unwrap())).await;
        assert_eq!(verdicts(&answered.expect(200)), said(&[("mismatch", "returned_after_paid")]));
        let elsewhere = app.actor(Role::Payer, "PK-SD").await;
        app.get(&elsewhere, &format!("{place}/results")).await.problem(404, "not_found");
        let one = format!("/payment-results/{}", kept[1]["id"].as_str().unwrap());
        app.get(&elsewhere, &one).await.problem(404, "not_found");

        undo(&desk, &desk.maker, &payment).await.await.problem(409, "second_person");
        undo(&desk, &desk.releaser, &payment).await.await.expect(200);
        assert_eq!(send(&desk, &place, back).await, said(&[("returned", "")]));
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 0, 1000]);
        let auditor = app.actor(Role::Auditor, "PK").await;
        let chain = app.get(&auditor, &format!("/payments/{}/chain", payment["id"].as_str().unwrap())).await.expect(200);
        let own = |one: &&Value| one["payment_id"] == payment["id"];
        let booked: Vec<_> = chain.json["entries"].as_array().unwrap().iter().filter(own).collect();
        let reasons: Vec<_> = booked.iter().map(|one| one["reason"].as_str().unwrap()).collect();
        assert_eq!(reasons, ["commit", "settle", "undo", "come_back"]);
        assert_eq!(booked[2]["reverses"], booked[1]["id"]);
        desk.is_true().await;
        let returned = app.get(&desk.maker, &format!("/payments/{}", payment["id"].as_str().unwrap())).await.expect(200);
        let again = format!("/payments/{}/reissue", payment["id"].as_str().unwrap());
        let new = app.make(&desk.maker, &again, returned.version(), json!({})).await.expect(201);
        assert_eq!((&new.json["amount_paisa"], desk.balances().await), (&json!(1000), [0, 1000, 0, 0, 0, 0]));
        desk.is_true().await;
    }

    async fn what_one_file_tells_as_paid_and_as_come_back_came_back_in_whichever_order(app: App) {
        let desk = Desk::with(&app, 3000).await;
        let award = desk.award(&[1000, 1000, 1000]).await;
        let place = desk.released().await;
        let all = desk.payments(award).await;
        let [one, two, three] = [0, 1, 2].map(|at| reference(&all[at]));
        let row = |of: &str, word: &str| format!("{of},{word},10,PKR,,\n");
        let rows = [row(one, "paid"), row(one, "returned"), row(two, "returned"), row(two, "paid")].concat();
        let (back, paid) = (("returned", ""), ("mismatch", "ended_otherwise"));
        let answer = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[paid, back, back, paid]));
        assert_eq!(desk.balances().await, [0, 0, 0, 1000, 0, 2000]);
        desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!((app.count("findings").await, app.count("payment_result_files").await), (2, 1));

        // What was paid before, and is told again in the file that tells of its return, is not lost in a circle.
        desk.answer(&desk.maker, &place, &row(three, "paid")).await.expect(200);
        let rows = [row(three, "paid"), row(three, "returned")].concat();
        let answer = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[("duplicate", ""), ("mismatch", "returned_after_paid")]));
        undo(&desk, &desk.releaser, &all[2]).await.await.expect(200);
        let answer = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[paid, back]));
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 0, 3000]);
        desk.is_true().await;
    }

    async fn a_part_that_comes_back_after_the_whole_was_paid_is_found_and_counts_once_the_rest_is_told(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        let row = |word: &str, rupees: &str| format!("{},{word},{rupees},PKR,,\n", reference(&payment));
        desk.answer(&desk.maker, &place, &row("paid", "10")).await.expect(200);
        let answer = desk.answer(&desk.maker, &place, &row("returned", "3")).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[("mismatch", "returned_after_paid")]));
        assert_eq!((app.count("findings").await, desk.balances().await), (1, [0, 0, 0, 0, 1000, 0]));
        undo(&desk, &desk.releaser, &payment).await.await.expect(200);
        let alone = desk.answer(&desk.maker, &place, &row("returned", "3")).await.expect(200);
        assert_eq!(verdicts(&alone), said(&[("mismatch", "amount_too_little")]));
        let both = desk.answer(&desk.maker, &place, &(row("returned", "3") + &row("paid", "7"))).await.expect(200);
        assert_eq!(verdicts(&both), said(&[("returned", ""), ("partly_paid", "")]));
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 700, 300]);
        desk.is_true().await;
    }

    async fn rows_that_quarrel_alike_are_one_dispute_however_many_there_are(app: App) {
        let desk = Desk::new(&app).await;
        let award = desk.award(&[1000, 2000]).await;
        let place = desk.released().await;
        let all = desk.payments(award).await;
        let more = format!("{},paid,99,PKR,,\n", reference(&all[0])).repeat(1001);
        let rows = more + &format!("{},paid,5,USD,,\n", reference(&all[1]));
        let answer = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!((&answer.json["counts"]["mismatch"], &answer.json["waiting"]), (&json!(1002), &json!(2)));
        assert_eq!(app.count("findings WHERE kind = 'bank_amount_differs'").await, 2);
        assert_eq!(app.count("trail WHERE action = 'payment.disputed'").await, 2);
        let kept = app.get(&desk.maker, &format!("{place}/results")).await.expect(200).json["items"].clone();
        let answered = app.get(&desk.maker, &format!("/payment-results/{}", kept[0]["id"].as_str().unwrap())).await;
        assert_eq!(answered.expect(200).json, answer.json);
        desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!((app.count("payment_result_files").await, app.count("payment_results").await), (1, 0));
        desk.is_true().await;
    }
}
