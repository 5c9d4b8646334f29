//! A clinic in which something of every kind exists: what the placeholders of sample events stand for.

use dawr_api::permission::Role;
use dawr_testkit::{Clinic, PASSWORD, Person, TestCloud, sample::Values};

/// A clinic with everything in it.
pub struct World {
    /// The clinic.
    pub clinic: Clinic,
    /// The values of the samples' placeholders, as the owner would send them.
    pub values: Values,
}

impl World {
    /// Founds the clinic and fills it.
    pub async fn found(cloud: &TestCloud, slug: &str) -> Self {
        let clinic = cloud.clinic(slug).await;
        let values = Values::from([
            ("token", clinic.owner.token.clone()),
            ("refreshCookie", clinic.signed_up.cookie().unwrap()),
            ("slug", slug.to_owned()),
            ("password", PASSWORD.to_owned()),
            ("unique", format!("{slug}-other")),
        ]);
        Self { clinic, values }
    }

    /// The same values, sent by a new member of that role.
    pub async fn values_as(&self, cloud: &TestCloud, role: Role) -> Values {
        let person: Person = cloud.member(&self.clinic, role).await;
        let mut values = self.values.clone();
        values.insert("token", person.token);
        values
    }
}

impl World {
    /// Whether a placeholder stands for an id of something that belongs to the tenant.
    pub fn is_id(&self, name: &str) -> bool {
        let value = &self.values[name];
        value.split_once('_').is_some_and(|(prefix, body)| prefix.len() == 3 && body.len() >= 26)
    }
}

/// An id of the same kind that nothing has.
pub fn missing_like(id: &str) -> String {
    let (prefix, body) = id.split_once('_').unwrap();
    // The first characters are the time of creation: another one, which is over as well.
    let first = if body.starts_with("01") { "00" } else { "01" };
    format!("{prefix}_{first}{}", &body[2..])
}
