//! Rows and queries of instruments and their lines. All staff read all of them, so nothing here is scoped; a line is
//! never written over.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::choose::Tariff;
use super::line::{LineFacts, LineId, TariffLine};
use super::model::{HeirRule, Instrument, InstrumentFacts, InstrumentId};
use super::words::{Exclusion, HarmCode, HeirClass, InstrumentKind, TariffStatus, Track};
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::directory::{Confidence, Coverage};
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::money::Paisa;
use crate::kernel::page::Page;
use crate::kernel::words::words;

text_columns!(HarmCode, HeirWord, InstrumentKind, TariffStatus, Track);

/// The most instruments of one place, and the most lines of each harm, that are weighed for a claim.
const MOST_INSTRUMENTS: i64 = 1000;
const MOST_LINES: i64 = 20_000;

words! {
    /// How the money of the dead is divided.
    pub enum HeirWord {
        Precedence = "precedence",
        Shares = "shares",
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tariff_instruments, treat_none_as_null = true)]
struct InstrumentRow {
    id: InstrumentId,
    code: String,
    title: String,
    jurisdiction: Coverage,
    track: Track,
    kind: InstrumentKind,
    status: TariffStatus,
    confidence: Confidence,
    source: String,
    incident_id: Option<IncidentId>,
    exclusions: Words<Exclusion>,
    excluded_by: String,
    heir_rule: HeirWord,
    heir_order: Words<HeirClass>,
    heir_source: String,
    heir_confidence: Confidence,
    clocks: String,
    created_at: Time,
    version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tariff_lines)]
// SQLite inserts several rows at once only if none of them asks for a default.
#[diesel(treat_none_as_default_value = false)]
struct LineRow {
    id: LineId,
    instrument_id: InstrumentId,
    harm: HarmCode,
    amount_paisa: i64,
    valid_from: Date,
    status: TariffStatus,
    confidence: Confidence,
    source: String,
    supersedes: Option<LineId>,
    recorded_at: Time,
    recorded_by: UserId,
}

/// What a list of instruments may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// `PK`, or a province such as `PK-PB`.
    pub jurisdiction: Option<Coverage>,
    pub track: Option<Track>,
    pub kind: Option<InstrumentKind>,
    pub status: Option<TariffStatus>,
    /// The packages of this incident.
    pub incident_id: Option<IncidentId>,
}

/// What the lines of an instrument may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineFilter {
    pub harm: Option<HarmCode>,
}

#[apply(both_databases)]
pub async fn find_unscoped(tx: &mut Tx, id: InstrumentId) -> Result<Option<Instrument>> {
    let row = tariff_instruments::table.find(id).select(InstrumentRow::as_select());
    row.first::<InstrumentRow>(tx).await.optional()?.map(Instrument::try_from).transpose()
}

/// Those of these ids, each once.
#[apply(both_databases)]
pub async fn of_ids_unscoped(tx: &mut Tx, ids: Vec<InstrumentId>) -> Result<Vec<Instrument>> {
    let rows = tariff_instruments::table.filter(tariff_instruments::id.eq_any(ids)).select(InstrumentRow::as_select());
    rows.load::<InstrumentRow>(tx).await?.into_iter().map(Instrument::try_from).collect()
}

#[apply(both_databases)]
pub async fn list_unscoped(tx: &mut Tx, filter: &Filter, page: &Page) -> Result<Vec<Instrument>> {
    let rows: Vec<InstrumentRow> = tariff_instruments::table
        .select(InstrumentRow::as_select())
        .into_boxed::<Db>()
        .when(filter.jurisdiction, |list, place| list.filter(tariff_instruments::jurisdiction.eq(place)))
        .when(filter.track, |list, track| list.filter(tariff_instruments::track.eq(track)))
        .when(filter.kind, |list, kind| list.filter(tariff_instruments::kind.eq(kind)))
        .when(filter.status, |list, status| list.filter(tariff_instruments::status.eq(status)))
        .when(filter.incident_id, |list, incident| list.filter(tariff_instruments::incident_id.eq(incident)))
        .when(page.after.map(InstrumentId::from), |list, after| list.filter(tariff_instruments::id.lt(after)))
        .order(tariff_instruments::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Instrument::try_from).collect()
}

/// Which of these codes are instruments.
#[apply(both_databases)]
pub async fn codes_unscoped(tx: &mut Tx, codes: Vec<String>) -> Result<Vec<String>> {
    let known = tariff_instruments::table.filter(tariff_instruments::code.eq_any(codes));
    Ok(known.select(tariff_instruments::code).load(tx).await?)
}

