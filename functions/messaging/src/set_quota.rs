//! `PUT /api/quotas/{userId}`

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    quota::{Counted, Quota},
};
use dawr_kernel::{id::MemberId, text::Invalid};
use dawr_store::{CommitError, Entity, Slot, Update, Work, keys, work::What};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    holder::load_to_set,
    quota_view::{QuotaView, sent_by},
};

/// The most that one request grants or takes back.
const MAX: i64 = 1_000_000;

endpoint! {
    /// Raises a member's quota, or takes back of it what is left. Of a member who covers more clinics than the caller, and of
    /// oneself unless one administers the whole tenant, it is somebody else's to set.
    pub const SET_QUOTA: "set_quota" = Put "/api/quotas/{userId}";
    requires: Permission(QuotaManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: set_quota(path: QuotaPath, body: SetQuota) -> 200 QuotaView;
    errors: [NotFound, Required, OutOfRange, NotOneself, ExceedsOwnRights, QuotaInUse];
    idempotent;
}

/// The id of a member in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct QuotaPath {
    /// The member.
    pub user_id: MemberId,
}

/// What is granted on top of what was granted before, or taken back from it: at least one of the two.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetQuota {
    /// Messages, 0 for none; below zero: no longer granted.
    #[deserr(default)]
    #[schemars(range(min = -1_000_000, max = 1_000_000))]
    add_messages: Option<i64>,
    /// Queues; below zero: no longer granted.
    #[deserr(default)]
    #[schemars(range(min = -1_000_000, max = 1_000_000))]
    add_queues: Option<i64>,
}

/// What is counted, the field that grants it, and how much of it.
type Grant = (Counted, &'static str, i64);

async fn set_quota(cx: &Cx, path: QuotaPath, body: SetQuota) -> Result<QuotaView, Failure> {
    let caller = cx.authorize(Permission::QuotaManage)?;
    let grants = body.grants()?;
    let (member, quota) = load_to_set(cx, &caller, path.user_id).await?;
    let present = quota.as_ref().map_or_else(|| Quota::new(path.user_id), |quota| quota.value.clone());
    let next = with(present, &grants)?;
    // What is reserved at this moment may be counted in the answer or not: the write itself counts it.
    let view = QuotaView::new(&member, Some(&next), sent_by(cx, &caller, member.id).await?);
    let mut work = Work::new();
    let raised = match &quota {
        Some(quota) if quota.messages_ended_at.is_none() => Some(raise(&caller, path.user_id, &grants, &mut work)),
        Some(ended) => {
            work.replace(&caller, ended, &next);
            None
        }
        None => {
            // A refusal: somebody else made it at the same moment.
            work.create(&caller, &next);
            None
        }
    };
    match (cx.commit(&caller, work, &view).await, raised) {
        (Ok(()), _) => Ok(view),
        (Err(error), Some(slot)) => Err(explain(error, slot, &grants)),
        (Err(error), None) => Err(error.into()),
    }
}

/// Adds the grants to the work, on top of whatever the quota is by then.
fn raise(caller: &Authorized, member: MemberId, grants: &[Grant], work: &mut Work) -> Slot {
    work.about(
        Quota::KIND,
        member,
        What::Changed(grants.iter().map(|(counted, ..)| counted.granted().to_owned()).collect()),
    );
    let quota = Update::of(keys::quota(caller, member)).without("messages_ended_at");
    work.update(grants.iter().fold(quota, |update, (counted, _, by)| {
        let update = update.add(counted.granted(), *by).add(counted.left(), *by);
        if *by < 0 { update.at_least(counted.left(), -by) } else { update }
    }))
}

/// The quota with these grants: the first one of a member, or the first one since all was taken back.
fn with(quota: Quota, grants: &[Grant]) -> Result<Quota, Failure> {
    if grants.iter().any(|(counted, _, by)| quota.left(*counted).unwrap_or_default() + by < 0) {
        return Err(too_little(&quota, grants));
    }
    Ok(grants.iter().fold(quota, |quota, (counted, _, by)| quota.with(*counted, *by)))
}

fn explain(error: CommitError, slot: Slot, grants: &[Grant]) -> Failure {
    let found = error.refusal(slot).and_then(|refusal| refusal.found::<Quota>().ok().flatten());
    found.map_or_else(|| error.into(), |quota| too_little(&quota, grants))
}

/// Of what more is to be taken back than is left.
fn too_little(quota: &Quota, grants: &[Grant]) -> Failure {
    let faults = grants.iter().filter_map(|(counted, field, by)| {
        let left = quota.left(*counted).unwrap_or_default();
        (left + by < 0).then(|| {
            Fault::at(Code::QuotaInUse, *field).saying(
                format!("Only {left} are left to take back: the rest is used or asked for."),
                format!("يمكن سحب {left} فقط: الباقي مستخدم أو محجوز."),
            )
        })
    });
    let faults: Vec<_> = faults.collect();
    // It was enough when it was looked at.
    if faults.is_empty() { Code::StaleVersion.into() } else { Failure::of(faults) }
}

impl SetQuota {
    fn grants(&self) -> Result<Vec<Grant>, Failure> {
        let fields =
            [(Counted::Messages, "addMessages", self.add_messages), (Counted::Queues, "addQueues", self.add_queues)];
        let grants: Vec<Grant> = fields
            .into_iter()
            .filter_map(|(counted, field, by)| Some((counted, field, by.filter(|by| *by != 0)?)))
            .collect();
        let beyond = grants.iter().filter(|(.., by)| !(-MAX..=MAX).contains(by));
        let out_of_range = Invalid::OutOfRange { min: -MAX, max: MAX };
        let mut faults: Vec<_> = beyond.map(|(_, field, _)| Fault::invalid(*field, out_of_range)).collect();
        if grants.is_empty() {
            faults.push(Fault::at(Code::Required, "addMessages"));
        }
        if faults.is_empty() { Ok(grants) } else { Err(Failure::of(faults)) }
    }
}
