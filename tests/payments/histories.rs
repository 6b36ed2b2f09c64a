//! Random histories over HTTP, on both databases: whatever comes, from whomever, in whatever order and however often, and
//! wherever it breaks, books and payments agree and each request is carried out once. A history leaves nothing that another
//! could touch, so that a seed that fails fails alone: `UMEED_SEED=… UMEED_HISTORIES=1` lives it again, and
//! `UMEED_HISTORIES=…` says how many there are on each database.
use uuid::Uuid;

use super::breaks::Breaks;
use super::simulation::Dice;
use super::{Desk, told};
use crate::kit::*;

const HISTORIES: u64 = 40;
const STEPS: usize = 16;
/// More than the writes of most requests.
const MOST_WRITES: usize = 12;

struct History<'a> {
    dice: Dice,
    desk: &'a Desk,
    breaks: &'a Breaks<'a>,
    awards: Vec<Uuid>,
    batches: Vec<String>,
    broken: usize,
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

    async fn any_payment(&mut self) -> Option<Value> {
        let award = *self.awards.get(self.dice.roll(self.awards.len()))?;
        let all = self.desk.payments(award).await;
        all.get(self.dice.roll(all.len())).cloned()
    }

    async fn any_batch(&mut self) -> Option<Value> {
        let place = self.batches.get(self.dice.roll(self.batches.len()))?;
        Some(self.desk.app.get(&self.desk.maker, place).await.expect(200).json)
    }

    async fn award(&mut self) {
        let dues: Vec<_> = (0..=self.dice.roll(3)).map(|_| self.dice.paisa(300)).collect();
        self.awards.push(self.desk.award(&dues).await);
    }

    async fn live(&mut self) {
        let ask = match self.dice.roll(12) {
            0 => return self.award().await,
            1 | 2 => Some(self.desk.build()),
            3..=6 => self.move_batch().await,
            7..=9 => self.answer().await,
            _ => self.move_payment().await,
        };
        if let Some(ask) = ask {
            self.make(&ask).await;
        }
    }

    async fn make(&mut self, ask: &Ask) {
        // Half of them break somewhere; of the others half come twice.
        let answer = match self.dice.roll(4) {
            0 | 1 => {
                let (has_broken, answer) = self.breaks.twice(self.dice.roll(MOST_WRITES) + 1, ask).await;
                self.broken += usize::from(has_broken);
                answer
            }
            2 => self.breaks.twice(0, ask).await.1,
            _ => ask.clone().await,
        };
        assert!(answer.status < 500, "{answer:?}");
        if answer.status == 201 && answer.header("location").contains("/payment-batches/") {
            self.batches.push(answer.location());
        }
    }

    async fn move_batch(&mut self) -> Option<Ask> {
        let batch = self.any_batch().await?;
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

    /// A file of the bank about some payments: right, wrong, in part, twice, of another batch.
    async fn answer(&mut self) -> Option<Ask> {
        let place = self.batches.get(self.dice.roll(self.batches.len()))?.clone();
        let mut rows = String::new();
        for _ in 0..=self.dice.roll(4) {
            let payment = self.any_payment().await?;
            let amount = payment["amount_paisa"].as_i64().unwrap();
            let said = if self.dice.roll(3) == 0 { self.dice.paisa(300) } else { amount };
            let word = ["paid", "paid", "paid", "returned", "rejected", "pending"][self.dice.roll(6)];
            let row = format!("{},{word},{}.{:02},PKR,,\n", text(&payment, "reference"), said / 100, said % 100);
            rows += &row.repeat(1 + self.dice.roll(2));
        }
        Some(self.desk.answer(&self.desk.maker, &place, &rows))
    }

    async fn move_payment(&mut self) -> Option<Ask> {
        let payment = self.any_payment().await?;
        let (verb, body, right) = [
            ("cancel", json!({ "reason": "paid_otherwise" }), &self.desk.maker),
            ("reissue", json!({}), &self.desk.maker),
            ("undo", json!({ "reason": "wrong_file" }), &self.desk.releaser),
            ("confirm", json!({ "how": "in_person" }), &self.desk.caller),
        ][self.dice.roll(4)]
        .clone();
        let who = self.somebody(right);
        let place = format!("/payments/{}/{verb}", text(&payment, "id"));
        Some(self.desk.app.make(&who, &place, payment["version"].as_i64().unwrap(), body))
    }

    /// Gives up whatever has not gone out, which no later history is to take.
    async fn end(&mut self) {
        let desk = self.desk;
        for place in &self.batches {
            let batch = desk.app.get(&desk.maker, place).await.expect(200);
            if ["draft", "submitted", "approved"].contains(&batch.text("state").as_str()) {
                desk.make(&desk.maker, place, "cancel", batch.version()).await.expect(200);
            }
        }
        for award in &self.awards {
            for payment in desk.payments(*award).await.iter().filter(|payment| payment["state"] == "planned") {
                let (place, why) =
                    (format!("/payments/{}/cancel", text(payment, "id")), json!({ "reason": "paid_otherwise" }));
                desk.app.make(&desk.maker, &place, payment["version"].as_i64().unwrap(), why).await.expect(200);
            }
        }
        desk.is_true().await;
    }
}

/// Tells the seed of a history that goes wrong.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("live it again with UMEED_SEED={} UMEED_HISTORIES=1", self.0);
        }
    }
}

on_both_databases! {
    async fn whatever_comes_in_whatever_order_and_breaks_wherever_books_and_payments_agree(app: App) {
        let desk = Desk::new(&app).await;
        let breaks = Breaks::of(&app).await;
        let (first, count) = (told("UMEED_SEED", 3), told("UMEED_HISTORIES", HISTORIES));
        let mut broken = 0;
        for seed in first..first + count {
            let _told = Seed(seed);
            let (dice, awards, batches) = (Dice::new(seed), Vec::new(), Vec::new());
            let mut history = History { dice, desk: &desk, breaks: &breaks, awards, batches, broken: 0 };
            // Something to work on; the rest is chance.
            history.award().await;
            history.make(&desk.build()).await;
            for _ in 0..STEPS {
                history.live().await;
            }
            history.end().await;
            broken += history.broken;
        }
        // Else these histories would prove nothing.
        let paid = app.count("payment_results WHERE effect IN ('paid', 'partly_paid')").await;
        assert!(count < HISTORIES || paid > 3 && broken > 40, "{paid} were paid, and {broken} requests broke");
    }
}
