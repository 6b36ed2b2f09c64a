//! Rows and queries of victims. A row whose identity does not open with its own key is an error.
/// Victims on whom a district in the area keeps a file.
macro_rules! visible {
    ($query:expr, $scope:expr) => {{
        let query = $query;
        match $scope.area() {
            Area::Country => query,
            area => {
                let here = victim_districts::table.select(victim_districts::victim_id).into_boxed::<Db>();
                query.filter(victims::id.eq_any(within!(here, victim_districts::district, area)))
            }
        }
    }};
}

/// Which victims are protected, and beside each the reader if that user is named. A victim without a row is nobody's
/// secret; one with a row that names nobody is hidden from the reader.
macro_rules! shield {
    ($reader:expr) => {{
        let named = protection_readers::victim_id.eq(protections::victim_id);
        let named = named.and(protection_readers::user_id.eq($reader));
        protections::table
            .left_join(protection_readers::table.on(named))
            .filter(protections::state.eq(ProtectionWord::Protected))
    }};
}

mod circumstances;
mod consent;
mod contact;
mod keys;
mod protection;
mod recognition;
mod relation;

use circumstances::CircumstancesRow;
pub use circumstances::save_circumstances;
pub use consent::{
    consents_to, find_consent, hold_consents, hold_live_consents, insert_consent, list_consents, update_consent,
};
pub use contact::{get_contact, keep_contact};
pub use keys::find_keys;
pub use protection::{ProtectionWord, get_protection, hidden_among, keep_protection, past_term, protected_among};
pub use recognition::{end_recognition, find_recognition, insert_recognition, list_recognitions};
pub use relation::{guardians, insert_relation, list_relations};

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{
    Category, GivenBy, Harm, HarmOf, Identity, IdentityState, Purpose, RelationKind, Sex, Told, Victim, VictimFacts,
    VictimId, pseudonym,
};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::crypto::{Keyring, Mark, MarkKind, PersonKey};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::page::Page;
use crate::kernel::places::{Area, Pcode};

text_columns!(Category, GivenBy, Harm, IdentityState, MarkKind, Purpose, RelationKind, Sex);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = victims, treat_none_as_null = true, treat_none_as_default_value = false)]
struct VictimRow {
    id: VictimId,
    category: Category,
    identity_state: IdentityState,
    sex: Sex,
    birth_year: Option<i32>,
    is_child: bool,
    home_district: Option<Pcode>,
    identity: Vec<u8>,
    registered_at: Time,
    registered_by: UserId,
    version: i64,
}

/// A victim as stored: still sealed.
pub struct Sealed {
    row: VictimRow,
    wrapped: Vec<u8>,
    told: Option<CircumstancesRow>,
    harms: Vec<HarmOf>,
    districts: Vec<Pcode>,
    has_guardian: bool,
    shield: Shield,
}

/// What of a person whoever looks may see. It is decided here, where persons are opened, and nowhere else.
#[derive(Debug, Clone, Copy)]
struct Shield {
    is_protected: bool,
    is_hidden: bool,
}

impl Shield {
    /// From the rows of `shield!` for one victim.
    fn of(rows: &[Option<UserId>], scope: &Scope) -> Self {
        let is_named = scope.reader().is_none() || rows.iter().any(Option::is_some);
        Self { is_protected: !rows.is_empty(), is_hidden: !rows.is_empty() && !is_named }
    }
}

/// Where the wrapped key and the sealed facts of a person belong.
fn key_context(id: VictimId) -> String {
    format!("person_keys|{id}")
}
fn identity_context(id: VictimId, version: i64) -> String {
    format!("victims|{id}|identity|{version}")
}

impl Sealed {
    /// The person's key; blind if the person is hidden from whoever looks.
    pub fn key(&self, keys: &Keyring) -> Result<PersonKey> {
        Ok(keys.unwrap(&key_context(self.row.id), &self.wrapped)?.blinded(self.shield.is_hidden))
    }

    /// What was told of the person's circumstances: nothing of somebody who is hidden from whoever looks, since an answer
    /// made from it would tell it on.
    pub fn told(&self, key: &PersonKey) -> Result<Told> {
        let told = self.told.as_ref().filter(|_| !self.shield.is_hidden);
        told.map_or_else(|| Ok(Told::nothing(self.row.id)), |told| told.open(key))
    }

