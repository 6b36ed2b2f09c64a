//! What goes out to pay: a message that a bank's own software takes, a register of cheques for those who write them. Made
//! once, kept, the same whenever it is fetched, and whoever fetched it is on the trail.
use sha2::{Digest, Sha256};

use crate::kit::*;
use crate::payments::{Desk, IBAN};
use crate::payouts::assert_valid;

fn sha256(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(content))
}

/// The file in this format, fetched twice: both times what the batch said it would be.
async fn fetched(desk: &Desk, place: &str, format: &str) -> Answer {
    let app = &desk.app;
    let told = app.get(&desk.approver, place).await.expect(200).json["files"].clone();
    let told = told.as_array().unwrap().iter().find(|file| file["format"] == format).unwrap().clone();
    let downloads =
        format!("trail WHERE action = 'payment_batch.downloaded' AND record LIKE '%\"format\":\"{format}\"%'");
    let mut files = Vec::new();
    for number in 0..2 {
        assert_eq!(app.count(&downloads).await, number);
        files.push(app.get(&desk.releaser, &format!("{place}/file?format={format}")).await.expect(200));
    }
    assert_eq!(app.count(&format!("{downloads} AND record LIKE '%{}%'", told["sha256"].as_str().unwrap())).await, 2);
    let [first, second] = files.try_into().unwrap();
    assert_eq!(first.body, second.body);
    assert_eq!((json!(sha256(&first.body)), json!(first.body.len())), (told["sha256"].clone(), told["bytes"].clone()));
    assert!(first.header("content-disposition").starts_with("attachment; "));
    first
}

on_both_databases! {
    async fn a_bank_is_asked_to_pay_by_a_message_that_its_schema_knows(app: App) {
        let desk = Desk::new(&app.with_debtor().await).await;
        let award = desk.award(&[100_000_050, 200, 7]).await;
        let place = desk.released().await;
        let message = fetched(&desk, &place, "pain001").await;
        assert_eq!(message.header("content-type"), "application/xml");
        let kept = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(kept.path(), &message.body).unwrap();
        assert_valid("pain.001.001.09", kept.path());
        let message = message.body();
        for part in [
            "<NbOfTxs>3</NbOfTxs>",
            "<CtrlSum>1000002.57</CtrlSum>",
            "<InstdAmt Ccy=\"PKR\">1000000.50</InstdAmt>",
            "<InstdAmt Ccy=\"PKR\">0.07</InstdAmt>",
        ] {
            assert!(message.contains(part), "{part}");
        }
        for payment in desk.payments(award).await {
            let reference = payment["reference"].as_str().unwrap();
            assert!(message.contains(&format!("<EndToEndId>{reference}</EndToEndId>")));
        }
        let plain = fetched(&desk, &place, "csv").await.body();
        assert_eq!((plain.lines().count(), plain.matches(IBAN).count()), (4, 3));
        app.get(&desk.releaser, &format!("{place}/file?format=register")).await.problem(404, "not_found");
        app.get(&desk.approver, &format!("{place}/file?format=pain001")).await.problem(403, "forbidden");
        desk.is_true().await;
    }

    async fn cheques_are_told_in_rows_and_on_a_page_to_print(app: App) {
        let desk = Desk::new(&app.with_debtor().await).await;
        let claim = desk.claims.verified().await;
        desk.claims.approve(&desk.claims.approver, &claim).await.expect(200);
        let place = desk.build_by("cheque").await.expect(201).location();
        desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        desk.approve_as(&desk.approver, &place, 2).await.expect(200);
        desk.make(&desk.releaser, &place, "release", 3).await.expect(200);
        let cheques = app.get(&desk.maker, "/payments").await.expect(200).json["items"].clone();
        let reference = cheques[0]["reference"].as_str().unwrap();
        let rows = fetched(&desk, &place, "csv").await;
        assert!(rows.header("content-type").starts_with("text/csv"));
        assert!(rows.body().contains(&format!("{reference},1000000.00,PKR,Zahra Bibi,,,")), "{}", rows.body());
        let page = fetched(&desk, &place, "register").await;
        assert!(page.header("content-type").starts_with("text/html"));
        let page = page.body();
        assert!(page.contains(reference) && page.contains("Zahra Bibi") && page.contains("1 cheques"), "{page}");
        assert!(!page.contains("<script") && !page.contains("http"), "a page to print fetches nothing");
        app.get(&desk.releaser, &format!("{place}/file?format=pain001")).await.problem(404, "not_found");
    }
}
