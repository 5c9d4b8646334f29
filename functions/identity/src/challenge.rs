//! A code that is sent to the phone of a member who signs in as they usually do not, and has no second factor of their own.

use dawr_api::{Cx, Failure, tenant::Tenant};
use dawr_kernel::id::MemberId;
use dawr_messaging::notice::{self, Notice};
use dawr_store::{Entity, Place, Stored, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    device,
    model::Member,
    one_time_code::{CodeHash, generate},
    second_factor::FactorCode,
    totp::DIGITS,
};

/// For so many minutes a code is good.
const MINUTES: i64 = 10;

/// A code that is younger is not sent anew.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// The code that a member got last.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Challenge {
    /// The member.
    pub member: MemberId,
    /// The code.
    pub code: CodeHash,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Until when it is good.
    pub ends_at: Timestamp,
}

impl Entity for Challenge {
    const KIND: &'static str = "challenge";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::challenge(scope, self.member)).until(self.ends_at)
    }
}

impl Challenge {
    /// Sends a code with the work, unless the last one is on its way; false if there is no way to send one.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn send(
        cx: &Cx,
        scope: &TenantScope,
        tenant: &Tenant,
        member: &Member,
        last: Option<&Stored<Self>>,
        work: &mut Work,
    ) -> Result<bool, Failure> {
        if last.is_some_and(|last| cx.now().duration_since(last.sent_at) < PATIENCE) {
            return Ok(true);
        }
        let Some(phone) = &member.phone else { return Ok(false) };
        let (code, name, device) = (generate(DIGITS, cx.entropy()), &tenant.name, device(cx));
        let english = format!(
            "{code} is your code to sign in to {name} from {device}. It is good for {MINUTES} minutes. Give it to nobody. If \
             this is not you, change your password."
        );
        let arabic = format!(
            "{code} هو رمز دخولك إلى {name} من {device}. صالح {MINUTES} دقائق. لا تعطه لأحد. إن لم يكن هذا أنت فغيّر كلمة مرورك."
        );
        let text = tenant.locale.of((&english, &arabic));
        let notice = Notice { by: member.id, to: phone, text, correlation: &cx.correlation };
        let sent = notice::send(cx, scope, &notice, work).await?;
        if sent {
            let hash = CodeHash::of(&code, cx.entropy())?;
            let ends_at = cx.now().checked_add(SignedDuration::from_mins(MINUTES)).unwrap_or(cx.now());
            let update = Update::upsert::<Self>(keys::challenge(scope, member.id));
            let update = update.set("member", member.id).set("code", hash).set("sent_at", cx.now());
            work.update(update.set("ends_at", ends_at).until(ends_at));
        }
        Ok(sent)
    }

    /// Whether a code is the one that was sent.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn fits(&self, code: &FactorCode, now: Timestamp) -> Result<bool, Failure> {
        Ok(CodeHash::fits(Some(&self.code), code.expose())? && now < self.ends_at)
    }
}

/// Tells a member of a sign-in that was out of the ordinary, with the work, where there is a way to.
///
/// # Errors
/// If the table does not answer.
pub async fn tell(
    cx: &Cx,
    scope: &TenantScope,
    tenant: &Tenant,
    member: &Member,
    work: &mut Work,
) -> Result<bool, Failure> {
    let Some(phone) = &member.phone else { return Ok(false) };
    let (name, device) = (&tenant.name, device(cx));
    let english = format!(
        "You have signed in to {name} from {device}, which is unusual for you. If this was not you, change your password now."
    );
    let arabic = format!("سُجّل دخولك إلى {name} من {device} على غير المعتاد. إن لم يكن هذا أنت فغيّر كلمة مرورك الآن.");
    let text = tenant.locale.of((&english, &arabic));
    let notice = Notice { by: member.id, to: phone, text, correlation: &cx.correlation };
    notice::send(cx, scope, &notice, work).await
}

/// What the request comes from, in words.
fn device(cx: &Cx) -> String {
    let name = device::name(cx.header("user-agent").unwrap_or_default());
    if name.is_empty() { cx.address.clone() } else { format!("{name} ({})", cx.address) }
}
