//! The map of the table: where each kind of item is.
//!
//! | what | PK | SK | also |
//! |---|---|---|---|
//! | tenant | `T#ten` | `TENANT` | GSI1 `TENANTS` |
//! | what tokens do not know yet: a change of rights, an ended session | `T#ten` | `TENANT#CHANGED#…` | expires |
//! | clinic, role, WhatsApp account | `T#ten` | `CLINIC#cli`, `ROLE#rol`, `WHATSAPP` | |
//! | credentials that no account names | `T#ten` | `LOOSE#time` | |
//! | how many of what it has, how many have a role | `T#ten` | `COUNTS`, `HOLDERS#rol` | |
//! | register of the clinics, what a clinic has | `T#ten`, `T#ten#CLINIC#cli` | `CLINICS`, `USE` | |
//! | member | `T#ten#MEMBER#mem` | `MEMBER` | GSI1 `T#ten#MEMBERS` |
//! | what is usual of a member's sign-ins, codes sent to them | `T#ten#MEMBER#mem` | `HABITS`, `CHALLENGE`, `RESET` | expire |
//! | invitation | `T#ten#INVITATIONS` | `INVITATION#inv` | expires |
//! | audit entry | `T#ten#AUDIT#month` | `ENTRY#aud` | expires |
//! | sign-in name | `T#ten#LOGIN#name` | `LOGIN` | |
//! | session | `T#ten#SESSION#ses` | `SESSION` | GSI1 `T#ten#MEMBER#mem#SESSIONS`; expires |
//! | try to sign in | `T#ten#MEMBER#mem#SIGNINS` | `SIGNIN#sgn` | expires |
//! | stay of an operator | `T#ten#ELEVATIONS` | `ELEVATION#elv` | GSI1 `OPERATOR#mem`; expires |
//! | how far the audit trail is sealed | `T#ten#SEAL#HEAD` | `HEAD` | |
//! | the seal of an audit entry | `T#ten#SEAL#LINKS#month` | `LINK#aud` | expires |
//! | that an audit entry is about something | `T#ten#SEAL#TRAIL#id` | `ENTRY#aud` | expires |
//! | queue | `T#ten#QUEUE#que` | `QUEUE` | GSI1 `T#ten#QUEUES` by creation; LSI1 `LINE#1~`, before those who wait |
//! | ticket | `T#ten#QUEUE#que` | `TICKET#tkt` | LSI1 `LINE#…`: being served, waiting by rank, finished |
//! | that a patient has an open ticket in a queue | `T#ten#QUEUE#que` | `ACTIVE#pat` | |
//! | patient, what shows a patient's name and phone | `T#ten#PATIENT#pat` | `PATIENT`, `TIES` | the patient: GSI1 `T#ten#PATIENTS` by creation |
//! | that a ticket is a patient's, in which clinic | `T#ten#PATIENT#pat` | `TICKET#tkt` | |
//! | whether a patient wants messages, what of their conversation is unread | `T#ten#PATIENT#pat` | `CONSENT#channel`, `CONVERSATION` | |
//! | what a person wrote | `T#ten#PATIENT#pat`, or `T#ten#CONTACT#…` of nobody known | `INBOUND#inb` | GSI2 `T#ten#PATIENT#pat#CONVERSATION`, `T#ten#UNKNOWN`, by time |
//! | a patient's file number, national id | `T#ten#FILENUMBER#…`, `T#ten#NATIONALID#…` | `PATIENT` | |
//! | a patient's phone and name | `T#ten#PHONE#+…` | `NAME#folded#pat`, `CLAIM#folded` | |
//! | the last digits of a patient's phone | `T#ten#PHONEEND#0015` | `NAME#folded#pat` | |
//! | a word of a patient's name | `T#ten#NAMES#initial` | `WORD#word#folded#pat` | |
//! | staged upload, how far its import is | `T#ten#UPLOAD#upl` | `UPLOAD`, `ROWS#n`, `IMPORT` | expires |
//! | what the columns of lists are used for, in a clinic or the tenant | `T#ten#CLINIC#cli`, `T#ten` | `COLUMNS` | |
//! | template | `T#ten#TEMPLATES` | `TEMPLATE#tpl` | |
//! | batch | `T#ten#BATCH#bat` | `BATCH`, `RECIPIENTS#n` | GSI2 `DUE#n` while it expands |
//! | message | `T#ten#MESSAGE#msg` | `MESSAGE` | GSI1 `T#ten#MESSAGES` by id; GSI2 `DUE#n` while undecided, then `T#ten#PATIENT#pat#CONVERSATION` by time; GSI3 `T#ten#PATIENT#pat#ONTHEWAY` by id while undecided |
//! | that something was sent to somebody a moment ago | `T#ten#SENT#hash` | `SENT` | expires |
//! | failed task | `T#ten#TASKS` | `TASK#tsk` | |
//! | quota, what was sent of it | `T#ten#QUOTAS` | `QUOTA#mem`, `QUOTA#mem#SETTLED#n` | |
//! | contact of a phone | `T#ten#CONTACT#+…` | `CONTACT` | |
//! | what WhatsApp calls a phone, its owner, a message | `T#ten#WHATSAPPID#+…`, `T#ten#WHATSAPPUSER#…`, `T#ten#WHATSAPPMESSAGE#…` | `PHONE#+…`, `PHONE#+…`, `MESSAGE` | the last expires |
//! | what WhatsApp said last of the account, of a provider template | `T#ten`, `T#ten#PROVIDERTEMPLATE#name` | `WHATSAPPSTATUS`, `LANGUAGE#…` | |
//! | callback event | `T#ten#INBOX#hash` | `INBOX` | expires |
//! | what could not be handed on | `PARKED#queue#…`, `PARKEDRECORD#…` | `PARKED` | GSI2 `PARKEDDUE#n`; outside any tenant |
//! | idempotency record | `T#ten#IDEMPOTENCY#hash` | `IDEMPOTENCY` | expires |
//! | that a number belongs to a provider's account | `ACCOUNT#…` | `NUMBER#…` | outside any tenant |
//! | slug, e-mail sign-in, identity, provider's number, verify token, sign-in attempts, request for a new password | `SLUG#…`, `EMAIL#…`, `IDENTITY#…`, `NUMBER#…`, `VERIFY#…`, `ATTEMPTS#…`, `RESETREQUEST#…` | the same word | outside any tenant |

