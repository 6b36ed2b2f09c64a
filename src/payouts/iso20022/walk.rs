//! A message of ISO 20022 walked through, an element at a time, in constant memory. It refuses a document type, so that
//! nothing can be defined that grows when it is named; it refuses to go deep, and to end before the document does.
use std::io::BufRead;

use quick_xml::NsReader;
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

use super::guard::Guard;
use crate::kernel::invalid::Invalid;

/// Before the name of the message, in the namespace of its root.
const NAMESPACES: &str = "urn:iso:std:iso:20022:tech:xsd:";
/// The schemas go about half as deep.
const MOST_DEPTH: usize = 32;
const LONGEST_TEXT: usize = 64 << 10;

const NOT_XML: Invalid = Invalid::new("not_xml", "expected well-formed XML in UTF-8");
const NOT_UTF_8: Invalid = Invalid::new("not_utf_8", "expected XML in UTF-8, as ISO 20022 has it");
const CUT_OFF: Invalid = Invalid::new("cut_off", "the file ends before the document does");
const DOCTYPE: Invalid = Invalid::new("doctype", "expected XML without a document type");
const TOO_DEEP: Invalid = Invalid::new("too_deep", "expected at most 32 elements within each other");
const TEXT_TOO_LONG: Invalid = Invalid::new("text_too_long", "expected no text longer than 64 KiB");
const NOT_A_MESSAGE: Invalid =
    Invalid::new("wrong_namespace", "expected a Document in a namespace of ISO 20022 as its root");

