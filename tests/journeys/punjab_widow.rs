//! A death in Punjab: a widow, three children and a parent are left, and the Act gives all of it to the widow.
use crate::claims::{Desk, certificate, payee};
use crate::kit::*;

on_both_databases! {
    async fn the_widow_of_punjab_is_awarded_the_whole_amount_by_the_order_of_the_act(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let registrar = app.actor(Role::Supervisor, "PK-PB").await;
        let case = desk.case_of(&registrar, "dead", "civilian").await;
        let shown = app.get(&desk.officer, &format!("/cases/{case}/tariffs")).await.expect(200).json;
        let act = &shown["items"][0];
        assert_eq!((&act["instrument"]["code"], &act["look_only"]), (&json!("punjab-cvt-act-2016"), &Value::Null));
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();

        let mut family = Vec::new();
        for (class, name) in
            [("spouse", "Zahra Bibi"), ("child", "Ali"), ("child", "Sara"), ("child", "Bilal"), ("mother", "Gul Bibi")]
        {
            family.push(desk.add(&claim, payee(class, name)).await.expect(201).id());
        }
        desk.attach_all(&claim).await;
        let told = desk.does(&desk.officer, &claim, "submit", json!({})).await.problem(409, "claim_not_ready");
        assert_eq!(told.json["errors"][0]["code"], "precedence");
        for heir in &family[1..] {
            app.make(&desk.officer, &format!("/payees/{heir}/remove"), 1, json!({})).await.expect(200);
        }
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);

        let back = json!({ "reason": "evidence_doubtful" });
        desk.does(&desk.assessor, &claim, "return", back).await.expect(200);
        desk.does(&desk.officer, &claim, "evidence", certificate("nikahnama")).await.expect(200);
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        desk.approve(&desk.approver, &claim).await.expect(200);

        let award = app.get(&desk.officer, &format!("{claim}/award")).await.expect(200).json;
        assert_eq!(award["payees"].as_array().unwrap().len(), 1);
        assert_eq!(award["payees"][0]["payee_id"], json!(family[0]));
        assert_eq!(award["payees"][0]["amount_paisa"], 100_000_000);
        assert_eq!(award["evidence"].as_array().unwrap().len(), 5);
        let timeline = app.get(&desk.officer, &format!("/cases/{case}/timeline")).await.expect(200).body();
        assert!(timeline.contains("award.made") && timeline.contains("claim.returned"), "{timeline}");
    }
}