use std::fmt::Display;

use dawr_kernel::id::{
    AuditId, BatchId, Body, ClinicId, ElevationId, Id, IdentityId, InboundId, InvitationId, MemberId, MessageId,
    PatientId, QueueId, RequestId, RoleId, SessionId, SignInId, TaskId, TemplateId, TenantId, TicketId, UploadId,
};
use jiff::Timestamp;

use crate::{
    TenantScope,
    key::{Key, Path},
};

/// The shards of the due index: so many partitions share the work that waits for its time.
pub const DUE_SHARDS: u8 = 8;

/// The shards of what is parked: apart from what is due, so that neither waits behind the other.
pub const PARKED_SHARDS: u8 = 4;

/// The shards of a member's settled messages, so that concurrent senders do not meet on one item.
const SETTLED_SHARDS: u8 = 16;

/// Which of so many shards an id falls into: the same one each time.
fn shard(body: Body, shards: u8) -> u8 {
    body.encode().bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) % shards
}

fn tenant_root(scope: &TenantScope) -> Path {
    Path::root("T").value(scope.tenant())
}

fn single(root: Path, name: &'static str) -> Key {
    Key::new(root, Path::root(name))
}

fn milliseconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}

/// The tenant itself.
pub fn tenant(scope: &TenantScope) -> Key {
    single(tenant_root(scope), "TENANT")
}

/// GSI1: a tenant among all of them, by the time of its sign-up.
pub fn tenant_listed(scope: &TenantScope) -> Key {
    Key::new(Path::root("TENANTS"), Path::root("TENANT").value(scope.tenant()))
}

/// GSI1: below it are all tenants.
pub fn tenants() -> Key {
    Key::new(Path::root("TENANTS"), Path::root("TENANT").below())
}

/// What tokens that were given out do not know: `subject` is a member, a role or a session.
pub fn changed(scope: &TenantScope, subject: &str) -> Key {
    Key::new(tenant_root(scope), Path::root("TENANT").name("CHANGED").value(subject))
}

/// Below it are the tenant and all that tokens do not know yet.
pub fn standing(scope: &TenantScope) -> Key {
    single(tenant_root(scope), "TENANT")
}

/// A role of the tenant's own.
pub fn role(scope: &TenantScope, role: RoleId) -> Key {
    Key::new(tenant_root(scope), Path::root("ROLE").value(role))
}

/// Below it are all roles of the tenant's own.
pub fn roles(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope), Path::root("ROLE").below())
}

/// How many members have a role of the tenant's own.
pub fn role_use(scope: &TenantScope, role: RoleId) -> Key {
    Key::new(tenant_root(scope), Path::root("HOLDERS").value(role))
}

/// How many of what the tenant has.
pub fn counts(scope: &TenantScope) -> Key {
    single(tenant_root(scope), "COUNTS")
}

/// The number of the month (UTC) in which a time lies.
fn month(at: Timestamp) -> u64 {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    u64::try_from(i32::from(date.year()) * 100 + i32::from(date.month())).unwrap_or_default()
}

/// An entry of the audit trail, in the partition of its month (UTC).
pub fn audit_entry(scope: &TenantScope, entry: AuditId) -> Key {
    let partition = tenant_root(scope).name("AUDIT").number(month(entry.body().made_at()));
    Key::new(partition, Path::root("ENTRY").value(entry))
}

/// What only the sealer may write: policies know these partitions by their name.
fn seal_root(scope: &TenantScope) -> Path {
    tenant_root(scope).name("SEAL")
}

/// How far the audit trail is sealed.
pub fn seal_head(scope: &TenantScope) -> Key {
    single(seal_root(scope).name("HEAD"), "HEAD")
}

