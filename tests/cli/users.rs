//! `umeed user`, as somebody at the machine uses it.
use super::{PASSWORD, fed, refusal, text, umeed};

const ADD: &str = "user add --email ann@example.org --name Ann --role administrator --password-stdin";

#[test]
fn a_user_is_added_once() {
    let folder = tempfile::tempdir().unwrap();
    let added = fed(folder.path(), ADD, PASSWORD);
    assert!(added.status.success(), "{}", text(&added.stderr));
    assert!(refusal(&fed(folder.path(), ADD, PASSWORD)).contains("another user has this address"));
    let listed = text(&umeed(folder.path(), "user list").output().unwrap().stdout);
    assert_eq!(listed.matches("ann@example.org").count(), 1, "{listed}");
}

#[test]
fn a_short_password_and_a_partner_of_nobody_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(refusal(&fed(folder.path(), ADD, "short\n")).contains("15 to 128"));
    let partner = ADD.replace("administrator", "partner");
    assert!(refusal(&fed(folder.path(), &partner, PASSWORD)).contains("organisation"));
}

#[test]
fn the_last_administrator_stays_and_another_may_go() {
    let folder = tempfile::tempdir().unwrap();
    let disable = || umeed(folder.path(), "user disable --email ann@example.org").output().unwrap();
    fed(folder.path(), ADD, PASSWORD);
    assert!(refusal(&disable()).contains("last administrator"));
    fed(folder.path(), &ADD.replace("ann@", "bob@"), PASSWORD);
    assert!(disable().status.success());
    let reset = "user reset --email ann@example.org --password-stdin";
    assert!(refusal(&fed(folder.path(), reset, PASSWORD)).contains("disabled"));
}

#[test]
fn a_password_is_reset_and_an_unknown_user_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fed(folder.path(), ADD, PASSWORD);
    assert!(fed(folder.path(), "user reset --email ann@example.org --password-stdin", PASSWORD).status.success());
    let unknown = fed(folder.path(), "user reset --email eve@example.org --password-stdin", PASSWORD);
    assert!(refusal(&unknown).contains("no user with this address"));
}

#[test]
fn where_there_is_no_database_none_is_made_to_look_for_users() {
    let folder = tempfile::tempdir().unwrap();
    let reset = "user reset --email ann@example.org --password-stdin";
    for command in ["user list", "user disable --email ann@example.org", reset] {
        assert!(refusal(&fed(folder.path(), command, PASSWORD)).contains("there is no database data/umeed.db"));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
