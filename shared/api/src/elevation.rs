//! An elevation: an operator's stay in a customer's tenant, to help there for a time.
//!
//! It lies in the customer's tenant, which sees who came, why and until when, and can end it. A token for it says so in
//! `act`, and is good in both tenants or in none (docs/adr/0010).

use dawr_kernel::{
    id::{ElevationId, MemberId, TenantId},
    text::{Invalid, PersonName},
};
use dawr_store::{Entity, Ground, Place, Stored, TenantScope, Work, keys};
use deserr::Deserr;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::LIFETIME,
    standing,
    tenant::{ClinicName, GivenReason, Tenant},
};

/// Minutes that a stay may last: five, up to four hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, JsonSchema)]
#[deserr(try_from(i64) = StayMinutes::parse -> Invalid)]
pub struct StayMinutes(#[schemars(range(min = 5, max = 240))] u32);

impl StayMinutes {
    fn parse(number: i64) -> Result<Self, Invalid> {
        match u32::try_from(number) {
            Ok(number @ 5..=240) => Ok(Self(number)),
            _ => Err(Invalid::OutOfRange { min: 5, max: 240 }),
        }
    }
}

impl Default for StayMinutes {
    fn default() -> Self {
        Self(60)
    }
}

/// The operator of a stay.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Operator {
    /// The organisation that runs the platform.
    pub platform: TenantId,
    /// The operator there.
    pub member: MemberId,
    /// What they were called when they came.
    pub name: PersonName,
}

/// On whose behalf a stay was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The platform's: the operator themselves, or an administrator of theirs.
    Platform,
    /// The tenant's.
    Tenant,
}

/// That a stay was ended before its time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// On whose behalf.
    pub side: Side,
    /// The member of that side.
    pub by: MemberId,
}

/// An operator's stay in a customer's tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Elevation {
    /// Its id.
    pub id: ElevationId,
    /// The customer's tenant.
    pub tenant: TenantId,
    /// What the tenant was called then, for the operator's list.
    pub tenant_name: ClinicName,
    /// Who came.
    pub operator: Operator,
    /// Why.
    pub reason: GivenReason,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when at the latest.
    pub ends_at: Timestamp,
    /// That it was ended before.
    pub ended: Option<Ended>,
    /// Until when the tenant sees it: as long as what was done in it is in the trail.
    pub until: Timestamp,
}

impl Entity for Elevation {
    const KIND: &'static str = "elevation";

    fn place(&self, scope: &TenantScope) -> Place {
        let listed = keys::elevation_listed(self.operator.member, self.id);
        Place::at(keys::elevation(scope, self.id)).gsi1(listed).until(self.until)
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Elevation {
    /// A stay in a tenant from now on.
    pub fn begin(
        id: ElevationId,
        tenant: &Tenant,
        operator: Operator,
        reason: GivenReason,
        minutes: StayMinutes,
        now: Timestamp,
    ) -> Self {
        let after = |span: SignedDuration| now.checked_add(span).unwrap_or(now);
        Self {
            id,
            tenant: tenant.id,
            tenant_name: tenant.name.clone(),
            operator,
            reason,
            created_at: now,
            ends_at: after(SignedDuration::from_mins(minutes.0.into())),
            ended: None,
            until: after(SignedDuration::from_hours(24 * i64::from(tenant.retention.audit_days))),
        }
    }

    /// Whether the operator may still be there.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.ends_at
    }

    /// When a token that is given out now ends, in seconds since 1970: with the stay at the latest.
    pub fn token_ends(&self, now: Timestamp) -> i64 {
        (now.as_second() + LIFETIME).min(self.ends_at.as_second())
    }

    /// Where the operator is at home: what is done to a stay is in that trail, too.
    pub const fn home(&self) -> TenantScope {
        TenantScope::on(Ground::Platform, self.operator.platform)
    }

    /// Says that the work changes what operators may do in the tenant.
    pub fn concerns(&self, work: &mut Work) {
        work.about(Tenant::KIND, self.tenant, dawr_store::work::What::Changed(vec!["elevations".to_owned()]));
    }
}

/// Ends a stay with the work: no token of it is good any more.
pub fn end(scope: &TenantScope, stay: &Stored<Elevation>, ended: Ended, work: &mut Work) {
    let now = ended.at;
    work.replace(scope, stay, &Elevation { ended: Some(ended), ..stay.value.clone() });
    standing::end(scope, stay.id, now, work);
    stay.concerns(work);
}

/// How a stay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StayState {
    /// The operator may be there.
    Open,
    /// Its time is over, or it was ended before.
    Ended,
}

/// A stay as the API shows it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StayView {
    id: ElevationId,
    tenant_id: TenantId,
    tenant_name: ClinicName,
    /// Who came.
    operator: OperatorView,
    /// Why.
    reason: GivenReason,
    state: StayState,
    #[schemars(with = "String")]
    created_at: Timestamp,
    /// Until when at the latest.
    #[schemars(with = "String")]
    ends_at: Timestamp,
    /// When it was ended before, if it was.
    #[schemars(with = "Option<String>")]
    ended_at: Option<Timestamp>,
    /// On whose behalf.
    ended_by: Option<Side>,
}

/// The operator of a stay.
#[derive(Debug, Serialize, JsonSchema)]
struct OperatorView {
    id: MemberId,
    name: String,
}

impl StayView {
    /// A stay as it stands now.
    pub fn new(stay: &Elevation, now: Timestamp) -> Self {
        Self {
            id: stay.id,
            tenant_id: stay.tenant,
            tenant_name: stay.tenant_name.clone(),
            operator: OperatorView { id: stay.operator.member, name: stay.operator.name.expose().to_owned() },
            reason: stay.reason.clone(),
            state: if stay.is_open(now) { StayState::Open } else { StayState::Ended },
            created_at: stay.created_at,
            ends_at: stay.ends_at,
            ended_at: stay.ended.as_ref().map(|ended| ended.at),
            ended_by: stay.ended.as_ref().map(|ended| ended.side),
        }
    }
}
