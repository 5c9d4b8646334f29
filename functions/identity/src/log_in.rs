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
use dawr_store::{Slot, Stored, TenantScope, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    account::{Account, Found, Sought},
    attempts::{Kind, Try},
    challenge::{self, Challenge},
    habits::{Habits, Risk, Surroundings},
    history::{Outcome, SignIn},
    model::{Identity, Password, Session, Username},
    password,
    second_factor::{FactorCode, Factors, accept},
    session::{Bearer, SessionView},
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
    /// The clinic's slug. May be left out when the username is an e-mail address.
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
    let mut sought = account.seek(cx, &[keys::habits, keys::challenge]).await?;
    let (habits, challenge) = (sought.beside::<Habits>(keys::habits)?, sought.beside::<Challenge>(keys::challenge)?);
    let Sought { scope, member, found, .. } = sought;
    let tried = SignIn::of(cx, member, Outcome::WrongPassword);
    let tried = if found.is_some() { tried } else { tried.of_nobody() };
    let mut work = Work::new();
    work.create(&scope, &tried);
    let counted = Try::begin(cx, Kind::SignIn, Some(&account.bucket()), work).await?;
    // The same work is done for an account that does not exist.
    let hash = found.as_ref().map(|found| found.identity.password.as_str());
    let matches = password::verify(&body.password, hash)?;
    let Some(found) = found.filter(|found| matches && found.member.active) else {
        return Err(Code::InvalidCredentials.into());
    };
    let around = Surroundings::of(cx, &found.tenant);
    let sign_in =
        Attempt { cx, scope: &scope, found: &found, risks: risks(&found, habits.as_ref(), &around), challenge };
    let shown = match sign_in.check(body.code.as_ref()).await {
        Ok(shown) => shown,
        Err(Refused { failure, mut work, is_guess }) => {
            if let Some(outcome) = Outcome::of_refusal(&failure) {
                tried.becomes(&scope, outcome, &sign_in.risks, &mut work);
            }
            if !is_guess {
                counted.succeed(&mut work);
            }
            cx.save_as(&scope, found.member.actor(&found.tenant), work).await?;
            return Err(failure);
        }
    };
    let entry = Entry { sign_in: &sign_in, shown: &shown, tried: &tried, counted: &counted, around: around.known(cx) };
    entry.open(habits).await
}

/// A sign-in that nothing stands in the way of any more.
struct Entry<'a> {
    sign_in: &'a Attempt<'a>,
    shown: &'a Shown,
    tried: &'a SignIn,
    counted: &'a Try,
    around: Surroundings,
}

impl Entry<'_> {
    /// Opens the session. Somebody who signs in twice at the same moment changes their habits twice: then the later one goes by
    /// what the earlier one has left.
    async fn open(self, mut habits: Option<Stored<Habits>>) -> Result<WithCookies<SessionView>, Failure> {
        let Attempt { cx, scope, found: Found { tenant, identity, member }, risks, .. } = self.sign_in;
        for round in 0..MAX_TRIES {
            cx.table().pause(round).await;
            let mut work = Work::new();
            self.counted.succeed(&mut work);
            let used = self.shown.spend(scope, identity, &mut work);
            let learnt = Habits::learn(scope, habits.as_ref(), member.id, &self.around, &mut work);
            if !risks.is_empty() && !matches!(self.shown, Shown::Sent(_)) {
                challenge::tell(cx, scope, tenant, member, &mut work).await?;
            }
            let (session, token) = Session::open(cx, tenant, self.shown.person(identity), member);
            work.create(scope, &session);
            self.tried.becomes(scope, Outcome::SignedIn, risks, &mut work);
            let bearer = Bearer { tenant, member, version: member.version, session: &session };
            let answer = bearer.signed_in(cx, scope, &token).await?;
            match cx.save_as(scope, member.actor(tenant), work).await {
                Ok(()) => return Ok(self.around.cookie().into_iter().fold(answer, WithCookies::and)),
                // Somebody was faster with the same code.
                Err(error) if used.is_some_and(|used| error.refusal(used).is_some()) => {
                    return Err(Code::InvalidCode.into());
                }
                Err(error) if error.refusal(learnt).is_some() => {
                    habits = cx.table().get(&keys::habits(scope, member.id)).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Code::Unavailable.into())
    }
}

/// What is out of the ordinary, where the tenant wants to know.
fn risks(found: &Found, habits: Option<&Stored<Habits>>, around: &Surroundings) -> Vec<Risk> {
    let habits = habits.filter(|_| found.tenant.security.watches_sign_ins);
    habits.map(|habits| habits.risks(around)).unwrap_or_default()
}

/// A try with a right password.
struct Attempt<'a> {
    cx: &'a Cx,
    scope: &'a TenantScope,
    found: &'a Found,
    risks: Vec<Risk>,
    challenge: Option<Stored<Challenge>>,
}

