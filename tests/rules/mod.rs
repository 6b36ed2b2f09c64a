//! The rules of the house, held by reading the source, the databases and the doors.
mod access;
mod data_map;
mod layers;
mod schema;
mod shape;

use std::path::{Path, PathBuf};

/// One file below `src`.
struct Source {
    /// Below `src`, for example `incidents/store.rs`.
    path: String,
    text: String,
}

impl Source {
    fn all() -> Vec<Self> {
        let mut files = Vec::new();
        gather(Path::new("src"), &mut files);
        files.sort();
        assert!(files.len() > 50, "this is not Umeed's source");
        files.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        Self { path: path.strip_prefix("src").unwrap().to_str().unwrap().to_owned(), text }
    }

    /// The lines of code: no comments, and not the file's own tests.
    fn code(&self) -> impl Iterator<Item = &str> {
        let end = self.text.find("#[cfg(test)]\nmod ").unwrap_or(self.text.len());
        self.text[..end].lines().filter(|line| !line.trim_start().starts_with("//"))
    }

    /// The folder or file directly below `src`, without its ending.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Whether the file is, or is part of, the file of this name in a slice: `store.rs` or `store/…`.
    fn is(&self, role: &str) -> bool {
        self.path.split('/').skip(1).any(|part| part.trim_end_matches(".rs") == role)
    }

    /// What follows each `before` in the code, up to the end of the identifier, with the line it is in.
    fn after<'a>(&'a self, before: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.code().flat_map(move |line| {
            line.match_indices(before).map(move |(at, _)| (word(&line[at + before.len()..]), line))
        })
    }
}

fn word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap()
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// Fails with all that is wrong, a line each.
#[track_caller]
fn nothing_of(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Compares with a file, or writes it if `UPDATE_SNAPSHOTS` is set.
#[track_caller]
fn same_as_snapshot(file: &str, text: &str) {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(file, text).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    let differs = |(old, new): &(&str, &str)| old != new;
    let first = kept.lines().zip(text.lines()).find(differs);
    assert!(kept == text, "{file} differs, first at {first:#?}; set UPDATE_SNAPSHOTS=1 if that is meant");
}
