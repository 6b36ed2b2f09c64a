//! Payments and books held against each other.
use std::collections::BTreeSet;

use umeed::payouts::model::reference::PaymentReference;

use super::Desk;
use crate::kit::*;

async fn wrong(app: &App) -> String {
    umeed::payouts::verify::verify_unscoped(app.work()).await.unwrap().expect_err("the books are said to be true")
}

on_both_databases! {
    async fn a_payment_that_the_books_do_not_know_is_named(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        desk.is_true().await;
        app.sql("UPDATE payments SET amount_paisa = 301").await.unwrap();
        let told = wrong(&app).await;
        assert!(told.contains("account committed") && told.contains("its payments come to 301"), "{told}");
    }

    async fn an_award_is_planned_once_and_an_instalment_has_one_payment(app: App) {
        let desk = Desk::new(&app).await;
        let award = desk.award(&[300]).await;
        assert_eq!(desk.payments(award).await.len(), 1);
        let new = app.database.id(uuid::Uuid::now_v7());
        app.sql(&format!("CREATE TABLE copied AS SELECT * FROM payments; UPDATE copied SET id = {new}, reference = 'UM1'"))
            .await.unwrap();
        app.sql("INSERT INTO payments SELECT * FROM copied").await.unwrap_err();
        app.sql("DROP TABLE copied").await.unwrap();
    }

    async fn an_entry_that_says_something_else_than_bank_or_payment_is_named_though_all_sums_agree(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[300, 200]).await;
        let place = desk.released().await;
        let all = desk.payments(award).await;
        let paid = |at: usize, rupees| format!("{},paid,{rupees},PKR,,\n", all[at]["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &place, &(paid(0, 3) + &paid(1, 2))).await.expect(200);
        desk.is_true().await;
        crate::ledger::verify::unlock(&app).await;
        for (reason, told) in [("settle", "is not what the bank said"), ("commit", "is of another amount than its payment")] {
            let swap = format!("UPDATE ledger_transfers SET amount_paisa = 500 - amount_paisa WHERE reason = '{reason}'");
            app.sql(&swap).await.unwrap();
            umeed::ledger::verify::verify_unscoped(app.work()).await.unwrap().unwrap();
            assert!(wrong(&app).await.ends_with(told), "{reason}");
            app.sql(&swap).await.unwrap();
        }
        desk.is_true().await;
    }

    async fn an_award_with_fewer_approvals_than_it_needs_or_paid_beyond_what_it_is_of_is_named(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[300]).await;
        let place = desk.released().await;
        let reference = desk.payments(award).await[0]["reference"].as_str().unwrap().to_owned();
        desk.answer(&desk.maker, &place, &format!("{reference},paid,3,PKR,,\n")).await.expect(200);
        desk.is_true().await;
        let on = if app.is_sqlite() { "" } else { " ON awards" };
        app.sql(&format!("DROP TRIGGER awards_are_never_edited{on}")).await.unwrap();
        app.sql("UPDATE awards SET approvals = 2").await.unwrap();
        assert_eq!(wrong(&app).await, format!("award {award} has not the approvals that it needs"));
        app.sql("UPDATE awards SET approvals = 1, amount_paisa = 299").await.unwrap();
        assert_eq!(wrong(&app).await, format!("award {award} was paid more than it is of"));
    }

    async fn a_reference_is_short_names_nobody_and_is_used_once(app: App) {
        let desk = Desk::new(&app).await;
        let all = desk.payments(desk.award(&[100; 12]).await).await;
        let references: BTreeSet<&str> = all.iter().map(|payment| payment["reference"].as_str().unwrap()).collect();
        assert_eq!(references.len(), 12);
        for reference in references {
            assert!(reference.len() <= 35 && reference.parse::<PaymentReference>().is_ok(), "{reference}");
        }
        app.sql("UPDATE payments SET reference = (SELECT min(reference) FROM payments)").await.unwrap_err();
    }

    async fn what_went_out_is_kept_as_it_went_out_and_who_took_the_file_is_known(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[300]).await;
        let place = desk.released().await;
        let file = format!("{place}/file?format=csv");
        let first = app.get(&desk.releaser, &file).await.expect(200);
        assert_eq!(app.get(&desk.maker, &file).await.expect(200).body, first.body);
        let digest = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(&first.body));
        let downloads = "trail WHERE action = 'payment_batch.downloaded' AND record LIKE";
        assert_eq!(app.count(&format!("{downloads} '%{digest}%'")).await, 2);
        desk.make(&desk.releaser, &place, "release", 4).await.problem(409, "illegal_move");

        let row = format!("{},paid,3,PKR,,\n", desk.payments(award).await[0]["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &place, &row).await.expect(200);
        for sql in [
            "UPDATE payments SET amount_paisa = 299",
            "UPDATE payments SET reference = 'UM1'",
            "UPDATE payment_batch_files SET sha256 = ''",
            "UPDATE payment_result_files SET sha256 = ''",
            "UPDATE payment_results SET amount_paisa = 299",
            "DELETE FROM payments",
            "DELETE FROM payment_batch_files",
            "DELETE FROM payment_result_files",
            "DELETE FROM payment_results",
        ] {
            assert!(app.sql(sql).await.is_err(), "{sql}");
        }
        let new = app.database.id(uuid::Uuid::now_v7());
        for table in ["payments", "payment_batches"] {
            let other = if table == "payments" { ", reference = 'UM1', state = 'reissued'" } else { "" };
            let copy = format!("CREATE TABLE copied AS SELECT * FROM {table}; UPDATE copied SET id = {new}{other}");
            app.sql(&copy).await.unwrap();
            assert!(app.sql(&format!("INSERT INTO {table} SELECT * FROM copied")).await.is_err(), "{table}");
            app.sql("DROP TABLE copied").await.unwrap();
        }
        desk.is_true().await;
    }
}
