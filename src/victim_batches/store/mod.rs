//! Rows and queries of batches, their lines and their files. A row in a state that cannot be is an error.
mod batch;
mod line;

pub use batch::{Filter, find, find_file, hold, insert, insert_file, list, list_files, update};
pub use line::{
    LineFilter, by_reference, change, counts, find_line, in_states, insert_lines, lines, listed_already, told_of_case,
    told_of_victim, told_on_consent,
};
