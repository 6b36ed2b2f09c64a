//! Random histories over HTTP, on both databases: whatever comes, from whomever, in whatever order and however often, no
//! answer is a failure of ours, and books and payments agree. `UMEED_HISTORIES=…` says how many there are on each database;
//! a seed that fails is told, and `UMEED_SEED=…` begins with it.
use super::simulation::Dice;
use super::{Desk, told};
use crate::kit::*;

const HISTORIES: u64 = 3;
const STEPS: usize = 40;

struct History<'a> {
    dice: Dice,
    desk: &'a Desk,
    seed: u64,
    step: usize,
}

fn text<'a>(of: &'a Value, field: &str) -> &'a str {
    of[field].as_str().unwrap()
}

impl History<'_> {
    /// Mostly the one whose task it is; else anybody.
    fn somebody(&mut self, right: &Actor) -> Actor {
        let desk = self.desk;
        let all = [&desk.maker, &desk.releaser, &desk.approver, &desk.second, &desk.officer];
        if self.dice.roll(4) > 0 { right.clone() } else { all[self.dice.roll(5)].clone() }
    }

    /// One of all that are in a list, however that came about.
    async fn any(&mut self, list: &str) -> Option<Value> {
        let join = if list.contains('?') { '&' } else { '?' };
        let all = self.desk.app.get(&self.desk.maker, &format!("{list}{join}limit=200")).await.expect(200).json;
        let all = all["items"].as_array().unwrap();
        all.get(self.dice.roll(all.len())).cloned()
    }

    async fn live(&mut self) {
        let ask = match self.dice.roll(12) {
            0 | 1 => {
                let dues: Vec<_> = (0..=self.dice.roll(3)).map(|_| self.dice.paisa(300)).collect();
                self.desk.award(&dues).await;
                return;
            }
            2 => Some(self.desk.build()),
            3..=6 => self.move_batch().await,
            7..=9 => self.answer().await,
            _ => self.move_payment().await,
        };
        let Some(ask) = ask else { return };
        let answer = ask.await;
        assert!(answer.status < 500, "seed {} step {}: {}", self.seed, self.step, answer.body());
    }

    async fn move_batch(&mut self) -> Option<Ask> {
        let batch = self.any("/payment-batches").await?;
        let place = format!("/payment-batches/{}", text(&batch, "id"));
        let (next, right) = match text(&batch, "state") {
            "draft" => ("submit", &self.desk.maker),
            "submitted" => ("approve", &self.desk.approver),
            _ => ("release", &self.desk.releaser),
        };
        let verb =
            if self.dice.roll(4) > 0 { next } else { ["submit", "approve", "release", "cancel"][self.dice.roll(4)] };
        let body = if verb == "approve" { json!({ "digest": batch["digest"] }) } else { json!({}) };
        // Every tenth acts on what is not the case any more.
        let version = batch["version"].as_i64().unwrap() - i64::from(self.dice.roll(10) == 0);
        let who = self.somebody(right);
        Some(self.desk.app.make(&who, &format!("{place}/{verb}"), version, body))
    }

    /// A file of the bank about some payments: right, wrong, in part, twice.
    async fn answer(&mut self) -> Option<Ask> {
        let batch = self.any("/payment-batches").await?;
        let mut rows = String::new();
        let own = format!("/payments?batch_id={}", text(&batch, "id"));
        for _ in 0..=self.dice.roll(4) {
            let list = if self.dice.roll(4) > 0 { &own } else { "/payments" };
            let payment = self.any(list).await?;
            let amount = payment["amount_paisa"].as_i64().unwrap();
            let said = if self.dice.roll(3) == 0 { self.dice.paisa(300) } else { amount };
            let word = ["paid", "paid", "paid", "returned", "rejected", "pending"][self.dice.roll(6)];
            let row = format!("{},{word},{}.{:02},PKR,,\n", text(&payment, "reference"), said / 100, said % 100);
            rows += &row.repeat(1 + self.dice.roll(2));
        }
        let place = format!("/payment-batches/{}", text(&batch, "id"));
        Some(self.desk.answer(&self.desk.maker, &place, &rows))
    }

    async fn move_payment(&mut self) -> Option<Ask> {
        let payment = self.any("/payments").await?;
        let (verb, body, right) = [
            ("cancel", json!({ "reason": "paid_otherwise" }), &self.desk.maker),
            ("reissue", json!({}), &self.desk.maker),
            ("undo", json!({ "reason": "wrong_file" }), &self.desk.releaser),
            ("confirm", json!({ "how": "in_person" }), &self.desk.officer),
        ][self.dice.roll(4)]
        .clone();
        let who = self.somebody(right);
        let place = format!("/payments/{}/{verb}", text(&payment, "id"));
        Some(self.desk.app.make(&who, &place, payment["version"].as_i64().unwrap(), body))
    }
}

on_both_databases! {
    async fn whatever_comes_in_whatever_order_books_and_payments_agree(app: App) {
        let desk = Desk::with(&app, 3000).await;
        let first = told("UMEED_SEED", 3);
        for seed in first..first + told("UMEED_HISTORIES", HISTORIES) {
            let mut history = History { dice: Dice::new(seed), desk: &desk, seed, step: 0 };
            for step in 0..STEPS {
                history.step = step;
                history.live().await;
                if step % 10 == 9 {
                    desk.is_true().await;
                }
            }
        }
        // Else these histories would prove nothing.
        assert!(app.count("payment_results WHERE effect IN ('paid', 'partly_paid')").await > 0, "nothing was ever paid");
    }
}