/// The seal of an entry, in the partition of the entry's month (UTC).
pub fn seal_link(scope: &TenantScope, entry: AuditId) -> Key {
    let partition = seal_root(scope).name("LINKS").number(month(entry.body().made_at()));
    Key::new(partition, Path::root("LINK").value(entry))
}

/// That an entry of the audit trail is about something.
pub fn trail(scope: &TenantScope, subject: &str, entry: AuditId) -> Key {
    Key::new(seal_root(scope).name("TRAIL").value(subject), Path::root("ENTRY").value(entry))
}

/// A branch of the tenant.
pub fn clinic(scope: &TenantScope, clinic: ClinicId) -> Key {
    Key::new(tenant_root(scope), Path::root("CLINIC").value(clinic))
}

/// Below it are all clinics of the tenant.
pub fn clinics(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope), Path::root("CLINIC").below())
}

/// How many clinics there are, and under which names.
pub fn clinic_register(scope: &TenantScope) -> Key {
    single(tenant_root(scope), "CLINICS")
}

/// What a clinic has.
pub fn clinic_use(scope: &TenantScope, clinic: ClinicId) -> Key {
    single(tenant_root(scope).name("CLINIC").value(clinic), "USE")
}

/// The tenant's WhatsApp account.
pub fn whatsapp_account(scope: &TenantScope) -> Key {
    single(tenant_root(scope), "WHATSAPP")
}

/// Credentials that no account names: not yet, or not any more.
pub fn loose_credentials(scope: &TenantScope, made_at: Timestamp) -> Key {
    Key::new(tenant_root(scope), Path::root("LOOSE").number(milliseconds(made_at)))
}

/// Below it are all credentials of the tenant that no account names.
pub fn all_loose_credentials(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope), Path::root("LOOSE").below())
}

/// A member.
pub fn member(scope: &TenantScope, member: MemberId) -> Key {
    single(tenant_root(scope).name("MEMBER").value(member), "MEMBER")
}

/// GSI1: the tenant's members.
pub fn member_listed(scope: &TenantScope, member: MemberId) -> Key {
    Key::new(tenant_root(scope).name("MEMBERS"), Path::root("MEMBER").value(member))
}

/// GSI1: below it are all members of the tenant.
pub fn members(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("MEMBERS"), Path::root("MEMBER").below())
}

/// What is usual of a member's sign-ins.
pub fn habits(scope: &TenantScope, member: MemberId) -> Key {
    Key::new(tenant_root(scope).name("MEMBER").value(member), Path::root("HABITS"))
}

/// The code that was sent to a member who signs in as they usually do not.
pub fn challenge(scope: &TenantScope, member: MemberId) -> Key {
    Key::new(tenant_root(scope).name("MEMBER").value(member), Path::root("CHALLENGE"))
}

/// The code by which a member may choose a new password.
pub fn reset(scope: &TenantScope, member: MemberId) -> Key {
    Key::new(tenant_root(scope).name("MEMBER").value(member), Path::root("RESET"))
}

/// That somebody is asked to become a member.
pub fn invitation(scope: &TenantScope, invitation: InvitationId) -> Key {
    Key::new(tenant_root(scope).name("INVITATIONS"), Path::root("INVITATION").value(invitation))
}

/// Below it are all invitations of the tenant, by the time at which they were made.
pub fn invitations(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("INVITATIONS"), Path::root("INVITATION").below())
}

/// A name that signs in to this tenant, folded.
pub fn login(scope: &TenantScope, username: &str) -> Key {
    single(tenant_root(scope).name("LOGIN").value(username), "LOGIN")
}

/// One sign-in and the refresh tokens that follow from it.
pub fn session(scope: &TenantScope, session: SessionId) -> Key {
    single(tenant_root(scope).name("SESSION").value(session), "SESSION")
}

fn sessions_root(scope: &TenantScope, member: MemberId) -> Path {
    tenant_root(scope).name("MEMBER").value(member).name("SESSIONS")
}

/// GSI1: a session among its member's, by the time of the sign-in.
pub fn session_listed(scope: &TenantScope, member: MemberId, session: SessionId) -> Key {
    Key::new(sessions_root(scope, member), Path::root("SESSION").value(session))
}

/// GSI1: below it are all sessions of a member.
pub fn sessions(scope: &TenantScope, member: MemberId) -> Key {
    Key::new(sessions_root(scope, member), Path::root("SESSION").below())
}

fn sign_ins_root(scope: &TenantScope, member: MemberId) -> Path {
    tenant_root(scope).name("MEMBER").value(member).name("SIGNINS")
}

/// A member's try to sign in.
pub fn sign_in(scope: &TenantScope, member: MemberId, sign_in: SignInId) -> Key {
    Key::new(sign_ins_root(scope, member), Path::root("SIGNIN").value(sign_in))
}

/// Below it are all tries of a member to sign in.
pub fn sign_ins(scope: &TenantScope, member: MemberId) -> Key {
    Key::new(sign_ins_root(scope, member), Path::root("SIGNIN").below())
}

/// A stay of an operator in the tenant.
pub fn elevation(scope: &TenantScope, elevation: ElevationId) -> Key {
    Key::new(tenant_root(scope).name("ELEVATIONS"), Path::root("ELEVATION").value(elevation))
}

