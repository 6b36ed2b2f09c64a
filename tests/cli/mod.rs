//! The binary as its users meet it: a process of its own, its output and its exit code. It never looks inside.
mod killed;
mod ledger;
mod readme;
mod refusals;
mod running;
mod starts;
mod users;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct-horse-battery\n";

/// `umeed ARGUMENTS…` in a folder of its own, with hashes that cost little and no metrics.
fn umeed(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_umeed"));
    command.args(arguments.split_whitespace()).current_dir(folder).stdin(Stdio::null());
    command.env_clear().env("TMPDIR", folder).env("UMEED__METRICS__LISTEN", "");
    command.env("UMEED__ACCESS__PASSWORD__MEMORY_KIB", "8");
    command
}

/// The same with a line on standard input, run to its end.
fn fed(folder: &Path, arguments: &str, input: &str) -> Output {
    let mut command = umeed(folder, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a refused command said: one line that begins with the name of the program.
fn refusal(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("umeed: ") && said.lines().count() == 1, "{said}");
    assert!(output.stdout.is_empty());
    said
}

/// A service that runs until it is dropped.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    said: String,
    address: String,
}

impl Running {
    /// Starts it and waits until it has told its address.
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut running = Self { child, output, said: String::new(), address: String::new() };
        while running.address.is_empty() {
            let line = running.line();
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(|letter: char| !(letter.is_ascii_digit() || ".:".contains(letter)));
                running.address.push_str(&rest[..end.unwrap_or(rest.len())]);
            }
        }
        running
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "it ended after saying: {}", self.said);
        self.said.push_str(&line);
        line
    }

    /// Reads on until a line has this in it.
    fn said(&mut self, what: &str) -> String {
        while !self.said.contains(what) {
            self.line();
        }
        self.said.clone()
    }

    fn get(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: umeed\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Sends a signal and returns the exit code, and how long it took.
    fn end(&mut self, signal: &str) -> (Option<i32>, Duration) {
        let started = Instant::now();
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        (self.child.wait().unwrap().code(), started.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
