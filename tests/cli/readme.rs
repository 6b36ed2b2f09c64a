//! The README's calls, pasted as they stand there into a shell beside a demonstration.
use std::process::Command;

use super::{Running, text, umeed};

#[test]
fn the_calls_of_the_readme_work_when_pasted_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Running::start(umeed(folder.path(), "demo --listen 127.0.0.1:0"));
    let said = demo.said("export UMEED=");
    let export = said.lines().find(|line| line.starts_with("export UMEED=")).unwrap();
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("<!-- tests/cli/readme.rs runs this block -->\n```sh\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let script = format!("set -euo pipefail\n{export}\n{block}");
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.trim_end().ends_with("\"accepted\""), "{out}\n{err}");
    assert!(out.contains("\"name\"") && !out.contains("\"cnic\""), "{out}");
}
