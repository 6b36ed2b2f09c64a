//! The one error of the crate, and the one table of codes. It never carries a value from a request or a row.
use std::fmt;

use crate::kernel::ids::Id;
use crate::kernel::invalid::Invalid;
use crate::kernel::moves::Refusal;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Makes `Code` from one row a code: variant, HTTP status, word, title.
///
/// `NotFound = 404 "not_found" "…"` gives `Code::NotFound.status() == 404` and `Code::NotFound.word() == "not_found"`.
macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $status:literal $word:literal $title:literal;)+) => {
        /// What went wrong, as clients are told. The words are part of the public contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[$meta])* $name),+ }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The HTTP status that goes with the code.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

codes! {
    MalformedJson = 400 "malformed_json" "The body is not JSON";
    MalformedHeader = 400 "malformed_header" "A header cannot be read";
    MalformedQuery = 400 "malformed_query" "A query parameter cannot be read";
    InvalidCursor = 400 "invalid_cursor" "The page cursor was not made by this list";
    KeyRequired = 400 "idempotency_key_required" "This request needs an Idempotency-Key header";
    BadRequest = 400 "bad_request" "The request cannot be read";
    Unauthenticated = 401 "unauthenticated" "Sign in first";
    BadCredentials = 401 "bad_credentials" "E-mail or password is wrong";
    InvitationVoid = 401 "invitation_void" "The invitation is wrong, was used, or has expired";
    Forbidden = 403 "forbidden" "Your role may not do this";
    PersonProtected = 403 "person_protected" "The person is protected; ask those who are named";
    NotFound = 404 "not_found" "There is no such thing, or it is not for you";
    MethodNotAllowed = 405 "method_not_allowed" "This address does not know that method";
    RequestTimeout = 408 "request_timeout" "The request came too slowly";
    IllegalMove = 409 "illegal_move" "The present state does not allow this move";
    AlreadyExists = 409 "already_exists" "There is one already";
    KeyBusy = 409 "idempotency_key_busy" "The first request under this key is still running";
    ConsentMissing = 409 "consent_missing" "No consent of the victim covers this recipient and these fields";
    IncidentRejected = 409 "incident_rejected" "The incident was rejected";
    CaseNotOpen = 409 "case_not_open" "The case is not open";
    NeedEnded = 409 "need_ended" "The need has ended or is not of this case";
    ServiceUnfit = 409 "service_unfit" "The service is not active, or not for this need or district";
    CaseNotReady = 409 "case_not_ready" "Something under the case is still open";
    OwnTransfer = 409 "own_transfer" "Whoever offered a transfer may not answer it";
    ReferralOpen = 409 "referral_open" "The service was asked already, and that referral is still open";
    LastAdministrator = 409 "last_administrator" "The last administrator cannot be disabled";
    ClaimNotReady = 409 "claim_not_ready" "Something is missing from the claim";
    AwardChanged = 409 "award_changed" "What would be awarded is not what you saw";
    PaymentUnderWay = 409 "payment_under_way" "A payment of the award that is replaced is on its way, or came back";
    PaidOtherwise = 409 "paid_otherwise" "The payee got this money another way";
    ContentChanged = 409 "content_changed" "It is not what was read or approved; read it again";
    AppealOpen = 409 "appeal_open" "An appeal against the decision is open, or was upheld";
    AppealsExhausted = 409 "appeals_exhausted" "Nobody is left to appeal to";
    CallUnsafe = 409 "call_unsafe" "The victim's rules of safe contact allow no call then";
    CallsExhausted = 409 "calls_exhausted" "The payee was called about this payment as often as anybody is";
    FindingOpen = 409 "finding_open" "Something speaks against paying, and the auditor has not settled it";
    CaseFull = 409 "case_full" "The documents of the case take all the room that they may";
    BatchEmpty = 409 "batch_empty" "Nobody is on the list";
    FundExhausted = 409 "fund_exhausted" "The fund does not hold that much";
    OwnAccount = 409 "own_account" "This cannot be done to your own account";
    SecondPerson = 409 "second_person" "Somebody else must do this: you made or submitted it yourself";
    OverrideUnfit = 409 "override_unfit" "The override is not agreed, has ended, or is not for this service and these fields";
    AnswerGone = 409 "idempotency_answer_gone" "The first request was carried out; its answer is not kept any more";
    TaskWaits = 409 "task_waits" "This task ends by itself, when what it waits for has happened";
    Stale = 412 "stale" "It has changed since you read it";
    TooLarge = 413 "too_large" "The body is larger than is taken here";
    UnsupportedMedia = 415 "unsupported_media_type" "The body is of another type than is taken here, or compressed";
    Invalid = 422 "invalid" "Some fields cannot be accepted";
    KeyReused = 422 "idempotency_key_reused" "This key was used before for another request";
    TooMany = 429 "too_many_requests" "Too many of these have come just now; try again in a minute";
    PreconditionRequired = 428 "precondition_required" "Send If-Match with the ETag you read";
    Internal = 500 "internal" "Something went wrong on our side";
    Unavailable = 503 "unavailable" "The service cannot answer just now; try again";
    StorageFull = 507 "storage_full" "There is no room left to keep this; tell whoever runs the service";
}

/// A field that cannot be accepted, by its JSON Pointer. The message never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub pointer: String,
    pub code: &'static str,
    pub message: String,
}

