//! Funds and the books: what may be allotted, who sees it, and that nothing booked is ever changed.
pub mod verify;

use futures_util::future::join_all;
use umeed::kernel::ids::Id;
use umeed::kernel::money::Paisa;
use umeed::ledger::book::{Reason, Tie, Transfer};
use umeed::ledger::{self, FundId};
use umeed::work::{Done, Event, Tx};

use crate::kit::*;

fn allotment(paisa: i64, number: &str) -> Value {
    json!({ "kind": "allotted", "amount_paisa": paisa, "order_number": number, "ordered_on": "2026-07-15" })
}

fn surrender(paisa: i64, number: &str) -> Value {
    json!({ "kind": "surrendered", "amount_paisa": paisa, "order_number": number, "ordered_on": "2026-07-15" })
}

fn key() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Books on a fund as a later slice does: in a unit of work of its own, tied to nothing in particular.
pub async fn book(app: &App, fund: FundId, steps: &[(Reason, i64)]) -> umeed::error::Result<Vec<Transfer>> {
    let (now, by) = (app.now(), Id::new());
    let transfer = |(reason, paisa): &(Reason, i64)| {
        let tie = Tie::batch(Id::<()>::new());
        Transfer::new(Id::new(), fund, (*reason, Paisa::new(*paisa)), tie, (by, now)).unwrap()
    };
    let all: Vec<_> = steps.iter().map(transfer).collect();
    post(app, all).await
}

pub async fn post(app: &App, all: Vec<Transfer>) -> umeed::error::Result<Vec<Transfer>> {
    let fund = all[0].fund_id;
    let system = umeed::access::policy::Actor::system();
    let isolation = umeed::db::Isolation::Serializable;
    let booked = app.work().write_at(isolation, &system, None, async move |tx: &mut Tx| {
        ledger::post(tx, &all).await?;
        Ok(Done::new(all.clone(), Event::new("test.booked", fund)))
    });
    booked.await.map(|written| written.answer)
}

impl App {
    /// An instrument that pays.
    pub async fn instrument(&self) -> uuid::Uuid {
        let id = self.database.hex("id");
        let found = self.rows(&format!("SELECT {id} FROM tariff_instruments WHERE code = 'punjab-cvt-act-2016'")).await;
        found[0].parse().unwrap()
    }

    /// A fund with so much in it.
    pub async fn fund(&self, instrument: uuid::Uuid, paisa: i64) -> FundId {
        let administrator = self.actor(Role::Administrator, "PK").await;
        let new = json!({ "instrument_id": instrument, "fiscal_year": fiscal_year(self) });
        let fund = self.post(&administrator, "/funds", new).key(&key()).await.expect(201);
        if paisa > 0 {
            let place = format!("{}/allotments", fund.location());
            self.post(&administrator, &place, allotment(paisa, "FD/1")).key(&key()).await.expect(200);
        }
        fund.id().parse().unwrap()
    }
}

/// The fiscal year it is.
pub fn fiscal_year(app: &App) -> String {
    ledger::FiscalYear::of(app.now().local_date()).to_string()
}

