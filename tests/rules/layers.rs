//! Who may know whom.
use super::{Source, nothing_of};

/// A slice knows itself and those before it.
const SLICES: &[&str] = &[
    "access",
    "directory",
    "incidents",
    "tariffs",
    "victims",
    "cases",
    "needs",
    "caseload",
    "assessments",
    "plans",
    "referrals",
    "packets",
    "matching",
    "victim_batches",
    "documents",
    "tasks",
    "feedback",
    "claims",
    "appeals",
    "ledger",
    "payouts",
    "findings",
    "exports",
    "notices",
    "reports",
    "files",
    "portal",
];

/// The outer ring and the composition root.
const OUTSIDE: &[&str] = &["http", "console", "jobs", "cli", "app", "lib", "main"];

fn place(module: &str) -> Option<usize> {
    SLICES.iter().position(|slice| *slice == module)
}

/// Every `crate::x` in the code that `may_not` refuses.
fn imports(may_not: impl Fn(&Source, &str) -> bool) {
    let mut wrong = Vec::new();
    for source in Source::all() {
        for (name, line) in source.after("crate::") {
            if may_not(&source, name) {
                wrong.push(format!("{}: {}", source.path, line.trim()));
            }
        }
    }
    nothing_of(wrong);
}

/// Every line of code that `is_wrong` refuses.
fn lines(is_wrong: impl Fn(&Source, &str) -> bool) {
    let mut wrong = Vec::new();
    for source in Source::all() {
        let lines = source.code().filter(|line| is_wrong(&source, line));
        wrong.extend(lines.map(|line| format!("{}: {}", source.path, line.trim())));
    }
    nothing_of(wrong);
}

fn has_word(line: &str, wanted: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == wanted)
}

#[test]
fn every_import_names_its_module_so_that_these_rules_can_read_it() {
    lines(|_, line| line.contains("crate::{") || line.contains("super::super::super"));
}

#[test]
fn the_kernel_knows_nothing_of_ours_and_no_framework() {
    imports(|source, name| source.module() == "kernel" && name != "kernel");
    lines(|source, line| {
        source.module() == "kernel"
            && ["actix_web", "diesel", "tokio", "lettre"].iter().any(|name| has_word(line, name))
    });
}

#[test]
fn the_database_knows_only_the_kernel_and_the_error() {
    imports(|source, name| source.module() == "db" && !["db", "kernel", "error"].contains(&name));
    imports(|source, name| source.module() == "error" && !["error", "kernel"].contains(&name));
    imports(|source, name| source.module() == "crypto" && !["crypto", "error", "kernel"].contains(&name));
}

#[test]
fn a_model_is_pure() {
    let frameworks = ["actix_web", "diesel", "tokio", "lettre", "aws_lc_rs", "rand"];
    lines(|source, line| source.is("model") && frameworks.iter().any(|name| has_word(line, name)));
    lines(|source, line| {
        source.is("model") && ["Time::now", "Utc::now", "now_v7", "Id::new()"].iter().any(|call| line.contains(call))
    });
    imports(|source, name| source.is("model") && ["db", "http", "config", "jobs", "cli", "console"].contains(&name));
}

#[test]
fn a_store_is_private_and_neither_commits_nor_decides() {
    lines(|_, line| line.trim_start().starts_with("pub") && line.contains("mod store"));
    imports(|source, name| source.is("store") && ["http", "config", "jobs", "cli"].contains(&name));
    lines(|source, line| {
        source.is("store")
            && ["policy::permit(", "policy::scope(", "policy::may(", ".commit()"].iter().any(|call| line.contains(call))
    });
}

#[test]
fn an_api_never_touches_a_store_and_never_compares_a_role() {
    lines(|source, line| source.is("api") && has_word(line, "Role") && line.contains("Role::"));
    let types_only = |line: &str| line.trim_start().starts_with("use super::store::");
    lines(|source, line| source.is("api") && line.contains("store::") && !types_only(line));
    // What is imported from a store begins with a capital: a type, never a query.
    lines(|source, line| {
        let names = line.trim_start().strip_prefix("use super::store::").unwrap_or_default();
        let mut words =
            names.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
        source.is("api") && words.any(|word| word.starts_with(char::is_lowercase))
    });
    imports(|source, name| source.is("api") && name == "db");
}

#[test]
fn a_service_never_sees_http_and_never_sends_mail() {
    imports(|source, name| source.is("service") && name == "http");
    lines(|source, line| source.is("service") && ["actix_web", "lettre"].iter().any(|name| has_word(line, name)));
}

#[test]
fn a_slice_never_imports_a_later_one() {
    imports(|source, name| match (place(source.module()), place(name)) {
        (Some(own), Some(other)) => other > own,
        _ => false,
    });
}

#[test]
fn only_an_api_and_the_outer_ring_know_http() {
    imports(|source, name| name == "http" && !source.is("api") && !OUTSIDE.contains(&source.module()));
    imports(|source, name| ["console", "jobs", "cli"].contains(&name) && !OUTSIDE.contains(&source.module()));
}

#[test]
fn only_work_and_the_root_hold_a_database() {
    let may = ["db", "work", "app", "cli", "lib"];
    lines(|source, line| line.contains("db::") && has_word(line, "Database") && !may.contains(&source.module()));
    lines(|source, line| has_word(line, "begin_transaction_sql") && source.module() != "db");
}

#[test]
fn only_the_configuration_reads_the_environment() {
    lines(|source, line| source.path != "config.rs" && (line.contains("std::env") || line.contains("env::var")));
}

/// Signing in comes before any scope, and the directory is for everybody who is signed in; everything else that looks past one says so in its name.
#[test]
fn an_unscoped_read_is_called_only_where_nobody_is_asking() {
    // All staff read the directory and the tariffs.
    let may = ["access", "directory", "tariffs", "work", "jobs", "cli", "audit"];
    let mut wrong = Vec::new();
    for source in Source::all().iter().filter(|source| !may.contains(&source.module())) {
        let mut function = "";
        for line in source.code() {
            if let Some((_, name)) = line.split_once("fn ") {
                function = super::word(name);
            }
            if line.contains("_unscoped(") && !function.ends_with("_unscoped") {
                wrong.push(format!("{}: {function}: {}", source.path, line.trim()));
            }
        }
    }
    nothing_of(wrong);
}

#[test]
fn reports_never_write() {
    let writes = ["insert_into", "diesel::update", "diesel::delete", "work.write"];
    lines(|source, line| source.module() == "reports" && writes.iter().any(|call| line.contains(call)));
}
