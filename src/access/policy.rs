//! The permission table, and the three things made from it: the door's answer, the hand's `Permit`, the eyes' `Scope`.
//! It decides; it never fetches.
use std::sync::Arc;

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::{Area, Pcode, Province};
use crate::kernel::words::words;

pub use super::table::table;

/// An organisation, known here by its id alone.
pub enum OrganisationMark {}
pub type OrganisationId = Id<OrganisationMark>;
/// A user, known here by its id alone.
pub enum UserMark {}
pub type UserId = Id<UserMark>;
/// A session, known here by its id alone.
pub enum SessionMark {}
pub type SessionId = Id<SessionMark>;

words! {
    /// What a user may be. A user has one role.
    pub enum Role {
        Officer = "officer",
        Supervisor = "supervisor",
        Partner = "partner",
        Assessor = "assessor",
        Approver = "approver",
        Payer = "payer",
        Auditor = "auditor",
        Administrator = "administrator",
    }
}

/// Who is asking.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Nobody signed in is the nil id.
    pub user: UserId,
    pub session: Option<SessionId>,
    /// The request it asks in; goes to the trail.
    pub request: Uuid,
    /// What the request is about, by its address: the trail names it when the request is refused. Nil for nothing.
    pub about: Uuid,
    who: Who,
    pub organisation: Option<OrganisationId>,
    pub area: Area,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Staff(Role),
    /// Umeed itself: the jobs, the command line.
    System,
    Nobody,
}

impl Actor {
    pub fn staff(user: UserId, role: Role, organisation: Option<OrganisationId>, area: Area) -> Self {
        Self { user, session: None, who: Who::Staff(role), organisation, area, ..Self::nobody() }
    }

    /// Umeed itself: what its jobs and its command line act as. No request can become it.
    pub fn system() -> Self {
        Self { who: Who::System, ..Self::nobody() }
    }

    /// Someone who has not signed in.
    pub fn nobody() -> Self {
        Self {
            user: Id::nil(),
            session: None,
            request: Uuid::nil(),
            about: Uuid::nil(),
            who: Who::Nobody,
            organisation: None,
            area: nowhere(),
        }
    }

    pub fn in_session(self, session: SessionId) -> Self {
        Self { session: Some(session), ..self }
    }
    pub fn in_request(self, request: Uuid) -> Self {
        Self { request, ..self }
    }

    /// Whether it is someone who has not signed in.
    pub fn is_nobody(&self) -> bool {
        self.who == Who::Nobody
    }

    /// Whether it is one who keeps cases themselves.
    pub fn is_officer(&self) -> bool {
        self.who == Who::Staff(Role::Officer)
    }
    /// Whether persons are shown to them without their names: an auditor checks what was done, not to whom.
    pub fn sees_masked(&self) -> bool {
        self.who == Who::Staff(Role::Auditor)
    }

    /// The word that the trail keeps.
    pub fn role(&self) -> &'static str {
        match self.who {
            Who::Staff(role) => role.word(),
            Who::System => "system",
            Who::Nobody => "nobody",
        }
    }
}

fn nowhere() -> Area {
    Area::Districts(Arc::default())
}