    /// The victim, under the pseudonym alone if hidden from whoever looks.
    pub fn open(self, keys: &Keyring) -> Result<Victim> {
        let key = self.key(keys)?;
        let Self { row, harms, districts, has_guardian, shield, .. } = self;
        let identity: Identity = if shield.is_hidden {
            Identity::default()
        } else {
            serde_json::from_slice(&key.open(&identity_context(row.id, row.version), &row.identity)?)?
        };
        let facts = VictimFacts {
            category: row.category,
            identity_state: row.identity_state,
            sex: row.sex,
            birth_year: row.birth_year,
            is_child: row.is_child,
            home_district: row.home_district,
        };
        let (id, registered_at, registered_by, version) = (row.id, row.registered_at, row.registered_by, row.version);
        let victim = Victim {
            id,
            facts,
            identity,
            pseudonym: shield.is_protected.then(|| pseudonym(keys.pseudonym_bits(&row.id.to_string()))),
            is_masked: shield.is_hidden,
            harms,
            districts,
            warnings: Vec::new(),
            registered_at,
            registered_by,
            version,
        };
        Ok(victim.reviewed(has_guardian))
    }
}

impl VictimRow {
    fn seal(victim: &Victim, key: &PersonKey) -> Result<Self> {
        let facts = &victim.facts;
        let text = serde_json::to_vec(&victim.identity)?;
        Ok(Self {
            id: victim.id,
            category: facts.category,
            identity_state: facts.identity_state,
            sex: facts.sex,
            birth_year: facts.birth_year,
            is_child: facts.is_child,
            home_district: facts.home_district,
            identity: key.seal(&identity_context(victim.id, victim.version), &text)?,
            registered_at: victim.registered_at,
            registered_by: victim.registered_by,
            version: victim.version,
        })
    }
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: VictimId) -> Result<Option<Sealed>> {
    let told = crate::db::schema::circumstances::table;
    let found = victims::table.inner_join(person_keys::table).left_join(told).filter(victims::id.eq(id));
    let found = visible!(found.into_boxed::<Db>(), scope);
    let found = found.select((VictimRow::as_select(), person_keys::wrapped, Option::<CircumstancesRow>::as_select()));
    let harms =
        harms::table.filter(harms::victim_id.eq(id)).select((harms::incident_id, harms::harm)).order(harms::harm);
    let districts =
        victim_districts::table.filter(victim_districts::victim_id.eq(id)).select(victim_districts::district);
    let guardians = relations::table.filter(relations::victim_id.eq(id).and(relations::is_guardian)).count();
    let shields = shield!(scope.reader().unwrap_or(Id::nil())).filter(protections::victim_id.eq(id));
    let shields = shields.select(protection_readers::user_id.nullable());
    let (found, harms, districts, guardians, shields) = together!(tx =>
        found.load::<(VictimRow, Vec<u8>, Option<CircumstancesRow>)>(tx),
        harms.load::<(IncidentId, Harm)>(tx),
        districts.order(victim_districts::district).load::<Pcode>(tx),
        guardians.get_result::<i64>(tx),
        shields.load::<Option<UserId>>(tx),
    )?;
    let harms = harms.into_iter().map(|(incident_id, harm)| HarmOf { incident_id, harm }).collect();
    let (has_guardian, shield) = (guardians > 0, Shield::of(&shields, scope));
    let sealed = found.into_iter().next();
    Ok(sealed.map(|(row, wrapped, told)| Sealed { row, wrapped, told, harms, districts, has_guardian, shield }))
}

/// Which of these victims are shown by a document to be who they are.
#[apply(both_databases)]
pub async fn known_among(tx: &mut Tx, scope: &Scope, ids: &[VictimId]) -> QueryResult<Vec<VictimId>> {
    let known = victims::table.filter(victims::identity_state.eq(IdentityState::Known));
    let these = known.filter(victims::id.eq_any(ids.to_vec())).select(victims::id).into_boxed::<Db>();
    visible!(these, scope).load(tx).await
}

