//! What follows from a sign-in that is out of the ordinary: whoever has no second factor is asked for a code that is sent to
//! their phone, and whoever has one is told.

use dawr_api::{Cx, Failure, Fault, audit::Actor, code::Code, tenant::Tenant};
use dawr_messaging::notice::{self, Notice};
use dawr_store::{CommitError, Slot, Stored, TenantScope, Work, keys};
use jiff::SignedDuration;

use crate::{
    account::Beside,
    device,
    habits::{Habits, Risk, Surroundings},
    model::{Identity, Member},
    second_factor::FactorCode,
    sent_code::{Purpose, Sending, SentCode},
};

/// A code that is younger is not sent anew.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// What of a member must be read for it.
pub const BESIDE: [Beside; 2] = [keys::habits, keys::challenge];

/// A sign-in of a member, held against what is usual of theirs.
pub struct Vigil<'a> {
    cx: &'a Cx,
    scope: &'a TenantScope,
    tenant: &'a Tenant,
    member: &'a Member,
    habits: Option<Stored<Habits>>,
    sent: Option<Stored<SentCode>>,
    around: Surroundings,
    /// What is out of the ordinary.
    pub risks: Vec<Risk>,
}

/// A right credential that is not enough, and what follows from it.
pub struct Refused {
    /// What is answered.
    pub failure: Failure,
    /// What is to be written.
    pub work: Work,
    /// Whether it counts as a try.
    pub counts: bool,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        let counts = failure.code() == Code::InvalidCode;
        Self { failure, work: Work::new(), counts }
    }
}

impl<'a> Vigil<'a> {
    /// Of this request, with what was read of [`BESIDE`].
    pub fn over(
        cx: &'a Cx,
        scope: &'a TenantScope,
        (tenant, identity, member): (&'a Tenant, &Identity, &'a Member),
        habits: Option<Stored<Habits>>,
        sent: Option<Stored<SentCode>>,
    ) -> Self {
        let around = Surroundings::of(cx, tenant);
        let risks = match &habits {
            _ if !tenant.security.watches_sign_ins => Vec::new(),
            Some(habits) => habits.risks(&around),
            // Who has been elsewhere has habits there: coming here first is none of them.
            None if identity.is_shared() => vec![Risk::NewDevice],
            None => Vec::new(),
        };
        Self { cx, scope, tenant, member, habits, sent, around, risks }
    }

    /// Whether the member may go on without a second factor. Gives the code that they showed, to be deleted with the work.
    ///
    /// # Errors
    /// `SecondFactorNeeded` once a code is on its way, `InvalidCode`.
    pub async fn ask(&self, code: Option<&FactorCode>) -> Result<Option<&Stored<SentCode>>, Refused> {
        if self.risks.is_empty() {
            return Ok(None);
        }
        let sent = self.sent.as_ref().filter(|sent| sent.stands(self.member, self.cx.now()));
        let Some(code) = code else { return self.send(sent).await };
        let fits = SentCode::fits(sent.map(|sent| &sent.value), code.expose(), self.cx.hashing())?;
        match sent.filter(|_| fits) {
            Some(sent) => Ok(Some(sent)),
            None => Err(Failure::from(Fault::at(Code::InvalidCode, "code")).into()),
        }
    }

    /// Sends a code, unless the last one is on its way. Whoever cannot be asked is let in: their history tells of it.
    async fn send(&self, last: Option<&Stored<SentCode>>) -> Result<Option<&Stored<SentCode>>, Refused> {
        let Self { cx, scope, tenant, member, .. } = *self;
        let mut work = Work::new();
        let is_on_its_way = last.is_some_and(|last| cx.now().duration_since(last.sent_at) < PATIENCE);
        let from = origin(cx);
        let not_since = cx.now().checked_sub(PATIENCE).ok();
        let correlation = &cx.correlation;
        let sending = Sending { tenant, member, purpose: Purpose::SignIn, from: &from, correlation, not_since };
        if !is_on_its_way && !sending.send(cx, scope, &mut work).await? {
            return Ok(None);
        }
        let failure = Fault::at(Code::SecondFactorNeeded, "code").saying(
            "This sign-in is unusual for you. Enter the code that was sent to your WhatsApp.",
            "تسجيل الدخول هذا غير معتاد لك. أدخل الرمز الذي أُرسل إلى واتساب لديك.",
        );
        // It counts, so that nobody's phone is flooded.
        Err(Refused { failure: failure.into(), work, counts: true })
    }

    /// Tells the member of what is out of the ordinary with the work, where there is a way to.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn tell(&self, work: &mut Work) -> Result<(), Failure> {
        let Self { cx, scope, tenant, member, .. } = *self;
        let Some(phone) = member.phone.as_ref().filter(|_| !self.risks.is_empty()) else { return Ok(()) };
        let (name, from) = (&tenant.name, origin(cx));
        let english = format!(
            "You have signed in to {name} from {from}, which is unusual for you. If this was not you, change your password now."
        );
        let arabic = format!("سُجّل دخولك إلى {name} من {from} على غير المعتاد. إن لم يكن هذا أنت فغيّر كلمة مرورك الآن.");
        let text = tenant.locale.of((&english, &arabic));
        let notice = Notice { by: member.id, to: phone, text, correlation: &cx.correlation };
        notice::send(cx, scope, &notice, work).await.map(drop)
    }

    /// From now on the browser is known: gives the cookie by which it is.
    pub fn know_browser(&mut self) -> String {
        self.around.know(self.cx)
    }

    /// Remembers the sign-in with the work.
    pub fn learn(&self, work: &mut Work) -> Slot {
        Habits::learn(self.scope, self.habits.as_ref(), self.member.id, &self.around, work)
    }

    /// Reads again what is usual: another sign-in at the same moment has changed it.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn look_again(&mut self) -> Result<(), Failure> {
        self.habits = self.cx.table().get(&keys::habits(self.scope, self.member.id)).await?;
        Ok(())
    }
}

impl Refused {
    /// Writes what follows, and gives what is answered. What was refused was done by another request at the same moment: its
    /// code is on its way.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn save(self, cx: &Cx, scope: &TenantScope, actor: Actor) -> Result<Failure, Failure> {
        match cx.save_as(scope, actor, self.work).await {
            Ok(()) | Err(CommitError::Refused(_)) => Ok(self.failure),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// What the request comes from, in words.
fn origin(cx: &Cx) -> String {
    let name = device::name(cx.header("user-agent").unwrap_or_default());
    if name.is_empty() { cx.address.clone() } else { format!("{name} ({})", cx.address) }
}