impl Fault {
    /// The code of a district that is not the actor's.
    pub const OUTSIDE_AREA: &'static str = "outside_area";

    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, message: message.into() }
    }
}

#[derive(Debug)]
pub enum Error {
    /// Something the client can act upon.
    Client(Code),
    /// Fields that cannot be accepted.
    Invalid(Vec<Fault>),
    /// A move that the present state does not allow.
    Refused(Refusal),
    /// Something that is there already stands against it: where the request says so, and what it is.
    Conflict {
        code: Code,
        faults: Vec<Fault>,
        with: Option<uuid::Uuid>,
    },
    /// The action and the thing that the actor's role may not do it to.
    Forbidden {
        action: &'static str,
        subject: Option<uuid::Uuid>,
    },
    /// The row has moved on since the caller read it.
    Stale,
    /// The methods that the address does know.
    MethodNotAllowed(String),
    /// A job panicked; its transaction was rolled back.
    Panicked,
    /// The database, or something else we stand on, did not answer.
    Unavailable(String),
    Database(diesel::result::Error),
    /// What was stored cannot be, or cannot be read with our keys.
    Corrupt(&'static str),
}

impl Error {
    pub const NOT_FOUND: Self = Self::Client(Code::NotFound);

    /// Refuses to go on from another version than the one the caller has read.
    pub fn stale_unless(is_as_read: bool) -> Result<()> {
        if is_as_read { Ok(()) } else { Err(Self::Stale) }
    }

    /// Refuses to close a case over what is open.
    pub fn not_ready_unless_none(open: Vec<Fault>) -> Result<()> {
        if open.is_empty() {
            Ok(())
        } else {
            Err(Self::Conflict { code: Code::CaseNotReady, faults: open, with: None })
        }
    }

    /// One field that cannot be accepted.
    pub fn invalid(pointer: &str, code: &'static str, message: &str) -> Self {
        Self::Invalid(vec![Fault::new(pointer, code, message)])
    }

    /// One field that says what is there already.
    pub fn conflict_at(pointer: &str, code: Code, message: &str) -> Self {
        Self::Conflict { code, faults: vec![Fault::new(pointer, code.word(), message)], with: None }
    }

    /// What is asked for was done before: the thing that came of it is still there.
    pub fn conflict_with<Of>(code: Code, id: Id<Of>) -> Self {
        Self::Conflict { code, faults: Vec::new(), with: Some(id.uuid()) }
    }

    /// A district that the request names, and that is not the actor's. Unlike other mistakes it is kept on the trail.
    pub fn outside_area(pointer: &str) -> Self {
        Self::invalid(pointer, Fault::OUTSIDE_AREA, "this district is not in your area; name one that is")
    }

    /// A reference to something that is not there or not for the caller.
    pub fn unknown_reference(pointer: &str) -> Self {
        Self::invalid(pointer, "unknown_reference", "there is no such thing, or it is not for you")
    }

    pub fn code(&self) -> Code {
        match self {
            Self::Client(code) | Self::Conflict { code, .. } => *code,
            Self::Invalid(_) => Code::Invalid,
            Self::Refused(_) => Code::IllegalMove,
            Self::Forbidden { .. } => Code::Forbidden,
            Self::Stale => Code::Stale,
            Self::MethodNotAllowed(_) => Code::MethodNotAllowed,
            Self::Unavailable(_) => Code::Unavailable,
            // Others were faster as often as we tried: nothing is wrong, and it may be asked for again.
            Self::Database(_) if self.may_pass_if_repeated() => Code::Unavailable,
            Self::Panicked | Self::Database(_) | Self::Corrupt(_) => Code::Internal,
        }
    }

    /// Whether the same transaction may succeed if it is run once more.
    ///
    /// A deadlock has no kind of its own in diesel, so its message is asked.
    pub fn may_pass_if_repeated(&self) -> bool {
        use diesel::result::DatabaseErrorKind::SerializationFailure;
        use diesel::result::Error::DatabaseError;
        match self {
            Self::Database(DatabaseError(SerializationFailure, _)) => true,
            Self::Database(DatabaseError(_, information)) => information.message().contains("deadlock detected"),
            _ => false,
        }
    }

