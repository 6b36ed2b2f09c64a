//! Appeals: who lodges and decides one, to whom it goes, and what an upheld one leads to.
mod again;
mod lodging;

use crate::claims::{Desk, payee};
use crate::kit::*;

impl Desk {
    pub async fn lodge(&self, claim: &str) -> Answer {
        let body = json!({ "ground": "rejected_wrongly", "statement": "Nobody asked the doctor" });
        self.keyed(&self.officer, &format!("{claim}/appeals"), body).await
    }

    /// A claim for a death that the approver has rejected.
    pub async fn rejected(&self) -> String {
        let claim = self.verified().await;
        self.does(&self.approver, &claim, "reject", json!({ "reason": "evidence_insufficient" })).await.expect(200);
        claim
    }

    /// An approver of the province who has done nothing yet.
    pub async fn another_approver(&self) -> Actor {
        self.app.actor(Role::Approver, "PK-PB").await
    }

    /// Decides an appeal as somebody without a part in it.
    pub async fn decide(&self, who: &Actor, appeal: &str, outcome: &str, finding: &str) -> Answer {
        self.does(who, appeal, "review", json!({})).await.expect(200);
        self.does(who, appeal, "decide", json!({ "outcome": outcome, "finding": finding })).await
    }

    /// An injury of the lower class, claimed, verified and approved.
    pub async fn awarded_too_little(&self) -> String {
        self.awarded_too_little_to(payee("victim", "Zarmina Gul")).await
    }

    pub async fn awarded_too_little_to(&self, payee: Value) -> String {
        let registrar = self.app.actor(Role::Supervisor, "PK-PB").await;
        let case = self.case_of(&registrar, "injured", "civilian").await;
        let claim = self.prepare(&case, "punjab-cvt-act-2016", "injury_substantial").await.expect(201).location();
        self.add(&claim, payee).await.expect(201);
        self.attach_all(&claim).await;
        self.does(&self.officer, &claim, "submit", json!({})).await.expect(200);
        self.does(&self.assessor, &claim, "verify", json!({})).await.expect(200);
        self.approve(&self.approver, &claim).await.expect(200);
        claim
    }
}
