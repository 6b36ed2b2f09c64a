//! All of a write or nothing of it.
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use umeed::error::{Code, Error};
use umeed::kernel::ids::Id;
use umeed::work::{Done, Event, Tx};

use crate::kit::*;

fn event() -> Event {
    Event::new("test.done", Id::<()>::new())
}

on_both_databases! {
    async fn a_write_leaves_its_effect_its_record_and_its_message(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let staff = officer.staff();
        let incident = app.incident(&officer, "PK508").await;
        let record = app.rows("SELECT record FROM trail WHERE action = 'incident.reported'").await;
        assert_eq!(record.len(), 1);
        let record: Value = serde_json::from_str(&record[0]).unwrap();
        assert_eq!(record["subject"], incident.id());
        assert_eq!(record["actor"], officer.id.to_string());
        assert_eq!((&record["role"], &record["outcome"]), (&json!("officer"), &json!("done")));
        assert_eq!(record["request"], incident.header("x-request-id"));
        assert!(record["session"].is_string());
        let announced = app.work().write(&staff, None, async |_: &mut Tx| {
            Ok(Done::new((), event()).and(event().announced()).and(event().announced()))
        });
        announced.await.unwrap();
        assert_eq!(app.count("trail WHERE action = 'test.done'").await, 3);
        assert_eq!(app.count("outbox WHERE topic = 'test.done'").await, 2);
        app.work().write(&staff, None, async |_: &mut Tx| Ok(Done::new((), event().announced()))).await.unwrap();
        assert_eq!(app.count("outbox").await, 3);
        app.sql("DELETE FROM outbox").await.unwrap();
    }

    async fn a_stale_version_is_refused(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK508").await;
        let incident = app.incident(&supervisor, "PK508").await;
        let change = |version, place: &str| {
            app.patch(&supervisor, &incident.location(), json!({ "place": place })).if_match(version)
        };
        assert_eq!(change(1, "One").await.expect(200).version(), 2);
        change(1, "Two").await.problem(412, "stale");
        change(3, "Three").await.problem(412, "stale");
        assert_eq!(app.rows("SELECT place FROM incidents").await, ["One"]);
        assert_eq!(app.count("trail WHERE action = 'incident.corrected'").await, 1);
    }

    async fn of_fifty_writers_on_one_version_one_wins(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK508").await;
        let incident = app.incident(&supervisor, "PK508").await;
        let path = incident.location();
        let change = async |n: i32| {
            app.patch(&supervisor, &path, json!({ "place": format!("Place {n}") })).if_match(1).await
        };
        let answers = join_all((0..50).map(change)).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 412).count(), 49);
        assert_eq!(app.get(&supervisor, &path).await.expect(200).json, won[0].json);
        assert_eq!(app.count("trail WHERE action = 'incident.corrected'").await, 1);
    }

    async fn a_closure_that_fails_leaves_nothing(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let staff = officer.staff();
        let id = app.incident(&officer, "PK508").await.id().parse().unwrap();
        let before = (app.count("trail").await, app.count("replies").await);
        let key = umeed::work::Key::new("k".into(), &app.work().keys(), &[b"x"]);
        let scope = umeed::access::policy::scope(&officer.staff(), umeed::access::policy::Action::ReadIncident);
        let failed = app.work().write(&staff, Some(key), async move |tx: &mut Tx| {
            umeed::incidents::service::get(tx, &scope, id).await?;
            Err::<Done<()>, _>(Error::from(Code::AlreadyExists))
        });
        assert!(matches!(failed.await, Err(Error::Client(Code::AlreadyExists))));
        assert_eq!((app.count("trail").await, app.count("replies").await), before);
    }

    async fn a_closure_that_panics_leaves_nothing_and_a_healthy_pool(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let staff = officer.staff();
        let before = app.count("trail").await;
        for _ in 0..20 {
            let key = umeed::work::Key::new("k".into(), &app.work().keys(), &[b"x"]);
            let panicked = app.work().write(&staff, Some(key), async |_: &mut Tx| {
                let none: Option<Done<()>> = std::hint::black_box(None);
                Ok(none.expect("a panic on purpose"))
            });
            assert!(matches!(panicked.await, Err(Error::Panicked)));
            let panicked = app.work().read(async |_: &mut Tx| {
                let none: Option<i32> = std::hint::black_box(None);
                Ok(none.expect("a panic on purpose"))
            });
            assert!(matches!(panicked.await, Err(Error::Panicked)));
        }
        assert_eq!((app.count("trail").await, app.count("replies").await), (before, 0));
        app.incident(&officer, "PK508").await;
    }

    async fn what_is_missing_cannot_be_referred_to(app: App) {
        let officer = app.actor(Role::Officer, "PK").await;
        let answer = app.post(&officer, "/incidents", incident_body("PK599")).await;
        assert!(matches!(answer.status, 422), "{answer:?}");
        assert_eq!(app.count("incidents").await, 0);
    }

    async fn thirty_two_writers_are_served_in_turn(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let staff = officer.staff();
        let start = Instant::now();
        let one = async || {
            let mut longest = Duration::ZERO;
            for _ in 0..10 {
                let asked = Instant::now();
                app.work().write(&staff, None, async |_: &mut Tx| Ok(Done::new((), event()))).await.unwrap();
                longest = longest.max(asked.elapsed());
            }
            longest
        };
        let longest = join_all((0..32).map(|_| one())).await.into_iter().max().unwrap();
        let round = start.elapsed() / 10;
        assert_eq!(app.count("trail WHERE action = 'test.done'").await, 320);
        assert!(longest < round * 6, "a writer waited {longest:?} where a round of all takes {round:?}");
    }

    async fn another_key_file_is_refused_on_a_sealed_database(app: App) {
        let error = app.open_with_other_keys().await.err().unwrap();
        assert!(error.to_string().contains("not the key file"), "{error}");
        app.actor(Role::Officer, "PK508").await;
    }
}
