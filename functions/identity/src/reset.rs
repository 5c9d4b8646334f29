//! That a member may choose a new password, by a code that was sent to their phone.

use dawr_api::{Cx, Failure, tenant::Tenant};
use dawr_kernel::id::MemberId;
use dawr_messaging::notice::{self, Notice};
use dawr_store::{Entity, Place, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    model::Member,
    one_time_code::{CodeHash, ResetCode, generate, shown},
};

/// For so many minutes a code is good.
pub const MINUTES: i64 = 15;

/// The code that a member got last.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reset {
    /// The member.
    pub member: MemberId,
    /// The code.
    pub code: CodeHash,
    /// The member's [`epoch`](Member::epoch) when it was sent: who has got another password since needs it no more.
    pub epoch: u32,
    /// Until when it is good.
    pub ends_at: Timestamp,
}

impl Entity for Reset {
    const KIND: &'static str = "reset";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::reset(scope, self.member)).until(self.ends_at)
    }
}

impl Reset {
    /// Sends a new code with the work, in place of one before; false if there is no way to send it.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn send(
        cx: &Cx,
        scope: &TenantScope,
        tenant: &Tenant,
        member: &Member,
        correlation: &str,
        work: &mut Work,
    ) -> Result<bool, Failure> {
        let Some(phone) = &member.phone else { return Ok(false) };
        let code = generate(ResetCode::DIGITS, cx.entropy());
        let (name, shown) = (&tenant.name, shown(&code));
        let english = format!(
            "{shown} is your code for a new password at {name}. It is good for {MINUTES} minutes. Give it to nobody. If \
             you did not ask for it, ignore this message."
        );
        let arabic = format!(
            "{shown} هو رمزك لتعيين كلمة مرور جديدة في {name}. صالح {MINUTES} دقيقة. لا تعطه لأحد. إن لم تطلبه فتجاهل هذه الرسالة."
        );
        let text = tenant.locale.of((&english, &arabic));
        let notice = Notice { by: member.id, to: phone, text, correlation };
        let sent = notice::send(cx, scope, &notice, work).await?;
        if sent {
            let hash = CodeHash::of(&code, cx.entropy())?;
            let ends_at = cx.now().checked_add(SignedDuration::from_mins(MINUTES)).unwrap_or(cx.now());
            let update = Update::upsert::<Self>(keys::reset(scope, member.id));
            let update = update.set("member", member.id).set("code", hash).set("epoch", member.epoch);
            work.update(update.set("ends_at", ends_at).until(ends_at));
        }
        Ok(sent)
    }

    /// Whether it still stands for what the member is now.
    pub fn is_of(&self, member: &Member, now: Timestamp) -> bool {
        member.active && self.epoch == member.epoch && now < self.ends_at
    }
}
