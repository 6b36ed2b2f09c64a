//! What the command line tells a person. A reader that has gone away is no failure, and no message has two lines.
use std::io::{ErrorKind, Write};

use crate::error::{Error, Result};

/// Prints text as it is.
pub fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::Unavailable(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Tells what went wrong, in one line on stderr.
pub fn failure(error: &Error) {
    _ = writeln!(std::io::stderr().lock(), "umeed: {}", explain(error));
}

fn explain(error: &Error) -> String {
    let text = match error {
        Error::Unavailable(what) => what.clone(),
        Error::Invalid(faults) => {
            let told = faults.iter().map(|fault| format!("{}: {}", fault.pointer.trim_matches('/'), fault.message));
            told.collect::<Vec<_>>().join("; ")
        }
        Error::Database(_) | Error::Corrupt(_) | Error::Panicked => error.to_string(),
        other => lower(other.code().title()),
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Rows under their titles, each column as wide as it must be.
pub fn table<const N: usize>(titles: [&str; N], rows: &[[String; N]]) -> String {
    let titles = titles.map(str::to_owned);
    let all: Vec<_> = std::iter::once(&titles).chain(rows).collect();
    let mut widths = [0; N];
    for row in &all {
        widths.iter_mut().zip(row.iter()).for_each(|(width, cell)| *width = (*width).max(cell.chars().count()));
    }
    let line = |row: &&[String; N]| {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_failure_is_one_line() {
        let lines = Error::Unavailable("settings: wrong\n\n  here\n".into());
        assert_eq!(explain(&lines), "settings: wrong; here");
        assert_eq!(explain(&Error::invalid("/email", "x", "no address")), "email: no address");
        assert_eq!(explain(&Code::LastAdministrator.into()), "the last administrator cannot be disabled");
    }

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [["officer".into(), "PK".into()], ["auditor of all".into(), "PK-KP".into()]];
        assert_eq!(table(["ROLE", "AREA"], &rows), "ROLE            AREA\nofficer         PK\nauditor of all  PK-KP\n");
    }
}
