//! The same text to the same people again, within a minute, is most likely a button that was pressed twice: whoever means it says so.
//!
//! An Idempotency-Key knows a request that comes again. Two requests without a key, or of two desks, are known by what they say.

use dawr_api::{Cx, Failure, Fault, code::Code, idempotency::hash};
use dawr_kernel::id::BatchId;
use dawr_store::{Entity, Key, Place, Slot, StoreError, Stored, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    batch::{Batch, Recipient, Snapshot},
    get_batch,
    message::Status,
    sending::{Audience, SendRequest},
};

/// For so long it is asked about.
const ASKED: SignedDuration = SignedDuration::from_secs(60);

/// What was sent to some people last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSend {
    /// Which template, and who was meant.
    pub digest: String,
    /// What it said.
    #[serde(default)]
    pub content: String,
    /// The batch.
    pub batch: BatchId,
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

    /// To how many it went, or still may, if that is not long ago; of what was stopped to those who have it all the same.
    async fn went(&self, cx: &Cx, scope: &TenantScope) -> Result<u32, StoreError> {
        if self.until() <= cx.now() {
            return Ok(0);
        }
        let batch: Option<Stored<Batch>> = cx.table().get(&keys::batch(scope, self.batch)).await?;
        if batch.is_none_or(|batch| batch.stopped_at.is_none()) {
            return Ok(self.queued.max(1));
        }
        let counts = get_batch::counts(cx, scope, self.batch).await?;
        Ok(counts.iter().filter(|(status, _)| may_have_it(**status)).map(|(_, count)| count).sum())
    }

    fn already(&self, count: u32, to_queue: bool, now: Timestamp) -> Failure {
        let seconds = now.duration_since(self.at).as_secs().max(0);
        let (english, arabic) = if to_queue {
            ("to this queue", "إلى هذا الطابور")
        } else {
            ("to the same people", "إلى المستلمين أنفسهم")
        };
        Fault::new(Code::AlreadySent)
            .about(self.batch)
            .saying(
                format!(
                    "The same was sent {english} {seconds} seconds ago; messages: {count}. Confirm if you mean to send it again."
                ),
                format!(
                    "أُرسلت الرسالة نفسها {arabic} قبل قليل (قبل {seconds} ث، عدد الرسائل: {count}). أكّد إن أردت إرسالها مرة أخرى."
                ),
            )
            .into()
    }
}

/// Whether somebody has a message of this status, or nobody can tell.
const fn may_have_it(status: Status) -> bool {
    match status {
        Status::Queued | Status::Stopped | Status::Failed => false,
        Status::Sending | Status::Unknown | Status::Sent | Status::Delivered | Status::Read => true,
    }
}

/// What of a request is compared with what was sent a moment ago.
pub struct Mark {
    /// The template or the text in its place, and who is meant, in whichever order.
    digest: String,
    to_queue: bool,
    again: bool,
}

impl Mark {
    /// Of a request.
    pub fn of(request: &SendRequest, audience: &Audience) -> Self {
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
        Self {
            digest: hash([&request.template_id.to_string(), text, &people].join("\0").as_bytes()),
            to_queue: matches!(audience, Audience::Queue(_)),
            again: request.again == Some(true),
        }
    }

    /// Where it stands if the same was sent.
    pub fn key(&self, scope: &TenantScope) -> Key {
        keys::last_send(scope, &self.digest)
    }

    /// Compares it with what was sent last, if anything was; nothing is refused to who means to send it again.
    ///
    /// # Errors
    /// `AlreadySent`, with the batch, when it was sent and to how many.
    pub async fn compare(
        self,
        cx: &Cx,
        scope: &TenantScope,
        snapshot: &Snapshot,
        last: Option<Stored<LastSend>>,
    ) -> Result<Compared, Failure> {
        let content = said(snapshot);
        if let Some(last) = last.as_ref().filter(|last| !self.again && last.content == content) {
            let went = last.went(cx, scope).await?;
            if went > 0 {
                return Err(last.already(went, self.to_queue, cx.now()));
            }
        }
        Ok(Compared { mark: self, content, last })
    }
}

/// What a text says, and how: a template that was corrected says something else.
fn said(snapshot: &Snapshot) -> String {
    let approved = snapshot.provider_template.as_ref();
    let approved = approved.map_or(["", ""], |template| [&template.name, &template.language]);
    let [name, language] = approved;
    hash([snapshot.content.as_str(), name, language].join("\0").as_bytes())
}

/// A request that says something else than what was sent last, or that is meant to say it again.
pub struct Compared {
    mark: Mark,
    content: String,
    last: Option<Stored<LastSend>>,
}

impl Compared {
    /// Adds to the work that this was sent. Gives what is refused if somebody else sends the same at this moment.
    pub fn note(&self, batch: &Batch, queued: u32, scope: &TenantScope, work: &mut Work) -> Noted {
        let (digest, content) = (self.mark.digest.clone(), self.content.clone());
        let this = LastSend { digest, content, batch: batch.id, queued, at: batch.created_at };
        let slot = match &self.last {
            _ if self.mark.again => {
                let mark = Update::upsert::<LastSend>(self.mark.key(scope)).set("digest", &this.digest);
                let mark = mark.set("content", &this.content).set("batch", this.batch).set("queued", queued);
                work.update(mark.set("at", this.at).until(this.until()));
                None
            }
            Some(last) => Some(work.replace(scope, last, &this)),
            None => Some(work.create_or_renew(scope, &this, this.at)),
        };
        Noted { slot, content: this.content, to_queue: self.mark.to_queue, at: this.at }
    }
}

/// That something was sent, in a transaction in the making.
pub struct Noted {
    slot: Option<Slot>,
    content: String,
    to_queue: bool,
    at: Timestamp,
}

impl Noted {
    /// The failure of a commit, if the same was sent by another request at that moment; of something else, it is to be compared anew.
    pub fn explain(&self, error: &dawr_store::CommitError) -> Option<Failure> {
        let refusal = error.refusal(self.slot?)?;
        let last: Option<Stored<LastSend>> = refusal.found().ok()?;
        let same = last.filter(|last| last.content == self.content);
        let anew = || Failure::new(Code::Unavailable).after(1);
        Some(same.map_or_else(anew, |last| last.already(last.queued, self.to_queue, self.at)))
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
            Mark::of(&request, &Audience::Named(people.to_vec())).digest
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