/// What was shown beside the password.
enum Shown {
    /// Nothing: nothing was asked for.
    Nothing,
    /// A code of the second factor. This is the person after it was used.
    Factor(Identity),
    /// The code that was sent to the phone.
    Sent(Stored<Challenge>),
}

/// A right password that was not enough, and what follows from it.
struct Refused {
    failure: Failure,
    work: Work,
    /// Whether it counts as a guess.
    is_guess: bool,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        let is_guess = failure.code() == Code::InvalidCode;
        Self { failure, work: Work::new(), is_guess }
    }
}

impl Attempt<'_> {
    /// Whether a right password is enough, or what was shown beside it.
    async fn check(&self, code: Option<&FactorCode>) -> Result<Shown, Refused> {
        let (cx, Found { tenant, identity, .. }) = (self.cx, self.found);
        tenant.admit(&cx.address)?;
        let invalid = || Failure::from(Fault::at(Code::InvalidCode, "code"));
        if let Some(factor) = &identity.factors.active {
            let needed = || Failure::from(Fault::at(Code::SecondFactorNeeded, "code"));
            let used = accept(cx, factor, code.ok_or_else(needed)?, identity.id).await?.ok_or_else(invalid)?;
            let factors = Factors { active: Some(used), staged: None };
            return Ok(Shown::Factor(Identity { factors, ..identity.value.clone() }));
        }
        if self.risks.is_empty() {
            return Ok(Shown::Nothing);
        }
        match (code, &self.challenge) {
            (Some(code), Some(challenge)) if challenge.fits(code, cx.now())? => Ok(Shown::Sent(challenge.clone())),
            (Some(_), _) => Err(invalid().into()),
            (None, challenge) => self.ask(challenge.as_ref()).await,
        }
    }

    /// Asks for a code that is sent to the phone. Whoever cannot be asked is let in: their history tells of it.
    async fn ask(&self, last: Option<&Stored<Challenge>>) -> Result<Shown, Refused> {
        let (mut work, Found { tenant, member, .. }) = (Work::new(), self.found);
        if !Challenge::send(self.cx, self.scope, tenant, member, last, &mut work).await? {
            return Ok(Shown::Nothing);
        }
        let failure = Fault::at(Code::SecondFactorNeeded, "code").saying(
            "This sign-in is unusual for you. Enter the code that was sent to your WhatsApp.",
            "تسجيل الدخول هذا غير معتاد لك. أدخل الرمز الذي أُرسل إلى واتساب لديك.",
        );
        // It counts, so that nobody's phone is flooded.
        Err(Refused { failure: failure.into(), work, is_guess: true })
    }
}

impl Shown {
    /// The person after it.
    const fn person<'a>(&'a self, before: &'a Identity) -> &'a Identity {
        match self {
            Self::Factor(after) => after,
            Self::Nothing | Self::Sent(_) => before,
        }
    }

    /// Uses it up with the work.
    fn spend(&self, scope: &TenantScope, read: &Stored<Identity>, work: &mut Work) -> Option<Slot> {
        match self {
            Self::Nothing => None,
            Self::Factor(after) => Some(work.replace(scope, read, after)),
            Self::Sent(challenge) => Some(work.delete(challenge)),
        }
    }
}
