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

    /// Whether it still stands for what was sent: not once that was stopped, since then nobody got it, or some who are to be told
    /// anew.
    async fn stands(&self, cx: &Cx, scope: &TenantScope) -> Result<bool, StoreError> {
        if self.until() <= cx.now() {
            return Ok(false);
        }
        let batch: Option<Stored<Batch>> = cx.table().get(&keys::batch(scope, self.batch)).await?;
        Ok(batch.is_none_or(|batch| batch.stopped_at.is_none()))
    }

    fn already(&self, to_queue: bool, now: Timestamp) -> Failure {
        let (seconds, count) = (now.duration_since(self.at).as_secs().max(0), self.queued);
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
        if let Some(last) = last.as_ref().filter(|last| !self.again && last.content == content)
            && last.stands(cx, scope).await?
        {
            return Err(last.already(self.to_queue, cx.now()));
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
    /// The failure of a commit, if the same was sent by another request at that moment.
    pub fn explain(&self, error: &dawr_store::CommitError) -> Option<Failure> {
        let refusal = error.refusal(self.slot?)?;
        let last: Option<Stored<LastSend>> = refusal.found().ok()?;
        let same = last.filter(|last| last.content == self.content);
        Some(same.map_or_else(|| Code::StaleVersion.into(), |last| last.already(self.to_queue, self.at)))
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