words! {
    /// Everything that can be asked for. Reads make a `Scope`, all others a `Permit`.
    pub enum Action {
        ManageUsers = "users.manage",
        Declare = "declarations.make",
        ManageDirectory = "directory.manage",
        ReadDirectory = "directory.read",
        ReportIncident = "incidents.report",
        ChangeIncident = "incidents.change",
        DecideIncident = "incidents.decide",
        ReadIncident = "incidents.read",
        RecordFigures = "figures.record",
        ReadFigures = "figures.read",
        RegisterVictim = "victims.register",
        ChangeVictim = "victims.change",
        ReadVictim = "victims.read",
        ProtectVictim = "victims.protect",
        RecordConsent = "consents.record",
        OpenCase = "cases.open",
        ChangeCase = "cases.change",
        ReadCase = "cases.read",
        AssignCase = "cases.assign",
        TransferCase = "cases.transfer",
        AnswerTransfer = "transfers.answer",
        ReadTransfer = "transfers.read",
        EndCase = "cases.end",
        FollowCase = "cases.follow",
        AssessNeeds = "needs.assess",
        RecordScreening = "screenings.record",
        ReadScreening = "screenings.read",
        ChangePlan = "plans.change",
        ReadPlan = "plans.read",
        Refer = "referrals.request",
        ReadReferral = "referrals.read",
        AnswerReferral = "referrals.answer",
        WithdrawReferral = "referrals.withdraw",
        ExpireReferral = "referrals.expire",
        AskOverride = "overrides.ask",
        AnswerOverride = "overrides.answer",
        ReadOverride = "overrides.read",
        BuildVictimBatch = "victim_batches.build",
        ReviewVictimBatch = "victim_batches.review",
        ReadVictimBatch = "victim_batches.read",
        MakeTask = "tasks.make",
        ChangeTask = "tasks.change",
        ReadTask = "tasks.read",
        GiveFeedback = "feedback.give",
        AnswerFeedback = "feedback.answer",
        ReadFeedback = "feedback.read",
        ReadReports = "reports.read",
        ManageTariffs = "tariffs.manage",
        ReadTariff = "tariffs.read",
        AddDocument = "documents.add",
        ReadDocument = "documents.read",
        ReadRepeated = "documents.read_repeated",
        PrepareClaim = "claims.prepare",
        WaiveEvidence = "claims.waive",
        VerifyClaim = "claims.verify",
        ReturnClaim = "claims.return",
        DecideClaim = "claims.decide",
        ReadClaim = "claims.read",
        LodgeAppeal = "appeals.lodge",
        DecideAppeal = "appeals.decide",
        ManageFunds = "funds.manage",
        ReadFund = "funds.read",
        PostLedger = "ledger.post",
        ReadLedger = "ledger.read",
        BuildBatch = "payment_batches.build",
        ApproveBatch = "payment_batches.approve",
        ReleaseBatch = "payment_batches.release",
        ReconcilePayment = "payments.reconcile",
        ConfirmPayment = "payments.confirm",
        ReadPayment = "payments.read",
        DrawSample = "payments.sample",
        ReadSample = "payments.read_samples",
        CallPayee = "payments.call",
        RecordFinding = "findings.record",
        AnswerFinding = "findings.answer",
        SettleFinding = "findings.settle",
        ReadFinding = "findings.read",
        MakeExport = "exports.make",
        ReadExport = "exports.read",
    }
}

/// What must tie an actor to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Never,
    Anywhere,
    /// The subject's district is in the actor's area, or it was sent to the actor by name.
    Area,
    /// The subject is addressed to the actor's organisation.
    Organisation,
}

