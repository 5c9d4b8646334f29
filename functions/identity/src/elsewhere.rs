//! What is the person's own, in whichever tenants they are: the password and the second factor.
//!
//! One tenant may let in whom another would ask for a code. So what counts everywhere is changed only from a browser that each
//! tenant knows which could have asked, and each of them tells the person of it.

use dawr_api::{Cx, Failure, code::Code, tenant::Tenant};
use dawr_kernel::id::TenantId;
use dawr_messaging::notice::{self, Notice};
use dawr_store::{Key, Stored, TenantScope, Work, keys};

use crate::{
    habits::{Habits, Surroundings},
    model::{Identity, Member},
};

/// What a person is in a tenant, and what is usual of them there.
struct Place {
    scope: TenantScope,
    tenant: Stored<Tenant>,
    member: Stored<Member>,
    habits: Option<Stored<Habits>>,
}

/// All tenants in which a person may work.
pub struct Everywhere(Vec<Place>);

impl Everywhere {
    /// Those of a person, in one trip.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn load(cx: &Cx, identity: &Identity) -> Result<Self, Failure> {
        let keys = |scope: &TenantScope, member| {
            [keys::tenant(scope), keys::member(scope, member), keys::habits(scope, member)]
        };
        let all: Vec<Key> = identity.memberships.iter().flat_map(|there| keys(&there.scope(), there.member)).collect();
        let mut items = cx.table().get_items(&all).await?;
        let mut places = Vec::new();
        for there in &identity.memberships {
            let scope = there.scope();
            let [tenant, member, habits] = keys(&scope, there.member).map(|key| items.remove(&key));
            let Some((tenant, member)) = tenant.zip(member) else { continue };
            let (tenant, member): (Stored<Tenant>, Stored<Member>) = (Stored::decode(tenant)?, Stored::decode(member)?);
            if member.active && tenant.suspended.is_none() {
                places.push(Place { scope, tenant, member, habits: habits.map(Stored::decode).transpose()? });
            }
        }
        Ok(Self(places))
    }

    /// Whether each tenant but the present one knows the browser, of those that would ask an unknown one for a code.
    ///
    /// # Errors
    /// `UnknownBrowser`: a switch to the tenant makes it known.
    pub fn know_browser(&self, cx: &Cx, present: TenantId) -> Result<(), Failure> {
        let others = self.0.iter().filter(|place| place.tenant.id != present);
        let mut asking = others.filter(|place| place.tenant.security.watches_sign_ins && place.member.phone.is_some());
        let knows = |place: &Place| {
            let around = Surroundings::of(cx, &place.tenant);
            place.habits.as_ref().is_some_and(|habits| habits.know(&around))
        };
        if asking.all(knows) { Ok(()) } else { Err(Code::UnknownBrowser.into()) }
    }

    /// Tells the person on each of their phones with the work, where there is a way to.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn tell(&self, cx: &Cx, news: News, work: &mut Work) -> Result<(), Failure> {
        for Place { scope, tenant, member, .. } in &self.0 {
            let Some(phone) = &member.phone else { continue };
            let [english, arabic] = news.texts(tenant);
            let text = tenant.locale.of((&english, &arabic));
            let notice = Notice { by: member.id, to: phone, text, correlation: &cx.correlation };
            notice::send(cx, scope, &notice, work).await?;
        }
        Ok(())
    }
}

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The password.
    Password,
    /// A second factor was set up.
    FactorSetUp,
    /// The second factor was removed.
    FactorRemoved,
}

impl News {
    fn texts(self, tenant: &Tenant) -> [String; 2] {
        let name = &tenant.name;
        let (english, arabic) = match self {
            Self::Password => ("Your password was changed", "تغيّرت كلمة مرورك"),
            Self::FactorSetUp => ("A second factor was set up for your account", "أُعدّ عامل ثانٍ لحسابك"),
            Self::FactorRemoved => ("The second factor of your account was removed", "أُزيل العامل الثاني من حسابك"),
        };
        [
            format!("{english} ({name}). If this was not you, tell an administrator now."),
            format!("{arabic} ({name}). إن لم يكن هذا أنت فأبلغ المدير الآن."),
        ]
    }
}
