//! What the bank answers: read, held against what was sent, counted once, taken back by a second person.
use futures_util::future::join_all;

use super::{Desk, IBAN, key};
use crate::kit::*;

pub fn reference(payment: &Value) -> &str {
    payment["reference"].as_str().unwrap()
}

pub fn verdicts(answer: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = answer.json["rows"].as_array().unwrap().iter();
    rows.map(|row| (text(&row["verdict"]), text(&row["why"]))).collect()
}

pub fn said(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(verdict, why)| ((*verdict).to_owned(), (*why).to_owned())).collect()
}

on_both_databases! {
    async fn each_row_has_its_verdict_and_what_fits_is_counted(app: App) {
        let desk = Desk::with(&app, 10_000).await;
        let award = desk.award(&[1000, 2000, 3000, 500]).await;
        let place = desk.released().await;
        let all = desk.payments(award).await;
        let [one, two, three, four] = [0, 1, 2, 3].map(|at| reference(&all[at]));
        let rows = format!(
            "{one},paid,10.00,PKR,{IBAN},\n{two},returned,,,,AC04\n{three},paid,12.50,PKR,,\n{three},paid,99,PKR,,\n\
             {four},paid,5,USD,,\n{four},paid,5,PKR,PK36SCBL0000001123456703,\n{four},paid,,,,\n{four},pending,,,,\n\
             UM00000000000000000,paid,1,PKR,,\n{one},paid,10.00,PKR,{IBAN},\n{four},what,,,,\n"
        );
        let answer = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[
            ("paid", ""), ("returned", ""), ("partly_paid", ""), ("mismatch", "amount_too_much"),
            ("mismatch", "currency"), ("mismatch", "account"), ("mismatch", "amount_missing"), ("pending", ""),
            ("unknown", ""), ("duplicate", "told_twice"), ("unreadable", "status: unknown_value"),
        ]));
        assert_eq!((&answer.json["waiting"], &answer.json["counts"]["mismatch"]), (&json!(2), &json!(4)));
        assert_eq!(desk.balances().await, [3500, 0, 0, 1750 + 500, 1000 + 1250, 2000]);
        let imports = "trail WHERE action = 'payment_batch.results_imported' AND record LIKE '%\"unfit\":6%'";
        assert_eq!(app.count(imports).await, 1);
        let batch = app.get(&desk.maker, &place).await.expect(200).json;
        assert_eq!((&batch["state"], &batch["figures"]["paid_paisa"]), (&json!("partly_settled"), &json!(2250)));
        assert_eq!(batch["figures"]["confirmed_paisa"], 0);
        desk.is_true().await;

        let again = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        let taken = ["paid", "partly_paid", "returned", "failed"];
        assert!(verdicts(&again).iter().all(|(verdict, _)| !taken.contains(&verdict.as_str())), "{again:?}");
        assert_eq!(app.count("payment_results").await, 3);
        let rest = format!("{three},paid,17.50,PKR,,\n{four},rejected,,,,AM04\n");
        let rest = desk.answer(&desk.maker, &place, &rest).await.expect(200);
        assert_eq!(verdicts(&rest), said(&[("paid", ""), ("failed", "")]));
        assert_eq!(desk.balances().await, [3500, 0, 0, 0, 4000, 2500]);
        assert_eq!(app.get(&desk.maker, &place).await.text("state"), "settled");
        desk.is_true().await;
    }

    async fn of_ten_times_the_same_file_at_once_one_counts(app: App) {
        let desk = Desk::new(&app).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let row = format!("{},paid,10,PKR,,\n", reference(&desk.payments(award).await[0]));
        let answers = join_all((0..10).map(|_| async { desk.answer(&desk.maker, &place, &row).await })).await;
        let counts = |answer: &&Answer| answer.status == 200 && answer.json["counts"]["paid"] == 1;
        assert_eq!(answers.iter().filter(counts).count(), 1);
        assert!(answers.iter().all(|answer| [200, 503].contains(&answer.status)), "{answers:?}");
        assert_eq!((app.count("payment_results").await, app.count("payment_result_files").await), (1, 1));
        assert_eq!(app.count("ledger_transfers WHERE reason = 'settle'").await, 1);
        desk.is_true().await;
    }

    async fn half_a_file_another_file_and_another_batch_change_nothing(app: App) {
        let desk = Desk::new(&app).await;
        let (first, second) = (desk.award(&[1000]).await, desk.released().await);
        let other = desk.award(&[1000]).await;
        let place = desk.released().await;
        let (mine, theirs) = (desk.payments(other).await, desk.payments(first).await);
        let row = |payment: &Value| format!("{},paid,10,PKR,,\n", reference(payment));
        let answer = desk.answer(&desk.maker, &place, &row(&theirs[0])).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[("mismatch", "other_batch")]));
        let half = row(&mine[0]) + reference(&mine[0]);
        desk.answer(&desk.maker, &place, &half).await.fault("", "cut_off");
        let xml = app.ask(&desk.maker, Method::POST, &format!("{place}/results")).key(&key());
        xml.header("content-type", "application/xml").raw("<Document/>").await.problem(422, "invalid");
        let json = app.post(&desk.maker, &format!("{place}/results"), json!({})).key(&key());
        json.await.problem(415, "unsupported_media_type");
        let keyless = app.ask(&desk.maker, Method::POST, &format!("{place}/results"));
        keyless.header("content-type", "text/csv").raw("a").await.problem(400, "idempotency_key_required");
        desk.answer(&desk.approver, &place, &row(&mine[0])).await.problem(403, "forbidden");
        assert_eq!(app.count("payment_results").await, 0);
        let draft = { desk.award(&[5]).await; desk.build().await.expect(201).location() };
        desk.answer(&desk.maker, &draft, &row(&mine[0])).await.problem(409, "illegal_move");
        assert_eq!(app.get(&desk.maker, &second).await.text("state"), "released");
        desk.is_true().await;
    }

    async fn what_came_back_is_sent_again_once_and_confirmed_by_the_payee(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        let old = format!("/payments/{}", payment["id"].as_str().unwrap());
        let make = async |who: &Actor, place: &str, verb: &str, version: i64, body: Value| {
            app.make(who, &format!("{place}/{verb}"), version, body).await
        };
        make(&desk.maker, &old, "reissue", 3, json!({})).await.problem(409, "illegal_move");
        desk.answer(&desk.maker, &place, &format!("{},returned,10,PKR,,AC04\n", reference(&payment))).await.expect(200);
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 0, 1000]);
        let returned = app.get(&desk.maker, &old).await.expect(200);
        assert_eq!((returned.text("state"), returned.text("bank_reason")), ("returned".into(), "AC04".into()));
        let new = make(&desk.maker, &old, "reissue", returned.version(), json!({})).await.expect(201);
        assert_eq!(new.text("reissue_of"), payment["id"].as_str().unwrap());
        assert_ne!(new.text("reference"), reference(&payment));
        make(&desk.maker, &old, "reissue", returned.version() + 1, json!({})).await.problem(409, "illegal_move");
        assert_eq!(desk.balances().await, [0, 1000, 0, 0, 0, 0]);
        let again = desk.released().await;
        desk.answer(&desk.maker, &again, &format!("{},paid,10,PKR,,\n", new.text("reference"))).await.expect(200);
        let paid = app.get(&desk.officer, &new.location()).await.expect(200);
        assert_eq!((paid.text("state"), &paid.json["confirmed"]), ("paid".into(), &Value::Null));
        make(&desk.maker, &new.location(), "confirm", paid.version(), json!({ "how": "in_person" })).await.problem(403, "forbidden");
        // Whoever prepared the claim does not say that its money has arrived.
        let how = json!({ "how": "in_person" });
        make(&desk.officer, &new.location(), "confirm", paid.version(), how.clone()).await.problem(409, "second_person");
        make(&desk.caller, &new.location(), "confirm", paid.version(), how).await.expect(200);
        let figures = app.get(&desk.maker, &again).await.expect(200).json["figures"].clone();
        assert_eq!((&figures["paid_paisa"], &figures["confirmed_paisa"]), (&json!(1000), &json!(1000)));
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 1000, 0]);
        desk.is_true().await;
    }

    async fn what_the_bank_said_is_taken_back_by_a_second_person_with_an_entry_the_other_way_round(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        let row = format!("{},paid,10,PKR,,\n", reference(&payment));
        let one = format!("/payments/{}", payment["id"].as_str().unwrap());
        let undo = async |who: &Actor, version: i64| {
            app.make(who, &format!("{one}/undo"), version, json!({ "reason": "bank_corrected" })).await
        };
        undo(&desk.releaser, 3).await.problem(409, "illegal_move");
        desk.answer(&desk.maker, &place, &row).await.expect(200);
        undo(&desk.maker, 4).await.problem(409, "second_person");
        let undone = undo(&desk.releaser, 4).await.expect(200);
        assert_eq!((undone.text("state"), &undone.json["paid_paisa"]), ("released".into(), &json!(0)));
        assert_eq!(desk.balances().await, [0, 0, 0, 1000, 0, 0]);
        assert_eq!(app.get(&desk.maker, &place).await.text("state"), "released");
        assert_eq!(app.count("ledger_transfers WHERE reason = 'undo' AND reverses IS NOT NULL").await, 1);
        assert_eq!(app.count("payment_results WHERE undone_at IS NOT NULL").await, 1);
        app.sql("UPDATE payment_results SET undone_by = imported_by").await.unwrap_err();
        app.sql("DELETE FROM payment_results").await.unwrap_err();
        let again = desk.answer(&desk.maker, &place, &row).await.expect(200);
        assert_eq!(verdicts(&again), said(&[("paid", "")]));
        desk.is_true().await;
    }

    async fn a_bank_message_is_read_like_a_csv(app: App) {
        let desk = Desk::new(&app).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\">\
             <CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-22T10:00:00</CreDtTm></GrpHdr>\
             <OrgnlGrpInfAndSts><OrgnlMsgId>x</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>\
             <OrgnlPmtInfAndSts><OrgnlPmtInfId>x</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>{}</OrgnlEndToEndId>\
             <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>\
             </CstmrPmtStsRpt></Document>",
            reference(&payment)
        );
        let answer = app.ask(&desk.maker, Method::POST, &format!("{place}/results")).key(&key());
        let answer = answer.header("content-type", "application/xml").raw(xml).await.expect(200);
        assert_eq!((verdicts(&answer), answer.text("message")), (said(&[("failed", "")]), "pain.002.001.03".into()));
        desk.is_true().await;
    }

    async fn a_part_and_the_rest_that_comes_back_in_one_file_count_once_each(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        let one = reference(&payment);
        let rows = format!("{one},paid,4.00,PKR,,\n{one},returned,6.00,PKR,,AC04\n");
        let answer = desk.answer(&desk.maker, &place, &rows).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[("partly_paid", ""), ("returned", "")]));
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 400, 600]);
        let payment = desk.payments(award).await.remove(0);
        assert_eq!((&payment["paid_paisa"], &payment["returned_paisa"]), (&json!(400), &json!(600)));
        desk.is_true().await;
        let place = format!("/payments/{}", payment["id"].as_str().unwrap());
        let version = payment["version"].as_i64().unwrap();
        let again = app.make(&desk.maker, &format!("{place}/reissue"), version, json!({})).await.expect(201);
        assert_eq!(again.json["amount_paisa"], 600);
        desk.is_true().await;
    }

    async fn two_equal_halves_of_a_payment_are_two_by_the_references_of_the_bank(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[1000]).await;
        let place = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        let send = async |entry: &str| {
            let row = format!("reference,status,amount,currency,entry\n{},paid,5,PKR,{entry}\n", reference(&payment));
            let ask = app.ask(&desk.maker, Method::POST, &format!("{place}/results")).key(&key());
            verdicts(&ask.header("content-type", "text/csv").raw(row).await.expect(200))
        };
        assert_eq!(send("FT26326A").await, said(&[("partly_paid", "")]));
        assert_eq!(send("FT26326A").await, said(&[("duplicate", "")]));
        assert_eq!(send("").await, said(&[("duplicate", "")]));
        assert_eq!(desk.balances().await, [0, 0, 0, 500, 500, 0]);
        assert_eq!(send("FT26329B").await, said(&[("paid", "")]));
        assert_eq!(send("FT26329B").await, said(&[("duplicate", "")]));
        assert_eq!(send("FT26330C").await, said(&[("mismatch", "ended_otherwise")]));
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 1000, 0]);
        assert_eq!(app.count("payment_results").await, 2);
        desk.is_true().await;
    }

    async fn what_a_bank_says_of_a_whole_message_it_says_of_each_payment_in_it(app: App) {
        let desk = Desk::with(&app, 10_000).await;
        let award = desk.award(&[1000, 2000, 3000]).await;
        let place = desk.released().await;
        let first = desk.payments(award).await.remove(0);
        desk.answer(&desk.maker, &place, &format!("{},paid,10,PKR,,\n", reference(&first))).await.expect(200);
        let group = |of: &str, status: &str| format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\">\
             <CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-22T10:00:00</CreDtTm></GrpHdr>\
             <OrgnlGrpInfAndSts><OrgnlMsgId>{of}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>\
             <GrpSts>{status}</GrpSts><StsRsnInf><Rsn><Prtry>Account of A. Person is closed</Prtry></Rsn></StsRsnInf>\
             </OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
        );
        let send = async |file: String| {
            let ask = app.ask(&desk.maker, Method::POST, &format!("{place}/results")).key(&key());
            ask.header("content-type", "application/xml").raw(file).await
        };
        let own = place.rsplit('/').next().unwrap().replace('-', "");
        send(group("another", "RJCT")).await.fault("", "other_batch");
        assert_eq!(verdicts(&send(group(&own, "ACSP")).await.expect(200)), said(&[("pending", ""), ("pending", "")]));
        let answer = send(group(&own, "RJCT")).await.expect(200);
        assert_eq!(verdicts(&answer), said(&[("failed", ""), ("failed", "")]));
        assert_eq!(answer.json["waiting"], 0);
        assert_eq!(desk.balances().await, [4000, 0, 0, 0, 1000, 5000]);
        assert_eq!(app.count("payments WHERE bank_reason = 'NARR'").await, 2);
        desk.answer(&desk.maker, &place, "").await.fault("", "no_rows");
        desk.is_true().await;
    }
}
