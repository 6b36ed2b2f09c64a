//! Things that stories begin with.
use serde_json::{Value, json};
use umeed::access::OrganisationId;

use super::actors::Actor;
use super::app::App;
use super::ask::Answer;

/// What an officer sends to report an incident in this district.
pub fn incident_body(district: &str) -> Value {
    json!({
        "occurred_on": "2026-03-01", "district": district, "place": "A market", "attack_type": "bombing_explosion",
        "target_type": "private_citizens", "weapon_type": "explosives", "source": "First information report",
    })
}

impl App {
    /// A new incident in this district.
    pub async fn incident(&self, by: &Actor, district: &str) -> Answer {
        self.post(by, "/incidents", incident_body(district)).await.expect(201)
    }

    /// A new organisation.
    pub async fn organisation(&self, name: &str) -> OrganisationId {
        let (id, at) = (OrganisationId::new(), if self.is_sqlite() { "0" } else { "now()" });
        let (key, yes) = (self.database.id(id.uuid()), if self.is_sqlite() { "1" } else { "true" });
        let columns = "id, name, kind, is_active, created_at, version";
        let sql = format!("INSERT INTO organisations ({columns}) VALUES ({key}, '{name}', 'ngo', {yes}, {at}, 1)");
        self.sql(&sql).await.unwrap();
        id
    }
}
