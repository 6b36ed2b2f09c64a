//! What the people of a life ask for, each request made of the machine and of the plain model at once.
use umeed::claims::Method;
use umeed::kernel::ids::Id;
use umeed::kernel::money::Paisa;
use umeed::ledger::{Reason, Tie, Transfer};
use umeed::payouts::model::batch::{Batch, BatchId, BatchState, NewBatch, Vote};
use umeed::payouts::model::content::{Content, Item};
use umeed::payouts::model::payment::{Payment, PaymentId, PaymentState, Sent};
use umeed::payouts::model::reference::PaymentReference;
use umeed::payouts::model::words::{CancelReason, ConfirmedHow, Effect};

use super::{Life, Outcome, Plain, World, no};

impl Life {
    fn any_payment(&mut self, world: &World) -> Result<Payment, ()> {
        let at = self.dice.roll(world.payments.len());
        world.payments.values().nth(at).cloned().ok_or(())
    }

    pub(super) fn plan(&mut self, world: &mut World) -> Outcome {
        let paisa = i64::try_from(self.dice.roll(300)).unwrap() + 1;
        let payment = self.payment(paisa);
        self.post(world, Reason::Commit, paisa, Tie::payment(payment.id, payment.award_id))?;
        world.plain.insert(payment.id, Plain { amount: paisa, paid: 0, back: 0, at: "planned" });
        world.payments.insert(payment.id, payment);
        Ok(())
    }

    fn payment(&mut self, paisa: i64) -> Payment {
        let id = PaymentId::new();
        Payment {
            id,
            award_id: Id::new(),
            case_id: Id::new(),
            victim_id: Id::new(),
            district: "PK508".parse().unwrap(),
            payee_id: Id::new(),
            account_id: Id::new(),
            instalment: 1,
            reference: PaymentReference::from_random(*id.uuid().as_bytes()),
            instrument_id: Id::nil(),
            method: Method::Ibft,
            amount_paisa: Paisa::new(paisa),
            usable_from: self.now,
            planned_at: self.now,
            fund_id: Some(self.fund),
            reissue_of: None,
            state: PaymentState::Planned,
            confirmed: None,
            version: 1,
        }
    }

    pub(super) fn cancel(&mut self, world: &mut World) -> Outcome {
        let payment = self.any_payment(world)?;
        let (id, award, paisa) = (payment.id, payment.award_id, payment.amount_paisa.get());
        let is_right = world.plain[&id].at == "planned";
        let cancelled = payment.cancel(CancelReason::PlannedInError, self.people[0], self.now).map_err(no);
        assert_eq!(cancelled.is_ok(), is_right, "only what is planned is cancelled");
        world.payments.insert(id, cancelled?.0);
        self.post(world, Reason::Uncommit, paisa, Tie::payment(id, award))?;
        world.plain.get_mut(&id).unwrap().at = "cancelled";
        Ok(())
    }

    fn content(world: &World, batch: BatchId) -> Content {
        let own = world.payments.values().filter(|one| one.state == PaymentState::Batched { batch_id: batch });
        let item = |one: &Payment| Item {
            id: one.id,
            reference: one.reference.clone(),
            payee_id: one.payee_id,
            amount: one.amount_paisa,
            account_id: one.account_id,
            fund_id: one.fund_id,
        };
        Content(own.map(item).collect())
    }

    pub(super) fn build(&mut self, world: &mut World) -> Outcome {
        let (id, maker) = (BatchId::new(), self.someone());
        let (leave_out, only_funded) = (Vec::new(), false);
        let new =
            NewBatch { instrument_id: Id::nil(), method: Method::Ibft, districts: Vec::new(), leave_out, only_funded };
        let mut taken = Vec::new();
        for payment in world.payments.values_mut().filter(|one| one.state == PaymentState::Planned) {
            payment.state = PaymentState::Batched { batch_id: id };
            taken.push(payment.id);
        }
        let batch =
            Batch::build(id, &new, Vec::new(), (maker, self.now)).filled(&Self::content(world, id)).map_err(no)?;
        for id in taken {
            world.plain.get_mut(&id).unwrap().at = "batched";
        }
        world.batches.insert(id, (batch, Vec::new()));
        Ok(())
    }

