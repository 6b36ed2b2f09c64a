//! A widow's account turns up on the claim of another victim: the auditor finds it before the money leaves, follows the
//! first payment from the attack to the receipt, and upholds what was found.
use crate::kit::*;
use crate::payments::Desk;

on_both_databases! {
    async fn an_auditor_finds_the_doubled_payment_and_follows_the_first(app: App) {
        let desk = Desk::new(&app).await;
        let (claims, auditor) = (&desk.claims, app.actor(Role::Auditor, "PK").await);
        let first = desk.verified("Zahra Bibi", "3520212345672").await;
        claims.approve(&claims.approver, &first).await.expect(200);
        let case = app.get(&claims.officer, &first).await.text("case_id");
        let batch = desk.released().await;
        let listed = app.get(&auditor, &format!("/payments?case_id={case}")).await.expect(200).json;
        let payment = &listed["items"][0];
        let rupees = payment["amount_paisa"].as_i64().unwrap() / 100;
        let row = format!("{},paid,{rupees},PKR,,\n", payment["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &batch, &row).await.expect(200);
        let place = format!("/payments/{}", payment["id"].as_str().unwrap());
        let version = app.get(&desk.caller, &place).await.version();
        app.make(&desk.caller, &format!("{place}/confirm"), version, json!({ "how": "in_person" })).await.expect(200);

        let second = desk.verified("Nasreen Akhtar", "3520212345694").await;
        let found = app.get(&auditor, "/findings?state=open").await.expect(200).json["items"].clone();
        assert_eq!((found.as_array().unwrap().len(), &found[0]["kind"]), (1, &json!("same_account")));
        let other = found[0]["other_claim_id"].as_str().unwrap();
        assert!(first.ends_with(other));
        claims.approve(&claims.approver, &second).await.problem(409, "finding_open");

        let chain = app.get(&auditor, &format!("{place}/chain")).await.expect(200).json;
        assert_eq!((&chain["incident"]["id"], &chain["case"]["id"]), (&json!(claims.incident), &json!(case)));
        assert_eq!((&chain["claim"]["id"], &chain["award"]["claim_id"]), (&json!(other), &json!(other)));
        assert!(chain["claim"]["evidence"].as_array().unwrap().len() > 2);
        assert!(chain["claim"]["evidence"].as_array().unwrap().iter().all(|paper| paper["reference"].is_null()));
        let parts = chain["parts"].as_array().unwrap().iter();
        let parts: Vec<_> = parts.map(|one| (one["part"].as_str().unwrap(), one["user_id"].clone())).collect();
        assert_eq!(parts, [
            ("prepare", json!(claims.officer.id)),
            ("verify", json!(claims.assessor.id)),
            ("decide", json!(claims.approver.id)),
        ]);
        assert_eq!(chain["line"]["amount_paisa"], chain["award"]["amount_paisa"]);
        assert_eq!(chain["votes"][0]["approver_id"], json!(claims.approver.id));
        assert_eq!(chain["batch"]["votes"][0]["voter_id"], json!(desk.approver.id));
        assert_eq!(chain["batch"]["files"][0]["sha256"].as_str().unwrap().len(), 64);
        assert_eq!((&chain["results"][0]["effect"], &chain["results"][0]["message"]), (&json!("paid"), &json!("csv")));
        let booked: Vec<_> = chain["entries"].as_array().unwrap().iter().map(|one| one["reason"].clone()).collect();
        assert_eq!(booked, ["commit", "make_payable", "send", "settle"]);
        assert_eq!(chain["payment"]["confirmed"]["confirmed_by"], json!(desk.caller.id));
        assert_eq!(app.count("trail WHERE action = 'payment.chain_viewed'").await, 1);
        let elsewhere = app.actor(Role::Auditor, "PK-SD").await;
        app.get(&elsewhere, &format!("{place}/chain")).await.problem(404, "not_found");

        let finding = format!("/findings/{}", found[0]["id"].as_str().unwrap());
        let why = json!({ "text": "One account was used for the widows of two men; the second is not hers" });
        claims.does(&auditor, &finding, "uphold", why).await.expect(200);
        claims.approve(&claims.approver, &second).await.problem(409, "finding_open");
        assert_eq!(app.count("payments").await, 1);
        desk.is_true().await;
    }

    async fn a_sample_is_drawn_again_by_its_seed_and_every_drawing_is_known(app: App) {
        let desk = Desk::new(&app).await;
        let auditor = app.actor(Role::Auditor, "PK").await;
        desk.award(&[1000, 2000, 3000, 4000, 5000]).await;
        desk.released().await;
        desk.award(&[6000]).await;
        let today = app.now().local_date();
        let draw = |who: &Actor, body: Value| {
            app.post(who, "/payments/samples", body).key(&uuid::Uuid::now_v7().to_string())
        };
        let ask = json!({ "from": today, "to": today, "size": 3 });
        let sample = draw(&auditor, ask.clone()).await.expect(200).json;
        assert_eq!((sample["items"].as_array().unwrap().len(), &sample["population"]), (3, &json!(5)));
        let mut again = ask.clone();
        again["seed"] = sample["seed"].clone();
        assert_eq!(draw(&auditor, again.clone()).await.expect(200).json["items"], sample["items"]);
        again["size"] = json!(500);
        assert_eq!(draw(&auditor, again.clone()).await.expect(200).json["items"].as_array().unwrap().len(), 5);
        // A seed that somebody thought of, or one of other days, could have been chosen for what it draws.
        for (field, value) in [("seed", json!("00".repeat(32))), ("from", json!(today.plus_days(-1)))] {
            let mut chosen = again.clone();
            chosen[field] = value;
            draw(&auditor, chosen).await.fault("/seed", "unknown_reference");
        }
        let drawn = "trail WHERE action = 'payment.sample_drawn' AND record LIKE";
        assert_eq!(app.count(&format!("{drawn} '%\"population\":5%'")).await, 3);
        assert_eq!(app.count(&format!("{drawn} '%\"is_repeated\":true%'")).await, 2);

        draw(&desk.maker, ask.clone()).await.problem(403, "forbidden");
        for (field, value, code) in [
            ("size", json!(0), "out_of_range"),
            ("size", json!(501), "out_of_range"),
            ("to", json!("2000-01-01"), "out_of_range"),
            ("seed", json!("abc"), "invalid_seed"),
        ] {
            let mut wrong = ask.clone();
            wrong[field] = value;
            draw(&auditor, wrong).await.fault(&format!("/{field}"), code);
        }
        let elsewhere = draw(&app.actor(Role::Auditor, "PK-SD").await, ask).await.expect(200).json;
        assert_eq!((&elsewhere["population"], &elsewhere["items"]), (&json!(0), &json!([])));
    }
}
