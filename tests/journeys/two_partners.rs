//! A partner who cannot help, and the second one who does.
use crate::kit::*;

on_both_databases! {
    async fn what_one_partner_declines_another_takes_and_neither_sees_the_other(app: App) {
        let file = app.file().await;
        let second = app.actor(Role::Partner, "PK").await;
        let body = service_body(second.organisation.unwrap());
        let other_service = app.post(&file.administrator, "/services", body).await.expect(201).id();
        let fields = ["name", "need_detail"];
        file.consent(&app, &fields).await;
        let first_asked = file.refer(&app, &fields).await.expect(201).location();
        app.make(&file.partner, &format!("{first_asked}/decline"), 1, json!({})).await.problem(422, "invalid");
        let reason = json!({ "reason": "no_capacity" });
        let declined = app.make(&file.partner, &format!("{first_asked}/decline"), 1, reason).await.expect(200);
        assert_eq!((declined.text("state"), declined.text("reason")), ("declined".into(), "no_capacity".into()));
        let seen = app.get(&file.partner, &first_asked).await.expect(200);
        assert!(seen.json["person"].is_null() && seen.json["needs"][0]["detail"].is_null(), "{seen:?}");
        assert!(!seen.body().contains("Zarmina") && !seen.body().contains("insulin"));

        let body = json!({ "service_id": other_service, "need_ids": [file.need], "fields": fields });
        file.refer_as(&app, body.clone()).await.problem(409, "consent_missing");
        file.consent_to(&app, second.organisation.unwrap(), &fields).await;
        let second_asked = file.refer_as(&app, body).await.expect(201).location();
        for (partner, own, others) in [(&file.partner, &first_asked, &second_asked), (&second, &second_asked, &first_asked)]
        {
            app.get(partner, others).await.problem(404, "not_found");
            app.make(partner, &format!("{others}/accept"), 1, json!({})).await.problem(404, "not_found");
            let list = app.get(partner, "/referrals").await.expect(200).json;
            let ids: Vec<_> = list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
            assert_eq!(ids, [own.rsplit('/').next().unwrap()]);
        }
        app.make(&second, &format!("{second_asked}/accept"), 1, json!({})).await.expect(200);
        let outcome = json!({ "outcome": "helped" });
        let done = app.make(&second, &format!("{second_asked}/complete"), 2, outcome).await.expect(200);
        assert_eq!((done.text("state"), done.text("outcome")), ("completed".into(), "helped".into()));
        let both = app.get(&file.officer, &file.of_case("/referrals")).await.expect(200).json;
        let states: Vec<_> = both["items"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
        assert_eq!(states, ["completed", "declined"]);
    }
}
