//! The database goes away and comes back: requests are told so, nothing is half done, and nobody has to start anything
//! again.
use crate::kit::*;

on_both_databases! {
    async fn a_database_that_goes_away_is_told_as_such_and_found_again(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let away = app.database.take_away().await;
        let refused = app.post(&officer, "/incidents", incident_body("PK508")).key("once").await.problem(503, "unavailable");
        assert_eq!(refused.header("retry-after"), "2");
        app.database.bring_back(away).await;
        assert_eq!(app.count("incidents").await, 0);
        app.post(&officer, "/incidents", incident_body("PK508")).key("once").await.expect(201);
    }
}
