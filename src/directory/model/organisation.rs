//! An organisation that helps. Its contact is an office's, never a private person's.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::refuse;
use crate::access::policy::Subject;
use crate::access::{Email, OrganisationId};
use crate::error::{Fault, Result};
use crate::kernel::text::Line;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

words! {
    pub enum OrganisationKind {
        Government = "government",
        Ngo = "ngo",
        Hospital = "hospital",
        LegalAid = "legal_aid",
        Ombudsman = "ombudsman",
        International = "international",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Organisation {
    pub id: OrganisationId,
    #[serde(flatten)]
    pub facts: OrganisationFacts,
    pub created_at: Time,
    pub version: i64,
}

/// What is known of an organisation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationFacts {
    /// A short name for lists and files, one organisation's alone. It does not change.
    #[serde(default)]
    pub code: Option<Line<80>>,
    pub name: Line<200>,
    #[serde(default)]
    pub name_ur: Option<Line<200>>,
    pub kind: OrganisationKind,
    #[serde(default)]
    pub email: Option<Email>,
    /// Any number that an office answers.
    #[serde(default)]
    pub phone: Option<Line<40>>,
    #[serde(default)]
    pub website: Option<Line<300>>,
    #[serde(default = "yes")]
    pub is_active: bool,
}

const fn yes() -> bool {
    true
}

impl Organisation {
    pub const fn new(id: OrganisationId, facts: OrganisationFacts, at: Time) -> Self {
        Self { id, facts, created_at: at, version: 1 }
    }

    pub fn add(id: OrganisationId, facts: OrganisationFacts, at: Time) -> Result<(Self, Event)> {
        facts.check()?;
        let organisation = Self::new(id, facts, at);
        let event = organisation.event("organisation.added");
        Ok((organisation, event))
    }

    pub fn change(self, facts: OrganisationFacts) -> Result<(Self, Event)> {
        facts.check()?;
        let changed = Self { facts, version: self.version + 1, ..self };
        let event = changed.event("organisation.changed");
        Ok((changed, event))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid())
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).with("kind", self.facts.kind.word()).with("is_active", self.facts.is_active)
    }
}

impl OrganisationFacts {
    pub(in crate::directory) fn check(&self) -> Result<()> {
        // It becomes a link: one that runs a script must not get in.
        let is_link = |site: &Line<300>| ["https://", "http://"].iter().any(|start| site.as_str().starts_with(start));
        let wrong = self.website.as_ref().is_some_and(|site| !is_link(site));
        refuse([
            wrong.then(|| Fault::new("/website", "invalid_website", "expected an address that begins with https://"))
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_website_is_a_link_to_the_web() {
        for (site, fits) in [("https://bisp.gov.pk", true), ("javascript:alert(1)", false), ("bisp.gov.pk", false)] {
            let json = serde_json::json!({ "name": "BISP", "kind": "government", "website": site });
            let facts: OrganisationFacts = serde_json::from_value(json).unwrap();
            assert_eq!(facts.check().is_ok(), fits, "{site}");
        }
    }

    #[test]
    fn an_organisation_survives_the_way_through_json() {
        let json = serde_json::json!({ "name": "BISP", "kind": "government" });
        let facts: OrganisationFacts = serde_json::from_value(json).unwrap();
        let organisation = Organisation::new(OrganisationId::new(), facts, Time::now());
        let json = serde_json::to_value(&organisation).unwrap();
        assert_eq!(json["is_active"], true);
        assert_eq!(serde_json::from_value::<Organisation>(json).unwrap().facts.name.as_str(), "BISP");
    }
}