/// Below it are all stays of operators in the tenant.
pub fn elevations(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("ELEVATIONS"), Path::root("ELEVATION").below())
}

/// GSI1: a stay among all of its operator's, in whichever tenants.
pub fn elevation_listed(operator: MemberId, elevation: ElevationId) -> Key {
    Key::new(Path::root("OPERATOR").value(operator), Path::root("ELEVATION").value(elevation))
}

/// GSI1: below it are all stays of an operator.
pub fn elevations_of(operator: MemberId) -> Key {
    Key::new(Path::root("OPERATOR").value(operator), Path::root("ELEVATION").below())
}

/// Where nothing stands: reading it asks whether the table answers.
pub fn nothing() -> Key {
    single(Path::root("NOTHING"), "NOTHING")
}

/// A tenant's name in addresses; unique in the whole service.
pub fn slug(slug: impl Display) -> Key {
    single(Path::root("SLUG").value(slug), "SLUG")
}

/// That somebody signs in by this e-mail address: in how many tenants one does, nobody decides for another.
pub fn email_login(address: &str, member: MemberId) -> Key {
    Key::new(Path::root("EMAIL").value(address), Path::root("MEMBER").value(member))
}

/// Below it are all who sign in by this e-mail address, the one who has done so for longest first.
pub fn email_logins(address: &str) -> Key {
    Key::new(Path::root("EMAIL").value(address), Path::root("MEMBER").below())
}

/// A person who can sign in.
pub fn identity(identity: IdentityId) -> Key {
    single(Path::root("IDENTITY").value(identity), "IDENTITY")
}

/// That somebody, of whatever tenant, asked for a new password.
pub fn reset_request(request: RequestId) -> Key {
    single(Path::root("RESETREQUEST").value(request), "RESETREQUEST")
}

/// Failed sign-ins of one account or address, named by a hash.
pub fn sign_in_attempts(bucket: &str) -> Key {
    single(Path::root("ATTEMPTS").value(bucket), "ATTEMPTS")
}

/// The answer to a request with an idempotency key; `digest` covers member, route and key.
pub fn idempotency(scope: &TenantScope, digest: &str) -> Key {
    single(tenant_root(scope).name("IDEMPOTENCY").value(digest), "IDEMPOTENCY")
}

/// A queue.
pub fn queue(scope: &TenantScope, queue: QueueId) -> Key {
    single(queue_root(scope, queue), "QUEUE")
}

fn queue_root(scope: &TenantScope, queue: QueueId) -> Path {
    tenant_root(scope).name("QUEUE").value(queue)
}

/// GSI1: the tenant's queues by creation.
pub fn queue_listed(scope: &TenantScope, queue: QueueId) -> Key {
    Key::new(tenant_root(scope).name("QUEUES"), Path::root("QUEUE").value(queue))
}

/// GSI1: below it are all queues of the tenant.
pub fn queues(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("QUEUES"), Path::root("QUEUE").below())
}

/// A ticket, in its queue's partition.
pub fn ticket(scope: &TenantScope, ticket: TicketId) -> Key {
    Key::new(queue_root(scope, ticket.queue()), Path::root("TICKET").value(ticket.body().encode()))
}

/// LSI1: below it are all tickets of a queue, in the order of the line, and the queue itself.
pub fn line(scope: &TenantScope, queue: QueueId) -> Key {
    Key::new(queue_root(scope, queue), Path::root("LINE").below())
}

/// LSI1: the queue itself, between those who are being served and those who wait, so that the line is read with its
/// queue in one trip.
pub fn line_head(scope: &TenantScope, queue: QueueId) -> Key {
    Key::new(queue_root(scope, queue), Path::root("LINE").name("1~"))
}

/// LSI1: from the queue itself to the last of those who wait.
pub fn line_of_waiting(scope: &TenantScope, queue: QueueId) -> (Key, Key) {
    (line_head(scope, queue), line_end(scope, queue))
}

/// LSI1: those who are being served, the queue itself, and those who wait.
pub fn line_of_open(scope: &TenantScope, queue: QueueId) -> (Key, Key) {
    (line_part(scope, queue, LinePart::Serving), line_end(scope, queue))
}

fn line_end(scope: &TenantScope, queue: QueueId) -> Key {
    // A rank has no character behind `~`.
    Key::new(queue_root(scope, queue), Path::root("LINE").name(LinePart::Waiting.name()).value("~"))
}

/// That a patient has an open ticket in a queue; one at a time.
pub fn active_ticket(scope: &TenantScope, queue: QueueId, patient: PatientId) -> Key {
    Key::new(queue_root(scope, queue), Path::root("ACTIVE").value(patient))
}

/// The parts of a queue's line, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinePart {
    /// Called or in service, by the time of the call.
    Serving,
    /// Waiting, by rank.
    Waiting,
    /// Served, missed or cancelled, the last one first.
    Finished,
}

impl LinePart {
    const fn name(self) -> &'static str {
        match self {
            Self::Serving => "1",
            Self::Waiting => "2",
            Self::Finished => "3",
        }
    }
}

