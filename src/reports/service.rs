//! Use cases of reports. What officials printed for a period is answered from rows of that very period; months are not
//! added up to a year. What Umeed counts itself is told whole to those who keep the cases, and to others without what is
//! small.
use std::collections::{BTreeMap, BTreeSet};

use super::announced::announced;
use super::casualties;
use super::coverage::{self, CoverageQuestion, CoverageReport, Register};
use super::districts::{self, DistrictQuestion, DistrictReport};
use super::model::{CasualtyReport, Period, Question, Rules};
use super::payouts::{self, PayoutQuestion, PayoutReport};
use super::referral_loop::{self, Key, LoopQuestion, LoopReport, Names, Tallies};
use super::store::{self, Asked, AskedPayouts};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::{Area, Pcode, Province};
use crate::tariffs;
use crate::work::{Done, Event, Tx, Work};

/// Casualty figures of a period against the period before, a block a source.
pub async fn casualties(work: &Work, actor: &Actor, question: Question) -> Result<CasualtyReport> {
    let period = Period::new(question.from, question.to)?;
    let scope = policy::scope(actor, Action::ReadFigures);
    let rows = work.read(async move |tx: &mut Tx| store::printed(tx, &scope, period, question.source.as_ref()).await);
    Ok(casualties::report(period, rows.await?))
}

/// The referral loop of a period, whole within the reader's own area and without small counts elsewhere.
pub async fn referral_loop(work: &Work, actor: &Actor, rules: &Rules, asked: LoopQuestion) -> Result<LoopReport> {
    let period = Period::new(asked.from, asked.to)?;
    let area = asked.area.unwrap_or(Area::Country);
    let (scope, own) = (policy::scope(actor, Action::ReadReports), policy::scope(actor, Action::ReadCase));
    let least = if area.is_within(own.area()) { None } else { Some(rules.smallest_count) };
    if least.is_some() {
        period.of_one_quarter()?;
        if area != Area::Country {
            let why = "outside your own area referrals are told for the whole country only: `PK`";
            return Err(Error::invalid("area", "outside_own_area", why));
        }
    }
    let (from, until) = period.instants();
    let whole = if least.is_some() { own.area().clone() } else { area.clone() };
    let (own, all) = (Asked { from, until, area: whole }, Asked { from, until, area: area.clone() });
    let reading = async move |tx: &mut Tx| {
        let own = tallies(tx, &scope, &own).await?;
        let mut elsewhere = if least.is_some() { tallies(tx, &scope, &all).await? } else { Tallies::new() };
        for (key, tally) in &own {
            elsewhere.entry(*key).and_modify(|all| all.add(tally, -1));
        }
        let names = names(tx, own.keys().chain(elsewhere.keys())).await?;
        Ok((own, elsewhere, names))
    };
    let (own, elsewhere, names) = work.read_whole(reading).await?;
    Ok(referral_loop::report((period, area), (&own, &elsewhere), &names, least))
}

async fn names(tx: &mut Tx, keys: impl Iterator<Item = &Key>) -> Result<Names> {
    let (organisations, programmes): (BTreeSet<_>, BTreeSet<_>) =
        keys.map(|key| (key.organisation, key.programme)).unzip();
    let organisations = store::organisations(tx, organisations.into_iter().collect()).await?;
    let programmes = store::programmes(tx, programmes.into_iter().flatten().collect()).await?;
    Ok(Names { organisations, programmes })
}

async fn tallies(tx: &mut Tx, scope: &Scope, asked: &Asked) -> Result<Tallies> {
    // An area without a place in it has no referrals.
    if matches!(&asked.area, Area::Districts(none) if none.is_empty()) {
        return Ok(Tallies::new());
    }
    let ends = store::ends(tx, scope, asked).await?;
    referral_loop::tallies(ends, store::hours(tx, scope, asked).await?)
}

/// Cases as they are now, by district.
pub async fn caseload(work: &Work, actor: &Actor, rules: &Rules, asked: DistrictQuestion) -> Result<DistrictReport> {
    let (scope, now) = (policy::scope(actor, Action::ReadReports), work.now());
    let reading = async move |tx: &mut Tx| {
        let counted = districts::cases(store::cases(tx, &scope, now).await?);
        Ok((counted, store::district_names(tx).await?))
    };
    Ok(by_district(work, actor, rules, asked, work.read_whole(reading).await?))
}

