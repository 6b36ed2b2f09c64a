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
    let blocks = readme.split("<!-- tests/cli/readme.rs runs this block -->\n```sh\n").skip(1);
    let blocks: Vec<_> = blocks.map(|block| block.split_once("```").unwrap().0).collect();
    let script = format!("set -euo pipefail\n{export}\n{}", blocks.join("\n"));
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    let (out, money) = out.split_once("\"available_paisa\": 1000000000").unwrap_or_else(|| panic!("{out}\n{err}"));
    for told in ["\"verified\"\n\"approved\"", "\"released\"", "\"paid\": 1", "\"state\": \"paid\""] {
        assert!(money.contains(told), "{told}: {money}");
    }
    assert!(std::fs::read_to_string(folder.path().join("to-the-bank.csv")).unwrap().contains("Nasreen Bibi"));
    let (main_job, rest) = out.split_once("\"accepted\"\n").unwrap_or_else(|| panic!("{out}\n{err}"));
    assert!(main_job.contains("\"name\"") && !main_job.contains("\"cnic\""), "{out}");
    for told in
        ["\"answer\":\"unknown\"", "pmt_score", "\"is_positive\": true", "not a diagnosis", "\"kind\":\"follow_up\""]
    {
        assert!(rest.contains(told), "{told}: {rest}");
    }
    let packet = std::fs::read_to_string(folder.path().join("packet.html")).unwrap();
    assert!(packet.contains("dir=\"rtl\"") && !packet.contains("زرمینہ"), "{packet}");
}
