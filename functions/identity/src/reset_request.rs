//! That somebody asked for a new password.
//!
//! The endpoint looks nothing up: it writes this, and the relay hands it to a worker. So that the asking takes the same time
//! and gets the same answer, whoever is asked about.

use dawr_api::{function::Queue, slug::Slug};
use dawr_kernel::id::RequestId;
use dawr_store::{Entity, Place, TenantScope, Wake, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

dawr_kernel::text_type! {
    /// The name of an account as it was written; there may be no such account.
    pub AccountName: personal, single_line, 1..=100
}

/// That somebody asked for a new password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResetRequest {
    /// Its id.
    pub id: RequestId,
    /// The clinic that was named.
    pub clinic: Option<Slug>,
    /// The name of the account.
    pub username: AccountName,
    /// What it was asked from.
    pub device: String,
    /// The hash of what the browser that asked is known by, if it is by anybody.
    #[serde(default)]
    pub browser: Option<String>,
    /// The address that it was asked from.
    pub address: String,
    /// What ties it to the request.
    pub correlation: String,
    /// When it is no use to answer it any more.
    pub ends_at: Timestamp,
}

impl Entity for ResetRequest {
    const KIND: &'static str = "reset_request";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::reset_request(self.id)).wake(Wake::to(Queue::Resets.as_str(), 0)).until(self.ends_at)
    }
}