/// The instruments of these places, with all their lines.
#[apply(both_databases)]
pub async fn of_places_unscoped(tx: &mut Tx, places: &[Coverage]) -> Result<Vec<Tariff>> {
    let here = || tariff_instruments::table.filter(tariff_instruments::jurisdiction.eq_any(places.to_vec()));
    let rows: Vec<InstrumentRow> = here()
        .select(InstrumentRow::as_select())
        .order(tariff_instruments::id)
        .limit(MOST_INSTRUMENTS)
        .load(tx)
        .await?;
    let lines: Vec<LineRow> = tariff_lines::table
        .filter(tariff_lines::instrument_id.eq_any(here().select(tariff_instruments::id)))
        .select(LineRow::as_select())
        .order(tariff_lines::id)
        .limit(MOST_LINES)
        .load(tx)
        .await?;
    let mut of: BTreeMap<InstrumentId, Vec<TariffLine>> = BTreeMap::new();
    for line in with_ends(lines)? {
        of.entry(line.instrument_id).or_default().push(line);
    }
    let tariff = |row: InstrumentRow| {
        let instrument = Instrument::try_from(row)?;
        Ok(Tariff { lines: of.remove(&instrument.id).unwrap_or_default(), instrument })
    };
    rows.into_iter().map(tariff).collect()
}

/// The lines of an instrument that the caller has found, newest first.
#[apply(both_databases)]
pub async fn lines_unscoped(
    tx: &mut Tx,
    id: InstrumentId,
    filter: &LineFilter,
    page: &Page,
) -> Result<Vec<TariffLine>> {
    let all = tariff_lines::table.filter(tariff_lines::instrument_id.eq(id)).select(LineRow::as_select());
    let rows: Vec<LineRow> = all
        .into_boxed::<Db>()
        .when(filter.harm, |list, harm| list.filter(tariff_lines::harm.eq(harm)))
        .when(page.after.map(LineId::from), |list, after| list.filter(tariff_lines::id.lt(after)))
        .order(tariff_lines::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| Some(row.id)).collect();
    let after = tariff_lines::table.filter(tariff_lines::supersedes.eq_any(ids));
    let after: Vec<(Option<LineId>, Date)> =
        after.select((tariff_lines::supersedes, tariff_lines::valid_from)).load(tx).await?;
    let ends = after.into_iter().filter_map(|(line, day)| Some((line?, day.plus_days(-1)))).collect();
    rows.into_iter().map(|row| row.line(&ends)).collect()
}

/// The newest line of a harm: the one whose place nothing has taken.
#[apply(both_databases)]
pub async fn newest_unscoped(tx: &mut Tx, id: InstrumentId, harm: HarmCode) -> Result<Option<TariffLine>> {
    let all = tariff_lines::table.filter(tariff_lines::instrument_id.eq(id).and(tariff_lines::harm.eq(harm)));
    let rows: Vec<LineRow> = all.select(LineRow::as_select()).limit(MOST_LINES).load(tx).await?;
    Ok(with_ends(rows)?.into_iter().find(|line| line.valid_to.is_none()))
}

#[apply(both_databases)]
pub async fn line_unscoped(tx: &mut Tx, id: LineId) -> Result<Option<TariffLine>> {
    let row: Option<LineRow> = tariff_lines::table.find(id).select(LineRow::as_select()).first(tx).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let after = tariff_lines::table.filter(tariff_lines::supersedes.eq(id)).select(tariff_lines::valid_from);
    let after: Option<Date> = after.first(tx).await.optional()?;
    row.line(&after.into_iter().map(|day| (id, day.plus_days(-1))).collect()).map(Some)
}

/// Adds it unless its code is taken, and says whether it did.
#[apply(both_databases)]
pub async fn insert_missing(tx: &mut Tx, permit: &Permit, instrument: &Instrument) -> Result<bool> {
    permit.covers(instrument.id)?;
    let row = InstrumentRow::of(instrument)?;
    let adding = diesel::insert_into(tariff_instruments::table).values(row).on_conflict_do_nothing();
    Ok(adding.execute(tx).await? == 1)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, instrument: &Instrument) -> Result<()> {
    permit.covers(instrument.id)?;
    diesel::insert_into(tariff_instruments::table).values(InstrumentRow::of(instrument)?).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, instrument: &Instrument, version: i64) -> Result<()> {
    permit.covers(instrument.id)?;
    let row = tariff_instruments::table.find(instrument.id).filter(tariff_instruments::version.eq(version));
    Error::stale_unless(diesel::update(row).set(InstrumentRow::of(instrument)?).execute(tx).await? == 1)
}

