//! Who belongs to a victim: another victim, or somebody who is not one. A child's guardian is such a person.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Victim, VictimId};
use crate::access::UserId;
use crate::error::{Error, Fault, Result};
use crate::kernel::cnic::Cnic;
use crate::kernel::ids::Id;
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

pub type RelationId = Id<Relation>;

words! {
    /// What the other person is to the victim.
    pub enum RelationKind {
        Spouse = "spouse",
        Parent = "parent",
        Child = "child",
        Sibling = "sibling",
        Grandparent = "grandparent",
        OtherRelative = "other_relative",
        NotRelated = "not_related",
    }
}

/// Somebody who is no victim themselves. Sealed with the victim's facts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelatedPerson {
    pub name: PersonName,
    #[serde(default)]
    pub cnic: Option<Cnic>,
    #[serde(default)]
    pub mobile: Option<Mobile>,
}

impl std::fmt::Debug for RelatedPerson {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("RelatedPerson(…)")
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    pub id: RelationId,
    pub victim_id: VictimId,
    pub relation: RelationKind,
    pub is_guardian: bool,
    /// Left out, as `person` is, where either of the two is protected and whoever asks is not named.
    pub other_victim_id: Option<VictimId>,
    pub person: Option<RelatedPerson>,
    pub recorded_at: Time,
    pub recorded_by: UserId,
}

/// Either another victim or a person, never both.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelation {
    pub relation: RelationKind,
    #[serde(default)]
    pub is_guardian: bool,
    #[serde(default)]
    pub other_victim_id: Option<VictimId>,
    #[serde(default)]
    pub person: Option<RelatedPerson>,
}

impl Relation {
    pub fn record(id: RelationId, of: &Victim, new: NewRelation, by: UserId, at: Time) -> Result<(Self, Event)> {
        let NewRelation { relation, is_guardian, other_victim_id, person } = new;
        let mut faults = Vec::new();
        if other_victim_id.is_some() == person.is_some() {
            faults.push(Fault::new("/person", "one_of", "give either other_victim_id or person"));
        }
        if other_victim_id == Some(of.id) {
            faults.push(Fault::new("/other_victim_id", "contradiction", "nobody is related to themselves"));
        }
        if is_guardian && !of.facts.is_child {
            faults.push(Fault::new("/is_guardian", "contradiction", "only a child has a guardian here"));
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let (victim_id, recorded_at, recorded_by) = (of.id, at, by);
        let related = Self { id, victim_id, relation, is_guardian, other_victim_id, person, recorded_at, recorded_by };
        let event =
            Event::new("relation.recorded", of.id).with("relation", relation.word()).with("guardian", is_guardian);
        Ok((related, event))
    }

    /// Without the other one, if that is one of `hidden`: whose wife somebody is tells who she is.
    pub fn without(self, hidden: &[VictimId]) -> Self {
        Self { other_victim_id: self.other_victim_id.filter(|other| !hidden.contains(other)), ..self }
    }
}
