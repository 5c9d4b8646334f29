//! Taking a number over: it belongs to whoever proves at Meta that it is theirs. Whoever saved it first keeps it as long as their
//! own token still reaches it (docs/adr/0017).

use dawr_api::{Cx, Failure, Fault, audit::Actor, code::Code, tenant::Tenant};
use dawr_store::{Ground, Stored, TenantScope, Work, keys};
use jiff::Timestamp;

use crate::{
    account::{ProviderNumber, WhatsAppAccount},
    credentials::{self, Credentials},
    whatsapp::number::{NumberProof, prove},
};

/// What a tenant lost.
pub struct Lost {
    scope: TenantScope,
    connected_at: Timestamp,
}

/// Adds to the work that a tenant loses a number which somebody else has proved to be theirs, if it cannot prove that any more.
/// Its trail tells. The work holds nothing else yet.
///
/// # Errors
/// `NumberTaken` while it can; `Unavailable` if nobody can tell now.
pub async fn take(cx: &Cx, held: &ProviderNumber, work: &mut Work) -> Result<Option<Lost>, Failure> {
    let there = TenantScope::on(Ground::Claim, held.tenant);
    if let Some(credentials) = Credentials::load(cx, &there, held.connected_at).await? {
        match prove(cx, &held.phone_number_id, &credentials.access_token).await? {
            NumberProof::Given => return Err(taken()),
            NumberProof::Unknown => return Err(Code::Unavailable.into()),
            NumberProof::TokenRefused | NumberProof::NotReachable => {}
        }
    }
    let keys = [keys::whatsapp_account(&there), keys::tenant(&there)];
    let mut items = cx.table().get_items(&keys).await?;
    let [account, tenant] = keys.map(|key| items.remove(&key));
    let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?;
    let tenant = tenant.map(Stored::<Tenant>::decode).transpose()?;
    let (Some(account), Some(tenant)) = (account, tenant) else { return Ok(None) };
    if account.phone_number_id != held.phone_number_id {
        return Ok(None);
    }
    work.delete(&account);
    credentials::let_go(cx, &there, account.connected_at, work);
    cx.note_there(&there, Actor::nobody(&tenant), work);
    Ok(Some(Lost { scope: there, connected_at: account.connected_at }))
}

/// The number is another clinic's.
pub fn taken() -> Failure {
    Fault::at(Code::NumberTaken, "phoneNumberId").into()
}

impl Lost {
    /// Its credentials are of no use to anybody any more.
    ///
    /// # Errors
    /// If they cannot be deleted now.
    pub async fn forget(self, cx: &Cx) -> Result<(), Failure> {
        credentials::discard(cx, &self.scope, self.connected_at).await
    }
}
