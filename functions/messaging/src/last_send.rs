//! The same text to the same people again, within a minute, is most likely a button that was pressed twice: whoever means it says so.
//!
//! An Idempotency-Key knows a request that comes again. Two requests without a key, or of two desks, are known by what they say.

use dawr_api::{Failure, Fault, code::Code, idempotency::hash};
use dawr_kernel::id::{BatchId, MemberId};
use dawr_store::{Entity, Place, Slot, Stored, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    batch::{Batch, Recipient},
    sending::{Audience, SendRequest},
};

/// For so long it is asked about.
const ASKED: SignedDuration = SignedDuration::from_secs(60);

/// What was sent to some people last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSend {
    /// What of it is compared.
    pub digest: String,
    /// The batch.
    pub batch: BatchId,
    /// Who sent it.
    pub sender: MemberId,
    /// How many messages it made, or may still make.
    pub queued: u32,
    /// When.
    pub at: Timestamp,
}

impl Entity for LastSend {
    const KIND: &'static str = "last-send";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::last_send(scope, &self.digest)).until(self.until())
    }
}

impl LastSend {
    fn until(&self) -> Timestamp {
        self.at.checked_add(ASKED).unwrap_or(self.at)
    }

    /// What of a request is compared: the template or the text in its place, and the people, in whichever order.
    pub fn digest(request: &SendRequest, audience: &Audience) -> String {
        let text = request.override_content.as_ref().map_or("", |content| content.as_str());
        let people = match audience {
            Audience::Queue(queue) => queue.to_string(),
            Audience::Named(recipients) => {
                let mut people: Vec<String> = recipients.iter().map(Recipient::to_string).collect();
                people.sort_unstable();
                people.dedup();
                people.join(",")
            }
        };
        hash([&request.template_id.to_string(), text, &people].join("\0").as_bytes())
    }

    /// Refuses what was sent a moment ago.
    ///
    /// # Errors
    /// `AlreadySent`, with the batch, when it was sent and to how many.
    pub fn ask(last: Option<&Stored<Self>>, now: Timestamp) -> Result<(), Failure> {
        match last.filter(|last| last.until() > now) {
            Some(last) => Err(last.already(now)),
            None => Ok(()),
        }
    }

    fn already(&self, now: Timestamp) -> Failure {
        let (seconds, count) = (now.duration_since(self.at).as_secs().max(0), self.queued);
        Fault::new(Code::AlreadySent)
            .about(self.batch)
            .saying(
                format!(
                    "The same was sent to the same people {seconds} seconds ago; messages: {count}. Confirm if you mean to send it again."
                ),
                format!(
                    "أُرسلت الرسالة نفسها إلى المستلمين أنفسهم قبل قليل (قبل {seconds} ث، عدد الرسائل: {count}). أكّد إن أردت إرسالها مرة أخرى."
                ),
            )
            .into()
    }

    /// Adds to the work that this was sent. Gives what is refused if somebody else sends the same at this moment; nothing is refused
    /// to who means to send it again.
    pub fn note(digest: &str, batch: &Batch, queued: u32, again: bool, scope: &TenantScope, work: &mut Work) -> Noted {
        let this =
            Self { digest: digest.to_owned(), batch: batch.id, sender: batch.sender, queued, at: batch.created_at };
        if !again {
            return Noted { slot: Some(work.create_or_renew(scope, &this, this.at)), at: this.at };
        }
        let update =
            Update::upsert::<Self>(keys::last_send(scope, digest)).set("digest", digest).set("batch", this.batch);
        let update = update.set("sender", this.sender).set("queued", queued).set("at", this.at).until(this.until());
        work.update(update);
        Noted { slot: None, at: this.at }
    }
}

/// That something was sent, in a transaction in the making.
pub struct Noted {
    slot: Option<Slot>,
    at: Timestamp,
}

impl Noted {
    /// The failure of a commit, if the same was sent by another request at that moment.
    pub fn explain(&self, error: &dawr_store::CommitError) -> Option<Failure> {
        let refusal = error.refusal(self.slot?)?;
        let last: Option<Stored<LastSend>> = refusal.found().ok()?;
        Some(last.map_or_else(|| Code::AlreadySent.into(), |last| last.already(self.at)))
    }
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{
        entropy::Seeded,
        id::{Id, PatientId, TemplateId},
    };

    use super::*;

    #[test]
    fn the_same_to_the_same_people_is_the_same_in_whichever_order() {
        let entropy = Seeded::new(1);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let [one, other] = [(); 2].map(|()| Recipient::Patient(PatientId::generate(now, &entropy)));
        let [template, another] = [(); 2].map(|()| TemplateId::generate(now, &entropy));
        let digest = |template: TemplateId, text: Option<&str>, people: &[Recipient]| {
            let mut body = serde_json::json!({ "templateId": template, "patientIds": [] });
            if let Some(text) = text {
                body["overrideContent"] = text.into();
            }
            let request = deserr::deserialize::<SendRequest, _, dawr_api::failure::FieldErrors>(body).unwrap();
            LastSend::digest(&request, &Audience::Named(people.to_vec()))
        };
        let this = digest(template, None, &[one, other]);
        assert_eq!(this, digest(template, None, &[other, one, other]));
        for different in [
            digest(template, None, &[one]),
            digest(another, None, &[one, other]),
            digest(template, Some("نص"), &[one, other]),
        ] {
            assert_ne!(this, different);
        }
    }
}
