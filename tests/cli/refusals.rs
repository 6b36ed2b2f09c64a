//! Wrong input: one clear line, and a failure.
use std::net::TcpListener;

use super::{refusal, text, umeed};

#[test]
fn an_unknown_setting_is_named_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("umeed.toml"), "[log]\nlevle = \"info\"\n").unwrap();
    let in_file = umeed(folder.path(), "check-config --config umeed.toml").output().unwrap();
    assert!(refusal(&in_file).contains("`log.levle` (in "));
    let in_environment = umeed(folder.path(), "serve").env("UMEED__LOG__LEVLE", "info").output().unwrap();
    assert!(refusal(&in_environment).contains("`log.levle` (in "));
}

#[test]
fn a_setting_that_cannot_be_meant_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value, key) in [
        ("UMEED__LOG__LEVEL", "inof", "log.level"),
        ("UMEED__DATABASE__URL", "mysql://db", "database.url"),
        ("UMEED__DATABASE__URL", "sqlite::memory:", "database.url"),
        ("UMEED__SERVER__LISTEN", "everywhere", "server.listen"),
        ("UMEED__METRICS__LISTEN", "0.0.0.0:9464", "metrics.listen"),
    ] {
        let output = umeed(folder.path(), "check-config").env(name, value).output().unwrap();
        assert!(refusal(&output).contains(key), "{name}={value}");
    }
}

#[test]
fn the_settings_are_shown_without_a_password_and_can_be_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let shown = umeed(folder.path(), "check-config --database postgres://umeed:Qanarwax@db/umeed").output().unwrap();
    let shown = text(&shown.stdout);
    assert!(shown.contains("umeed:********@db/umeed") && !shown.contains("Qanarwax"), "{shown}");
    std::fs::write(folder.path().join("umeed.toml"), shown).unwrap();
    assert!(umeed(folder.path(), "check-config --config umeed.toml").output().unwrap().status.success());
}

#[test]
fn a_wrong_instrument_is_refused_with_its_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("instruments");
    std::fs::create_dir(&own).unwrap();
    let text = std::fs::read_to_string("config/instruments/phq-4.toml").unwrap();
    let line = 1 + text.lines().position(|line| line.contains("items = [\"q3\", \"q4\"]")).unwrap();
    let wrong = text.replace("items = [\"q3\", \"q4\"]", "items = [\"q3\", \"q5\"]");
    std::fs::write(own.join("phq-4.toml"), wrong).unwrap();
    for command in ["check-config", "serve --listen 127.0.0.1:0"] {
        let mut umeed = umeed(folder.path(), command);
        let output = umeed.env("UMEED__ASSESSMENTS__INSTRUMENTS", "instruments").output().unwrap();
        let told = refusal(&output);
        let wanted = format!("instruments/phq-4.toml:{line}: there is no item `q5`");
        assert!(told.contains(&wanted), "{told}");
    }
    std::fs::remove_file(own.join("phq-4.toml")).unwrap();
    let text = text.replace("version = 1", "version = 2");
    std::fs::write(own.join("phq-4.toml"), text).unwrap();
    let mut umeed = umeed(folder.path(), "check-config");
    assert!(umeed.env("UMEED__ASSESSMENTS__INSTRUMENTS", "instruments").output().unwrap().status.success());
}

#[test]
fn a_taken_port_is_told_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for command in ["serve", "demo"] {
        let output = umeed(folder.path(), &format!("{command} --listen {address}")).output().unwrap();
        assert!(refusal(&output).contains(&address.to_string()));
    }
    let mut serve = umeed(folder.path(), "serve --listen 127.0.0.1:0");
    let output = serve.env("UMEED__METRICS__LISTEN", address.to_string()).output().unwrap();
    assert!(refusal(&output).contains("metrics.listen"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let database = "--database sqlite:file/umeed.db";
    for arguments in [format!("serve --listen 127.0.0.1:0 {database}"), format!("migrate {database}")] {
        assert!(refusal(&umeed(folder.path(), &arguments).output().unwrap()).contains("file"));
    }
    let mut demo = umeed(folder.path(), "demo --listen 127.0.0.1:0");
    assert!(refusal(&demo.env("TMPDIR", folder.path().join("file")).output().unwrap()).contains("TMPDIR"));
}

#[test]
fn an_option_that_would_be_ignored_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = umeed(folder.path(), "demo --database sqlite:mine.db").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path().join("mine.db").exists());
}

#[test]
fn a_programme_file_with_a_flaw_is_named_with_its_line_by_check_config_and_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("programmes");
    std::fs::create_dir(&own).unwrap();
    let text = include_str!("../../config/programmes/zakat-health-care.toml");
    let wrong = text.replace("fact = \"religion\"", "fact = \"faith\"");
    let line = wrong.lines().position(|line| line.contains("faith")).unwrap() + 1;
    let place = own.join("zakat.toml");
    for arguments in ["check-config", "serve --listen 127.0.0.1:0"] {
        let mut command = umeed(folder.path(), arguments);
        std::fs::write(&place, &wrong).unwrap();
        let said = refusal(&command.env("UMEED__DIRECTORY__PROGRAMMES", &own).output().unwrap());
        assert!(said.contains(&format!("{}:{line}: unknown_value", place.display())), "{said}");
    }
    std::fs::write(&place, text).unwrap();
    let mut command = umeed(folder.path(), "check-config");
    assert!(command.env("UMEED__DIRECTORY__PROGRAMMES", &own).output().unwrap().status.success());
}

#[test]
fn certificates_are_read_before_anything_is_said_or_made() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("text.pem"), "no certificate").unwrap();
    std::fs::write(folder.path().join("key.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        .unwrap();
    for (certificate, key, told) in [
        ("missing.pem", "key.pem", "tls_certificate: missing.pem cannot be read"),
        ("text.pem", "key.pem", "tls_certificate: text.pem holds nothing"),
        ("text.pem", "", "go together"),
    ] {
        for command in ["check-config", "serve --listen 127.0.0.1:0"] {
            let mut command = umeed(folder.path(), command);
            command.env("UMEED__SERVER__TLS_CERTIFICATE", certificate).env("UMEED__SERVER__TLS_KEY", key);
            assert!(refusal(&command.output().unwrap()).contains(told), "{told}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_file_of_settings_that_is_not_toml_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("umeed.toml"), "[log]\n\nlevel = info\n").unwrap();
    let told = refusal(&umeed(folder.path(), "check-config --config umeed.toml").output().unwrap());
    assert!(told.contains("umeed.toml, line 3: this is not TOML"), "{told}");
}

#[test]
fn a_database_that_is_none_or_cannot_be_reached_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("broken.db"), "not a database, and long enough to be one. ".repeat(100)).unwrap();
    let server = std::env::var("UMEED_TEST_POSTGRES").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (database, told) in [
        ("sqlite:broken.db".to_owned(), "cannot open the database broken.db: file is not a database".to_owned()),
        (format!("postgres://u:secret@{closed}/umeed"), format!("port {}: connection refused", closed.port())),
        ("postgres://u:secret@nowhere.invalid/umeed".to_owned(), "there is no host nowhere.invalid".to_owned()),
        (format!("{server}/nowhere"), "\"nowhere\" does not exist".to_owned()),
    ] {
        for command in ["migrate", "serve --listen 127.0.0.1:0"] {
            let said = refusal(&umeed(folder.path(), &format!("{command} --database {database}")).output().unwrap());
            assert!(said.contains(&told) && !said.contains("secret"), "{said}");
        }
    }
}
