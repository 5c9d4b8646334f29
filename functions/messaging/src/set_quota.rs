//! `PUT /api/quotas/{userId}`

use dawr_api::{
    Authorized, Cx, Failure, Fault, code::Code, endpoint, failure::FieldErrors, function::Access,
    permission::Permission, quota::Quota,
};
use dawr_kernel::{id::MemberId, text::Invalid};
use dawr_store::{CommitError, Stored, Update, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{list_quotas::sent, quota_view::QuotaView};

/// The most that one request grants.
const MAX: i64 = 1_000_000;

endpoint! {
    /// Sets a member's quota, or raises it.
    pub const SET_QUOTA: "set_quota" = Put "/api/quotas/{userId}";
    requires: Permission(QuotaManage);
    access: Access::WRITE;
    handler: set_quota(path: QuotaPath, body: SetQuota) -> 200 QuotaView;
    errors: [NotFound, OutOfRange];
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
    let items = cx.table().get_items(&keys).await?;
    let [member, quota] = keys.map(|key| items.contains_key(&key));
    if !member {
        return Err(Code::NotFound.into());
    }
    let key = keys::quota(&caller, path.user_id);
    let mut work = Work::new();
    if quota {
        let update = Update::of(key.clone()).add("messages_granted", messages).add("messages_left", messages);
        work.update(update.add("queues_granted", queues).add("queues_left", queues));
    } else {
        let (messages_left, queues_left) = (messages, queues);
        let member = path.user_id;
        work.create(
            &caller,
            &Quota { member, messages_granted: messages, messages_left, queues_granted: queues, queues_left },
        );
    }
    match cx.table().commit(work).await {
        // Somebody else set the member's first quota at the same moment.
        Err(CommitError::Refused(_)) => Err(Failure::new(Code::StaleVersion)),
        done => Ok(done?),
    }?;
    view(cx, &caller, path.user_id).await
}

impl SetQuota {
    fn granted(&self) -> Result<(i64, i64), Failure> {
        let mut faults = Vec::new();
        let mut check = |value: Option<i64>, field: &str| {
            let value = value.unwrap_or_default();
            if !(0..=MAX).contains(&value) {
                faults.push(Fault::invalid(field, Invalid::OutOfRange { min: 0, max: MAX }));
            }
            value
        };
        let granted = (check(self.add_messages, "addMessages"), check(self.add_queues, "addQueues"));
        if faults.is_empty() { Ok(granted) } else { Err(Failure::of(faults)) }
    }
}

async fn view(cx: &Cx, caller: &Authorized, member: MemberId) -> Result<QuotaView, Failure> {
    let quota: Option<Stored<Quota>> = cx.table().get(&keys::quota(caller, member)).await?;
    let sent = sent(cx, caller).await?.get(&member).copied().unwrap_or_default();
    Ok(QuotaView::new(&*quota.ok_or(Code::NotFound)?, sent))
}