on_both_databases! {
    async fn a_fund_is_opened_once_a_year_and_money_comes_and_goes_by_orders(app: App) {
        let administrator = app.actor(Role::Administrator, "PK").await;
        let new = json!({ "instrument_id": app.instrument().await, "fiscal_year": "2026-27" });
        app.post(&administrator, "/funds", new.clone()).await.problem(400, "idempotency_key_required");
        let fund = app.post(&administrator, "/funds", new.clone()).key("1").await.expect(201);
        assert_eq!(fund.json["balances"]["available_paisa"], 0);
        app.post(&administrator, "/funds", new.clone()).key("2").await.problem(409, "already_exists");
        assert!(app.post(&administrator, "/funds", new).key("1").await.expect(201).is_replayed());
        let place = format!("{}/allotments", fund.location());
        let allot = async |body: Value| app.post(&administrator, &place, body).key(&key()).await;
        assert_eq!(allot(allotment(500, "FD/1")).await.expect(200).json["balances"]["available_paisa"], 500);
        allot(allotment(500, "FD/1")).await.problem(409, "already_exists");
        allot(surrender(501, "FD/2")).await.problem(409, "fund_exhausted");
        let left = allot(surrender(200, "FD/2")).await.expect(200);
        assert_eq!((&left.json["balances"]["available_paisa"], &left.json["balances"]["allotted_paisa"]), (&json!(300), &json!(300)));
        allot(allotment(0, "FD/3")).await.fault("/amount_paisa", "out_of_range");
        allot(allotment(i64::MAX, "FD/3")).await.fault("/amount_paisa", "out_of_range");
        let mut tomorrow = allotment(1, "FD/3");
        tomorrow["ordered_on"] = json!(app.now().local_date().plus_days(1));
        allot(tomorrow).await.fault("/ordered_on", "in_future");
        let unknown = json!({ "instrument_id": uuid::Uuid::now_v7(), "fiscal_year": "2026-27" });
        app.post(&administrator, "/funds", unknown).key("4").await.fault("/instrument_id", "unknown_reference");
        let wrong = json!({ "instrument_id": app.instrument().await, "fiscal_year": "2026-28" });
        app.post(&administrator, "/funds", wrong).key("3").await.fault("/fiscal_year", "invalid_fiscal_year");
    }

    async fn who_pays_reads_the_books_and_nobody_else_does(app: App) {
        let fund = app.fund(app.instrument().await, 900).await;
        book(&app, fund, &[(Reason::Commit, 400), (Reason::MakePayable, 300)]).await.unwrap();
        for role in [Role::Payer, Role::Approver, Role::Auditor] {
            let reader = app.actor(role, "PK508").await;
            let listed = app.get(&reader, &format!("/ledger/accounts?fund_id={fund}")).await.expect(200);
            let accounts = listed.json["items"][0]["accounts"].as_array().unwrap().clone();
            let balances: Vec<_> = accounts.iter().map(|account| account["balance_paisa"].as_i64().unwrap()).collect();
            assert_eq!(balances, [-900, 500, 100, 300, 0, 0, 0]);
            let entries = app.get(&reader, &format!("/ledger/entries?fund_id={fund}&account=committed")).await.expect(200);
            assert_eq!(entries.json["items"].as_array().unwrap().len(), 2);
            assert_eq!(entries.json["items"][0]["debit"], "payable");
            app.get(&reader, &format!("/funds/{fund}")).await.expect(200);
        }
        let administrator = app.actor(Role::Administrator, "PK").await;
        app.get(&administrator, "/funds").await.expect(200);
        app.get(&administrator, "/ledger/entries").await.problem(403, "forbidden");
        for role in [Role::Officer, Role::Supervisor, Role::Assessor, Role::Partner] {
            let stranger = app.actor(role, "PK").await;
            app.get(&stranger, "/funds").await.problem(403, "forbidden");
        }
        let payer = app.actor(Role::Payer, "PK").await;
        app.post(&payer, &format!("/funds/{fund}/allotments"), allotment(1, "x")).key("1").await.problem(403, "forbidden");
        app.post(&administrator, &format!("/funds/{}/allotments", uuid::Uuid::now_v7()), allotment(1, "x"))
            .key("2").await.problem(404, "not_found");
    }

    async fn balances_are_told_as_they_were_at_the_end_of_a_day(app: App) {
        let payer = app.actor(Role::Payer, "PK").await;
        let fund = app.fund(app.instrument().await, 900).await;
        let first = app.now().local_date();
        app.pass_days(1);
        book(&app, fund, &[(Reason::Commit, 400)]).await.unwrap();
        let payer = app.again(&payer).await;
        let at = async |day: umeed::kernel::time::Date| {
            let told = app.get(&payer, &format!("/ledger/balances?at={day}&fund_id={fund}")).await.expect(200);
            told.json["items"][0]["balances"]["available_paisa"].as_i64().unwrap()
        };
        assert_eq!((at(first.plus_days(-1)).await, at(first).await, at(first.plus_days(1)).await), (0, 900, 500));
        app.get(&payer, "/ledger/balances").await.problem(422, "invalid");
    }

    async fn of_a_hundred_who_want_the_last_money_some_get_it_and_none_too_much(app: App) {
        let fund = app.fund(app.instrument().await, 1000).await;
        let answers = join_all((0..100).map(|_| book(&app, fund, &[(Reason::Commit, 30)]))).await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!((1..=33).contains(&won), "{won}");
        for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let told = refused.code().word();
            assert!(["fund_exhausted", "unavailable"].contains(&told), "{told}");
        }
        assert_eq!(app.rows("SELECT balance_paisa FROM ledger_accounts WHERE kind = 'committed'").await[0], (won * 30).to_string());
        assert_eq!(app.count("ledger_transfers WHERE reason = 'commit'").await, i64::try_from(won).unwrap());
    }

    async fn the_database_itself_refuses_to_change_delete_or_unbalance_an_entry(app: App) {
        let fund = app.fund(app.instrument().await, 900).await;
        for sql in [
            "UPDATE ledger_transfers SET amount_paisa = 1", "DELETE FROM ledger_transfers",
            "UPDATE allotments SET amount_paisa = 1", "DELETE FROM allotments",
            "UPDATE ledger_accounts SET balance_paisa = -1 WHERE kind = 'available'",
        ] {
            app.sql(sql).await.unwrap_err();
        }
        let columns = "id, fund_id, reason, debit, credit, amount_paisa, posted_at, posted_by";
        let id = |id: uuid::Uuid| app.database.id(id);
        for (debit, credit, paisa) in [
            ("committed", "committed", 1), ("committed", "elsewhere", 1), ("committed", "available", 0),
            ("committed", "available", -1),
        ] {
            let at = if app.is_sqlite() { "0" } else { "now()" };
            let (new, nil) = (id(uuid::Uuid::now_v7()), id(uuid::Uuid::nil()));
            let values = format!("{new}, {}, 'commit', '{debit}', '{credit}', {paisa}, {at}, {nil}", id(fund.uuid()));
            app.sql(&format!("INSERT INTO ledger_transfers ({columns}) VALUES ({values})")).await.unwrap_err();
        }
    }

    async fn what_was_booked_is_undone_once(app: App) {
        let fund = app.fund(app.instrument().await, 900).await;
        let steps = [(Reason::Commit, 90), (Reason::MakePayable, 90), (Reason::Send, 90), (Reason::Settle, 90)];
        let booked = book(&app, fund, &steps).await.unwrap();
        let undone = || booked[3].undone(Id::new(), (Id::new(), app.now())).unwrap();
        post(&app, vec![undone()]).await.unwrap();
        assert_eq!(app.rows("SELECT balance_paisa FROM ledger_accounts WHERE kind = 'in_transit'").await, ["90"]);
        post(&app, vec![undone()]).await.unwrap_err();
        assert_eq!(app.count("ledger_transfers").await, 6);
    }
}
