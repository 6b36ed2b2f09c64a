//! Ten thousand random lives of one fund, its payments and its batches, held against a model so plain that it can be seen
//! to be right: three numbers a payment. Requests come twice, out of order and from the wrong people, and units of work
//! break before they are done. A life that goes wrong prints its seed; `UMEED_SEED=… cargo test simulation` lives it again,
//! and `UMEED_LIVES=…` says how many there are.
use std::collections::{BTreeMap, BTreeSet};

use umeed::access::UserId;
use umeed::claims::Method;
use umeed::kernel::ids::Id;
use umeed::kernel::money::Paisa;
use umeed::kernel::time::Time;
use umeed::ledger::book::Book;
use umeed::ledger::{AccountKind, FundId, Reason, Tie, Transfer};
use umeed::payouts::model::batch::{Batch, BatchId, BatchState, NewBatch, Vote};
use umeed::payouts::model::content::{Content, Item};
use umeed::payouts::model::payment::{Payment, PaymentId, PaymentState, Sent};
use umeed::payouts::model::reference::PaymentReference;
use umeed::payouts::model::words::{CancelReason, ConfirmedHow, Effect, PaymentWord};

const LIVES: u64 = 10_000;
const STEPS: usize = 60;
const FUND: i64 = 1000;

/// A small generator with a seed (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 1 to `most` paisa.
    pub fn paisa(&mut self, most: usize) -> i64 {
        i64::try_from(self.roll(most)).unwrap() + 1
    }

    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((word ^ (word >> 31)) % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}

/// What is known of a payment without any machine: where it is, and what of it was paid and came back.
#[derive(Clone, PartialEq, Debug)]
struct Plain {
    amount: i64,
    paid: i64,
    back: i64,
    at: &'static str,
}

/// Everything that is there: the machine, and beside it the plain model.
#[derive(Clone)]
struct World {
    book: Book,
    payments: BTreeMap<PaymentId, Payment>,
    batches: BTreeMap<BatchId, (Batch, Vec<Vote>)>,
    said: BTreeMap<PaymentId, Vec<(Effect, i64, Transfer)>>,
    plain: BTreeMap<PaymentId, Plain>,
    /// Requests that were carried out, by their keys.
    done: BTreeSet<usize>,
}

struct Life {
    dice: Dice,
    fund: FundId,
    people: [UserId; 4],
    now: Time,
    world: World,
}

type Outcome = Result<(), ()>;

fn no<T>(_: T) {}

impl Life {
    fn new(seed: u64) -> Self {
        let (fund, now) = (Id::new(), "2026-11-22T10:00:00Z".parse().unwrap());
        let people = [(); 4].map(|()| UserId::new());
        let allot = Transfer::new(
            Id::new(),
            fund,
            (Reason::Allot, Paisa::new(FUND)),
            Tie::allotment(Id::new()),
            (people[0], now),
        );
        let book = Book::default().post(&allot).unwrap();
        let (payments, batches, said, plain, done) = Default::default();
        let world = World { book, payments, batches, said, plain, done };
        Self { dice: Dice(seed), fund, people, now, world }
    }

    fn someone(&mut self) -> UserId {
        self.people[self.dice.roll(4)]
    }

    fn post(&self, world: &mut World, reason: Reason, paisa: i64, tie: Tie) -> Result<Transfer, ()> {
        let transfer =
            Transfer::new(Id::new(), self.fund, (reason, Paisa::new(paisa)), tie, (self.people[0], self.now));
        let transfer = transfer.ok_or(())?;
        world.book = world.book.post([&transfer]).map_err(no)?;
        Ok(transfer)
    }

    /// One request: carried out once, however often it comes, whether or not a first try broke.
    fn step(&mut self, seed: u64) {
        let key = self.dice.roll(STEPS * 20);
        if self.world.done.contains(&key) {
            return;
        }
        let before = self.dice.0;
        let mut world = self.world.clone();
        let outcome = self.act(&mut world);
        if self.dice.roll(10) == 0 {
            // The process dies before the commit: nothing of it is there, and the request comes again.
            world = self.world.clone();
            self.dice.0 = before;
            assert_eq!(self.act(&mut world), outcome, "seed {seed}: a request that came again had another answer");
        }
        if outcome.is_ok() {
            world.done.insert(key);
            self.world = world;
        }
        self.check(seed);
    }

    fn act(&mut self, world: &mut World) -> Outcome {
        match self.dice.roll(14) {
            0..=2 => self.plan(world),
            3 => self.cancel(world),
            4 => self.build(world),
            5..=7 => self.move_batch(world),
            8..=10 => self.answer(world),
            11 => self.undo(world),
            12 => self.reissue(world),
            _ => self.confirm(world),
        }
    }

