//! The check of the books: what is true passes, and whatever is wrong is named.
use umeed::kernel::ids::Id;
use umeed::ledger::verify::verify_unscoped;

use super::{Reason, book, post};
use crate::kit::*;

async fn wrong(app: &App) -> String {
    verify_unscoped(app.work()).await.unwrap().expect_err("the books are said to be true")
}

/// Writes an entry behind the application's back, with the balances that go with it.
async fn smuggle(
    app: &App,
    fund: uuid::Uuid,
    (reason, debit, credit): (&str, &str, &str),
    extra: (&str, &str),
) -> Result<(), String> {
    let at = if app.is_sqlite() { "0" } else { "now()" };
    let (new, nil) = (app.database.id(uuid::Uuid::now_v7()), app.database.id(uuid::Uuid::nil()));
    let (columns, values) = extra;
    let sql = format!(
        "INSERT INTO ledger_transfers (id, fund_id, reason, debit, credit, amount_paisa, posted_at, posted_by{columns}) \
         VALUES ({new}, {}, '{reason}', '{debit}', '{credit}', 5, {at}, {nil}{values}); \
         UPDATE ledger_accounts SET balance_paisa = balance_paisa + 5 WHERE kind = '{debit}'; \
         UPDATE ledger_accounts SET balance_paisa = balance_paisa - 5 WHERE kind = '{credit}';",
        app.database.id(fund)
    );
    app.sql(&sql).await
}

/// Takes away what keeps entries as they are: whoever owns the database can.
pub async fn unlock(app: &App) {
    for trigger in ["ledger_transfers_are_append_only", "ledger_transfers_are_never_emptied"] {
        let on = if app.is_sqlite() { "" } else { " ON ledger_transfers" };
        app.sql(&format!("DROP TRIGGER {trigger}{on}")).await.unwrap();
    }
}

on_both_databases! {
    async fn true_books_pass_with_what_was_looked_at(app: App) {
        assert_eq!(verify_unscoped(app.work()).await.unwrap().unwrap().entries, 0);
        let fund = app.fund(app.instrument().await, 900).await;
        let booked = book(&app, fund, &[(Reason::Commit, 90), (Reason::MakePayable, 90)]).await.unwrap();
        post(&app, vec![booked[1].undone(Id::new(), (Id::new(), app.now())).unwrap()]).await.unwrap();
        let verified = verify_unscoped(app.work()).await.unwrap().unwrap();
        assert_eq!((verified.funds, verified.entries, verified.turnover_paisa), (1, 4, 900 + 90 + 90 + 90));
    }

    async fn a_balance_that_nobody_booked_is_named(app: App) {
        let fund = app.fund(app.instrument().await, 900).await;
        app.sql("UPDATE ledger_accounts SET balance_paisa = 901 WHERE kind = 'available'").await.unwrap();
        let told = wrong(&app).await;
        assert!(told.contains(&fund.to_string()) && told.contains("holds 901 paisa, and 900"), "{told}");
    }

    async fn every_hour_the_books_are_looked_at_and_the_job_fails_if_they_are_wrong(app: App) {
        let look = umeed::jobs::SCHEDULE.iter().find(|job| job.name == "ledger.verify").unwrap();
        app.fund(app.instrument().await, 900).await;
        assert_eq!((look.run)(&app.umeed).await.unwrap(), 0);
        app.sql("UPDATE ledger_accounts SET balance_paisa = 901 WHERE kind = 'available'").await.unwrap();
        (look.run)(&app.umeed).await.unwrap_err();
    }

    async fn an_entry_on_accounts_its_reason_does_not_know_is_named(app: App) {
        let fund = app.fund(app.instrument().await, 900).await.uuid();
        let tie = app.database.id(uuid::Uuid::now_v7());
        smuggle(&app, fund, ("settle", "paid", "available"), (", batch_id", &format!(", {tie}"))).await.unwrap();
        assert!(wrong(&app).await.contains("called settle debit paid and credit available"));
    }

    async fn an_entry_tied_to_nothing_is_not_taken_by_the_database(app: App) {
        let fund = app.fund(app.instrument().await, 900).await.uuid();
        smuggle(&app, fund, ("commit", "committed", "available"), ("", "")).await.unwrap_err();
    }

    async fn an_undoing_that_undoes_nothing_is_named(app: App) {
        let fund = app.fund(app.instrument().await, 900).await;
        book(&app, fund, &[(Reason::Commit, 90), (Reason::MakePayable, 90)]).await.unwrap();
        let tie = app.database.id(uuid::Uuid::now_v7());
        smuggle(&app, fund.uuid(), ("undo", "committed", "payable"), (", batch_id", &format!(", {tie}"))).await.unwrap();
        assert!(wrong(&app).await.ends_with("does not take back what it says it takes back"));
    }

    async fn an_entry_that_was_altered_put_in_or_taken_away_is_found_though_the_triggers_are_gone(app: App) {
        let fund = app.fund(app.instrument().await, 900).await;
        book(&app, fund, &[(Reason::Commit, 90), (Reason::MakePayable, 80)]).await.unwrap();
        unlock(&app).await;
        let change = async |sql: &str| app.sql(sql).await.unwrap();
        change("UPDATE ledger_transfers SET amount_paisa = 81 WHERE reason = 'make_payable'").await;
        assert!(wrong(&app).await.contains("holds 10 paisa, and 9 were booked"));
        change("UPDATE ledger_transfers SET amount_paisa = 80 WHERE reason = 'make_payable'").await;
        verify_unscoped(app.work()).await.unwrap().unwrap();

        let new = app.database.id(uuid::Uuid::now_v7());
        let same = "fund_id, reason, debit, credit, amount_paisa, batch_id, posted_at, posted_by";
        let from = "ledger_transfers WHERE reason = 'make_payable'";
        change(&format!("INSERT INTO ledger_transfers (id, {same}) SELECT {new}, {same} FROM {from}")).await;
        assert!(wrong(&app).await.contains("holds 10 paisa, and -70 were booked"));
        change(&format!("DELETE FROM ledger_transfers WHERE id = {new}")).await;
        verify_unscoped(app.work()).await.unwrap().unwrap();
        change(&format!("DELETE FROM {from}")).await;
        assert!(wrong(&app).await.contains("holds 10 paisa, and 90 were booked"));
    }

    async fn an_allotment_that_was_not_booked_is_named(app: App) {
        let fund = app.fund(app.instrument().await, 900).await;
        let at = if app.is_sqlite() { "0" } else { "now()" };
        let (new, nil) = (app.database.id(uuid::Uuid::now_v7()), app.database.id(uuid::Uuid::nil()));
        let values = format!("{new}, {}, 'allotted', 7, 'x', '2026-07-01', {at}, {nil}", app.database.id(fund.uuid()));
        let columns = "id, fund_id, kind, amount_paisa, order_number, ordered_on, made_at, made_by";
        app.sql(&format!("INSERT INTO allotments ({columns}) VALUES ({values})")).await.unwrap();
        assert!(wrong(&app).await.starts_with("allotment "));
    }
}
