//! A package for the forty families of one attack, on top of the schedule that pays anyhow: each has two claims. Of the forty
//! cheques of either 36 are paid, and four come back and are sent again. Announced, sanctioned, released, paid and confirmed
//! are never mistaken for each other.
use crate::claims::payee;
use crate::kit::*;
use crate::payments::Desk;

/// What Punjab's Act pays for a death.
const EACH: i64 = 100_000_000;
/// What the package pays on top of it.
const MORE: i64 = 50_000_000;

const ACT: &str = "punjab-cvt-act-2016";
const PACKAGE: &str = "punjab-market-package-2026";
const SUMS: [&str; 6] = ["announced", "sanctioned", "released", "paid", "confirmed", "returned"];

/// The government of Punjab approves a package for the attack; its id.
async fn approve_package(desk: &Desk) -> String {
    let claims = &desk.claims;
    let package = json!({
        "code": PACKAGE, "title": "A package for one market", "jurisdiction": "PK-PB", "track": "civilian",
        "kind": "incident_package", "status": "approved", "confidence": "high", "source": "A cabinet decision",
        "incident_id": claims.incident,
        "heirs": { "rule": "precedence", "order": ["spouse", "child"], "source": "A cabinet decision", "confidence": "high" },
    });
    let package = desk.app.post(&claims.administrator, "/tariffs", package).await.expect(201);
    let line = json!({
        "harm": "death", "amount_paisa": MORE, "valid_from": "2026-03-10", "status": "approved", "confidence": "high",
        "source": "A cabinet decision",
    });
    desk.app.post(&claims.administrator, &format!("{}/lines", package.location()), line).await.expect(201);
    package.id()
}

/// How many families each figure of the report of payouts comes to, by an instrument that pays each of them so much.
async fn families(desk: &Desk, code: &str, each: i64) -> [i64; 6] {
    let today = desk.app.now().local_date();
    let asked = format!("/reports/payouts?from=2026-03-01&to={today}&area=PK601");
    let report = desk.app.get(&desk.approver, &asked).await.expect(200).json;
    let lines: Vec<_> = report["lines"].as_array().unwrap().iter().filter(|line| line["instrument"] == code).collect();
    SUMS.map(|sum| lines.iter().map(|line| line[format!("{sum}_paisa")].as_i64().unwrap()).sum::<i64>() / each)
}

/// Pays what is planned of the desk's instrument by cheque; those that are `unlucky` come back.
async fn pay(desk: &Desk, each: i64, unlucky: impl Fn(&Value) -> bool) -> Vec<Value> {
    let (app, method) = (&desk.app, "cheque");
    let built = desk.build_by(method).await.expect(201);
    let place = built.location();
    desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
    desk.approve_as(&desk.approver, &place, 2).await.expect(200);
    desk.make(&desk.releaser, &place, "release", 3).await.expect(200);
    let listed = app.get(&desk.maker, &format!("/payments?limit=200&batch_id={}", built.id())).await.expect(200);
    let cheques = listed.json["items"].as_array().unwrap().clone();
    let row = |cheque: &Value| {
        let word = if unlucky(cheque) { "returned" } else { "paid" };
        format!("{},{word},{},PKR,,\n", cheque["reference"].as_str().unwrap(), each / 100)
    };
    let rows: Vec<_> = cheques.iter().map(row).collect();
    desk.answer(&desk.maker, &place, &rows.concat()).await.expect(200);
    let told = app.get(&desk.approver, &place).await.expect(200).json;
    let figure = |name: &str| told["figures"][format!("{name}_paisa")].as_i64().unwrap() / each;
    let (all, back) = (cheques.len(), cheques.iter().filter(|one| unlucky(one)).count());
    let expected = [all, all - back, back, 0].map(|count| i64::try_from(count).unwrap());
    assert_eq!(["released", "paid", "returned", "confirmed"].map(figure), expected);
    assert_eq!(told["state"], "settled");
    let register = app.get(&desk.releaser, &format!("{place}/file?format=register")).await.expect(200).body();
    assert_eq!(register.matches("Zahra Bibi").count(), all);
    cheques.into_iter().filter(unlucky).collect()
}

on_both_databases! {
    async fn a_package_on_top_of_a_schedule_pays_thirty_six_of_forty_families_and_four_cheques_come_back(app: App) {
        let mut desk = Desk::with(&app, 40 * EACH).await;
        let package = approve_package(&desk).await;
        let fund = app.fund(package.parse().unwrap(), 40 * MORE).await;
        let registrar = app.actor(Role::Supervisor, "PK-PB").await;
        let mut cases = Vec::new();
        for _ in 0..40 {
            let case = desk.claims.case_of(&registrar, "dead", "civilian").await;
            for code in [ACT, PACKAGE] {
                let claim = desk.claims.verified_of(&case, code, payee("spouse", "Zahra Bibi")).await;
                desk.claims.approve(&desk.claims.approver, &claim).await.expect(200);
            }
            cases.push(case);
        }
        // A family that has claimed nothing was promised as much.
        desk.claims.case_of(&registrar, "dead", "civilian").await;
        for (code, each) in [(ACT, EACH), (PACKAGE, MORE)] {
            assert_eq!(families(&desk, code, each).await, [41, 40, 0, 0, 0, 0]);
        }
        assert_eq!((app.count("claims").await, app.count("findings WHERE kind = 'two_claims'").await), (80, 40));

        let is_unlucky = |cheque: &Value| cases[36..].iter().any(|case| cheque["case_id"] == json!(case));
        for (code, each, instrument, fund) in
            [(ACT, EACH, desk.instrument.clone(), desk.fund), (PACKAGE, MORE, package, fund)]
        {
            (desk.instrument, desk.fund) = (instrument, fund);
            assert_eq!(desk.balances().await, [0, 40 * each, 0, 0, 0, 0]);
            let back = pay(&desk, each, is_unlucky).await;
            assert_eq!(desk.balances().await, [0, 0, 0, 0, 36 * each, 4 * each]);
            assert_eq!(families(&desk, code, each).await, [41, 40, 40, 36, 0, 4]);

            let mut again = Vec::new();
            for cheque in &back {
                let old = format!("/payments/{}/reissue", cheque["id"].as_str().unwrap());
                again.push(app.make(&desk.maker, &old, 4, json!({})).await.expect(201).location());
            }
            assert_eq!(families(&desk, code, each).await, [41, 40, 36, 36, 0, 0]);
            assert_eq!(pay(&desk, each, |_| false).await, Vec::<Value>::new());
            let version = app.get(&desk.caller, &again[0]).await.version();
            let how = json!({ "how": "in_person" });
            app.make(&desk.caller, &format!("{}/confirm", again[0]), version, how).await.expect(200);
            assert_eq!(families(&desk, code, each).await, [41, 40, 40, 40, 1, 0]);
            assert_eq!(desk.balances().await, [0, 0, 0, 0, 40 * each, 0]);
        }
        desk.is_true().await;
    }
}