/// Needs that stay unmet and needs that are to be met, as they are now, by district.
pub async fn needs(work: &Work, actor: &Actor, rules: &Rules, asked: DistrictQuestion) -> Result<DistrictReport> {
    let scope = policy::scope(actor, Action::ReadReports);
    let reading = async move |tx: &mut Tx| {
        let counted = districts::needs(store::needs(tx, &scope).await?, store::needy(tx, &scope).await?);
        Ok((counted, store::district_names(tx).await?))
    };
    Ok(by_district(work, actor, rules, asked, work.read_whole(reading).await?))
}

/// Statutory terms of claims, and those that were breached, by district.
pub async fn clocks(work: &Work, actor: &Actor, rules: &Rules, asked: DistrictQuestion) -> Result<DistrictReport> {
    let (scope, now) = (policy::scope(actor, Action::ReadReports), work.now());
    let reading = async move |tx: &mut Tx| {
        Ok((districts::clocks(store::clocks(tx, &scope, now).await?), store::district_names(tx).await?))
    };
    Ok(by_district(work, actor, rules, asked, work.read_whole(reading).await?))
}

fn by_district(
    work: &Work,
    actor: &Actor,
    rules: &Rules,
    asked: DistrictQuestion,
    (counted, names): (districts::Counted, BTreeMap<Pcode, String>),
) -> DistrictReport {
    let (own, area) = (policy::scope(actor, Action::ReadCase), asked.area.unwrap_or(Area::Country));
    districts::report(counted, &names, (work.now(), area), (own.area(), rules.smallest_count))
}

/// What was paid for in a period, in the reader's own area. Money is told whole to those who see the payments, and to nobody
/// else. Whoever takes the figures along leaves a record.
pub async fn payouts(work: &Work, actor: &Actor, asked: PayoutQuestion) -> Result<PayoutReport> {
    let period = Period::new(asked.from, asked.to)?;
    if asked.from.plus_days(payouts::MOST_DAYS) < asked.to {
        return Err(Error::invalid("to", "too_long", "a report covers two years at most"));
    }
    let (scope, (from, until)) = (policy::scope(actor, Action::ReadPayment), period.instants());
    let area = asked.area.clone();
    let wanted = AskedPayouts { from, until, area: asked.area, instrument: asked.instrument_id };
    let today = work.now().local_date();
    work.view_whole(actor, async move |tx: &mut Tx| {
        let whole = area.clone().unwrap_or(Area::Country);
        let struck = store::struck(tx, &scope, period, &whole).await?;
        let mut tariffs = BTreeMap::new();
        for province in Province::ALL.iter().filter(|_| !struck.is_empty()) {
            tariffs.insert(*province, tariffs::of_province(tx, *province).await?);
        }
        let mut lines = announced(&struck, &tariffs, (today, wanted.instrument))?;
        lines.extend(store::payouts(tx, &scope, &wanted).await?);
        let report = PayoutReport::of(period, area.clone(), lines)?;
        let told = Event::new("payouts.told", Id::<()>::nil()).with("lines", report.lines.len());
        let told = told.with("from", period.from.to_string()).with("to", period.to.to_string());
        Ok(Done::new(report, told))
    })
    .await
}

/// Registered victims of the attacks of a period beside what each source counted.
pub async fn coverage(work: &Work, actor: &Actor, rules: &Rules, asked: CoverageQuestion) -> Result<CoverageReport> {
    let period = Period::new(asked.from, asked.to)?;
    let own = policy::scope(actor, Action::ReadCase);
    let least = if Area::Country.is_within(own.area()) { None } else { Some(rules.smallest_count) };
    if least.is_some() {
        period.of_whole_months()?;
    }
    let (scope, figures) = (policy::scope(actor, Action::ReadReports), policy::scope(actor, Action::ReadFigures));
    let reading = async move |tx: &mut Tx| {
        let registered = store::registered(tx, &scope, period).await?;
        let places = store::places(tx).await?;
        Ok((registered, places, store::printed(tx, &figures, period, None).await?))
    };
    let (registered, places, printed) = work.read_whole(reading).await?;
    let register = Register::of(&registered, &places, (own.area(), rules.smallest_count))?;
    Ok(coverage::report(period, printed, register, least))
}
