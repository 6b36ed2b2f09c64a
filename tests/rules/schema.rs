//! Both databases are the same one, and know the same words as the code.
use std::collections::{BTreeMap, BTreeSet};

use umeed::access::model::EndReason;
use umeed::access::policy::Role;
use umeed::crypto::MarkKind;
use umeed::incidents::AreaKind;
use umeed::incidents::model::{AttackType, TargetType, WeaponType};
use umeed::kernel::moves::Move;
use umeed::kernel::places::Province;
use umeed::kernel::words::Word;
use umeed::work::Outcome;

use crate::kit::App;

const SQLITE_TABLES: &str =
    "sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";
const POSTGRES_TABLES: &str =
    "c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE '\\_\\_%'";

fn words<W: Word>() -> BTreeSet<String> {
    W::ALL.iter().map(|word| word.word().to_owned()).collect()
}

fn states(moves: &[Move]) -> BTreeSet<String> {
    moves.iter().flat_map(|step| [step.from.to_owned(), step.to.to_owned()]).collect()
}

/// What is in the column's list and in the code's enum alike.
fn enums() -> BTreeMap<&'static str, BTreeSet<String>> {
    use umeed::cases::model as case;
    use umeed::directory::model as directory;
    use umeed::feedback::words as feedback;
    use umeed::needs::state as need;
    use umeed::plans::model as plan;
    use umeed::referrals::overrides::model as overrides;
    use umeed::referrals::state as referral;
    use umeed::victim_batches::{line, state as batch};
    use umeed::victims::model as victim;
    let reasons =
        [words::<referral::DeclineReason>(), words::<referral::FailReason>(), words::<referral::WithdrawReason>()];
    let mut enums = BTreeMap::from([
        ("trail.outcome", words::<Outcome>()),
        ("districts.province", words::<Province>()),
        ("organisations.kind", words::<directory::OrganisationKind>()),
        ("programmes.domain", words::<directory::Domain>()),
        ("programmes.confidence", words::<directory::Confidence>()),
        ("programmes.status", words::<directory::ServiceStatus>()),
        ("services.domain", words::<directory::Domain>()),
        ("services.status", words::<directory::ServiceStatus>()),
        ("users.role", words::<Role>()),
        ("declarations.relation", words::<umeed::access::Kin>()),
        ("sessions.ended_because", words::<EndReason>()),
        ("incidents.attack_type", words::<AttackType>()),
        ("incidents.target_type", words::<TargetType>()),
        ("incidents.weapon_type", words::<WeaponType>()),
        ("incidents.state", states(umeed::incidents::model::MOVES)),
        ("casualty_figures.area_kind", words::<AreaKind>()),
        // The two words stand in the type that holds what each needs.
        ("victims.category", words::<victim::Category>()),
        ("victims.identity_state", words::<victim::IdentityState>()),
        ("victims.sex", words::<victim::Sex>()),
        ("identity_marks.kind", words::<MarkKind>()),
        ("harms.harm", words::<victim::Harm>()),
        ("relations.relation", words::<victim::RelationKind>()),
        ("consents.purpose", words::<victim::Purpose>()),
        ("consents.given_by", words::<victim::GivenBy>()),
        ("recognitions.kind", words::<victim::RecognitionKind>()),
        ("recognitions.withdraw_reason", words::<victim::RecognitionEnd>()),
        ("protections.state", states(victim::PROTECTION_MOVES)),
        ("protections.reason", words::<victim::ProtectionReason>()),
        ("protections.lift_reason", words::<victim::LiftReason>()),
        ("cases.phase", words::<case::Phase>()),
        ("cases.urgency", words::<directory::Urgency>()),
        ("cases.state", states(case::MOVES)),
        ("cases.hold_reason", words::<case::HoldReason>()),
        ("cases.outcome", words::<case::CaseOutcome>()),
        ("cases.informed_how", words::<umeed::cases::closing::InformedHow>()),
        ("transfers.reason", words::<umeed::caseload::model::TransferReason>()),
        ("transfers.state", states(umeed::caseload::model::MOVES)),
        ("transfers.return_reason", words::<umeed::caseload::model::ReturnReason>()),
        ("needs.domain", words::<directory::Domain>()),
        ("needs.urgency", words::<directory::Urgency>()),
        ("needs.state", states(need::MOVES)),
        ("needs.reason", words::<need::UnmetReason>()),
        ("screenings.mode", words::<umeed::assessments::model::Mode>()),
        ("plans.victim_says", words::<plan::VictimSays>()),
        ("plans.recorded", words::<plan::Recorded>()),
        ("plan_actions.state", states(plan::MOVES)),
        ("plan_actions.reason", words::<plan::DropReason>()),
        ("referrals.urgency", words::<directory::Urgency>()),
        ("referrals.state", states(umeed::referrals::moves::MOVES)),
        ("referrals.reason", reasons.into_iter().flatten().collect()),
        ("feedback.kind", words::<feedback::FeedbackKind>()),
        ("feedback.category", words::<feedback::Category>()),
        ("feedback.channel", words::<feedback::Channel>()),
        ("feedback.state", states(umeed::feedback::model::MOVES)),
        ("referrals.override_id", BTreeSet::new()),
        ("consent_overrides.reason", words::<overrides::OverrideReason>()),
        ("consent_overrides.state", states(overrides::MOVES)),
        ("consent_overrides.end_reason", words::<overrides::OverrideEnd>()),
        ("consent_overrides.finding", words::<overrides::Finding>()),
        ("referrals.outcome", words::<referral::Outcome>()),
        ("victim_batches.state", states(umeed::victim_batches::state::MOVES)),
        ("victim_batches.return_reason", words::<batch::ReturnReason>()),
        // Whoever reviews has neither built nor submitted: a rule over columns, which lists no words.
        ("victim_batches.reviewed_by", BTreeSet::new()),
        ("victim_batch_lines.state", words::<line::LineWord>()),
        ("victim_batch_lines.reason", words::<line::OffReason>()),
        ("victim_batch_lines.answer", words::<line::AnswerWord>()),
        ("victim_batch_files.format", words::<batch::Format>()),
        ("documents.kind", words::<umeed::documents::DocumentKind>()),
        ("documents.media", words::<umeed::documents::content::Media>()),
        ("tasks.kind", words::<umeed::tasks::TaskKind>()),
        ("tasks.state", states(umeed::tasks::state::MOVES)),
        ("tasks.outcome", words::<umeed::tasks::state::TaskOutcome>()),
        ("tasks.reason", words::<umeed::tasks::state::DropReason>()),
    ]);
    enums.extend(money());
    enums.extend(paying());
    enums
}