/// The table. `tests/rules/access.rs` prints it whole, so that a change of who may do what is a visible change.
pub(super) fn relation(action: Action, who: Who) -> Relation {
    use Action as Do;
    use Relation::{Anywhere, Area, Never, Organisation};
    use Role::{Administrator, Approver, Assessor, Auditor, Officer, Partner, Payer, Supervisor};
    match (action, who) {
        // Everybody declares for themselves.
        (Do::Declare | Do::ReadDirectory | Do::ReadFigures | Do::ReadTariff, Who::Staff(_))
        // An attack may have victims from all over the country, so those who keep cases see every incident.
        | (Do::ReadIncident, Who::Staff(Officer | Supervisor | Assessor | Approver | Payer | Auditor))
        // Counts, made coarse outside the reader's own area.
        | (
            Do::ReadReports,
            Who::Staff(Officer | Supervisor | Assessor | Approver | Payer | Auditor | Administrator),
        )
        | (Do::RecordFigures, Who::Staff(Supervisor))
        // A budget names nobody; whoever allots must see what is left.
        | (Do::ReadFund, Who::Staff(Approver | Payer | Auditor | Administrator))
        // A fund pays in several districts, and its books name nobody.
        | (Do::ReadLedger, Who::Staff(Approver | Payer | Auditor))
        // Of the rows that the maker sees.
        | (Do::MakeExport | Do::DrawSample, Who::Staff(Auditor))
        | (Do::ManageUsers | Do::ManageDirectory | Do::ManageTariffs | Do::ManageFunds, Who::Staff(Administrator))
        // Whoever has something to say may say it.
        | (Do::GiveFeedback, Who::Staff(Officer | Supervisor) | Who::Nobody)
        | (
            Do::ManageUsers | Do::ManageDirectory | Do::RecordFigures | Do::ReadReferral | Do::ExpireReferral
            | Do::WithdrawReferral | Do::FollowCase | Do::ReadCase | Do::ReadVictim | Do::MakeTask | Do::ChangeTask
            | Do::ReadTask | Do::ReadPlan | Do::ProtectVictim | Do::ReadOverride
            | Do::AnswerOverride | Do::ReadFeedback | Do::AnswerFeedback | Do::ManageTariffs | Do::ManageFunds
            | Do::ReadDocument | Do::ReadClaim | Do::PostLedger | Do::RecordFinding | Do::ReadLedger | Do::ReadPayment | Do::ReadFinding,
            Who::System,
        ) => Anywhere,
        (
            Do::ReportIncident | Do::ChangeIncident | Do::RegisterVictim | Do::ChangeVictim | Do::ReadVictim
            | Do::RecordConsent | Do::OpenCase | Do::ChangeCase | Do::ReadCase | Do::EndCase | Do::AssessNeeds
            | Do::RecordScreening | Do::ReadScreening | Do::ChangePlan | Do::ReadPlan | Do::Refer | Do::ReadReferral
            | Do::WithdrawReferral | Do::AskOverride | Do::ReadOverride | Do::ChangeTask | Do::ReadTask
            | Do::ReadTransfer | Do::AddDocument | Do::PrepareClaim | Do::LodgeAppeal | Do::ConfirmPayment
            | Do::CallPayee,
            Who::Staff(Officer | Supervisor),
        )
        | (
            Do::DecideIncident | Do::ProtectVictim | Do::AssignCase | Do::TransferCase | Do::AnswerTransfer
            | Do::AnswerOverride | Do::BuildVictimBatch | Do::ReviewVictimBatch | Do::ReadVictimBatch
            | Do::AnswerFeedback | Do::ReadFeedback,
            Who::Staff(Supervisor),
        )
        | (Do::ReadDocument, Who::Staff(Officer | Supervisor | Assessor | Approver))
        | (Do::ReadClaim, Who::Staff(Officer | Supervisor | Assessor | Approver | Payer | Auditor))
        | (Do::WaiveEvidence, Who::Staff(Supervisor | Assessor))
        | (Do::VerifyClaim, Who::Staff(Assessor))
        | (Do::ReturnClaim, Who::Staff(Assessor | Approver))
        | (Do::DecideClaim | Do::DecideAppeal | Do::ApproveBatch, Who::Staff(Approver))
        | (Do::BuildBatch | Do::ReleaseBatch | Do::ReconcilePayment, Who::Staff(Payer))
        | (Do::ReadPayment, Who::Staff(Officer | Supervisor | Approver | Payer | Auditor))
        | (Do::ReadSample, Who::Staff(Officer | Supervisor | Auditor))
        | (Do::AnswerFinding, Who::Staff(Supervisor | Assessor | Approver | Payer))
        | (Do::ReadRepeated | Do::SettleFinding | Do::ReadExport, Who::Staff(Auditor))
        | (Do::ReadFinding, Who::Staff(Supervisor | Assessor | Approver | Payer | Auditor)) => Area,
        (Do::ReadReferral | Do::AnswerReferral, Who::Staff(Partner)) => Organisation,
        _ => Never,
    }
}