    fn any_payment(&mut self, world: &World) -> Result<Payment, ()> {
        let at = self.dice.roll(world.payments.len());
        world.payments.values().nth(at).cloned().ok_or(())
    }

    fn plan(&mut self, world: &mut World) -> Outcome {
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

    fn cancel(&mut self, world: &mut World) -> Outcome {
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

    fn build(&mut self, world: &mut World) -> Outcome {
        let (id, maker) = (BatchId::new(), self.someone());
        let new = NewBatch { instrument_id: Id::nil(), method: Method::Ibft, districts: Vec::new() };
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

    fn move_batch(&mut self, world: &mut World) -> Outcome {
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

    fn answer(&mut self, world: &mut World) -> Outcome {
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

    fn undo(&mut self, world: &mut World) -> Outcome {
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

    fn reissue(&mut self, world: &mut World) -> Outcome {
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

    fn confirm(&mut self, world: &mut World) -> Outcome {
        let payment = self.any_payment(world)?;
        let id = payment.id;
        let confirmed = payment.confirm(ConfirmedHow::InPerson, self.people[2], self.now).map_err(no);
        assert_eq!(confirmed.is_ok(), world.plain[&id].at == "paid", "only what was paid is confirmed");
        world.payments.insert(id, confirmed?.0);
        Ok(())
    }

    /// What holds at every moment of every life.
    fn check(&self, seed: u64) {
        let World { book, payments, batches, plain, .. } = &self.world;
        let sum = |at: &[&str], of: fn(&Plain) -> i64| -> i64 {
            plain.values().filter(|one| at.contains(&one.at)).map(of).sum()
        };
        let everywhere = ["planned", "batched", "approved", "released", "paid", "back", "reissued", "cancelled"];
        let (paid, committed) = (sum(&everywhere, |one| one.paid), sum(&["planned", "batched"], |one| one.amount));
        let (payable, back) = (sum(&["approved"], |one| one.amount), sum(&["back"], |one| one.back));
        let transit = sum(&["released"], |one| one.amount - one.paid - one.back);
        let available = FUND - committed - payable - transit - paid - back;
        let expected = [-FUND, available, committed, payable, transit, paid, back];
        let held: Vec<_> = AccountKind::ALL.iter().map(|kind| book.balance(*kind).get()).collect();
        assert_eq!(held, expected, "seed {seed}: the books");
        assert!(held[1..].iter().all(|paisa| *paisa >= 0), "seed {seed}: overdrawn");
        for payment in payments.values() {
            let Some(sent) = payment.state.sent() else { continue };
            let one = &plain[&payment.id];
            assert_eq!(
                (sent.paid_paisa.get(), sent.returned_paisa.get()),
                (one.paid, one.back),
                "seed {seed}: a payment"
            );
            assert!(one.paid + one.back <= one.amount, "seed {seed}: more was paid than awarded");
            let (batch, votes) = &batches[&sent.batch_id];
            let gone = batch.state.gone().unwrap();
            let mut hands = vec![batch.built_by, gone.released_by];
            hands.extend(votes.iter().filter(|vote| vote.digest == batch.digest).map(|vote| vote.voter_id));
            let apart: BTreeSet<_> = hands.iter().collect();
            assert!(apart.len() == hands.len() && hands.len() >= 3, "seed {seed}: two roles in one hand");
            let is_over = payment.state.word() != PaymentWord::Released;
            assert_eq!(is_over, one.paid + one.back == one.amount, "seed {seed}: ended before its time");
        }
    }
}

#[test]
fn ten_thousand_lives_of_a_fund_keep_every_rupee() {
    let seeds = match std::env::var("UMEED_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (0..super::told("UMEED_LIVES", LIVES)).collect(),
    };
    let (mut paid, mut back) = (0, 0);
    for seed in seeds.iter().copied() {
        let lived = std::panic::catch_unwind(|| {
            let mut life = Life::new(seed);
            (0..STEPS).for_each(|_| life.step(seed));
            (life.world.book.balance(AccountKind::Paid).get(), life.world.book.balance(AccountKind::Returned).get())
        });
        let Ok((one, other)) = lived else { panic!("live it again with UMEED_SEED={seed}") };
        paid += one;
        back += other;
    }
    // The dice reach every corner; else the lives would prove nothing.
    assert!(seeds.len() == 1 || (paid > 0 && back > 0));
}