/// Whether the victim can be seen, and whether the incident harmed them.
#[apply(both_databases)]
pub async fn find_harm(tx: &mut Tx, scope: &Scope, id: VictimId, incident: IncidentId) -> QueryResult<(bool, bool)> {
    let seen = visible!(victims::table.filter(victims::id.eq(id)).select(victims::id).into_boxed::<Db>(), scope);
    let harmed = harms::table.filter(harms::victim_id.eq(id).and(harms::incident_id.eq(incident)));
    let harmed = harmed.select(harms::victim_id).limit(1);
    let (seen, harmed) = together!(tx => seen.load::<VictimId>(tx), harmed.load::<VictimId>(tx))?;
    Ok((!seen.is_empty(), !harmed.is_empty()))
}

/// The key alone, for those who seal or open a text about the person; blind if the person is hidden from whoever looks.
/// The caller has found what the text hangs on.
#[apply(both_databases)]
pub async fn find_key(tx: &mut Tx, keys: &Keyring, scope: &Scope, id: VictimId) -> Result<PersonKey> {
    let wrapped = person_keys::table.find(id).select(person_keys::wrapped);
    let shields = shield!(scope.reader().unwrap_or(Id::nil())).filter(protections::victim_id.eq(id));
    let shields = shields.select(protection_readers::user_id.nullable());
    let (wrapped, shields) = together!(tx => wrapped.first::<Vec<u8>>(tx), shields.load::<Option<UserId>>(tx))?;
    Ok(keys.unwrap(&key_context(id), &wrapped)?.blinded(Shield::of(&shields, scope).is_hidden))
}

/// What a list of victims may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub incident_id: Option<IncidentId>,
    pub category: Option<Category>,
    pub harm: Option<Harm>,
    pub identity_state: Option<IdentityState>,
    pub sex: Option<Sex>,
    pub is_child: Option<bool>,
}

/// A victim in a list: nothing that identifies.
#[derive(Debug, Clone, Queryable, Selectable, serde::Serialize, JsonSchema)]
#[diesel(table_name = victims)]
pub struct VictimListed {
    pub id: VictimId,
    pub category: Category,
    pub identity_state: IdentityState,
    pub sex: Sex,
    pub birth_year: Option<i32>,
    pub is_child: bool,
    pub home_district: Option<Pcode>,
    pub registered_at: Time,
    pub version: i64,
}

#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> QueryResult<Vec<VictimListed>> {
    let harmed = || harms::table.select(harms::victim_id).into_boxed::<Db>();
    visible!(victims::table.select(VictimListed::as_select()).into_boxed::<Db>(), scope)
        .when(filter.incident_id, |list, incident| {
            list.filter(victims::id.eq_any(harmed().filter(harms::incident_id.eq(incident))))
        })
        .when(filter.harm, |list, harm| list.filter(victims::id.eq_any(harmed().filter(harms::harm.eq(harm)))))
        .when(filter.category, |list, category| list.filter(victims::category.eq(category)))
        .when(filter.identity_state, |list, state| list.filter(victims::identity_state.eq(state)))
        .when(filter.sex, |list, sex| list.filter(victims::sex.eq(sex)))
        .when(filter.is_child, |list, is_child| list.filter(victims::is_child.eq(is_child)))
        .when(page.after.map(VictimId::from), |list, after| list.filter(victims::id.lt(after)))
        .order(victims::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await
}

