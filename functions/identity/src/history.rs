//! A member's tries to sign in, kept for half a year.

use dawr_api::{Cx, Failure, code::Code};
use dawr_kernel::id::{MemberId, SignInId};
use dawr_store::{Entity, Place, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{device, habits::Risk, reset_request::ResetRequest};

/// How long a try is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(180 * 24);

/// How a try to sign in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The member was signed in.
    SignedIn,
    /// The password was wrong.
    WrongPassword,
    /// The password was right, and a code was asked for.
    CodeNeeded,
    /// The password was right, but the code was wrong.
    WrongCode,
    /// The password was right, but the tenant is suspended.
    TenantSuspended,
    /// The password was right, but the tenant does not allow the address.
    AddressNotAllowed,
    /// A refresh token was used twice: the session that it belongs to was ended.
    TokenReused,
    /// A code for a new password was asked for, and sent.
    ResetAsked,
    /// A code for a new password was asked for, but there is no way to send one.
    ResetUnreachable,
    /// A new password was set by a code.
    PasswordReset,
}

impl Outcome {
    /// How a try with a right password was refused; none if it could not be decided.
    pub fn of_refusal(refusal: &Failure) -> Option<Self> {
        match refusal.code() {
            Code::SecondFactorNeeded => Some(Self::CodeNeeded),
            Code::InvalidCode => Some(Self::WrongCode),
            Code::TenantSuspended => Some(Self::TenantSuspended),
            Code::AddressNotAllowed => Some(Self::AddressNotAllowed),
            _ => None,
        }
    }
}

/// A try to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// Whose.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// What was out of the ordinary.
    #[serde(default)]
    pub unusual: Vec<Risk>,
    /// What it came from.
    pub device: String,
    /// The address that it came from.
    pub address: String,
    until: Timestamp,
}

impl Entity for SignIn {
    const KIND: &'static str = "signin";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::sign_in(scope, self.member, self.id)).until(self.until)
    }
}

impl SignIn {
    /// The try that this request is.
    pub fn of(cx: &Cx, member: MemberId, outcome: Outcome) -> Self {
        let (id, at) = (cx.new_id(), cx.now());
        let until = at.checked_add(KEPT).unwrap_or(at);
        let device = device::name(cx.header("user-agent").unwrap_or_default());
        Self { id, member, at, outcome, unusual: Vec::new(), device, address: cx.address.clone(), until }
    }

    /// That somebody asked for a new password of a member.
    pub fn asked(cx: &Cx, member: MemberId, outcome: Outcome, request: &ResetRequest) -> Self {
        let (device, address) = (request.device.clone(), request.address.clone());
        Self { device, address, ..Self::of(cx, member, outcome) }
    }

    /// The same, out of the ordinary in these ways.
    #[must_use]
    pub fn unusual(self, risks: &[Risk]) -> Self {
        Self { unusual: risks.to_vec(), ..self }
    }

    /// The same for whoever does not exist: it costs what a try of somebody costs, and is soon forgotten.
    #[must_use]
    pub fn of_nobody(self) -> Self {
        let until = self.at.checked_add(SignedDuration::from_mins(1)).unwrap_or(self.at);
        Self { until, ..self }
    }

    /// It ended otherwise, and was out of the ordinary in these ways.
    pub fn becomes(&self, scope: &TenantScope, outcome: Outcome, unusual: &[Risk], work: &mut Work) {
        let update = Update::of(keys::sign_in(scope, self.member, self.id));
        work.update(update.set("outcome", outcome).set("unusual", unusual));
    }
}