/// The same of tariffs, claims and awards.
fn money() -> Vec<(&'static str, BTreeSet<String>)> {
    use umeed::appeals::words as appeal;
    use umeed::claims::words as claim;
    use umeed::directory::model as directory;
    use umeed::tariffs::words as tariff;
    vec![
        ("tariff_instruments.track", words::<tariff::Track>()),
        ("tariff_instruments.kind", words::<tariff::InstrumentKind>()),
        ("tariff_instruments.status", words::<tariff::TariffStatus>()),
        ("tariff_instruments.confidence", words::<directory::Confidence>()),
        ("tariff_instruments.heir_rule", BTreeSet::from(["precedence".to_owned(), "shares".to_owned()])),
        ("tariff_instruments.heir_confidence", words::<directory::Confidence>()),
        ("tariff_lines.harm", words::<tariff::HarmCode>()),
        ("tariff_lines.amount_paisa", BTreeSet::new()),
        ("tariff_lines.status", words::<tariff::TariffStatus>()),
        ("tariff_lines.confidence", words::<directory::Confidence>()),
        ("claims.harm", words::<tariff::HarmCode>()),
        ("claims.track", words::<tariff::Track>()),
        ("claims.state", states(umeed::claims::state::MOVES)),
        ("claims.return_reason", words::<claim::ReturnReason>()),
        ("claims.reject_reason", words::<claim::RejectReason>()),
        ("claims.withdraw_reason", words::<claim::WithdrawReason>()),
        // Preparer, verifier and whoever decides are different people: rules over columns, not lists of words.
        ("claims.verified_by", BTreeSet::new()),
        ("claims.ended_by", BTreeSet::from(["withdrawn".to_owned()])),
        ("claim_parts.part", words::<claim::Part>()),
        ("claim_evidence.kind", words::<claim::EvidenceKind>()),
        ("claim_evidence.waived", words::<claim::WaiveReason>()),
        ("claim_payees.class", words::<claim::PayeeClass>()),
        ("claim_payees.share_bp", BTreeSet::new()),
        ("claim_accounts.method", words::<claim::Method>()),
        ("claim_payee_marks.kind", words::<claim::MarkWord>()),
        ("claim_votes.seat", BTreeSet::new()),
        ("claim_votes.approver_id", BTreeSet::new()),
        ("awards.amount_paisa", BTreeSet::new()),
        ("awards.approvals", BTreeSet::new()),
        ("findings.kind", words::<umeed::findings::words::FindingKind>()),
        // About a claim, a district or somebody who works on claims.
        ("findings.claim_id", BTreeSet::new()),
        ("findings.found_how", words::<umeed::findings::words::FoundHow>()),
        ("findings.state", states(umeed::findings::model::MOVES)),
        ("finding_replies.state", words::<umeed::findings::words::FindingState>()),
        ("appeals.step", BTreeSet::new()),
        ("appeals.ground", words::<appeal::AppealGround>()),
        ("appeals.state", states(umeed::appeals::model::MOVES)),
        ("appeals.finding", words::<appeal::AppealFinding>()),
        // Whoever reviews and decides has not lodged it.
        ("appeals.review_by", BTreeSet::new()),
        ("appeals.ended_by", BTreeSet::from(["withdrawn".to_owned()])),
        ("award_payees.share_bp", BTreeSet::new()),
        ("award_payees.amount_paisa", BTreeSet::new()),
    ]
}

