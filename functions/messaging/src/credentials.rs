//! What a clinic's secret holds, and under which names secrets come and go.
//!
//! Each connection has a secret of its own, named by the time since when it is connected like this, and nobody ever writes to
//! it again. It is made before the account names it, so that it only counts once the account does: of two administrators who
//! save at once, one is refused, and the other's number has the other's credentials (docs/adr/0017). What no account names is
//! noted beside it, so that a crash leaves nothing behind for long.

use dawr_api::{Cx, Failure, code::Code};
use dawr_store::{Entity, Index, Place, Query, Stored, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So long after it began, nobody works on a change of the settings any more.
const ABANDONED: SignedDuration = SignedDuration::from_hours(1);

/// How many who save within one millisecond find names of their own.
const TRIES: i64 = 20;

/// What a clinic's secret holds. Written by the settings, read by the sender and the webhook, never shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// Meta's access token.
    pub access_token: String,
    /// What signs callbacks.
    pub app_secret: String,
    /// What Meta repeats when it verifies the callback's address.
    pub verify_token: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// That there may be a secret which no account names: not yet, or not any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Loose {
    /// By what time it is named.
    pub made_at: Timestamp,
    /// Since when no account names it.
    pub since: Timestamp,
}

impl Entity for Loose {
    const KIND: &'static str = "loose";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::loose_credentials(scope, self.made_at))
    }
}

fn name(cx: &Cx, scope: &TenantScope, made_at: Timestamp) -> String {
    format!("{}/whatsapp/{}/{}", cx.settings().secret_prefix, scope.tenant(), made_at.as_millisecond())
}

impl Credentials {
    /// The credentials of the connection that holds since this time.
    ///
    /// # Errors
    /// If they cannot be had.
    pub async fn load(cx: &Cx, scope: &TenantScope, connected_at: Timestamp) -> Result<Option<Self>, Failure> {
        let text = cx.secret(&name(cx, scope, connected_at)).await?;
        let parse =
            |text: String| serde_json::from_str(&text).map_err(|_| Failure::internal("credentials are no JSON"));
        text.map(parse).transpose()
    }

    /// Keeps credentials under a name of their own, which no account has yet, and gives the time that names them. It is later
    /// than `after`.
    ///
    /// # Errors
    /// If they cannot be kept.
    pub async fn keep(&self, cx: &Cx, scope: &TenantScope, after: Option<Timestamp>) -> Result<Timestamp, Failure> {
        let text = serde_json::to_string(self).map_err(Failure::internal)?;
        let later = |by: i64| {
            let first = after.map_or(cx.now(), |after| cx.now().max(after + SignedDuration::from_millis(1)));
            first.checked_add(SignedDuration::from_millis(by)).map_err(Failure::internal)
        };
        for by in 0..TRIES {
            let made_at = later(by)?;
            let mut work = Work::new();
            let noted = work.create(scope, &Loose { made_at, since: cx.now() });
            match cx.table().commit(work).await {
                Ok(_) => {}
                Err(error) if error.refusal(noted).is_some() => continue,
                Err(error) => return Err(error.into()),
            }
            if cx.create_secret(&name(cx, scope, made_at), &text).await? {
                return Ok(made_at);
            }
            // Somebody else's, who has it already.
            settle(cx, scope, made_at).await?;
        }
        Err(Code::Unavailable.into())
    }
}

/// An account names the credentials with the same work: they are not loose any more.
pub fn name_in(scope: &TenantScope, made_at: Timestamp, work: &mut Work) {
    work.remove(&keys::loose_credentials(scope, made_at));
}

/// The same work makes these credentials the ones that no account names any more.
pub fn let_go(cx: &Cx, scope: &TenantScope, made_at: Timestamp, work: &mut Work) {
    work.create(scope, &Loose { made_at, since: cx.now() });
}

/// Nothing is left to be noted. Somebody else may have come to the same conclusion.
async fn settle(cx: &Cx, scope: &TenantScope, made_at: Timestamp) -> Result<(), Failure> {
    let mut work = Work::new();
    let gone = work.remove(&keys::loose_credentials(scope, made_at));
    match cx.table().commit(work).await {
        Err(error) if error.refusal(gone).is_none() => Err(error.into()),
        _ => Ok(()),
    }
}

/// Deletes the secret of credentials that no account names.
///
/// # Errors
/// If it cannot be deleted now: it stays noted.
pub async fn discard(cx: &Cx, scope: &TenantScope, made_at: Timestamp) -> Result<(), Failure> {
    cx.delete_secret(&name(cx, scope, made_at)).await?;
    settle(cx, scope, made_at).await
}

/// Discards what was left behind by somebody who did not come to an end. `named` is what the account names.
///
/// # Errors
/// If the table or Secrets Manager does not answer.
pub async fn sweep(cx: &Cx, scope: &TenantScope, named: Option<Timestamp>) -> Result<(), Failure> {
    let query = || Query::below(Index::Table, keys::all_loose_credentials(scope));
    let loose: Vec<Stored<Loose>> = cx.table().query_all(query).await?;
    let is_abandoned = |loose: &&Stored<Loose>| cx.now().duration_since(loose.since) > ABANDONED;
    for loose in loose.iter().filter(is_abandoned) {
        if Some(loose.made_at) == named {
            settle(cx, scope, loose.made_at).await?;
        } else {
            discard(cx, scope, loose.made_at).await?;
        }
    }
    Ok(())
}
