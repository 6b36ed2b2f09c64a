//! Pages to print: who reads which copy, in which language, and what never stands on it.
use scraper::{Html, Selector};

use crate::kit::*;

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
}

fn page(answer: &Answer) -> Html {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("style-src 'sha256-") && !policy.contains("script-src"), "{policy}");
    let page = Html::parse_document(&answer.body());
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    for outside in ["script", "link", "img", "iframe", "[src]", "[href]", "[style]"] {
        assert_eq!(texts(&page, outside), Vec::<String>::new(), "{outside}");
    }
    page
}

/// A referral that shares name, detail and a message; the address of its packet.
async fn referred(app: &App, file: &File) -> String {
    file.consent(app, &["name", "need_detail", "message"]).await;
    let body = json!({
        "service_id": file.service, "need_ids": [file.need], "fields": ["name", "need_detail", "message"],
        "message": "Please ask for <b>the aunt</b>",
    });
    let referral = file.refer_as(app, body).await.expect(201).location();
    format!("{}/packet", referral.trim_start_matches("/api/v1"))
}

on_both_databases! {
    async fn an_officer_prints_three_copies_and_each_holds_what_its_reader_may_know(app: App) {
        let file = app.file().await;
        let packet = referred(&app, &file).await;
        let printed = app.get(&file.officer, &packet).await.expect(200);
        let page = page(&printed);
        assert_eq!(texts(&page, "html[lang=en][dir=ltr] body section.sheet").len(), 3);
        for copy in ["referrer", "receiver", "survivor"] {
            let sheet = texts(&page, &format!("section[data-copy={copy}]")).concat();
            let number = app.rows("SELECT number FROM cases").await.concat();
            assert!(sheet.contains("Zarmina Gul") && sheet.contains(&number) && sheet.contains("A ward"), "{copy}: {sheet}");
            for told in ["Needs insulin", "<b>the aunt</b>", "Medical help"] {
                assert_eq!(sheet.contains(told), copy != "survivor", "{told} on the copy for the {copy}");
            }
            for hidden in ["+923001234567", "House 7"] {
                assert!(!sheet.contains(hidden), "{hidden} on the copy for the {copy}");
            }
            assert_eq!(sheet.contains("take your consent back"), copy == "survivor");
        }
        assert_eq!(app.count("trail WHERE action = 'referral.viewed' AND record LIKE '%referrer,receiver,survivor%'").await, 1);
    }

    async fn the_number_of_the_case_can_stand_for_the_name(app: App) {
        let file = app.file().await;
        let packet = referred(&app, &file).await;
        let printed = app.get(&file.officer, &format!("{packet}?name=code")).await.expect(200);
        assert!(!printed.body().contains("Zarmina"), "{printed:?}");
        assert!(texts(&page(&printed), "dd").iter().any(|text| text == "known by the case number"));
        let papers = format!("/services/{}/packet?case_id={}&name=code", file.service, file.case);
        assert!(!app.get(&file.officer, &papers).await.expect(200).body().contains("Zarmina"));
    }

    async fn in_urdu_the_page_runs_from_right_to_left(app: App) {
        let file = app.file().await;
        let packet = referred(&app, &file).await;
        let printed = app.get(&file.officer, &format!("{packet}?lang=ur&copy=survivor")).await.expect(200);
        let page = page(&printed);
        assert_eq!(texts(&page, "html[lang=ur][dir=rtl] h1"), ["ریفرل فارم"]);
        assert_eq!(texts(&page, ".copy"), ["آپ کی اپنی نقل"]);
        assert!(texts(&page, "h2").iter().any(|text| text == "اپنی رضامندی کیسے واپس لیں"));
    }

    async fn a_recipient_has_its_own_copy_and_only_as_long_as_the_consent_holds(app: App) {
        let file = app.file().await;
        let packet = referred(&app, &file).await;
        let printed = app.get(&file.partner, &packet).await.expect(200);
        let sheet = texts(&page(&printed), "section").concat();
        assert!(sheet.contains("Zarmina Gul") && sheet.contains("Needs insulin"), "{sheet}");
        assert_eq!(texts(&page(&printed), ".copy"), ["Copy of the organisation that receives"]);
        for copy in ["survivor", "referrer"] {
            app.get(&file.partner, &format!("{packet}?copy={copy}")).await.problem(403, "forbidden");
        }
        let other = app.actor(Role::Partner, "PK").await;
        app.get(&other, &packet).await.problem(404, "not_found");
        let consent = app.get(&file.officer, &file.of_victim("/consents")).await.expect(200).json;
        let consent = consent["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/consents/{consent}/withdraw");
        app.make(&file.officer, &path, 1, json!({})).await.expect(200);
        let printed = app.get(&file.partner, &packet).await.expect(200);
        assert!(!printed.body().contains("Zarmina") && !printed.body().contains("insulin"), "{printed:?}");
    }

    async fn whoever_may_not_know_a_protected_person_prints_no_name_and_no_detail(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name", "need_detail"]).await;
        let protect = json!({ "reason": "threatened", "readers": [file.supervisor.id] });
        app.make(&file.supervisor, &file.of_victim("/protect"), 0, protect).await.expect(200);
        let body = json!({ "service_id": file.service, "need_ids": [file.need], "fields": ["name", "need_detail"] });
        let made = app.post(&file.supervisor, &file.of_case("/referrals"), body).key("named").await.expect(201);
        let packet = format!("{}/packet", made.location().trim_start_matches("/api/v1"));
        let named = app.get(&file.supervisor, &packet).await.expect(200).body();
        assert!(named.contains("Zarmina Gul") && named.contains("Needs insulin"), "{named}");
        for path in [packet.clone(), format!("/services/{}/packet?case_id={}", file.service, file.case)] {
            let other = app.get(&file.officer, &path).await.expect(200).body();
            assert!(!other.contains("Zarmina") && !other.contains("insulin"), "{other}");
        }
        assert_eq!(app.count("trail WHERE actor_id IS NOT NULL AND record LIKE '%printed%' AND record LIKE '%\"masked\":true%'").await, 2);
    }

    async fn how_to_reach_a_person_safely_stands_on_the_paper(app: App) {
        let file = app.file().await;
        file.consent(&app, &["mobile"]).await;
        let referral = file.refer(&app, &["mobile"]).await.expect(201).location();
        let packet = format!("{}/packet?copy=receiver", referral.trim_start_matches("/api/v1"));
        let safe = json!({ "rules": { "no_calls": true, "safe_hours": { "from": "10:00", "to": "13:00" } } });
        app.ask(&file.officer, Method::PUT, &file.of_victim("/safe-contact")).json(&safe).if_match(0).await.expect(200);
        let printed = app.get(&file.partner, &packet).await.expect(200).body();
        assert!(printed.contains("no calls") && printed.contains("hours: 10:00-13:00"), "{printed}");
    }

    async fn a_paper_does_not_say_that_somebody_agreed_who_did_not(app: App) {
        let file = app.file().await;
        let body = json!({ "service_id": file.service, "fields": ["name"], "reason": "life_in_danger", "detail": "Coma" });
        let leave = app.post(&file.officer, &file.of_case("/consent-overrides"), body).key("ask").await.expect(201);
        app.make(&file.supervisor, &format!("{}/agree", leave.location()), 1, json!({})).await.expect(200);
        let body = json!({ "service_id": file.service, "need_ids": [file.need], "fields": ["name"], "override_id": leave.id() });
        let referral = app.post(&file.officer, &file.of_case("/referrals"), body).key("refer").await.expect(201).location();
        let packet = format!("{}/packet", referral.trim_start_matches("/api/v1"));
        let printed = app.get(&file.officer, &packet).await.expect(200).body();
        assert!(printed.contains("The person has not agreed.") && !printed.contains("The person named above agreed"), "{printed}");
        assert!(!printed.contains("take your consent back at any time"), "{printed}");
    }

    async fn what_others_wrote_is_text_and_nothing_else(app: App) {
        let file = app.file().await;
        let wicked = json!({
            "name": "<script>alert(1)</script>", "required_documents": ["\"><img src=x onerror=alert(1)>", "CNIC"],
        });
        app.patch(&file.administrator, &format!("/services/{}", file.service), wicked).if_match(1).await.expect(200);
        let papers = format!("/services/{}/packet?case_id={}&lang=ur", file.service, file.case);
        let printed = app.get(&file.officer, &papers).await.expect(200);
        let page = page(&printed);
        assert_eq!(texts(&page, ".papers li"), ["\"><img src=x onerror=alert(1)>", "CNIC"]);
        assert!(texts(&page, "dd").iter().any(|text| text == "<script>alert(1)</script>"));
        assert_eq!(app.count("trail WHERE action = 'papers.printed'").await, 1);
    }

    async fn only_those_who_keep_the_case_print_its_papers(app: App) {
        let file = app.file().await;
        let papers = format!("/services/{}/packet?case_id={}", file.service, file.case);
        app.get(&app.actor(Role::Officer, "PK701").await, &papers).await.problem(404, "not_found");
        app.get(&file.partner, &papers).await.problem(403, "forbidden");
        app.get(&app.actor(Role::Auditor, "PK").await, &papers).await.problem(403, "forbidden");
        app.get(&NOBODY, &papers).await.problem(401, "unauthenticated");
        let service = format!("/services/{}/packet", file.service);
        app.get(&file.officer, &service).await.fault("case_id", "missing");
        app.get(&file.officer, &format!("{papers}&lang=fr")).await.fault("lang", "unknown_value");
        let nowhere = format!("/services/{}/packet?case_id={}", file.case, file.case);
        app.get(&file.officer, &nowhere).await.problem(404, "not_found");
    }
}
