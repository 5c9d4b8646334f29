//! The token by which an invitation is accepted.

use dawr_api::{Cx, idempotency::hash};
use dawr_kernel::{
    entropy::random,
    id::{BODY_PATTERN, InvitationId, TenantId},
    text::Invalid,
};
use dawr_store::{Ground, TenantScope};

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
        "pattern": format!(r"^ten_{BODY_PATTERN}\.inv_{BODY_PATTERN}\.[A-Za-z0-9_-]{{43}}$"),
    })
);

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