/// LSI1: below it is one part of a queue's line.
pub fn line_part(scope: &TenantScope, queue: QueueId, part: LinePart) -> Key {
    Key::new(queue_root(scope, queue), Path::root("LINE").name(part.name()).below())
}

/// LSI1: a ticket that waits, at its rank.
pub fn line_waiting(scope: &TenantScope, ticket: TicketId, rank: &str) -> Key {
    let place = Path::root("LINE").name(LinePart::Waiting.name()).value(rank).value(ticket.body().encode());
    Key::new(queue_root(scope, ticket.queue()), place)
}

/// LSI1: a ticket that is being served since its call.
pub fn line_serving(scope: &TenantScope, ticket: TicketId, called_at: Timestamp) -> Key {
    let place = Path::root("LINE").name(LinePart::Serving.name()).number(milliseconds(called_at));
    Key::new(queue_root(scope, ticket.queue()), place.value(ticket.body().encode()))
}

/// LSI1: a ticket that is finished.
pub fn line_finished(scope: &TenantScope, ticket: TicketId, finished_at: Timestamp) -> Key {
    let place = Path::root("LINE").name(LinePart::Finished.name()).number(u64::MAX - milliseconds(finished_at));
    Key::new(queue_root(scope, ticket.queue()), place.value(ticket.body().encode()))
}

/// A patient.
pub fn patient(scope: &TenantScope, patient: PatientId) -> Key {
    single(tenant_root(scope).name("PATIENT").value(patient), "PATIENT")
}

/// GSI1: a patient among all of the tenant's, by the time at which the record was made.
pub fn patient_listed(scope: &TenantScope, patient: PatientId) -> Key {
    Key::new(tenant_root(scope).name("PATIENTS"), Path::root("PATIENT").value(patient))
}

/// GSI1: below it are all patients of the tenant.
pub fn patients(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("PATIENTS"), Path::root("PATIENT").below())
}

/// That a ticket, of whichever queue, is a patient's.
pub fn patient_ticket(scope: &TenantScope, patient: PatientId, ticket: TicketId) -> Key {
    Key::new(tenant_root(scope).name("PATIENT").value(patient), Path::root("TICKET").value(ticket))
}

/// Below it are all tickets of a patient, by the time at which they were made.
pub fn patient_tickets(scope: &TenantScope, patient: PatientId) -> Key {
    Key::new(tenant_root(scope).name("PATIENT").value(patient), Path::root("TICKET").below())
}

/// What shows a patient's name and phone: open tickets in whichever queues, the ticket got last, failed tasks.
pub fn patient_ties(scope: &TenantScope, patient: PatientId) -> Key {
    single(tenant_root(scope).name("PATIENT").value(patient), "TIES")
}

/// Whether a patient wants messages over a channel.
pub fn consent(scope: &TenantScope, patient: PatientId, channel: &str) -> Key {
    Key::new(tenant_root(scope).name("PATIENT").value(patient), Path::root("CONSENT").value(channel))
}

/// What of a patient's conversation is unread.
pub fn conversation(scope: &TenantScope, patient: PatientId) -> Key {
    single(tenant_root(scope).name("PATIENT").value(patient), "CONVERSATION")
}

/// Something that a patient wrote.
pub fn inbound(scope: &TenantScope, patient: PatientId, inbound: InboundId) -> Key {
    Key::new(tenant_root(scope).name("PATIENT").value(patient), Path::root("INBOUND").value(inbound))
}

/// From something that a patient wrote to the last that they did.
pub fn inbound_after(scope: &TenantScope, patient: PatientId, first: InboundId) -> (Key, Key) {
    let last = Key::new(tenant_root(scope).name("PATIENT").value(patient), Path::root("INBOUND").value("~"));
    (inbound(scope, patient, first), last)
}

/// GSI2: something that was said between the clinic and a patient, by its time; `id` tells it from others of that time.
pub fn said(scope: &TenantScope, patient: PatientId, at: Timestamp, id: impl Display) -> Key {
    Key::new(said_root(scope, patient), Path::root("AT").number(milliseconds(at)).value(id))
}

/// GSI2: below it is all that was said between the clinic and a patient.
pub fn all_said(scope: &TenantScope, patient: PatientId) -> Key {
    Key::new(said_root(scope, patient), Path::root("AT").below())
}

fn said_root(scope: &TenantScope, patient: PatientId) -> Path {
    tenant_root(scope).name("PATIENT").value(patient).name("CONVERSATION")
}

/// Something that somebody wrote whom nobody knows; `who` is their number, or what the provider calls them.
pub fn unknown_inbound(scope: &TenantScope, who: &str, inbound: InboundId) -> Key {
    Key::new(tenant_root(scope).name("CONTACT").value(who), Path::root("INBOUND").value(inbound))
}

/// GSI2: the same among all of its kind, by its time.
pub fn unknown_listed(scope: &TenantScope, inbound: InboundId) -> Key {
    Key::new(tenant_root(scope).name("UNKNOWN"), Path::root("INBOUND").value(inbound))
}

