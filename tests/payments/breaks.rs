//! Work on money that breaks in its middle, before any of its writes: of it nothing is there, and when the request comes again
//! it is carried out once. PostgreSQL ends the connection there, and at the commit; SQLite finds its disk full, and takes the
//! transaction back by itself.
use super::Desk;
use crate::kit::*;

/// An application whose database can be told to break at a write.
pub struct Breaks<'a>(&'a App);

impl<'a> Breaks<'a> {
    pub async fn of(app: &'a App) -> Self {
        app.sql("CREATE TABLE breaking (countdown INTEGER NOT NULL)").await.unwrap();
        app.sql("INSERT INTO breaking VALUES (0)").await.unwrap();
        app.sql(&if app.is_sqlite() { on_sqlite(app).await } else { ON_POSTGRES.to_owned() }).await.unwrap();
        Self(app)
    }

    /// The answer to a request whose work breaks before its `at`th write, if it comes so far.
    async fn at(&self, at: usize, ask: &Ask) -> Answer {
        self.0.sql(&format!("UPDATE breaking SET countdown = {at}")).await.unwrap();
        let answer = ask.clone().await;
        self.0.sql("UPDATE breaking SET countdown = 0").await.unwrap();
        answer
    }

    /// How much there is of what money moves in: what is there more or less shows.
    async fn extent(&self) -> String {
        let counts = [
            "payments",
            "payment_batches",
            "payment_batch_votes",
            "payment_batch_files",
            "payment_result_files",
            "payment_results",
            "payment_results WHERE undone_at IS NULL",
            "ledger_transfers",
            "outbox",
            "replies",
            "trail WHERE outcome = 'done'",
        ];
        let counts = counts.map(|of| format!("(SELECT count(*) FROM {of})"));
        let versions =
            ["payments", "payment_batches"].map(|of| format!("(SELECT coalesce(sum(version), 0) FROM {of})"));
        let all = [counts.as_slice(), &versions].concat().join(" || ' ' || ");
        self.0.rows(&format!("SELECT {all}")).await.remove(0)
    }

    /// Asks so that it breaks before its `at`th write, and then once more. Of what broke nothing is there; what had an answer
    /// that got lost is answered the same, and done once. Whether it broke, and the answer that counts.
    pub async fn twice(&self, at: usize, ask: &Ask) -> (bool, Answer) {
        let before = self.extent().await;
        let first = self.at(at, ask).await;
        let after = self.extent().await;
        if first.status >= 500 {
            assert_eq!(after, before, "{first:?} before write {at}");
            return (true, ask.clone().await);
        }
        let again = ask.clone().await;
        assert_eq!((again.status, &self.extent().await), (first.status, &after), "{first:?} and {again:?}");
        if first.status < 300 {
            assert!(again.is_replayed() && again.json == first.json, "{first:?} and {again:?}");
        } else {
            assert_eq!(after, before, "a refusal did something: {first:?}");
        }
        (false, first)
    }

    /// Breaks it before its first write, before its second, and so on until it is carried out.
    async fn everywhere(&self, ask: Ask) -> Answer {
        for at in 1.. {
            let before = self.extent().await;
            let answer = self.at(at, &ask).await;
            if answer.status < 300 {
                assert!(at > 3, "{answer:?} was hardly ever broken");
                let after = self.extent().await;
                let again = ask.clone().await;
                assert!(again.is_replayed() && again.json == answer.json, "{again:?}");
                assert_eq!(self.extent().await, after);
                return answer;
            }
            assert!(answer.status >= 500, "before write {at}: {answer:?}");
            assert_eq!(self.extent().await, before, "{answer:?} before write {at}");
        }
        unreachable!("a request has an end")
    }
}

/// Counts what is written, a statement at a time, and what is left for the commit.
const ON_POSTGRES: &str = "
CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE breaking SET countdown = countdown - 1;
  IF (SELECT countdown FROM breaking) = 0 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
  RETURN NULL;
