//! Payments: planned, put together, approved, released, answered by the bank, sent again.
mod books;
mod breaks;
mod calls;
mod histories;
mod moves;
mod races;
mod results;
mod returns;
mod simulation;

use umeed::access::policy::{self, Action};
use umeed::claims;
use umeed::db::Isolation;
use umeed::kernel::ids::Id;
use umeed::ledger::FundId;
use umeed::work::{Done, Event, Tx};
use uuid::Uuid;

use crate::kit::*;

pub const IBAN: &str = "PK36SCBL0000001123456702";
const ACT: &str = "punjab-cvt-act-2016";

/// A number that the environment may tell.
pub fn told(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |number| number.parse().unwrap())
}

/// Two who pay, two who approve batches, those who work on claims in Punjab, an officer who had no part in any of it, and the
/// fund of Punjab's Act.
pub struct Desk {
    pub app: App,
    pub claims: crate::claims::Desk,
    pub maker: Actor,
    pub releaser: Actor,
    pub approver: Actor,
    pub second: Actor,
    pub officer: Actor,
    pub caller: Actor,
    pub instrument: String,
    pub fund: FundId,
}

fn key() -> String {
    Uuid::now_v7().to_string()
}

/// An account of Standard Chartered in this name.
pub fn account(title: &str) -> Value {
    json!({ "method": "ibft", "iban": IBAN, "title": title })
}

impl Desk {
    /// With Rs 1,000,000,000 in the fund.
    pub async fn new(app: &App) -> Self {
        Self::with(app, 100_000_000_000).await
    }

    /// With so much in the fund.
    pub async fn with(app: &App, paisa: i64) -> Self {
        let claims = crate::claims::Desk::new(app, "PK-PB", "PK601").await;
        let instrument = claims.instrument(ACT).await;
        Self {
            app: app.clone(),
            maker: app.actor(Role::Payer, "PK").await,
            releaser: app.actor(Role::Payer, "PK").await,
            approver: app.actor(Role::Approver, "PK").await,
            second: app.actor(Role::Approver, "PK").await,
            officer: claims.officer.clone(),
            caller: app.actor(Role::Officer, "PK601").await,
            fund: app.fund(instrument.parse().unwrap(), paisa).await,
            instrument,
            claims,
        }
    }

    /// An award of so many dues by bank transfer, each to another child; the id of the award. Its amounts are not those of
    /// the Act, so it is written behind the back of the claims; everything after it is as it always is.
    pub async fn award(&self, dues: &[i64]) -> Uuid {
        let case = self.claims.case("dead").await;
        let claim = self.claims.prepare(&case, ACT, "death").await.expect(201);
        let mut parts = Vec::new();
        for paisa in dues {
            let person = json!({ "name": "Qanarwaxname" });
            let child = json!({ "class": "child", "person": person, "account": account("Qanarwaxtitle") });
            parts.push((self.claims.add(&claim.location(), child).await.expect(201).id(), *paisa));
        }
        let award = Uuid::now_v7();
        self.claims.award_unseen(award, &claim, dues.iter().sum()).await;
        let new = self.app.database.id(award);
        for (place, (payee, paisa)) in parts.iter().enumerate() {
            let payee = self.app.database.id(payee.parse().unwrap());
            let account =
                format!("SELECT {new}, {payee}, {place}, 1, {paisa}, id FROM claim_accounts WHERE payee_id = {payee}");
            let columns = "award_id, payee_id, place, share_bp, amount_paisa, account_id";
            self.app.sql(&format!("INSERT INTO award_payees ({columns}) {account}")).await.unwrap();
        }
        self.plan(award).await;
        award
    }

    /// A claim for a death with this widow as payee, on the account that all of them have, verified.
    pub async fn verified(&self, name: &str, cnic: &str) -> String {
        let registrar = self.app.actor(Role::Supervisor, "PK-PB").await;
        let case = self.claims.case_of(&registrar, "dead", "civilian").await;
        let widow = json!({ "class": "spouse", "person": { "name": name, "cnic": cnic }, "account": account(name) });
        self.claims.verified_of(&case, ACT, widow).await
    }

