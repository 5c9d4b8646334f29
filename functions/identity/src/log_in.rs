//! `POST /api/auth/login`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::WithCookies,
    slug::Slug,
};
use dawr_kernel::id::MemberId;
use dawr_store::{Slot, Stored, TenantScope, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    account::{Account, Found, Sought},
    attempts::{Kind, Try},
    habits,
    history::{Outcome, SignIn},
    model::{Identity, Password, Session, Username},
    password,
    second_factor::{FactorCode, Factors, accept},
    sent_code::SentCode,
    session::{Bearer, SessionView},
    vigil::{Refused, Vigil},
};

endpoint! {
    /// Signs a member in.
    ///
    /// A sign-in that is out of the ordinary (from a browser or a country that the member did not use before, or at an hour at
    /// which they do not work) asks whoever has no second factor for a code that is sent to their phone, where the clinic can
    /// write to it; and tells whoever has one.
    pub const LOG_IN: "log_in" = Post "/api/auth/login";
    requires: Nothing;
    access: Access::WRITE.secrets(&[Secret::SigningKey, Secret::FactorKey]).notices();
    handler: log_in(body: LogIn) -> 200 WithCookies<SessionView>;
    errors: [InvalidCredentials, SecondFactorNeeded, InvalidCode, TenantSuspended, AddressNotAllowed, TooManyRequests];
}

/// How often a sign-in is tried that meets others of the same member.
const MAX_TRIES: u32 = 8;

/// Who signs in, and where.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogIn {
    /// The clinic's slug. May be left out when the username is an e-mail address: then the account of it that has this password
    /// signs in. Whoever has several of the same password is asked for the clinic.
    #[deserr(default)]
    clinic: Option<Slug>,
    username: Username,
    password: Password,
    /// A code of the second factor, where the person has one: of the app, or a recovery code. Or the code that was sent to
    /// their phone.
    #[deserr(default)]
    code: Option<FactorCode>,
}

async fn log_in(cx: &Cx, body: LogIn) -> Result<WithCookies<SessionView>, Failure> {
    let account = Account::new(body.clinic, body.username)?;
    let sought = account.seek(cx, habits::browser(cx).as_deref(), &[keys::challenge]).await?;
    let (tried, work) = begin(cx, &sought);
    let browser = sought.iter().find_map(|one| one.browser.clone());
    let counted = Try::begin_at(cx, Kind::SignIn, &account.bucket(), browser.as_deref(), work).await?;
    // The same work is done for an account that does not exist.
    let mut right = account.right(sought, |one| {
        let found = one.and_then(|one| one.found.as_ref());
        Ok(password::verify(&body.password, found.map(|found| found.identity.password.as_str()), cx.hashing())?
            && found.is_some_and(|found| found.member.active))
    })?;
    let mut sought = right.pop().ok_or(Code::InvalidCredentials)?;
    if !right.is_empty() {
        return Err(counted.take_back(cx, Fault::at(Code::Required, "clinic").into()).await?);
    }
    let sent = sought.beside(keys::challenge)?;
    let Sought { scope, member, found, habits, .. } = sought;
    let found = found.ok_or(Code::InvalidCredentials)?;
    let tried = match tried {
        Some(tried) => tried,
        None => begin_at(cx, &scope, member).await?,
    };
    let vigil = Vigil::over(cx, &scope, found.who(), habits, sent);
    let shown = match check(cx, &found, &vigil, body.code.as_ref()).await {
        Ok(shown) => shown,
        Err(mut refused) => {
            if let Some(outcome) = Outcome::of_refusal(&refused.failure) {
                tried.becomes(&scope, outcome, &vigil.risks, &mut refused.work);
            }
            if !refused.counts {
                counted.succeed(&mut refused.work);
            }
            return Err(refused.save(cx, &scope, found.member.actor(&found.tenant)).await?);
        }
    };
    Entry { cx, scope: &scope, found: &found, shown, tried: &tried, counted: &counted }.open(vigil).await
}

/// The try, with the work that writes it down. Where several accounts may be meant it is nobody's until the password tells whose: who
/// has made one of them learns nothing of who tries at the others.
fn begin(cx: &Cx, sought: &[Sought]) -> (Option<SignIn>, Work) {
    let mut work = Work::new();
    let [one] = sought else {
        let (scope, nobody) = Account::nobody(cx);
        work.create(&scope, &SignIn::of(cx, nobody, Outcome::WrongPassword).of_nobody());
        return (None, work);
    };
    let tried = SignIn::of(cx, one.member, Outcome::WrongPassword);
    let tried = if one.found.is_some() { tried } else { tried.of_nobody() };
    work.create(&one.scope, &tried);
    (Some(tried), work)
}