END $$;
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'breaking' LOOP
    EXECUTE format('CREATE TRIGGER breaks BEFORE INSERT OR UPDATE OR DELETE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION break_off()', name);
  END LOOP;
END $$;
CREATE CONSTRAINT TRIGGER breaks_late AFTER INSERT ON trail DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION break_off()";

/// Counts what is written, a row at a time.
async fn on_sqlite(app: &App) -> String {
    let ours =
        "type = 'table' AND name <> 'breaking' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";
    let tables = app.rows(&format!("SELECT name FROM sqlite_master WHERE {ours}")).await;
    let trigger = |(table, verb): (&String, &str)| {
        format!(
            "CREATE TRIGGER {table}_breaks_at_{verb} BEFORE {verb} ON {table} BEGIN
             UPDATE breaking SET countdown = countdown - 1;
             SELECT RAISE(ROLLBACK, 'database or disk is full') WHERE (SELECT countdown FROM breaking) = 0; END;"
        )
    };
    let verbs = |table| ["INSERT", "UPDATE", "DELETE"].map(|verb| (table, verb));
    tables.iter().flat_map(verbs).map(trigger).collect()
}

on_both_databases! {
    async fn whatever_breaks_a_move_of_money_leaves_nothing_of_it_and_it_is_made_once(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[600, 400]).await;
        let breaks = Breaks::of(&app).await;
        let make = |who: &Actor, place: &str, verb: &str, version: i64, body: Value| {
            app.make(who, &format!("{place}/{verb}"), version, body)
        };
        let (none, place) = (json!({}), |of: &Value| format!("/payments/{}", of["id"].as_str().unwrap()));

        let built = breaks.everywhere(desk.build()).await;
        let (batch, digest) = (built.location(), json!({ "digest": built.json["digest"] }));
        breaks.everywhere(make(&desk.maker, &batch, "submit", 1, none.clone())).await;
        breaks.everywhere(make(&desk.approver, &batch, "approve", 2, digest)).await;
        breaks.everywhere(make(&desk.releaser, &batch, "release", 3, none.clone())).await;
        assert_eq!((desk.balances().await, app.count("payment_batch_files").await), ([0, 0, 0, 1000, 0, 0], 1));
        let payments = desk.payments(award).await;
        let [one, two] = [0, 1].map(|at| payments[at]["reference"].as_str().unwrap().to_owned());
        let rows = format!("{one},paid,2,PKR,,\n{two},returned,4,PKR,,AC04\n");
        breaks.everywhere(desk.answer(&desk.maker, &batch, &rows)).await;
        assert_eq!(desk.balances().await, [0, 0, 0, 400, 200, 400]);
        let undo = make(&desk.releaser, &place(&payments[0]), "undo", 4, json!({ "reason": "wrong_file" }));
        breaks.everywhere(undo).await;
        breaks.everywhere(desk.answer(&desk.maker, &batch, &format!("{one},paid,6,PKR,,\n"))).await;
        assert_eq!(desk.balances().await, [0, 0, 0, 0, 600, 400]);
        let version = app.get(&desk.maker, &place(&payments[0])).await.version();
        let how = json!({ "how": "in_person" });
        breaks.everywhere(make(&desk.caller, &place(&payments[0]), "confirm", version, how)).await;
        let again = breaks.everywhere(make(&desk.maker, &place(&payments[1]), "reissue", 4, none.clone())).await;
        assert_eq!(desk.balances().await, [0, 400, 0, 0, 600, 0]);
        desk.is_true().await;

        let batch = desk.approved().await;
        breaks.everywhere(make(&desk.maker, &batch, "cancel", 3, none)).await;
        let version = app.get(&desk.maker, &again.location()).await.version();
        let why = json!({ "reason": "paid_otherwise" });
        breaks.everywhere(make(&desk.maker, &again.location(), "cancel", version, why)).await;
        assert_eq!(desk.balances().await, [400, 0, 0, 0, 600, 0]);
        desk.is_true().await;
    }
}