/// What is acted upon, as far as permission asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject {
    pub id: Uuid,
    pub district: Option<Pcode>,
    pub organisation: Option<OrganisationId>,
    /// Whom it was sent to by name, whatever their area.
    pub sent_to: Option<UserId>,
}

impl Subject {
    /// Something that belongs to no district and no organisation.
    pub fn of(id: Uuid) -> Self {
        Self { id, ..Self::default() }
    }
    pub fn in_district(self, district: Pcode) -> Self {
        Self { district: Some(district), ..self }
    }
    pub fn for_organisation(self, organisation: OrganisationId) -> Self {
        Self { organisation: Some(organisation), ..self }
    }
}

/// The hand: leave to do one action to one subject. Only `permit` makes one.
#[derive(Debug, Clone)]
pub struct Permit {
    action: Action,
    subject: Uuid,
}

impl Permit {
    /// Refuses a row that is not the one the permit was given for.
    pub fn covers<Of>(&self, id: Id<Of>) -> Result<()> {
        if self.subject == id.uuid() {
            Ok(())
        } else {
            Err(Error::Forbidden { action: self.action.word(), subject: Some(id.uuid()) })
        }
    }
}

/// The eyes: what a store's `WHERE` lets through. Only `scope` makes one.
#[derive(Debug, Clone)]
pub struct Scope {
    area: Area,
    organisation: Option<OrganisationId>,
    reader: Option<UserId>,
}

impl Scope {
    /// The districts whose rows may be seen.
    pub fn area(&self) -> &Area {
        &self.area
    }
    /// If given, only rows addressed to it may be seen.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.organisation
    }
    /// Whose eyes they are, since who a protected person is may be for named users alone. None is Umeed itself, from
    /// which nothing is hidden.
    pub fn reader(&self) -> Option<UserId> {
        self.reader
    }
    /// The same sight, but of protected persons no more than `user` has: for what is shown on that user's word.
    #[must_use]
    pub fn on_word_of(&self, user: UserId) -> Self {
        Self { reader: Some(user), ..self.clone() }
    }
}

/// The door: whether `actor` may ever do `action`.
pub fn may(actor: &Actor, action: Action) -> bool {
    relation(action, actor.who) != Relation::Never
}

/// Leave for `actor` to do `action` to `subject`. Out of the actor's area or organisation it is as if the subject were
/// not there.
pub fn permit(actor: &Actor, action: Action, subject: &Subject) -> Result<Permit> {
    let tied = match relation(action, actor.who) {
        _ if action.is_read() => false,
        Relation::Never => false,
        Relation::Anywhere => true,
        Relation::Area if subject.district.is_some_and(|district| covers(&actor.area, district)) => true,
        Relation::Area if subject.sent_to.is_some() && subject.sent_to == Some(actor.user) => true,
        Relation::Organisation if actor.organisation.is_some() && actor.organisation == subject.organisation => true,
        Relation::Area | Relation::Organisation => return Err(Error::NOT_FOUND),
    };
    if tied {
        Ok(Permit { action, subject: subject.id })
    } else {
        Err(Error::Forbidden { action: action.word(), subject: Some(subject.id) })
    }
}

/// Whether a district lies in an area. The first letters of a p-code are its province's.
pub fn covers(area: &Area, district: Pcode) -> bool {
    Province::from_pcode_prefix(district.as_str()).is_some_and(|province| area.covers(district, province))
}

/// What `actor` may see when it does `action`. Someone who may not do it sees nothing.
pub fn scope(actor: &Actor, action: Action) -> Scope {
    let (area, organisation) = match (relation(action, actor.who), actor.organisation) {
        (Relation::Anywhere, _) => (Area::Country, None),
        (Relation::Area, _) => (actor.area.clone(), None),
        (Relation::Organisation, Some(organisation)) => (Area::Country, Some(organisation)),
        (Relation::Organisation, None) | (Relation::Never, _) => (nowhere(), None),
    };
    let reader = (actor.who != Who::System).then_some(actor.user);
    Scope { area, organisation, reader }
}