/// The same of the books and of payments.
fn paying() -> Vec<(&'static str, BTreeSet<String>)> {
    use umeed::ledger::{self as books, model::AllotmentKind};
    use umeed::payouts::model::words as pay;
    vec![
        ("allotments.kind", words::<AllotmentKind>()),
        ("allotments.amount_paisa", BTreeSet::new()),
        ("ledger_accounts.kind", words::<books::AccountKind>()),
        // Below zero is the source of the money alone.
        ("ledger_accounts.balance_paisa", BTreeSet::from(["allotted".to_owned()])),
        ("ledger_transfers.reason", words::<books::Reason>()),
        ("ledger_transfers.debit", BTreeSet::new()),
        ("ledger_transfers.amount_paisa", BTreeSet::new()),
        // Each entry is tied to something.
        ("ledger_transfers.allotment_id", BTreeSet::new()),
        ("payment_batches.method", words::<umeed::claims::Method>()),
        ("payment_batches.approvals_needed", BTreeSet::new()),
        ("payment_batches.state", states(umeed::payouts::model::batch::MOVES)),
        // Whoever releases has neither built nor submitted.
        ("payment_batches.released_by", BTreeSet::new()),
        ("payment_batch_files.format", words::<pay::FileFormat>()),
        ("payments.instalment", BTreeSet::new()),
        ("payments.method", words::<umeed::claims::Method>()),
        ("payments.state", states(umeed::payouts::model::payment::MOVES)),
        ("payments.paid_paisa", BTreeSet::new()),
        ("payments.returned_paisa", BTreeSet::new()),
        ("payments.cancel_reason", words::<pay::CancelReason>()),
        ("payments.confirmed_how", words::<pay::ConfirmedHow>()),
        ("payments.amount_paisa", BTreeSet::new()),
        // Only a payment that never went out is in no batch.
        ("payments.batch_id", BTreeSet::from(["cancelled".to_owned(), "planned".to_owned()])),
        ("payment_results.effect", words::<pay::Effect>()),
        ("payment_results.amount_paisa", BTreeSet::new()),
        ("payment_results.undo_reason", words::<pay::UndoReason>()),
        ("payment_results.undone_by", BTreeSet::new()),
        ("payment_calls.outcome", words::<pay::CallOutcome>()),
        ("payment_calls.received_paisa", BTreeSet::new()),
        ("payment_calls.payment_state", words::<pay::PaymentWord>()),
        ("exports.kind", words::<umeed::exports::ExportKind>()),
        ("exports.format", words::<umeed::exports::ExportFormat>()),
    ]
}

