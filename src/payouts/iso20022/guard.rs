//! A file that may be taken in: no more bytes than [`MOST_BYTES`] in all, and no more than [`MOST_MARKUP`] between two
//! marks, so that one endless tag or text is refused before it is in memory.
use std::io::{self, BufRead, Read};

use crate::kernel::invalid::Invalid;

/// Of one file: about 200,000 payments, as banks report them.
pub const MOST_BYTES: u64 = 64 << 20;
/// Of one tag or one text.
const MOST_MARKUP: u64 = 64 << 10;
/// What is handed on at a time; what is behind us may be a file that is in memory whole.
const PIECE: usize = 8 << 10;

pub(crate) const TOO_LARGE: Invalid = Invalid::new("too_large", "expected a file of at most 64 MiB");
const MARKUP_TOO_LONG: Invalid = Invalid::new("markup_too_long", "expected no tag or text longer than 64 KiB");
const UNREADABLE: Invalid = Invalid::new("unreadable", "the file cannot be read to its end");

/// A reader that counts, and refuses.
pub(crate) struct Guard<R> {
    inner: R,
    left: u64,
    left_of_markup: u64,
    refusal: Option<Invalid>,
}

impl<R: BufRead> Guard<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, left: MOST_BYTES, left_of_markup: MOST_MARKUP, refusal: None }
    }

    /// From here on another tag or text is counted.
    pub fn mark(&mut self) {
        self.left_of_markup = MOST_MARKUP;
    }

    /// Why reading was refused, if it was.
    pub fn refusal(&self) -> Option<Invalid> {
        self.refusal
    }

    fn refuse(&mut self, why: Invalid) -> io::Error {
        self.refusal = Some(why);
        io::Error::other(why)
    }
}

impl<R: BufRead> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let exhausted = match (self.left, self.left_of_markup) {
            (0, _) => Some(TOO_LARGE),
            (_, 0) => Some(MARKUP_TOO_LONG),
            _ => None,
        };
        // At the very end of what is allowed there may be nothing more to come.
        let is_at_end = match self.inner.fill_buf() {
            Ok(piece) => piece.is_empty(),
            Err(_) => return Err(self.refuse(UNREADABLE)),
        };
        if let Some(why) = exhausted.filter(|_| !is_at_end) {
            return Err(self.refuse(why));
        }
        let most = usize::try_from(self.left.min(self.left_of_markup)).unwrap_or(PIECE).min(PIECE);
        let piece = self.inner.fill_buf()?;
        Ok(piece.get(..most).unwrap_or(piece))
    }

    fn consume(&mut self, bytes: usize) {
        let count = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(count);
        self.left_of_markup = self.left_of_markup.saturating_sub(count);
        self.inner.consume(bytes);
    }
}

impl<R: BufRead> Read for Guard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
