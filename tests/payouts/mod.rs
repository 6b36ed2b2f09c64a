//! Files to and from a bank.
mod answers;
mod hostile;
mod pain001;

use std::path::Path;
use std::process::Command;

/// Fails unless xmllint (Debian's libxml2-utils) finds the file valid by the published schema of the message.
#[track_caller]
pub fn assert_valid(message: &str, file: &Path) {
    let schema = format!("tests/payouts/schemas/{message}.xsd");
    let checked =
        Command::new("xmllint").args(["--nonet", "--noout", "--huge", "--schema", &schema]).arg(file).output();
    let checked = checked.expect("xmllint is missing: apt-get install libxml2-utils");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}
