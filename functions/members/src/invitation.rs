//! Invitations: that somebody is asked to become a member, and the token by which they do.

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    idempotency::hash,
    tenant::{Tenant, TenantKind},
};
use dawr_identity::model::{EmailAddress, Member};
use dawr_kernel::{
    entropy::random,
    id::{InvitationId, MemberId, TenantId},
    phone::PhoneNumber,
    text::{Invalid, PersonName},
};
use dawr_messaging::notice::{self, Notice};
use dawr_store::{Entity, Ground, Place, Stored, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    grants::{self, Assignment},
    people::Known,
};

/// After it is over, so long an invitation is listed, so that it can be seen what became of it.
const LISTED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing yet.
    Open,
    /// Somebody became this member by it.
    Accepted(MemberId),
    /// It was taken back.
    Revoked,
}

/// That somebody is asked to become a member.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The hash of the secret of its token.
    pub token: String,
    /// What they will be.
    pub offer: Assignment,
    /// What they are called, as far as the inviter knows.
    pub full_name: Option<PersonName>,
    /// Their phone.
    pub phone: Option<PhoneNumber>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// Who invites. What they may not give any more when it is accepted is not given.
    pub invited_by: MemberId,
    /// What became of it.
    pub decision: Decision,
    /// For how many hours a token is good.
    pub hours: u32,
    /// Until when the token is good.
    pub ends_at: Timestamp,
    /// Since when it exists.
    pub created_at: Timestamp,
}

impl Entity for Invitation {
    const KIND: &'static str = "invitation";

    fn place(&self, scope: &TenantScope) -> Place {
        let until = self.ends_at.checked_add(LISTED).unwrap_or(self.ends_at);
        Place::at(keys::invitation(scope, self.id)).until(until)
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It can be accepted.
    Pending,
    /// Nobody accepted it in time.
    Expired,
    /// Somebody became a member by it.
    Accepted,
    /// It was taken back.
    Revoked,
}

impl Invitation {
    /// How it stands.
    pub fn state(&self, now: Timestamp) -> State {
        match self.decision {
            Decision::Open if now < self.ends_at => State::Pending,
            Decision::Open => State::Expired,
            Decision::Accepted(_) => State::Accepted,
            Decision::Revoked => State::Revoked,
        }
    }

    /// The same with a new token, good for its hours from now on. The one before is void.
    pub fn renewed(&self, cx: &Cx, scope: &TenantScope, invited_by: MemberId) -> (Self, InvitationToken) {
        let token = InvitationToken::new(cx, scope.tenant(), self.id);
        let ends_at = ends(cx.now(), self.hours);
        (Self { token: token.hash(), invited_by, ends_at, ..self.clone() }, token)
    }

    /// The invitation after it became this member.
    #[must_use]
    pub fn accepted(&self, member: MemberId) -> Self {
        Self { decision: Decision::Accepted(member), ..self.clone() }
    }

    /// Sends the token to the phone with the work, where there is a phone and a way to it; says whether there is.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn send(
        &self,
        cx: &Cx,
        scope: &TenantScope,
        tenant: &Tenant,
        link: &str,
        work: &mut Work,
    ) -> Result<bool, Failure> {
        let Some(phone) = &self.phone else { return Ok(false) };
        let (name, hours) = (&tenant.name, self.hours);
        let english =
            format!("{name} invites you to work with it on Dawr. Open this link within {hours} hours to join: {link}");
        let arabic = format!("تدعوك {name} للعمل معها على «دور». افتح هذا الرابط خلال {hours} ساعة للانضمام: {link}");
        let text = tenant.locale.of((&english, &arabic));
        let notice = Notice { by: self.invited_by, to: phone, text, correlation: &cx.correlation };
        notice::send(cx, scope, &notice, work).await
    }
}

/// When a token that is made now ends.
pub fn ends(now: Timestamp, hours: u32) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(hours.into())).unwrap_or(now)
}

/// The token of an invitation: where the invitation is, and a secret of 256 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationToken {
    tenant: TenantId,
    /// The invitation.
    pub invitation: InvitationId,
    secret: String,
    text: String,
}

impl InvitationToken {
    /// A new one.
    pub fn new(cx: &Cx, tenant: TenantId, invitation: InvitationId) -> Self {
        let secret = data_encoding::BASE64URL_NOPAD.encode(&random::<32>(cx.entropy()));
        Self { tenant, invitation, text: format!("{tenant}.{invitation}.{secret}"), secret }
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`Invalid::InvalidFormat`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::InvalidFormat { expected: "ten_….inv_….…" };
        let parts: Vec<&str> = text.trim().split('.').collect();
        let [tenant, invitation, secret] = parts.as_slice() else { return Err(invalid()) };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        match (tenant.parse(), invitation.parse()) {
            (Ok(tenant), Ok(invitation)) if secret.len() == 43 && secret.bytes().all(plain) => {
                Ok(Self { tenant, invitation, secret: (*secret).to_owned(), text: text.trim().to_owned() })
            }
            _ => Err(invalid()),
        }
    }

