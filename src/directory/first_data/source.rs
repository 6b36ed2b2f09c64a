//! TOML files of first entries as they are found: built in, or in a folder of the operator's own. It knows nothing of what
//! they hold, and refuses one that is too large or cannot be read, by its name and line.
use std::path::Path;

use include_dir::{Dir, File};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The most files of a folder, and the largest of them in bytes.
const MOST_FILES: usize = 1000;
const LARGEST: u64 = 1024 * 1024;

/// A file as it was found.
pub struct Source {
    name: String,
    text: String,
}

impl Source {
    /// The files of a folder that is built in; `place` is where it stands in the repository.
    pub fn built_in(place: &'static str, folder: &Dir) -> Result<Vec<Self>> {
        let source = |file: &File| {
            let text = file.contents_utf8()?.to_owned();
            Some(Self { name: format!("{place}/{}", file.path().display()), text })
        };
        folder.files().map(source).collect::<Option<_>>().ok_or(Error::Corrupt(place))
    }

    /// The `*.toml` files of an operator's own folder, by name; `setting` is what named it. None without a folder.
    pub fn own(setting: &str, folder: Option<&Path>) -> Result<Vec<Self>> {
        folder.map(|folder| found_in(setting, folder)).transpose().map(Option::unwrap_or_default)
    }

    /// The refusal of this file: `NAME:LINE: message`, in one line. `at` is the byte where it is wrong.
    pub fn wrong(&self, at: usize, message: &str) -> Error {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        Error::Unavailable(format!("{}:{line}: {message}", self.name))
    }

    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(&self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.wrong(at, error.message())
        })
    }
}

fn found_in(setting: &str, folder: &Path) -> Result<Vec<Source>> {
    let wrong = |path: &Path, why: &str| Error::Unavailable(format!("{setting}: {}: {why}", path.display()));
    let entries = std::fs::read_dir(folder).map_err(|error| wrong(folder, &error.kind().to_string()))?;
    let paths =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "toml"));
    let mut paths: Vec<_> = paths.take(MOST_FILES + 1).collect();
    if paths.is_empty() || paths.len() > MOST_FILES {
        return Err(wrong(folder, "expected 1 to 1000 files whose names end in .toml"));
    }
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let size = std::fs::metadata(path).map_err(|error| wrong(path, &error.kind().to_string()))?.len();
        if size > LARGEST {
            return Err(wrong(path, "larger than a mebibyte"));
        }
        let text = std::fs::read_to_string(path).map_err(|error| wrong(path, &error.kind().to_string()))?;
        Ok(Source { name: path.display().to_string(), text })
    };
    paths.iter().map(read).collect()
}