/// The same once it is known whose it is.
async fn begin_at(cx: &Cx, scope: &TenantScope, member: MemberId) -> Result<SignIn, Failure> {
    let tried = SignIn::of(cx, member, Outcome::WrongPassword);
    let mut work = Work::new();
    work.create(scope, &tried);
    cx.table().commit(work).await?;
    Ok(tried)
}

/// What was shown beside the password.
enum Shown {
    /// Nothing: nothing was asked for.
    Nothing,
    /// A code of the second factor: the person after it was used, and the try.
    Factor(Identity, Try),
    /// The code that was sent to the phone.
    Sent(Stored<SentCode>),
}

/// Whether a right password is enough, or what was shown beside it.
async fn check(cx: &Cx, found: &Found, vigil: &Vigil<'_>, code: Option<&FactorCode>) -> Result<Shown, Refused> {
    let Found { tenant, identity, .. } = found;
    tenant.admit(&cx.address)?;
    let Some(factor) = &identity.factors.active else {
        return Ok(vigil.ask(code).await?.cloned().map_or(Shown::Nothing, Shown::Sent));
    };
    let code = code.ok_or_else(|| Failure::from(Fault::at(Code::SecondFactorNeeded, "code")))?;
    // The factor is the person's: in however many tenants they are, it is guessed at no more often.
    let counted = Try::begin(cx, Kind::Code, Some(&identity.id.to_string()), Work::new()).await?;
    let used = accept(cx, factor, code, identity.id).await?;
    let used = used.ok_or_else(|| Failure::from(Fault::at(Code::InvalidCode, "code")))?;
    let factors = Factors { active: Some(used), staged: None };
    Ok(Shown::Factor(Identity { factors, ..identity.value.clone() }, counted))
}

impl Shown {
    /// The person after it.
    const fn person<'a>(&'a self, before: &'a Identity) -> &'a Identity {
        match self {
            Self::Factor(after, _) => after,
            Self::Nothing | Self::Sent(_) => before,
        }
    }

    /// Uses it up with the work.
    fn spend(&self, scope: &TenantScope, read: &Stored<Identity>, work: &mut Work) -> Option<Slot> {
        match self {
            Self::Nothing => None,
            Self::Factor(after, counted) => {
                counted.succeed(work);
                Some(work.replace(scope, read, after))
            }
            Self::Sent(sent) => Some(work.delete(sent)),
        }
    }
}

/// A sign-in that nothing stands in the way of any more.
struct Entry<'a> {
    cx: &'a Cx,
    scope: &'a TenantScope,
    found: &'a Found,
    shown: Shown,
    tried: &'a SignIn,
    counted: &'a Try,
}

impl Entry<'_> {
    /// Opens the session. Somebody who signs in twice at the same moment changes their habits twice: then the later one goes by
    /// what the earlier one has left.
    async fn open(self, mut vigil: Vigil<'_>) -> Result<WithCookies<SessionView>, Failure> {
        let Self { cx, scope, found: Found { tenant, identity, member }, shown, .. } = &self;
        let cookie = vigil.know_browser();
        for round in 0..MAX_TRIES {
            cx.table().pause(round).await;
            let mut work = Work::new();
            self.counted.succeed(&mut work);
            let used = shown.spend(scope, identity, &mut work);
            let learnt = vigil.learn(&mut work);
            if !matches!(shown, Shown::Sent(_)) {
                vigil.tell(&mut work).await?;
            }
            let (session, token) = Session::open(cx, tenant, shown.person(identity), member);
            work.create(scope, &session);
            self.tried.becomes(scope, Outcome::SignedIn, &vigil.risks, &mut work);
            let bearer = Bearer { tenant, member, version: member.version, session: &session };
            let answer = bearer.signed_in(cx, scope, &token).await?;
            match cx.save_as(scope, member.actor(tenant), work).await {
                Ok(()) => return Ok(answer.and(cookie)),
                // Somebody was faster with the same code.
                Err(error) if used.is_some_and(|used| error.refusal(used).is_some()) => {
                    return Err(Code::InvalidCode.into());
                }
                Err(error) if error.refusal(learnt).is_some() => vigil.look_again().await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(Code::Unavailable.into())
    }
}