/// GSI2: below it is all that was written by people whom nobody knows.
pub fn unknown(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("UNKNOWN"), Path::root("INBOUND").below())
}

/// Whose file number this is; unique in the tenant.
pub fn file_number(scope: &TenantScope, number: &str) -> Key {
    single(tenant_root(scope).name("FILENUMBER").value(number), "FILENUMBER")
}

/// Whose national id this is; unique in the tenant.
pub fn national_id(scope: &TenantScope, id: &str) -> Key {
    single(tenant_root(scope).name("NATIONALID").value(id), "NATIONALID")
}

/// A patient under a phone number and a folded name. A family shares a phone, and a name may recur under it.
pub fn phone_and_name(scope: &TenantScope, phone: &str, folded_name: &str, patient: PatientId) -> Key {
    let name = Path::root("NAME").value(folded_name).value(patient);
    Key::new(tenant_root(scope).name("PHONE").value(phone), name)
}

/// Below it are the patients under a phone number, or those of one folded name under it.
pub fn phone(scope: &TenantScope, phone: &str, folded_name: Option<&str>) -> Key {
    let name = Path::root("NAME");
    let name = folded_name.map_or(name.clone(), |folded| name.value(folded)).below();
    Key::new(tenant_root(scope).name("PHONE").value(phone), name)
}

/// Which patient is meant by a phone and a name alone: the first of them. Unique, so that one person who is added twice
/// at once is one patient.
pub fn phone_and_name_claim(scope: &TenantScope, phone: &str, folded_name: &str) -> Key {
    Key::new(tenant_root(scope).name("PHONE").value(phone), Path::root("CLAIM").value(folded_name))
}

/// A patient under the last digits of the phone; `folded_name` orders those who share them.
pub fn phone_end(scope: &TenantScope, end: &str, folded_name: &str, patient: PatientId) -> Key {
    let name = Path::root("NAME").value(folded_name).value(patient);
    Key::new(tenant_root(scope).name("PHONEEND").value(end), name)
}

/// Below it are the patients whose phones end in these digits.
pub fn phone_ends(scope: &TenantScope, end: &str) -> Key {
    Key::new(tenant_root(scope).name("PHONEEND").value(end), Path::root("NAME").below())
}

fn names_root(scope: &TenantScope, word: &str) -> Path {
    let initial: String = word.chars().take(1).collect();
    tenant_root(scope).name("NAMES").value(initial)
}

/// A patient under a word of the folded name. `rest` orders those that share the word.
pub fn name_word(scope: &TenantScope, word: &str, rest: &str, patient: PatientId) -> Key {
    Key::new(names_root(scope, word), Path::root("WORD").value(word).value(rest).value(patient))
}

/// From it on are the patients of whose names a word starts with this.
pub fn name_words(scope: &TenantScope, start: &str) -> Key {
    Key::new(names_root(scope, start), Path::root("WORD").value(start))
}

/// A staged spreadsheet.
pub fn upload(scope: &TenantScope, upload: UploadId) -> Key {
    single(tenant_root(scope).name("UPLOAD").value(upload), "UPLOAD")
}

/// A part of a staged spreadsheet's rows.
pub fn upload_rows(scope: &TenantScope, upload: UploadId, part: u32) -> Key {
    Key::new(tenant_root(scope).name("UPLOAD").value(upload), Path::root("ROWS").number(part.into()))
}

/// Below it are all parts of a staged spreadsheet's rows.
pub fn upload_all_rows(scope: &TenantScope, upload: UploadId) -> Key {
    Key::new(tenant_root(scope).name("UPLOAD").value(upload), Path::root("ROWS").below())
}

/// What people said that the columns of their lists are used for: in a clinic, or in the tenant as a whole.
pub fn columns(scope: &TenantScope, clinic: Option<ClinicId>) -> Key {
    match clinic {
        Some(clinic) => single(tenant_root(scope).name("CLINIC").value(clinic), "COLUMNS"),
        None => single(tenant_root(scope), "COLUMNS"),
    }
}

/// How far the import of an upload, or of a list that a request brought along, has come.
pub fn import(scope: &TenantScope, upload: UploadId) -> Key {
    single(tenant_root(scope).name("UPLOAD").value(upload), "IMPORT")
}

/// A template.
pub fn template(scope: &TenantScope, template: TemplateId) -> Key {
    Key::new(tenant_root(scope).name("TEMPLATES"), Path::root("TEMPLATE").value(template))
}

/// Below it are all templates of the tenant.
pub fn templates(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("TEMPLATES"), Path::root("TEMPLATE").below())
}

/// A request to send to many.
pub fn batch(scope: &TenantScope, batch: BatchId) -> Key {
    single(tenant_root(scope).name("BATCH").value(batch), "BATCH")
}

/// A part of a batch's recipients.
pub fn batch_recipients(scope: &TenantScope, batch: BatchId, part: u32) -> Key {
    Key::new(tenant_root(scope).name("BATCH").value(batch), Path::root("RECIPIENTS").number(part.into()))
}

/// Below it are all parts of a batch's recipients.
pub fn batch_all_recipients(scope: &TenantScope, batch: BatchId) -> Key {
    Key::new(tenant_root(scope).name("BATCH").value(batch), Path::root("RECIPIENTS").below())
}