/// Adds lines of one instrument. The permit is for it.
#[apply(both_databases)]
pub async fn insert_lines(tx: &mut Tx, permit: &Permit, lines: &[TariffLine]) -> Result<()> {
    // One by one: a later line refers to an earlier one.
    for line in lines {
        permit.covers(line.instrument_id)?;
        diesel::insert_into(tariff_lines::table).values(LineRow::from(line)).execute(tx).await?;
    }
    Ok(())
}

/// All lines of some harms, with their last days.
fn with_ends(rows: Vec<LineRow>) -> Result<Vec<TariffLine>> {
    let end = |row: &LineRow| Some((row.supersedes?, row.valid_from.plus_days(-1)));
    let ends: BTreeMap<LineId, Date> = rows.iter().filter_map(end).collect();
    rows.into_iter().map(|row| row.line(&ends)).collect()
}

impl InstrumentRow {
    fn of(instrument: &Instrument) -> Result<Self> {
        let facts = instrument.facts.clone();
        let (heir_rule, heir_order, heir_source, heir_confidence) = match facts.heirs {
            HeirRule::Precedence { order, source, confidence } => (HeirWord::Precedence, order, source, confidence),
            HeirRule::Shares { source, confidence } => (HeirWord::Shares, Vec::new(), source, confidence),
        };
        Ok(Self {
            id: instrument.id,
            code: facts.code.into_string(),
            title: facts.title.into_string(),
            jurisdiction: facts.jurisdiction,
            track: facts.track,
            kind: facts.kind,
            status: facts.status,
            confidence: facts.confidence,
            source: facts.source.into_string(),
            incident_id: facts.incident_id,
            exclusions: Words(facts.exclusions),
            excluded_by: serde_json::to_string(&facts.excluded_by)?,
            heir_rule,
            heir_order: Words(heir_order),
            heir_source: heir_source.into_string(),
            heir_confidence,
            clocks: serde_json::to_string(&facts.clocks)?,
            created_at: instrument.created_at,
            version: instrument.version,
        })
    }
}

impl TryFrom<InstrumentRow> for Instrument {
    type Error = Error;

    fn try_from(row: InstrumentRow) -> Result<Self> {
        let corrupt = |_| Error::Corrupt("tariff");
        let (source, confidence) = (row.heir_source.parse().map_err(corrupt)?, row.heir_confidence);
        let heirs = match row.heir_rule {
            HeirWord::Precedence => HeirRule::Precedence { order: row.heir_order.0, source, confidence },
            HeirWord::Shares => HeirRule::Shares { source, confidence },
        };
        let facts = InstrumentFacts {
            code: row.code.parse().map_err(corrupt)?,
            title: row.title.parse().map_err(corrupt)?,
            jurisdiction: row.jurisdiction,
            track: row.track,
            kind: row.kind,
            status: row.status,
            confidence: row.confidence,
            source: row.source.parse().map_err(corrupt)?,
            incident_id: row.incident_id,
            exclusions: row.exclusions.0,
            excluded_by: serde_json::from_str(&row.excluded_by)?,
            heirs,
            clocks: serde_json::from_str(&row.clocks)?,
        };
        Ok(Self { id: row.id, facts, created_at: row.created_at, version: row.version })
    }
}

impl From<&TariffLine> for LineRow {
    fn from(line: &TariffLine) -> Self {
        let facts = &line.facts;
        Self {
            id: line.id,
            instrument_id: line.instrument_id,
            harm: facts.harm,
            amount_paisa: facts.amount_paisa.get(),
            valid_from: facts.valid_from,
            status: facts.status,
            confidence: facts.confidence,
            source: facts.source.as_str().to_owned(),
            supersedes: facts.supersedes,
            recorded_at: line.recorded_at,
            recorded_by: line.recorded_by,
        }
    }
}

impl LineRow {
    fn line(self, ends: &BTreeMap<LineId, Date>) -> Result<TariffLine> {
        let Self { id, instrument_id, recorded_at, recorded_by, .. } = self;
        let facts = LineFacts {
            harm: self.harm,
            amount_paisa: Paisa::new(self.amount_paisa),
            valid_from: self.valid_from,
            status: self.status,
            confidence: self.confidence,
            source: self.source.parse().map_err(|_| Error::Corrupt("tariff line"))?,
            supersedes: self.supersedes,
        };
        Ok(TariffLine { id, instrument_id, facts, valid_to: ends.get(&id).copied(), recorded_at, recorded_by })
    }
}