/// Where a walk has come. A path names the elements below the root, such as `BkToCstmrStmt/Stmt/Ntry`; one of another
/// namespace is a `?` in it.
pub(crate) enum Step<'a> {
    Opened(&'a str),
    /// With the text of an element that holds no others, trimmed, and its currency if it is an amount.
    Closed(&'a str, &'a str, &'a str),
}

pub(crate) struct Walk<R: BufRead> {
    reader: NsReader<Guard<R>>,
    buffer: Vec<u8>,
    namespace: String,
    /// Of the elements that are open, the root not counted among them.
    path: String,
    depth: usize,
    text: String,
    currency: String,
    /// The last step closed an element, which the path still ends in.
    is_leaving: bool,
}

impl<R: BufRead> Walk<R> {
    /// Reads up to the root.
    pub fn open(file: R) -> Result<Self, Invalid> {
        let mut reader = NsReader::from_reader(Guard::new(file));
        reader.config_mut().expand_empty_elements = true;
        let (namespace, path, text, currency) = Default::default();
        let buffer = Vec::new();
        let mut walk = Self { reader, buffer, namespace, path, depth: 0, text, currency, is_leaving: false };
        while walk.depth == 0 {
            if walk.advance()?.is_none() {
                return Err(NOT_XML);
            }
        }
        Ok(walk)
    }

    /// The name of the message, such as `pain.002.001.12`.
    pub fn message(&self) -> &str {
        self.namespace.strip_prefix(NAMESPACES).unwrap_or_default()
    }

    /// The next element that opens or closes; nothing once the root has closed and the file has ended.
    pub fn next(&mut self) -> Result<Option<Step<'_>>, Invalid> {
        if std::mem::take(&mut self.is_leaving) {
            self.leave();
        }
        loop {
            match self.advance()? {
                None => return Ok(None),
                Some(Turn::Opened) => return Ok(Some(Step::Opened(&self.path))),
                Some(Turn::Closed) if self.depth > 0 => {
                    self.is_leaving = true;
                    return Ok(Some(Step::Closed(&self.path, self.text.trim(), &self.currency)));
                }
                Some(Turn::Closed | Turn::Nothing) => {}
            }
        }
    }

    fn leave(&mut self) {
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
        self.text.clear();
        self.currency.clear();
    }

    fn advance(&mut self) -> Result<Option<Turn>, Invalid> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let turn = self.turn(&mut buffer);
        self.buffer = buffer;
        turn
    }

    fn turn(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Turn>, Invalid> {
        self.reader.get_mut().mark();
        let (resolved, event) = match self.reader.read_resolved_event_into(buffer) {
            Ok(read) => read,
            // Markup or an element that is still open at the end of the file was cut off.
            Err(error) => {
                let refusal = self.reader.get_mut().refusal();
                return Err(refusal.unwrap_or(if is_end(&error) { CUT_OFF } else { NOT_XML }));
            }
        };
        match event {
            Event::Start(start) => {
                let namespace = match resolved {
                    ResolveResult::Bound(Namespace(namespace)) => namespace,
                    _ => "",
                };
                let is_of_message = namespace == self.namespace;
                let root = (self.depth == 0).then(|| namespace.to_owned());
                self.enter(&start, root, is_of_message).map(Some)
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Some(Turn::Closed))
            }
            Event::Text(text) => self.hear(&text.xml10_content()),
            Event::CData(text) => self.hear(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let character = name.resolve_char_ref().map_err(|_| NOT_XML)?.map(String::from);
                let predefined = || quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
                self.hear(&character.or_else(predefined).ok_or(NOT_XML)?)
            }
            Event::DocType(_) => Err(DOCTYPE),
            Event::Eof if self.depth > 0 => Err(CUT_OFF),
            Event::Eof => Ok(None),
            Event::Decl(said) => check_encoding(&said).map(|()| Some(Turn::Nothing)),
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) => Ok(Some(Turn::Nothing)),
        }
    }

    /// Goes into an element; into the root, if its namespace is given.
    fn enter(&mut self, start: &BytesStart<'_>, root: Option<String>, is_of_message: bool) -> Result<Turn, Invalid> {
        let name = start.local_name();
        self.depth += 1;
        self.text.clear();
        self.currency = currency_of(start)?;
        if let Some(namespace) = root {
            let is_document = name.as_ref() == "Document" && namespace.starts_with(NAMESPACES);
            return match (is_document, self.namespace.is_empty()) {
                (true, true) => {
                    self.namespace = namespace;
                    Ok(Turn::Nothing)
                }
                (false, true) => Err(NOT_A_MESSAGE),
                (_, false) => Err(NOT_XML),
            };
        }
        if self.depth > MOST_DEPTH {
            return Err(TOO_DEEP);
        }
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(if is_of_message { name.as_ref() } else { "?" });
        Ok(Turn::Opened)
    }

    fn hear(&mut self, text: &str) -> Result<Option<Turn>, Invalid> {
        if self.depth == 0 && !text.trim().trim_start_matches('\u{feff}').is_empty() {
            return Err(NOT_XML);
        }
        if self.text.len() + text.len() > LONGEST_TEXT {
            return Err(TEXT_TOO_LONG);
        }
        self.text.push_str(text);
        Ok(Some(Turn::Nothing))
    }
}

/// What one event of the parser came to.
enum Turn {
    Opened,
    Closed,
    Nothing,
}

fn currency_of(start: &BytesStart<'_>) -> Result<String, Invalid> {
    let mut currency = String::new();
    // All of them are read: what stands twice is refused, and not the first of two taken.
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| NOT_XML)?;
        if attribute.key.as_ref() == "Ccy" {
            currency = attribute.value.into_owned();
        }
    }
    Ok(currency)
}

/// Letters of another encoding would be read as others than the bank wrote.
fn check_encoding(said: &BytesDecl<'_>) -> Result<(), Invalid> {
    let encoding = said.encoding().transpose().map_err(|_| NOT_XML)?;
    let is_ours = |name: &str| ["utf-8", "us-ascii"].iter().any(|ours| name.eq_ignore_ascii_case(ours));
    if encoding.is_none_or(|name| is_ours(&name)) { Ok(()) } else { Err(NOT_UTF_8) }
}

fn is_end(error: &quick_xml::Error) -> bool {
    use quick_xml::errors::{Error, IllFormedError};
    matches!(error, Error::Syntax(_) | Error::IllFormed(IllFormedError::MissingEndTag(_)))
}