/// The victims who bear a mark, at most fifty; without those who are hidden from whoever looks.
#[apply(both_databases)]
pub async fn find_by_mark(tx: &mut Tx, scope: &Scope, mark: &Mark) -> QueryResult<Vec<VictimId>> {
    let hidden_from = |reader: UserId| {
        let named = protection_readers::table.filter(protection_readers::user_id.eq(reader));
        protections::table
            .filter(protections::state.eq(ProtectionWord::Protected))
            .filter(protections::victim_id.ne_all(named.select(protection_readers::victim_id)))
            .select(protections::victim_id)
    };
    let bearing = victims::table
        .inner_join(identity_marks::table)
        .filter(identity_marks::kind.eq(mark.kind).and(identity_marks::mark.eq(&mark.bytes)));
    visible!(bearing.select(victims::id).into_boxed::<Db>(), scope)
        .when(scope.reader(), |bearing, reader| bearing.filter(victims::id.ne_all(hidden_from(reader))))
        .order(victims::id.desc())
        .limit(50)
        .load(tx)
        .await
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, keys: &Keyring, victim: &Victim) -> Result<()> {
    permit.covers(victim.id)?;
    let key = PersonKey::random()?;
    let wrapped = keys.wrap(&key_context(victim.id), &key)?;
    diesel::insert_into(victims::table).values(VictimRow::seal(victim, &key)?).execute(tx).await?;
    let key_row = (person_keys::victim_id.eq(victim.id), person_keys::wrapped.eq(wrapped));
    diesel::insert_into(person_keys::table).values(key_row).execute(tx).await?;
    let districts: Vec<_> = victim.districts.iter().map(|district| district_row(victim.id, *district)).collect();
    diesel::insert_into(victim_districts::table).values(districts).execute(tx).await?;
    let harms: Vec<_> = victim.harms.iter().map(|harm| harm_row(victim.id, *harm)).collect();
    diesel::insert_into(harms::table).values(harms).execute(tx).await?;
    let marks = mark_rows(keys, victim);
    diesel::insert_into(identity_marks::table).values(marks).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`, and makes its marks anew.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, keys: &Keyring, (victim, version): (&Victim, i64)) -> Result<()> {
    permit.covers(victim.id)?;
    let wrapped = person_keys::table.find(victim.id).select(person_keys::wrapped).first::<Vec<u8>>(tx).await?;
    let sealed = VictimRow::seal(victim, &keys.unwrap(&key_context(victim.id), &wrapped)?)?;
    let row = victims::table.find(victim.id).filter(victims::version.eq(version));
    Error::stale_unless(diesel::update(row).set(sealed).execute(tx).await? == 1)?;
    diesel::delete(identity_marks::table.filter(identity_marks::victim_id.eq(victim.id))).execute(tx).await?;
    diesel::insert_into(identity_marks::table).values(mark_rows(keys, victim)).execute(tx).await?;
    Ok(())
}

#[apply(both_databases)]
pub async fn insert_harm(tx: &mut Tx, permit: &Permit, victim: VictimId, harm: HarmOf) -> Result<()> {
    permit.covers(victim)?;
    diesel::insert_into(harms::table).values(harm_row(victim, harm)).execute(tx).await?;
    Ok(())
}

/// Lets the officers of one more district see the victim, because a case of theirs is kept there now.
#[apply(both_databases)]
pub async fn insert_district(tx: &mut Tx, victim: VictimId, district: Pcode) -> Result<()> {
    let row = district_row(victim, district);
    diesel::insert_into(victim_districts::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    Ok(())
}

#[apply(both_databases)]
pub async fn delete_district(tx: &mut Tx, victim: VictimId, district: Pcode) -> Result<()> {
    diesel::delete(victim_districts::table.find((victim, district))).execute(tx).await?;
    Ok(())
}

type DistrictRow =
    (diesel::dsl::Eq<victim_districts::victim_id, VictimId>, diesel::dsl::Eq<victim_districts::district, Pcode>);
fn district_row(victim: VictimId, district: Pcode) -> DistrictRow {
    (victim_districts::victim_id.eq(victim), victim_districts::district.eq(district))
}

#[derive(Insertable)]
#[diesel(table_name = harms)]
struct HarmRow {
    victim_id: VictimId,
    incident_id: IncidentId,
    harm: Harm,
}
fn harm_row(victim_id: VictimId, HarmOf { incident_id, harm }: HarmOf) -> HarmRow {
    HarmRow { victim_id, incident_id, harm }
}

#[derive(Insertable)]
#[diesel(table_name = identity_marks)]
struct MarkRow {
    victim_id: VictimId,
    kind: MarkKind,
    mark: Vec<u8>,
}
fn mark_rows(keys: &Keyring, victim: &Victim) -> Vec<MarkRow> {
    let cnic = victim.identity.cnic.iter().map(|cnic| keys.mark_of_cnic(cnic));
    let mut marks: Vec<_> =
        cnic.chain(victim.identity.mobiles.iter().map(|mobile| keys.mark_of_mobile(mobile))).collect();
    marks.sort_by(|one, other| one.bytes.cmp(&other.bytes));
    marks.dedup();
    marks.into_iter().map(|Mark { kind, bytes }| MarkRow { victim_id: victim.id, kind, mark: bytes }).collect()
}
