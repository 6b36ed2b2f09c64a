//! Answers as they come from a recipient, in JSON or in CSV. A row that cannot be read is told as such; it does not keep
//! the others out.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::line::{AnswerWord, Line, LineState, Reference};
use super::model::MOST_LINES;
use crate::error::{Error, Result};
use crate::kernel::text::Prose;
use crate::kernel::time::Date;
use crate::kernel::words::words;

/// One row as it came: every cell a text.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRow {
    /// As it stood in the file.
    pub reference: String,
    /// `approved`, `refused`, `needs_papers` or `not_found`.
    pub answer: String,
    /// The day on which the recipient decided, such as `2026-11-21`.
    pub answered_on: String,
    /// In the recipient's words, at most 500 characters.
    #[serde(default)]
    pub reason: Option<String>,
}

/// One row, read.
#[derive(Debug, Clone)]
pub struct Answer {
    pub reference: Reference,
    pub word: AnswerWord,
    pub day: Date,
    pub reason: Option<Prose<500>>,
}

words! {
    /// What became of one row.
    pub enum RowOutcome {
        Recorded = "recorded",
        /// It said what is on file already.
        Unchanged = "unchanged",
        /// An earlier row of this import had the same reference.
        Repeated = "repeated",
        /// No line of this batch has that reference.
        Unknown = "unknown",
        /// The line was not handed over.
        NotHandedOver = "not_handed_over",
        /// The answer on file is of a later day.
        Outdated = "outdated",
        /// Before the day of the hand-over, or after today.
        ImpossibleDay = "impossible_day",
        /// A cell cannot be read.
        Invalid = "invalid",
    }
}

/// What became of one row, by its place in the import.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RowResult {
    /// From 1, without the row of titles.
    pub row: usize,
    /// If one could be read.
    pub reference: Option<Reference>,
    pub outcome: RowOutcome,
    /// The cell that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(default)]
    pub cell: Option<String>,
}

/// What became of an import: one result a row, in their order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    pub recorded: usize,
    /// Lines that wait for an answer, or for papers.
    pub waiting: usize,
    pub rows: Vec<RowResult>,
}

impl AnswerRow {
    /// Reads the cells; else says which one cannot be read.
    pub fn read(&self) -> Result<Answer, (Option<Reference>, &'static str)> {
        let reference: Reference = self.reference.parse().map_err(|_| (None, "reference"))?;
        let broken = |cell| (Some(reference.clone()), cell);
        let word = self.answer.trim().parse().map_err(|_| broken("answer"))?;
        let day = self.answered_on.trim().parse().map_err(|_| broken("answered_on"))?;
        let reason = self.reason.as_deref().filter(|reason| !reason.trim().is_empty());
        let reason = reason.map(str::parse).transpose().map_err(|_| broken("reason"))?;
        Ok(Answer { reference, word, day, reason })
    }
}

impl Answer {
    /// What the answer does to a line of its reference, by what is on file. `days` are those of the hand-over and today.
    pub fn weigh(&self, line: &Line, days: (Date, Date)) -> RowOutcome {
        let is_possible = (days.0..=days.1).contains(&self.day);
        match line.state {
            LineState::LeftOut { .. } | LineState::Listed | LineState::Dropped { .. } => RowOutcome::NotHandedOver,
            LineState::HandedOver | LineState::Answered { .. } if !is_possible => RowOutcome::ImpossibleDay,
            LineState::Answered { answer, answered_on } if (answer, answered_on) == (self.word, self.day) => {
                RowOutcome::Unchanged
            }
            LineState::Answered { answered_on, .. } if answered_on > self.day => RowOutcome::Outdated,
            LineState::HandedOver | LineState::Answered { .. } => RowOutcome::Recorded,
        }
    }
}

/// Refuses an import of nothing, or of more than a batch can hold.
pub fn check(rows: &[AnswerRow]) -> Result<()> {
    if (1..=MOST_LINES).contains(&rows.len()) {
        return Ok(());
    }
    Err(Error::invalid("/answers", "out_of_range", "one answer at least, and 5,000 at most"))
}

/// The rows of a CSV file whose first row has the titles `reference,answer,answered_on` and perhaps `reason`, in any
/// order. Refuses a file with other titles, with a row of another length, or that breaks off within quotes.
pub fn from_csv(file: &[u8]) -> Result<Vec<AnswerRow>> {
    // RFC 4180: a quote within quotes is doubled, so a whole file has an even number of them, and an odd one of parts.
    if file.split(|byte| *byte == b'"').count() % 2 == 0 {
        return Err(Error::invalid("/answers", "cut_off", "the file breaks off within quotes"));
    }
    // Spreadsheets begin their files with a mark that is no part of the first title.
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut rows = Vec::new();
    let titles = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file).into_deserialize::<AnswerRow>();
    for (count, row) in titles.enumerate().take(MOST_LINES + 1) {
        let broken = |_| {
            let pointer = format!("/answers/{count}");
            Error::invalid(&pointer, "invalid_row", "expected the columns reference, answer, answered_on and reason")
        };
        rows.push(row.map_err(broken)?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_file_is_read_with_its_titles_in_any_order_and_with_a_mark_before_them() {
        let file = "\u{feff}answer,reference,answered_on,reason\r\napproved,7KQ2M-X94TB,2026-03-01,\"one, two\"\r\n\
                    refused,7KQ2M-X94TC,2026-03-02,\r\n";
        let rows = from_csv(file.as_bytes()).unwrap();
        let read: Vec<_> = rows.iter().map(|row| row.read().unwrap()).collect();
        assert_eq!((read[0].word, read[0].day), (AnswerWord::Approved, day("2026-03-01")));
        assert_eq!(read[0].reason.as_ref().unwrap().as_str(), "one, two");
        assert!(read[1].reason.is_none());
        let good = "reference,answer,answered_on,reason\n";
        for broken in ["A,b", "A,b,c,\"Rs 50", "A,b,c,d,e", "A,b,c,\"d\ne,f,g,h\n"] {
            from_csv(format!("{good}{broken}").as_bytes()).unwrap_err();
        }
        for broken in ["reference,answer\nA,b\n", "reference,answer,answered_on,cnic\nA,b,c,d\n", "a,b,c\nd,e\n"] {
            from_csv(broken.as_bytes()).unwrap_err();
        }
        from_csv(b"reference,answer,answered_on\n\xff,b,c\n").unwrap_err();
        assert_eq!(from_csv(good.as_bytes()).unwrap().len(), 0);
    }

    #[test]
    fn a_cell_that_cannot_be_read_is_named() {
        let good = AnswerRow {
            reference: "7KQ2M-X94TB".into(),
            answer: "approved".into(),
            answered_on: "2026-03-01".into(),
            reason: None,
        };
        good.read().unwrap();
        let cell = |row: AnswerRow| row.read().unwrap_err().1;
        assert_eq!(cell(AnswerRow { reference: "7KQ2".into(), ..good.clone() }), "reference");
        assert_eq!(cell(AnswerRow { answer: "perhaps".into(), ..good.clone() }), "answer");
        assert_eq!(cell(AnswerRow { answered_on: "2026-02-30".into(), ..good.clone() }), "answered_on");
        assert_eq!(cell(AnswerRow { reason: Some("x".repeat(501)), ..good }), "reason");
    }
}