    pub(super) fn move_batch(&mut self, world: &mut World) -> Outcome {
        let at = self.dice.roll(world.batches.len());
        let (id, (batch, votes)) = world.batches.iter().nth(at).map(|(id, both)| (*id, both.clone())).ok_or(())?;
        let (who, now) = (self.someone(), self.now);
        let content = Self::content(world, id);
        let (tie, total) = (Tie::batch(id), batch.total_paisa.get());
        let mut votes = votes;
        let moved = match self.dice.roll(4) {
            0 => batch.submit(1, who, now).map_err(no)?.0,
            1 => {
                let vote = Vote { voter_id: who, digest: batch.digest.clone(), voted_at: now };
                let approved = batch.approve(&votes, &vote).map_err(no)?.0;
                approved.expect(&content).map_err(no)?;
                votes.push(vote);
                self.post(world, Reason::MakePayable, total, tie)?;
                Self::put(world, &content, "approved");
                approved
            }
            2 => {
                let released = batch.release(&votes, who, now).map_err(no)?.0;
                released.expect(&content).map_err(no)?;
                self.post(world, Reason::Send, total, tie)?;
                for item in &content.0 {
                    let sent = Sent {
                        batch_id: id,
                        released_at: now,
                        paid_paisa: Paisa::ZERO,
                        returned_paisa: Paisa::ZERO,
                        settled_on: None,
                        bank_reason: None,
                    };
                    world.payments.get_mut(&item.id).unwrap().state = PaymentState::Released { sent };
                }
                Self::put(world, &content, "released");
                released
            }
            _ => {
                let was_approved = matches!(batch.state, BatchState::Approved { .. });
                let cancelled = batch.cancel(who, now).map_err(no)?.0;
                if was_approved {
                    let booked =
                        Transfer::new(Id::new(), self.fund, (Reason::MakePayable, Paisa::new(total)), tie, (who, now));
                    let back = booked.unwrap().undone(Id::new(), (who, now)).unwrap();
                    world.book = world.book.post([&back]).map_err(no)?;
                }
                content
                    .0
                    .iter()
                    .for_each(|item| world.payments.get_mut(&item.id).unwrap().state = PaymentState::Planned);
                Self::put(world, &content, "planned");
                cancelled
            }
        };
        world.batches.insert(id, (moved, votes));
        Ok(())
    }

    fn put(world: &mut World, content: &Content, at: &'static str) {
        content.0.iter().for_each(|item| world.plain.get_mut(&item.id).unwrap().at = at);
    }

    pub(super) fn answer(&mut self, world: &mut World) -> Outcome {
        let payment = self.any_payment(world)?;
        let (id, award) = (payment.id, payment.award_id);
        let effect = Effect::ALL[self.dice.roll(Effect::ALL.len())];
        let plain = world.plain[&id].clone();
        let left = plain.amount - plain.paid - plain.back;
        let paisa =
            if self.dice.roll(3) == 0 { left / 2 + 1 } else { left + i64::try_from(self.dice.roll(2)).unwrap() };
        let is_back = matches!(effect, Effect::Returned | Effect::Failed);
        let is_right = plain.at == "released" && paisa > 0 && paisa <= left && (!is_back || paisa == left);
        let taken = payment.take(effect, Paisa::new(paisa), self.now.local_date()).map_err(no);
        assert_eq!(taken.is_ok(), is_right, "what the bank says is counted if it fits");
        let reason = if is_back { Reason::ComeBack } else { Reason::Settle };
        let booked = self.post(world, reason, paisa, Tie::payment(id, award));
        world.payments.insert(id, taken?);
        world.said.entry(id).or_default().push((effect, paisa, booked?));
        let plain = world.plain.get_mut(&id).unwrap();
        if is_back {
            plain.back += paisa;
        } else {
            plain.paid += paisa;
        }
        if plain.paid + plain.back == plain.amount {
            plain.at = if is_back { "back" } else { "paid" };
        }
        Ok(())
    }

    pub(super) fn undo(&mut self, world: &mut World) -> Outcome {
        let payment = self.any_payment(world)?;
        let id = payment.id;
        let (effect, paisa, booked) = world.said.get_mut(&id).and_then(Vec::pop).ok_or(())?;
        let is_right = ["released", "paid", "back"].contains(&world.plain[&id].at);
        let undone = payment.undo(effect, Paisa::new(paisa)).map_err(no);
        assert_eq!(undone.is_ok(), is_right, "what was sent again is not undone");
        world.payments.insert(id, undone?.0);
        let back = booked.undone(Id::new(), (self.people[1], self.now)).unwrap();
        world.book = world.book.post([&back]).map_err(no)?;
        let plain = world.plain.get_mut(&id).unwrap();
        if matches!(effect, Effect::Returned | Effect::Failed) {
            plain.back -= paisa;
        } else {
            plain.paid -= paisa;
        }
        plain.at = "released";
        Ok(())
    }

    pub(super) fn reissue(&mut self, world: &mut World) -> Outcome {
        let payment = self.any_payment(world)?;
        let id = payment.id;
        let is_right = world.plain[&id].at == "back";
        let reissued = payment.reissue(self.people[0], self.now).map_err(no);
        assert_eq!(reissued.is_ok(), is_right, "only what came back is sent again");
        let (old, again) = reissued?;
        world.payments.insert(id, old);
        world.plain.get_mut(&id).unwrap().at = "reissued";
        let new = Payment { reissue_of: Some(id), ..self.payment(again.get()) };
        self.post(world, Reason::Recommit, again.get(), Tie::payment(new.id, new.award_id))?;
        world.plain.insert(new.id, Plain { amount: again.get(), paid: 0, back: 0, at: "planned" });
        world.payments.insert(new.id, new);
        Ok(())
    }

    pub(super) fn confirm(&mut self, world: &mut World) -> Outcome {
        let payment = self.any_payment(world)?;
        let id = payment.id;
        let confirmed = payment.confirm(ConfirmedHow::InPerson, self.people[2], self.now).map_err(no);
        assert_eq!(confirmed.is_ok(), world.plain[&id].at == "paid", "only what was paid is confirmed");
        world.payments.insert(id, confirmed?.0);
        Ok(())
    }
}
