//! Codes that were sent to a member's phone: for a new password, and for a sign-in that is out of the ordinary.

use dawr_api::{Cx, Failure, hashing::Hashing, tenant::Tenant};
use dawr_kernel::{entropy::Entropy, id::MemberId, phone::PhoneNumber};
use dawr_messaging::notice::{self, Notice};
use dawr_store::{Entity, Key, Place, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    model::Member,
    one_time_code::{CodeHash, ResetCode, generate, shown},
    totp::DIGITS,
};

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A new password.
    Reset,
    /// A sign-in that is out of the ordinary.
    SignIn,
}

impl Purpose {
    /// For so many minutes a code is good.
    pub const fn minutes(self) -> i64 {
        match self {
            Self::Reset => 15,
            Self::SignIn => 10,
        }
    }

    fn key(self, scope: &TenantScope, member: MemberId) -> Key {
        match self {
            Self::Reset => keys::reset(scope, member),
            Self::SignIn => keys::challenge(scope, member),
        }
    }

    fn generate(self, entropy: &dyn Entropy) -> String {
        match self {
            Self::Reset => generate(ResetCode::DIGITS, entropy),
            Self::SignIn => generate(DIGITS, entropy),
        }
    }
}

/// The code that a member got last for a purpose.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SentCode {
    member: MemberId,
    purpose: Purpose,
    code: CodeHash,
    /// Where it was sent.
    to: PhoneNumber,
    /// The member's [`epoch`](Member::epoch) when it was sent.
    epoch: u32,
    /// When it was sent.
    #[serde(with = "dawr_store::instant")]
    pub sent_at: Timestamp,
    ends_at: Timestamp,
}

impl Entity for SentCode {
    const KIND: &'static str = "sent_code";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(self.purpose.key(scope, self.member)).until(self.ends_at)
    }
}

/// A code that is to be sent.
pub struct Sending<'a> {
    /// The tenant that sends it.
    pub tenant: &'a Tenant,
    /// Whose it is.
    pub member: &'a Member,
    /// What for.
    pub purpose: Purpose,
    /// What the request for it came from, in words.
    pub from: &'a str,
    /// What ties it to that request.
    pub correlation: &'a str,
    /// It is refused if another one was sent at this time or later.
    pub not_since: Option<Timestamp>,
}

impl Sending<'_> {
    /// Sends a new code with the work, in place of one before; false if there is no way to send it.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn send(&self, cx: &Cx, scope: &TenantScope, work: &mut Work) -> Result<bool, Failure> {
        let Self { tenant, member, purpose, correlation, .. } = *self;
        let Some(phone) = &member.phone else { return Ok(false) };
        let code = purpose.generate(cx.entropy());
        let [english, arabic] = self.texts(&code);
        let text = tenant.locale.of((&english, &arabic));
        let sent = notice::send(cx, scope, &Notice { by: member.id, to: phone, text, correlation }, work).await?;
        if sent {
            let now = cx.now();
            let ends_at = now.checked_add(SignedDuration::from_mins(purpose.minutes())).unwrap_or(now);
            let update = Update::upsert::<SentCode>(purpose.key(scope, member.id));
            let update = update.set("member", member.id).set("purpose", purpose).set("to", phone);
            let update =
                update.set("code", CodeHash::of(&code, cx.hashing(), cx.entropy())?).set("epoch", member.epoch);
            let update = update.set_instant("sent_at", now).set("ends_at", ends_at).until(ends_at);
            // Of many who ask at once, one has a code sent.
            work.update(match self.not_since {
                Some(since) => update.before("sent_at", since),
                None => update,
            });
        }
        Ok(sent)
    }

    fn texts(&self, code: &str) -> [String; 2] {
        let Self { tenant, purpose, from, .. } = self;
        let (name, minutes) = (&tenant.name, purpose.minutes());
        match purpose {
            Purpose::Reset => {
                let code = shown(code);
                [
                    format!(
                        "{code} is your code for a new password at {name}. It is good for {minutes} minutes. Give it to \
                         nobody. If you did not ask for it, ignore this message."
                    ),
                    format!(
                        "{code} هو رمزك لتعيين كلمة مرور جديدة في {name}. صالح {minutes} دقيقة. لا تعطه لأحد. إن لم تطلبه \
                         فتجاهل هذه الرسالة."
                    ),
                ]
            }
            Purpose::SignIn => [
                format!(
                    "{code} is your code to sign in to {name} from {from}. It is good for {minutes} minutes. Give it to \
                     nobody. If this is not you, change your password."
                ),
                format!(
                    "{code} هو رمز دخولك إلى {name} من {from}. صالح {minutes} دقائق. لا تعطه لأحد. إن لم يكن هذا أنت فغيّر \
                     كلمة مرورك."
                ),
            ],
        }
    }
}

impl SentCode {
    /// Whether it still stands for what the member is now: with the same password, on the same phone.
    pub fn stands(&self, member: &Member, now: Timestamp) -> bool {
        let same = self.epoch == member.epoch && member.phone.as_ref() == Some(&self.to);
        member.active && same && now < self.ends_at
    }

    /// Whether a code is this one. Takes the same time when there is none.
    ///
    /// # Errors
    /// If what is kept cannot be read.
    pub fn fits(sent: Option<&Self>, code: &str, hashing: Hashing) -> Result<bool, Failure> {
        CodeHash::fits(sent.map(|sent| &sent.code), code, hashing)
    }
}
