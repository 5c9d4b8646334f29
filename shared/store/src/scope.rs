//! The proof that work for a tenant has been authorized.

use dawr_kernel::id::TenantId;

/// Why a tenant's data may be reached. Every place that names one of these is a place to review; a test lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A verified access token whose role has the permission asked for.
    Authorized,
    /// A job that one of Dawr's own functions wrote for this tenant.
    Job,
    /// A credential that is just being checked: sign-in, refresh, sign-out.
    SignIn,
    /// A tenant that is being founded by this request.
    SignUp,
    /// Whoever runs the platform: its operators, and the tools at the table itself.
    Platform,
    /// A number of the tenant's that somebody else has just proved to be theirs.
    Claim,
    /// A provider's callback, whose signature is checked with the tenant's own secret before anything is stored.
    Callback,
}

/// The right to work on one tenant's data. Keys of a tenant cannot be built without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantScope {
    tenant: TenantId,
    ground: Ground,
}

impl TenantScope {
    /// A scope on the ground named. Called by the authorization check and by the few places that a ground lists.
    pub const fn on(ground: Ground, tenant: TenantId) -> Self {
        Self { tenant, ground }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Why it may be reached.
    pub const fn ground(&self) -> Ground {
        self.ground
    }
}