/// A message.
pub fn message(scope: &TenantScope, message: MessageId) -> Key {
    single(tenant_root(scope).name("MESSAGE").value(message), "MESSAGE")
}

/// GSI1: the tenant's messages by id, so by time, those of a batch side by side.
pub fn message_listed(scope: &TenantScope, message: MessageId) -> Key {
    Key::new(tenant_root(scope).name("MESSAGES"), Path::root("MESSAGE").value(message))
}

/// GSI1: below it are all messages of the tenant.
pub fn messages(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("MESSAGES"), Path::root("MESSAGE").below())
}

/// GSI3: a message that is on its way to a patient.
pub fn on_the_way(scope: &TenantScope, patient: PatientId, message: MessageId) -> Key {
    Key::new(on_the_way_root(scope, patient), Path::root("MESSAGE").value(message))
}

/// GSI3: below it are all messages that are on their way to a patient, by id.
pub fn all_on_the_way(scope: &TenantScope, patient: PatientId) -> Key {
    Key::new(on_the_way_root(scope, patient), Path::root("MESSAGE").below())
}

fn on_the_way_root(scope: &TenantScope, patient: PatientId) -> Path {
    tenant_root(scope).name("PATIENT").value(patient).name("ONTHEWAY")
}

/// That something was sent to somebody a moment ago; `digest` covers what and to whom.
pub fn last_send(scope: &TenantScope, digest: &str) -> Key {
    single(tenant_root(scope).name("SENT").value(digest), "SENT")
}

/// A failed task.
pub fn task(scope: &TenantScope, task: TaskId) -> Key {
    Key::new(tenant_root(scope).name("TASKS"), Path::root("TASK").value(task))
}

/// Below it are all failed tasks of the tenant.
pub fn tasks(scope: &TenantScope) -> Key {
    Key::new(tenant_root(scope).name("TASKS"), Path::root("TASK").below())
}

/// What a member may still send.
pub fn quota(scope: &TenantScope, member: MemberId) -> Key {
    Key::new(tenant_root(scope).name("QUOTAS"), Path::root("QUOTA").value(member))
}

/// The shard in which a sent message is counted.
pub fn settled_shard(message: MessageId) -> u8 {
    shard(message.body(), SETTLED_SHARDS)
}

/// What was sent of a member's quota, one shard of it: right behind the quota, so that what concerns some members in the order of
/// their ids is one range.
pub fn quota_settled(scope: &TenantScope, member: MemberId, shard: u8) -> Key {
    let shards = Path::root("QUOTA").value(member).name("SETTLED");
    Key::new(tenant_root(scope).name("QUOTAS"), shards.number(shard.into()))
}

/// Below it is all that was sent of a member's quota.
pub fn quota_all_settled(scope: &TenantScope, member: MemberId) -> Key {
    let shards = Path::root("QUOTA").value(member).name("SETTLED");
    Key::new(tenant_root(scope).name("QUOTAS"), shards.below())
}

/// From the quota of the first of some members to the last shard of the last of them.
pub fn quotas_between(scope: &TenantScope, first: MemberId, last: MemberId) -> (Key, Key) {
    (quota(scope, first), quota_settled(scope, last, u8::MAX))
}

/// What is known of a phone number as a contact: its open window, whether its owner opted out.
pub fn contact(scope: &TenantScope, phone: &str) -> Key {
    single(tenant_root(scope).name("CONTACT").value(phone), "CONTACT")
}

/// That WhatsApp calls a phone by this number, which is not the one that is dialled.
pub fn whatsapp_id(scope: &TenantScope, id: &str, phone: &str) -> Key {
    Key::new(tenant_root(scope).name("WHATSAPPID").value(id), Path::root("PHONE").value(phone))
}

/// Below it are the phones that WhatsApp calls by this number.
pub fn whatsapp_ids(scope: &TenantScope, id: &str) -> Key {
    Key::new(tenant_root(scope).name("WHATSAPPID").value(id), Path::root("PHONE").below())
}

/// That WhatsApp calls the owner of a phone by this user id.
pub fn whatsapp_user(scope: &TenantScope, user: &str, phone: &str) -> Key {
    Key::new(tenant_root(scope).name("WHATSAPPUSER").value(user), Path::root("PHONE").value(phone))
}

/// Below it are the phones whose owner WhatsApp calls by this user id.
pub fn whatsapp_users(scope: &TenantScope, user: &str) -> Key {
    Key::new(tenant_root(scope).name("WHATSAPPUSER").value(user), Path::root("PHONE").below())
}

/// Which message WhatsApp calls by this id.
pub fn whatsapp_message(scope: &TenantScope, id: &str) -> Key {
    single(tenant_root(scope).name("WHATSAPPMESSAGE").value(id), "MESSAGE")
}

/// What WhatsApp said last of the tenant's account.
pub fn whatsapp_status(scope: &TenantScope) -> Key {
    single(tenant_root(scope), "WHATSAPPSTATUS")
}

