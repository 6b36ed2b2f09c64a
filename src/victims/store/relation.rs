//! Rows of relations. The other person is sealed under the victim's key.
use super::super::model::{RelatedPerson, Relation, RelationId, RelationKind, VictimId};
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::Result;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = relations)]
struct RelationRow {
    id: RelationId,
    victim_id: VictimId,
    relation: RelationKind,
    is_guardian: bool,
    other_victim_id: Option<VictimId>,
    person: Option<Vec<u8>>,
    recorded_at: Time,
    recorded_by: UserId,
}

fn context(id: RelationId) -> String {
    format!("relations|{id}|person")
}

impl RelationRow {
    fn open(self, key: &PersonKey) -> Result<Relation> {
        // Who belongs to a person tells who the person is.
        let open = |sealed: Vec<u8>| -> Result<RelatedPerson> {
            Ok(serde_json::from_slice(&key.open(&context(self.id), &sealed)?)?)
        };
        Ok(Relation {
            id: self.id,
            victim_id: self.victim_id,
            relation: self.relation,
            is_guardian: self.is_guardian,
            other_victim_id: self.other_victim_id.filter(|_| !key.is_blind()),
            person: self.person.filter(|_| !key.is_blind()).map(open).transpose()?,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by,
        })
    }
}

/// The relations of a victim whom the caller has found.
#[apply(both_databases)]
pub async fn list_relations(tx: &mut Tx, key: &PersonKey, victim: VictimId) -> Result<Vec<Relation>> {
    let all = relations::table.filter(relations::victim_id.eq(victim)).select(RelationRow::as_select());
    let rows: Vec<RelationRow> = all.order(relations::id).limit(200).load(tx).await?;
    rows.into_iter().map(|row| row.open(key)).collect()
}

/// The guardians of a victim whom the caller has found, as far as they are no victims themselves.
#[apply(both_databases)]
pub async fn guardians(tx: &mut Tx, key: &PersonKey, victim: VictimId) -> Result<Vec<RelatedPerson>> {
    let all = relations::table.filter(relations::victim_id.eq(victim).and(relations::is_guardian));
    let rows: Vec<RelationRow> = all.select(RelationRow::as_select()).order(relations::id).limit(10).load(tx).await?;
    let relations: Vec<Relation> = rows.into_iter().map(|row| row.open(key)).collect::<Result<_>>()?;
    Ok(relations.into_iter().filter_map(|relation| relation.person).collect())
}

#[apply(both_databases)]
pub async fn insert_relation(tx: &mut Tx, permit: &Permit, key: &PersonKey, relation: &Relation) -> Result<()> {
    permit.covers(relation.victim_id)?;
    let seal = |person: &RelatedPerson| key.seal(&context(relation.id), &serde_json::to_vec(person)?);
    let row = RelationRow {
        id: relation.id,
        victim_id: relation.victim_id,
        relation: relation.relation,
        is_guardian: relation.is_guardian,
        other_victim_id: relation.other_victim_id,
        person: relation.person.as_ref().map(seal).transpose()?,
        recorded_at: relation.recorded_at,
        recorded_by: relation.recorded_by,
    };
    diesel::insert_into(relations::table).values(row).execute(tx).await?;
    Ok(())
}