    /// Plans an award, as it is planned when it is made.
    pub async fn plan(&self, award: Uuid) {
        let now = self.app.now();
        let system = policy::Actor::system();
        let planned = self.app.work().write_at(Isolation::Serializable, &system, None, async move |tx: &mut Tx| {
            let scope = policy::scope(&policy::Actor::system(), Action::ReadClaim);
            let award = claims::award(tx, &scope, award.into()).await?;
            let events = umeed::payouts::plan(tx, &award, (Id::nil(), now)).await?;
            Ok(Done::new((), Event::new("test.awarded", award.id)).and_all(events))
        });
        planned.await.unwrap();
    }

    /// The payee of a payment is paid by another account from now on; 72 hours from now.
    pub async fn move_account(&self, payment: &Value, title: &str) -> Ask {
        let payee = payment["payee_id"].as_str().unwrap();
        let officer = self.app.again(&self.officer).await;
        self.app.make(&officer, &format!("/payees/{payee}/account"), 1, account(title))
    }

    pub fn build(&self) -> Ask {
        self.build_by("ibft")
    }

    /// A batch of what is paid this way.
    pub fn build_by(&self, method: &str) -> Ask {
        let body = json!({ "instrument_id": self.instrument, "method": method });
        self.app.post(&self.maker, "/payment-batches", body).key(&key())
    }

    pub fn make(&self, who: &Actor, place: &str, verb: &str, version: i64) -> Ask {
        self.app.make(who, &format!("{place}/{verb}"), version, json!({}))
    }

    pub async fn approve_as(&self, who: &Actor, place: &str, version: i64) -> Answer {
        let digest = self.app.get(who, place).await.expect(200).json["digest"].clone();
        self.app.make(who, &format!("{place}/approve"), version, json!({ "digest": digest })).await
    }

    /// A batch of all that is planned, approved: at version 3.
    pub async fn approved(&self) -> String {
        let place = self.build().await.expect(201).location();
        self.make(&self.maker, &place, "submit", 1).await.expect(200);
        self.approve_as(&self.approver, &place, 2).await.expect(200);
        place
    }

    /// The same, released: at version 4.
    pub async fn released(&self) -> String {
        let place = self.approved().await;
        self.make(&self.releaser, &place, "release", 3).await.expect(200);
        place
    }

    /// The bank answers with this file.
    pub fn answer(&self, who: &Actor, place: &str, rows: &str) -> Ask {
        let file = format!("reference,status,amount,currency,account,reason\n{rows}");
        self.app
            .ask(who, Method::POST, &format!("{place}/results"))
            .key(&key())
            .header("content-type", "text/csv")
            .raw(file)
    }

    /// The payments of an award, oldest first.
    pub async fn payments(&self, award: Uuid) -> Vec<Value> {
        let listed = self.app.get(&self.maker, &format!("/payments?limit=200&award_id={award}")).await.expect(200).json;
        let mut all = listed["items"].as_array().unwrap().clone();
        all.reverse();
        all
    }

    /// What the fund's accounts hold: available, committed, payable, in transit, paid, returned.
    pub async fn balances(&self) -> [i64; 6] {
        let fund = self.app.get(&self.approver, &format!("/funds/{}", self.fund)).await.expect(200).json;
        ["available", "committed", "payable", "in_transit", "paid", "returned"]
            .map(|account| fund["balances"][format!("{account}_paisa")].as_i64().unwrap())
    }

    /// That books and payments agree.
    pub async fn is_true(&self) {
        umeed::ledger::verify::verify_unscoped(self.app.work()).await.unwrap().unwrap();
        umeed::payouts::verify::verify_unscoped(self.app.work()).await.unwrap().unwrap();
    }
}
