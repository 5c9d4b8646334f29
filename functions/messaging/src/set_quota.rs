//! `PUT /api/quotas/{userId}`

use dawr_api::{
    Authorized, Cx, Failure, Fault, code::Code, endpoint, failure::FieldErrors, function::Access,
    permission::Permission, quota::Quota,
};
use dawr_kernel::{id::MemberId, text::Invalid};
use dawr_store::{CommitError, Entity as _, Stored, Update, Work, keys, work::What};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{covered::Covered, list_quotas::sent, quota_view::QuotaView};

/// The most that one request grants.
const MAX: i64 = 1_000_000;

endpoint! {
    /// Sets a member's quota, or raises it. Of a member who covers more clinics than the caller, and of oneself unless one
    /// administers the whole tenant, it is somebody else's to set.
    pub const SET_QUOTA: "set_quota" = Put "/api/quotas/{userId}";
    requires: Permission(QuotaManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: set_quota(path: QuotaPath, body: SetQuota) -> 200 QuotaView;
    errors: [NotFound, Required, OutOfRange, NotOneself, ExceedsOwnRights];
}

/// The id of a member in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct QuotaPath {
    user_id: MemberId,
}

/// What is granted on top of what was granted before.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetQuota {
    #[deserr(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    add_messages: Option<i64>,
    #[deserr(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    add_queues: Option<i64>,
}

async fn set_quota(cx: &Cx, path: QuotaPath, body: SetQuota) -> Result<QuotaView, Failure> {
    let caller = cx.authorize(Permission::QuotaManage)?;
    let (messages, queues) = body.granted()?;
    let keys = [keys::member(&caller, path.user_id), keys::quota(&caller, path.user_id)];
    let mut items = cx.table().get_items(&keys).await?;
    let [member, quota] = keys.map(|key| items.remove(&key));
    let covered: Stored<Covered> = Stored::decode(member.ok_or(Code::NotFound)?)?;
    if path.user_id != caller.member && !covered.meets(&caller.clinics) {
        return Err(Code::NotFound.into());
    }
    if path.user_id == caller.member && !caller.administers() {
        return Err(Code::NotOneself.into());
    }
    if !covered.is_within(&caller.clinics) {
        return Err(Code::ExceedsOwnRights.into());
    }
    let quota = quota.is_some();
    let mut work = Work::new();
    if quota {
        let mut update = Update::of(keys::quota(&caller, path.user_id));
        work.about(Quota::KIND, path.user_id, What::Changed(body.fields()));
        if let Some(messages) = messages {
            update = update.add("messages_granted", messages).add("messages_left", messages);
        }
        if let Some(queues) = queues {
            update = update.add("queues_granted", queues).add("queues_left", queues);
        }
        work.update(update);
    } else {
        let quota = Quota {
            member: path.user_id,
            messages_granted: messages,
            messages_left: messages,
            queues_granted: queues,
            queues_left: queues,
        };
        work.create(&caller, &quota);
    }
    match cx.save(&caller, work).await {
        // Somebody else set the member's first quota at the same moment.
        Err(CommitError::Refused(_)) => Err(Failure::new(Code::StaleVersion)),
        done => Ok(done?),
    }?;
    view(cx, &caller, path.user_id).await
}

impl SetQuota {
    /// The attributes that it changes.
    fn fields(&self) -> Vec<String> {
        let granted = [(self.add_messages, "messages_granted"), (self.add_queues, "queues_granted")];
        granted.iter().filter(|(value, _)| value.is_some()).map(|(_, field)| (*field).to_owned()).collect()
    }

    fn granted(&self) -> Result<(Option<i64>, Option<i64>), Failure> {
        if self.add_messages.is_none() && self.add_queues.is_none() {
            return Err(Fault::at(Code::Required, "addMessages").into());
        }
        let fields = [(self.add_messages, "addMessages"), (self.add_queues, "addQueues")];
        let beyond = fields.iter().filter(|(value, _)| value.is_some_and(|value| !(0..=MAX).contains(&value)));
        let faults: Vec<_> =
            beyond.map(|(_, field)| Fault::invalid(*field, Invalid::OutOfRange { min: 0, max: MAX })).collect();
        if faults.is_empty() { Ok((self.add_messages, self.add_queues)) } else { Err(Failure::of(faults)) }
    }
}

async fn view(cx: &Cx, caller: &Authorized, member: MemberId) -> Result<QuotaView, Failure> {
    let quota: Option<Stored<Quota>> = cx.table().get(&keys::quota(caller, member)).await?;
    let sent = sent(cx, caller).await?.get(&member).copied().unwrap_or_default();
    Ok(QuotaView::new(&*quota.ok_or(Code::NotFound)?, sent))
}
