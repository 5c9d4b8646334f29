//! What the hashes of the trail are made of: forms that have a number and never change, whatever else entries and seals learn to say.
//!
//! Whoever needs more of an entry sealed adds a form and makes it [`FORM`]; seals of before keep theirs.

use dawr_api::audit::{Effect, Entry};
use dawr_kernel::id::{AuditId, ElevationId, MemberId, TenantId};
use dawr_store::StoreError;
use jiff::Timestamp;
use serde::Serialize;

use crate::chain::{Link, Point};

/// The form in which entries and links are sealed.
pub const FORM: u8 = 1;

/// The text of an entry in a form: JSON in this order of names, without blanks; none if the form is a newer program's.
///
/// # Errors
/// If it cannot be written as JSON.
pub fn of_entry(form: u8, entry: &Entry) -> Result<Option<Vec<u8>>, StoreError> {
    match form {
        1 => text(&EntryForm1::of(entry)).map(Some),
        _ => Ok(None),
    }
}

/// The text of a link in its own form, without its hash; none if the form is a newer program's.
///
/// # Errors
/// If it cannot be written as JSON.
pub fn of_link(link: &Link) -> Result<Option<Vec<u8>>, StoreError> {
    match link.form {
        1 => text(&LinkForm1::of(link)).map(Some),
        _ => Ok(None),
    }
}

fn text(form: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(form).map_err(|error| StoreError::Malformed(error.to_string()))
}

#[derive(Serialize)]
struct EntryForm1<'a> {
    id: AuditId,
    tenant: TenantId,
    at: Timestamp,
    actor: ActorForm1,
    action: &'a str,
    subjects: Vec<SubjectForm1<'a>>,
    correlation: &'a str,
    address: &'a str,
    until: Timestamp,
}

#[derive(Serialize)]
struct ActorForm1 {
    member: Option<MemberId>,
    elevation: Option<ElevationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<MemberId>,
}

#[derive(Serialize)]
struct SubjectForm1<'a> {
    kind: &'a str,
    id: &'a str,
    effect: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [String],
}

impl<'a> EntryForm1<'a> {
    fn of(entry: &'a Entry) -> Self {
        let actor = &entry.actor;
        Self {
            id: entry.id,
            tenant: entry.tenant,
            at: entry.at,
            actor: ActorForm1 { member: actor.member, elevation: actor.elevation, operator: actor.operator },
            action: &entry.action,
            subjects: entry
                .subjects
                .iter()
                .map(|subject| SubjectForm1 {
                    kind: &subject.kind,
                    id: &subject.id,
                    effect: match subject.effect {
                        Effect::Created => "created",
                        Effect::Changed => "changed",
                        Effect::Deleted => "deleted",
                        Effect::Read => "read",
                    },
                    fields: &subject.fields,
                })
                .collect(),
            correlation: &entry.correlation,
            address: &entry.address,
            until: entry.until,
        }
    }
}

#[derive(Serialize)]
struct LinkForm1<'a> {
    tenant: TenantId,
    before: PointForm1<'a>,
    entry: AuditId,
    digest: &'a str,
    until: Timestamp,
    /// Once held the place of the hash.
    hash: &'static str,
}

#[derive(Serialize)]
struct PointForm1<'a> {
    links: u64,
    hash: &'a str,
    until: Option<Timestamp>,
    longest: Option<Timestamp>,
}

impl<'a> LinkForm1<'a> {
    fn of(link: &'a Link) -> Self {
        let Point { links, hash, until, longest } = &link.before;
        Self {
            tenant: link.tenant,
            before: PointForm1 { links: *links, hash, until: *until, longest: *longest },
            entry: link.entry,
            digest: &link.digest,
            until: link.until,
            hash: "",
        }
    }
}

#[cfg(test)]
mod tests {
    use dawr_api::audit::{Actor, Subject};
    use dawr_kernel::id::{Body, Id};

    use super::*;

    fn id<T: Id>(n: u8) -> T {
        T::from_body(Body::from_parts(Timestamp::from_second(1_800_000_000).unwrap(), [n; 10]))
    }

    fn entry() -> Entry {
        let subject = |effect, fields: &[&str]| Subject {
            kind: "patient".to_owned(),
            id: "pat_1".to_owned(),
            effect,
            fields: fields.iter().map(ToString::to_string).collect(),
        };
        Entry {
            id: id(1),
            tenant: id(2),
            at: Timestamp::from_second(1_800_000_000).unwrap(),
            actor: Actor { member: Some(id(3)), elevation: None, operator: None, kept_days: 400 },
            action: "update_patient".to_owned(),
            subjects: vec![subject(Effect::Changed, &["phone"]), subject(Effect::Read, &[])],
            correlation: "c".to_owned(),
            address: "203.0.113.9".to_owned(),
            until: Timestamp::from_second(1_900_000_000).unwrap(),
        }
    }

    const ENTRY: &str = r#"{"id":"aud_06hhgq2g000g2081040g208104","tenant":"ten_06hhgq2g001040g2081040g208","at":"2027-01-15T08:00:00Z","actor":{"member":"mem_06hhgq2g001g60r30c1g60r30c","elevation":null},"action":"update_patient","subjects":[{"kind":"patient","id":"pat_1","effect":"changed","fields":["phone"]},{"kind":"patient","id":"pat_1","effect":"read"}],"correlation":"c","address":"203.0.113.9","until":"2030-03-17T17:46:40Z"}"#;
    const LINK: &str = r#"{"tenant":"ten_06hhgq2g001040g2081040g208","before":{"links":4,"hash":"h","until":null,"longest":null},"entry":"aud_06hhgq2g000g2081040g208104","digest":"c27d19c9fb28ea4fdb8ce250aaf04b7e26d57efb92ee67d95d1af9325c0bc883","until":"2030-03-17T17:46:40Z","hash":""}"#;

    /// The very text: seals of before must hold for ever.
    #[test]
    fn the_forms_are_what_they_were() {
        let text = |form: Option<Vec<u8>>| String::from_utf8(form.unwrap()).unwrap();
        let before = Point { links: 4, hash: "h".to_owned(), until: None, longest: None };
        let mut link = Link::of(&entry(), before).unwrap();
        assert_eq!(text(of_entry(1, &entry()).unwrap()), ENTRY);
        assert_eq!(text(of_link(&link).unwrap()), LINK);
        assert_eq!(link.hash, "7758435d9c11da6a87a0b65c385e5d29a41f590f499532db4a27119fef74f0c7");
        link.form = 9;
        assert_eq!((of_entry(9, &entry()).unwrap(), of_link(&link).unwrap()), (None, None));
    }

    /// As long as entries say what they said when the first form was made, it is what they are written as.
    #[test]
    fn a_form_leaves_nothing_out() {
        assert_eq!(of_entry(FORM, &entry()).unwrap().unwrap(), serde_json::to_vec(&entry()).unwrap());
    }
}
