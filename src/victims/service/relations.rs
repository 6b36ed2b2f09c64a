//! Use cases of relations.
use super::super::model::{NewRelation, Relation, RelationId, VictimId};
use super::super::store;
use super::{get, permit};
use crate::access::policy::{self, Action, Actor};
use crate::error::{Error, Result};
use crate::work::{Done, Key, Tx, Work, Written};

pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (victim, new): (VictimId, NewRelation),
) -> Result<Written<Relation>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), RelationId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let victim = get(tx, &keys, &scope, victim).await?;
        let permit = permit(&asking, Action::ChangeVictim, &victim)?;
        if let Some(other) = new.other_victim_id {
            let found = store::find(tx, &scope, other).await?;
            found.ok_or_else(|| Error::unknown_reference("/other_victim_id"))?;
        }
        let (relation, recorded) = Relation::record(id, &victim, new.clone(), asking.user, now)?;
        let person_key = store::find_key(tx, &keys, &scope, victim.id).await?;
        store::insert_relation(tx, &permit, &person_key, &relation).await?;
        Ok(Done::new(relation, recorded))
    })
    .await
}

/// Names somebody, so it leaves a record.
pub async fn list(work: &Work, actor: &Actor, victim: VictimId) -> Result<Vec<Relation>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    work.view(actor, async move |tx: &mut Tx| {
        let victim = get(tx, &keys, &scope, victim).await?;
        let person_key = store::find_key(tx, &keys, &scope, victim.id).await?;
        let relations = store::list_relations(tx, &person_key, victim.id).await?;
        let others: Vec<_> = relations.iter().filter_map(|relation| relation.other_victim_id).collect();
        let hidden = store::hidden_among(tx, &scope, &others).await?;
        let relations = relations.into_iter().map(|relation| relation.without(&hidden)).collect();
        Ok(Done::new(relations, victim.event("victim.relations_viewed")))
    })
    .await
}
