//! `DELETE /api/quotas/{userId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::{CommitError, Work};

use crate::{
    holder::load_to_set,
    quota_view::{QuotaView, sent_by},
    set_quota::QuotaPath,
};

/// Messages may be asked for, sent and given back at the same time: so often it is tried.
const MAX_TRIES: u32 = 12;

endpoint! {
    /// Takes back all that was granted to a member. Their role counts again: a moderator has nothing, others have no limit.
    /// Messages that were asked for before still go. To whom nothing is granted, nothing happens.
    pub const DELETE_QUOTA: "delete_quota" = Delete "/api/quotas/{userId}";
    requires: Permission(QuotaManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: delete_quota(path: QuotaPath) -> 200 QuotaView;
    errors: [NotFound, NotOneself, ExceedsOwnRights];
}

async fn delete_quota(cx: &Cx, path: QuotaPath) -> Result<QuotaView, Failure> {
    let caller = cx.authorize(Permission::QuotaManage)?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let (member, quota) = load_to_set(cx, &caller, path.user_id).await?;
        let next = quota.as_ref().and_then(|quota| quota.taken_back(cx.now()));
        if let (Some(quota), Some(next)) = (&quota, &next) {
            let mut work = Work::new();
            work.replace(&caller, quota, next);
            match cx.save(&caller, work).await {
                Ok(()) => {}
                Err(CommitError::Refused(_)) => continue,
                Err(error) => return Err(error.into()),
            }
        }
        let left = next.or_else(|| quota.map(|quota| quota.value));
        return Ok(QuotaView::new(&member, left.as_ref(), sent_by(cx, &caller, member.id).await?));
    }
    Err(Failure::new(Code::Unavailable).after(1))
}