    /// Whether a foreign key said no, so that something referred to is not there.
    pub fn is_unknown_reference(&self) -> bool {
        use diesel::result::DatabaseErrorKind::ForeignKeyViolation;
        matches!(self, Self::Database(diesel::result::Error::DatabaseError(ForeignKeyViolation, _)))
    }

    /// Whether a unique constraint said no, so that the row is there already.
    pub fn is_duplicate(&self) -> bool {
        use diesel::result::DatabaseErrorKind::UniqueViolation;
        matches!(self, Self::Database(diesel::result::Error::DatabaseError(UniqueViolation, _)))
    }
}

/// For the log: kinds and codes. A database's own message may quote a value, so it is left out.
impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(diesel::result::Error::DatabaseError(kind, information)) => {
                let constraint = information.constraint_name().unwrap_or_default();
                write!(out, "database: {kind:?} {constraint}")
            }
            Self::Database(diesel::result::Error::DeserializationError(_)) => write!(out, "database: unreadable row"),
            Self::Database(_) => write!(out, "database"),
            Self::Corrupt(what) => write!(out, "corrupt: {what}"),
            Self::Unavailable(what) => write!(out, "unavailable: {what}"),
            Self::Panicked => write!(out, "panicked"),
            other => write!(out, "{}", other.code().word()),
        }
    }
}
impl std::error::Error for Error {}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Client(code)
    }
}
impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
/// What a database or its driver says when it cannot be reached. Neither has a kind for it.
const AWAY: &[&str] =
    &["connection closed", "communicating with the server", "terminating connection", "database is locked"];

/// What they say when their disk is full.
const FULL: &[&str] = &["database or disk is full", "No space left on device"];

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::DatabaseErrorKind::{ClosedConnection, UnableToSendCommand, Unknown};
        match error {
            diesel::result::Error::NotFound => Self::NOT_FOUND,
            diesel::result::Error::DatabaseError(ClosedConnection, _) => Self::Unavailable("connection closed".into()),
            diesel::result::Error::DatabaseError(Unknown | UnableToSendCommand, ref information)
                if AWAY.iter().any(|sign| information.message().contains(sign)) =>
            {
                Self::Unavailable("database went away".into())
            }
            diesel::result::Error::DatabaseError(_, ref information)
                if FULL.iter().any(|sign| information.message().contains(sign)) =>
            {
                Self::Client(Code::StorageFull)
            }
            other => Self::Database(other),
        }
    }
}
/// What is ours to encode can be encoded; what we stored ourselves can be decoded.
impl From<serde_json::Error> for Error {
    fn from(_: serde_json::Error) -> Self {
        Self::Corrupt("json")
    }
}

/// Puts a kernel refusal at the field it is about.
pub trait At<T> {
    fn at(self, pointer: &str) -> Result<T>;
}
impl<T> At<T> for Result<T, Invalid> {
    fn at(self, pointer: &str) -> Result<T> {
        self.map_err(|invalid| Error::invalid(pointer, invalid.code, invalid.message))
    }
}

/// Says of something referred to that it is not there or not for the caller. Any other error stays what it is.
pub trait Refers<T> {
    fn refers(self, pointer: &str) -> Result<T>;
    /// Says of leave that was asked for a district which the request names that the district is not the actor's.
    fn in_area(self, pointer: &str) -> Result<T>;
}
impl<T> Refers<T> for Result<T> {
    fn refers(self, pointer: &str) -> Result<T> {
        self.map_err(|error| match error {
            Error::Client(Code::NotFound) => Error::unknown_reference(pointer),
            other => other,
        })
    }

    fn in_area(self, pointer: &str) -> Result<T> {
        self.map_err(|error| match error {
            Error::Client(Code::NotFound) => Error::outside_area(pointer),
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind::{CheckViolation, UnableToSendCommand, Unknown};

    use super::*;

    #[test]
    fn a_database_that_went_away_is_no_fault_of_ours() {
        let code = |kind, message: &str| {
            Error::from(diesel::result::Error::DatabaseError(kind, Box::new(message.to_owned()))).code()
        };
        // As tokio-postgres words it: before it has noticed, and after.
        let broken = "error communicating with the server: Broken pipe (os error 32)";
        assert_eq!(code(UnableToSendCommand, broken), Code::Unavailable);
        assert_eq!(code(UnableToSendCommand, "connection closed"), Code::Unavailable);
        assert_eq!(code(Unknown, "terminating connection due to administrator command"), Code::Unavailable);
        assert_eq!(code(UnableToSendCommand, "error serializing parameter 0"), Code::Internal);
        assert_eq!(code(CheckViolation, "connection closed"), Code::Internal);
        assert_eq!(code(Unknown, "database or disk is full"), Code::StorageFull);
        assert_eq!(code(Unknown, "could not extend file \"base/1/2\": No space left on device"), Code::StorageFull);
    }
}
