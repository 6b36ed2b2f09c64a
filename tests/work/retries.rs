//! What the database asks to run once more is run once more.
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::try_join_all;
use umeed::db::Isolation;
use umeed::error::Error;
use umeed::kernel::ids::Id;
use umeed::work::{Done, Event, Tx};

use crate::kit::*;

fn failure(kind: diesel::result::DatabaseErrorKind, text: &str) -> Error {
    Error::Database(diesel::result::Error::DatabaseError(kind, Box::new(text.to_owned())))
}

on_both_databases! {
    async fn a_serialization_failure_and_a_deadlock_are_retried(app: App) {
        use diesel::result::DatabaseErrorKind::{SerializationFailure, Unknown};
        let officer = app.actor(Role::Officer, "PK508").await.staff();
        for fail in [
            || failure(SerializationFailure, "could not serialize access"),
            || failure(Unknown, "deadlock detected"),
        ] {
            let runs = Arc::new(AtomicU32::new(0));
            let counted = runs.clone();
            let written = app.work().write(&officer, None, async move |_: &mut Tx| {
                match counted.fetch_add(1, Ordering::Relaxed) {
                    0 | 1 => Err(fail()),
                    _ => Ok(Done::new((), Event::new("test.done", Id::<()>::nil()))),
                }
            });
            written.await.unwrap();
            assert_eq!(runs.load(Ordering::Relaxed), 3);
        }
        assert_eq!(app.count("trail WHERE action = 'test.done'").await, 2);
    }

    async fn what_fails_for_ever_is_given_up(app: App) {
        use diesel::result::DatabaseErrorKind::SerializationFailure;
        let officer = app.actor(Role::Officer, "PK508").await.staff();
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let written = app.work().write(&officer, None, async move |_: &mut Tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            Err::<Done<()>, _>(failure(SerializationFailure, "could not serialize access"))
        });
        assert!(matches!(written.await, Err(Error::Database(_))));
        assert!((2..20).contains(&runs.load(Ordering::Relaxed)));
    }

    async fn the_last_two_administrators_cannot_disable_each_other_at_once(app: App) {
        let one = app.actor(Role::Administrator, "PK").await;
        let two = app.actor(Role::Administrator, "PK").await;
        let disable = async |by: &Actor, whom: &Actor| {
            let path = format!("/users/{}/disable", whom.id);
            Ok::<_, ()>(app.post(by, &path, json!({})).if_match(1).await.status)
        };
        let mut ends = try_join_all([(&one, &two), (&two, &one)].map(|(by, whom)| disable(by, whom))).await.unwrap();
        ends.sort_unstable();
        assert!(matches!(ends[..], [200, 401 | 409]), "{ends:?}");
        assert_eq!(app.count("users WHERE role = 'administrator' AND disabled_at IS NULL").await, 1);
    }

    async fn money_runs_serializable(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await.staff();
        let written = app.work().write_at(Isolation::Serializable, &officer, None, async |_: &mut Tx| {
            Ok(Done::new((), Event::new("test.done", Id::<()>::nil())))
        });
        written.await.unwrap();
    }
}