/// `table.column type not-null`, with PostgreSQL's types as SQLite would keep them.
pub(super) async fn columns(app: &App) -> BTreeSet<String> {
    if app.is_sqlite() {
        let select = "SELECT m.name || '.' || p.name || ' ' || upper(p.type) || CASE p.\"notnull\" WHEN 1 THEN ' NOT NULL' ELSE '' END";
        let from = SQLITE_TABLES.replacen(" m ", " m JOIN pragma_table_info(m.name) p ", 1);
        return app.rows(&format!("{select} FROM {from}")).await.into_iter().collect();
    }
    let kept = "CASE format_type(a.atttypid, -1) WHEN 'uuid' THEN 'BLOB' WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' \
                WHEN 'date' THEN 'TEXT' WHEN 'double precision' THEN 'REAL' \
                WHEN 'timestamp with time zone' THEN 'INTEGER' WHEN 'boolean' THEN 'INTEGER' WHEN 'integer' THEN 'INTEGER' \
                WHEN 'bigint' THEN 'INTEGER' ELSE format_type(a.atttypid, -1) END";
    let sql = format!(
        "SELECT c.relname || '.' || a.attname || ' ' || {kept} || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END \
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE {POSTGRES_TABLES} AND a.attnum > 0 AND NOT a.attisdropped"
    );
    app.rows(&sql).await.into_iter().collect()
}

/// `table.column -> table.column action`.
async fn references(app: &App) -> BTreeSet<String> {
    let sql = if app.is_sqlite() {
        let from = SQLITE_TABLES.replacen(" m ", " m JOIN pragma_foreign_key_list(m.name) f ", 1);
        format!(
            "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_delete FROM {from}"
        )
    } else {
        "SELECT k.conrelid::regclass || '.' || a.attname || ' -> ' || k.confrelid::regclass || '.' || b.attname || ' ' || \
         CASE k.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' ELSE 'SET' END \
         FROM pg_constraint k CROSS JOIN unnest(k.conkey, k.confkey) u(own, other) \
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own \
         JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.other \
         WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace"
            .to_owned()
    };
    app.rows(&sql).await.into_iter().collect()
}

/// `table (columns) unique|index partial|whole`, primary keys among them.
async fn indexes(app: &App) -> BTreeSet<String> {
    let sql = if app.is_sqlite() {
        let from = SQLITE_TABLES.replacen(" m ", " m JOIN pragma_index_list(m.name) l ", 1);
        let columns =
            "(SELECT group_concat(i.name) FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) i)";
        format!(
            "SELECT m.name || ' (' || {columns} || ') ' || CASE l.\"unique\" WHEN 1 THEN 'unique' ELSE 'index' END || \
             CASE l.partial WHEN 1 THEN ' partial' ELSE ' whole' END FROM {from}"
        )
    } else {
        "SELECT i.indrelid::regclass || ' (' || (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place) \
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number) || ') ' || \
         CASE WHEN i.indisunique THEN 'unique' ELSE 'index' END || \
         CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE ' whole' END \
         FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_\\_%'"
            .to_owned()
    };
    app.rows(&sql).await.into_iter().collect()
}

