//! Ten thousand random lives of one fund, its payments and its batches, held against a model so plain that it can be seen
//! to be right: three numbers a payment. Requests come twice, out of order and from the wrong people, and units of work
//! break before they are done. A life that goes wrong prints its seed; `UMEED_SEED=… cargo test simulation` lives it again,
//! and `UMEED_LIVES=…` says how many there are.
mod requests;

use std::collections::{BTreeMap, BTreeSet};

use umeed::access::UserId;
use umeed::kernel::ids::Id;
use umeed::kernel::money::Paisa;
use umeed::kernel::time::Time;
use umeed::ledger::book::Book;
use umeed::ledger::{AccountKind, FundId, Reason, Tie, Transfer};
use umeed::payouts::model::batch::{Batch, BatchId, Vote};
use umeed::payouts::model::payment::{Payment, PaymentId};
use umeed::payouts::model::words::{Effect, PaymentWord};

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