    /// Its text.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What is stored of it.
    pub fn hash(&self) -> String {
        hash(self.secret.as_bytes())
    }

    /// The page on which it is accepted. What stands behind `#` is sent to no server, and is in no log.
    pub fn link(&self, cx: &Cx) -> String {
        format!("{}/invite#{}", cx.settings().public_url.trim_end_matches('/'), self.text)
    }

    /// The scope of the tenant that it invites to.
    pub const fn scope(&self) -> TenantScope {
        TenantScope::on(Ground::SignIn, self.tenant)
    }
}

impl std::fmt::Debug for InvitationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationToken(…)")
    }
}

dawr_kernel::string_newtype!(
    InvitationToken,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string",
        "pattern": "^ten_[0-9a-hjkmnp-tv-z]{26}\\.inv_[0-9a-hjkmnp-tv-z]{26}\\.[A-Za-z0-9_-]{43}$",
    })
);

/// An invitation that somebody holds a good token of.
pub struct Invited {
    /// Their right to look at it.
    pub scope: TenantScope,
    /// The tenant.
    pub tenant: Stored<Tenant>,
    /// The invitation.
    pub invitation: Stored<Invitation>,
    /// Who invites.
    pub inviter: Stored<Member>,
}

/// What is said of a token that is not good, whatever the reason: a guess learns nothing.
pub fn invalid() -> Failure {
    Fault::at(Code::InvitationInvalid, "token").into()
}

impl Invited {
    /// Looks the token up. It is good if it is the invitation's last one, in time and not used, and whoever invited may
    /// still give what it offers.
    ///
    /// # Errors
    /// `InvitationInvalid`, `TenantSuspended`, `AddressNotAllowed`.
    pub async fn by(cx: &Cx, token: &InvitationToken) -> Result<Self, Failure> {
        let scope = token.scope();
        let keys = [keys::invitation(&scope, token.invitation), keys::tenant(&scope)];
        let mut items = cx.table().get_items(&keys).await?;
        let [invitation, tenant] = keys.map(|key| items.remove(&key));
        let (invitation, tenant) = invitation.zip(tenant).ok_or_else(invalid)?;
        let (invitation, tenant) = (Stored::<Invitation>::decode(invitation)?, Stored::<Tenant>::decode(tenant)?);
        if invitation.token != token.hash() || invitation.state(cx.now()) != State::Pending {
            return Err(invalid());
        }
        let inviter = inviter(cx, &scope, tenant.organisation, &invitation).await?.ok_or_else(invalid)?;
        tenant.admit(&cx.address)?;
        Ok(Self { scope, tenant, invitation, inviter })
    }
}

/// Whoever invited, if they may give what is offered, now.
async fn inviter(
    cx: &Cx,
    scope: &TenantScope,
    kind: TenantKind,
    invitation: &Invitation,
) -> Result<Option<Stored<Member>>, Failure> {
    let inviter: Option<Stored<Member>> = cx.table().get(&keys::member(scope, invitation.invited_by)).await?;
    let Some(inviter) = inviter.filter(|inviter| inviter.active) else { return Ok(None) };
    let theirs = Assignment::of(&inviter);
    let known = Known::look_up(cx, scope, kind, &[&theirs, &invitation.offer]).await?;
    let permissions = |role| known.permissions(role);
    let may = grants::may_invite(&theirs.rights(permissions), &invitation.offer.rights(permissions));
    Ok(Some(inviter).filter(|_| may && known.faults(&invitation.offer).is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_shown_to_nobody() {
        let secret = "a".repeat(43);
        let ids = "ten_00000000000000000000000000.inv_00000000000000000000000000";
        let text = format!("{ids}.{secret}");
        let token = InvitationToken::parse(&format!(" {text}\n")).unwrap();
        assert_eq!(token.expose(), text);
        assert!(!format!("{token:?}").contains(&secret) && !token.hash().contains(&secret));
        for wrong in [
            "",
            "a.b.c",
            ids,
            &format!("{text}.x"),
            &format!("{ids}.{}", &secret[1..]),
            &format!("{ids}.{}é", &secret[2..]),
        ] {
            assert!(InvitationToken::parse(wrong).is_err(), "{wrong}");
        }
    }
}