/// What WhatsApp said last of a provider template.
pub fn provider_template(scope: &TenantScope, name: &str, language: &str) -> Key {
    Key::new(tenant_root(scope).name("PROVIDERTEMPLATE").value(name), Path::root("LANGUAGE").value(language))
}

/// One event of a provider's callback, by the hash of its content.
pub fn inbox(scope: &TenantScope, digest: &str) -> Key {
    single(tenant_root(scope).name("INBOX").value(digest), "INBOX")
}

/// That some tenant uses a verify token, named by its hash.
pub fn verify_token(digest: &str) -> Key {
    single(Path::root("VERIFY").value(digest), "VERIFY")
}

/// Which tenant a provider's phone number belongs to.
pub fn provider_number(number: &str) -> Key {
    single(Path::root("NUMBER").value(number), "NUMBER")
}

/// That a provider's phone number belongs to an account of the provider's.
pub fn provider_account(account: &str, number: &str) -> Key {
    Key::new(Path::root("ACCOUNT").value(account), Path::root("NUMBER").value(number))
}

/// Below it are the phone numbers of a provider's account that we know.
pub fn provider_accounts(account: &str) -> Key {
    Key::new(Path::root("ACCOUNT").value(account), Path::root("NUMBER").below())
}

/// How far the items of a kind are renewed.
pub fn migration(kind: &str) -> Key {
    single(Path::root("MIGRATION").value(kind), "MIGRATION")
}

/// GSI2: something to look at when its time has come. The shard follows from the item's id.
pub fn due(body: Body, at: Timestamp) -> Key {
    let root = due_root(shard(body, DUE_SHARDS));
    Key::new(root, Path::root("DUE").number(milliseconds(at)).value(body.encode()))
}

fn due_root(shard: u8) -> Path {
    Path::root("DUE").number(shard.into())
}

pub(crate) fn is_due_root(pk: &str) -> bool {
    pk.starts_with("DUE#")
}

/// The same place in the index of what is due, at another time; none for what is no such place.
pub(crate) fn due_later(due: &Key, at: Timestamp) -> Option<Key> {
    let mut parts = due.sk.splitn(3, '#');
    let (root, _, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let is_due = root == "DUE" && is_due_root(&due.pk);
    is_due.then(|| Key { pk: due.pk.clone(), sk: format!("DUE#{:020}#{rest}", milliseconds(at)) })
}

/// Whose an item at this place is; none of what is nobody's.
pub fn tenant_of(key: &Key) -> Option<TenantId> {
    let mut parts = key.pk.split('#');
    (parts.next() == Some("T")).then(|| parts.next()?.parse().ok()).flatten()
}

/// What could not be handed on: the place of an item in the table that wants a job of a queue, by the `n` of its wake.
pub fn parked(queue: &str, item: &Key, n: u64) -> Key {
    single(Path::root("PARKED").value(queue).value(&item.pk).value(&item.sk).value(n), "PARKED")
}

/// A record of the stream that says no place of an item, by the stream's own name for it.
pub fn parked_record(record: &str) -> Key {
    single(Path::root("PARKEDRECORD").value(record), "PARKED")
}

/// GSI2: something parked, among all that are tried again when their time has come.
pub fn parked_due(parked: &Key, at: Timestamp) -> Key {
    let shard = parked.pk.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) % PARKED_SHARDS;
    Key::new(parked_root(shard), Path::root("DUE").number(milliseconds(at)).value(&parked.pk))
}

fn parked_root(shard: u8) -> Path {
    Path::root("PARKEDDUE").number(shard.into())
}

/// GSI2: all of a shard that is parked until a time or before, from the first key to the last.
pub fn parked_until(shard: u8, at: Timestamp) -> (Key, Key) {
    let first = Key::new(parked_root(shard), Path::root("DUE").number(0));
    let last = Key::new(parked_root(shard), Path::root("DUE").number(milliseconds(at)).value("~"));
    (first, last)
}

/// GSI2: all that is due in a shard up to a time, from the first key to the last.
pub fn due_until(shard: u8, at: Timestamp) -> (Key, Key) {
    let first = Key::new(due_root(shard), Path::root("DUE").number(0));
    let last = Key::new(due_root(shard), Path::root("DUE").number(milliseconds(at)).value("~"));
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ground;

    #[test]
    fn what_concerns_some_members_quotas_is_one_range_with_nobody_elses_in_it() {
        let body = |n: u8| Body::from_parts(Timestamp::UNIX_EPOCH, [n; 10]);
        let scope = TenantScope::on(Ground::Job, TenantId::from_body(body(1)));
        let member = |n: u8| MemberId::from_body(body(n));
        let of = |n: u8| {
            [quota(&scope, member(n)), quota_settled(&scope, member(n), 0), quota_settled(&scope, member(n), 15)]
        };
        let (first, last) = quotas_between(&scope, member(3), member(5));
        for n in 1..9 {
            let within = |key: &Key| (&first..=&last).contains(&key);
            assert_eq!(of(n).iter().filter(|key| within(key)).count(), if (3..=5).contains(&n) { 3 } else { 0 }, "{n}");
        }
    }
}