/// `table.column` and the words it may hold; for any other check the literals in it.
async fn checks(app: &App) -> BTreeMap<String, BTreeSet<String>> {
    let rows = if app.is_sqlite() {
        app.rows(&format!("SELECT m.name || ' ' || m.sql FROM {SQLITE_TABLES}")).await
    } else {
        let sql = "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
                   WHERE contype = 'c' AND connamespace = 'public'::regnamespace";
        app.rows(sql).await
    };
    let mut found = BTreeMap::new();
    for row in rows {
        let (table, text) = row.split_once(' ').unwrap();
        for (at, opening) in text.match_indices("CHECK (") {
            let check = in_parentheses(&text[at + opening.len()..]);
            let column = super::word(check.trim_start_matches('('));
            let literals = check.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
            assert!(
                found.insert(format!("{table}.{column}"), literals).is_none(),
                "two checks begin with {table}.{column}"
            );
        }
    }
    found
}

/// Up to the parenthesis that closes the one before `text`.
fn in_parentheses(text: &str) -> &str {
    let mut depth = 1;
    let end = text.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    });
    &text[..end.unwrap()]
}

fn stamps(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn both_folders_of_migrations_carry_the_same_stamps() {
    assert_eq!(stamps("migrations/sqlite"), stamps("migrations/postgres"));
}

/// What one has and the other has not, in either direction.
#[track_caller]
fn assert_alike<T: Ord + std::fmt::Debug>(what: &str, one: &BTreeSet<T>, two: &BTreeSet<T>) {
    assert!(!one.is_empty(), "no {what}");
    let differing: Vec<_> = one.symmetric_difference(two).collect();
    assert!(differing.is_empty(), "{what} differ: {differing:#?}");
}

#[actix_web::test]
async fn both_databases_have_the_same_columns_references_indexes_and_checks() {
    let (sqlite, postgres) = (App::sqlite().await, App::postgres().await);
    assert_alike("columns", &columns(&sqlite).await, &columns(&postgres).await);
    assert_alike("references", &references(&sqlite).await, &references(&postgres).await);
    assert_alike("indexes", &indexes(&sqlite).await, &indexes(&postgres).await);
    let (one, two) = (checks(&sqlite).await, checks(&postgres).await);
    assert_alike("checks", &one.into_iter().collect(), &two.into_iter().collect());
    sqlite.end().await;
    postgres.end().await;
}

#[actix_web::test]
async fn every_list_of_words_is_that_of_the_code() {
    let app = App::sqlite().await;
    let (checks, enums) = (checks(&app).await, enums());
    for (column, words) in &enums {
        assert_eq!(checks.get(*column), Some(words), "{column}");
    }
    let unknown: Vec<_> = checks.keys().filter(|column| !enums.contains_key(column.as_str())).collect();
    assert!(unknown.is_empty(), "lists that no enum is held against: {unknown:?}");
    app.end().await;
}

/// A foreign key without an index makes every deletion and many joins a walk over the table.
#[actix_web::test]
async fn every_table_has_a_key() {
    let app = App::sqlite().await;
    let tables: BTreeSet<_> =
        columns(&app).await.iter().map(|column| column.split('.').next().unwrap().to_owned()).collect();
    let unique: BTreeSet<_> = indexes(&app)
        .await
        .iter()
        .filter(|index| index.contains("unique"))
        .map(|index| index.split(' ').next().unwrap().to_owned())
        .collect();
    assert!(tables.is_subset(&unique), "{:?}", tables.difference(&unique).collect::<Vec<_>>());
    app.end().await;
}
