//! A clinic in which something of every kind exists: what the placeholders of sample events stand for.

use std::sync::OnceLock;

use aws_lc_rs::hmac;
use dawr_api::{
    function::{Queue, Requires},
    permission::{Permission, PermissionSet},
    role::{Role, RoleName},
};
use dawr_identity::totp::Secret;
use dawr_kernel::id::{Id, RequestId, RoleId};
use dawr_testkit::{
    Clinic, Kept, PASSWORD, Person, TestClock, TestCloud, WhatsApp,
    sample::{Sample, Values},
};
use serde_json::{Value, json};

/// A member who may do all that members may, but see how patients are reached.
pub async fn member_without_contact(cloud: &TestCloud, clinic: &Clinic) -> Person {
    let member = cloud.member(clinic, Role::User).await;
    let mut claims = cloud.claims(clinic, member.id, Role::User);
    claims.role = RoleName::Own(RoleId::generate(cloud.clock().now(), cloud.entropy()));
    let but_contact = |permission: &Permission| *permission != Permission::PatientContact;
    claims.permissions = Some(PermissionSet::OF_TENANTS.iter().filter(but_contact).collect());
    Person { token: cloud.token(&claims), ..member }
}

/// A clinic with everything in it.
#[derive(Clone)]
pub struct World {
    /// The clinic.
    pub clinic: Clinic,
    /// An operator of the platform, who is staying in the clinic.
    pub operator: Person,
    /// The clinic's number.
    pub whatsapp: WhatsApp,
    values: Values,
    /// What the owner's authenticator app knows.
    app: Secret,
    /// The code for a new password that the owner got last.
    reset_code: OnceLock<String>,
    /// The token of an invitation to another clinic, once somebody needs one.
    foreign_token: OnceLock<String>,
    clock: TestClock,
}

/// A cloud with a world in it, founded once: what a test does to a copy is seen in no other.
pub struct Founded {
    cloud: Kept,
    world: World,
}

impl Founded {
    /// Founds the world.
    pub async fn once(slug: &str) -> Self {
        let cloud = TestCloud::start().await;
        let world = World::found(&cloud, slug).await;
        Self::keep(&cloud, world)
    }

    /// Keeps a world that was founded, as it is.
    pub fn keep(cloud: &TestCloud, world: World) -> Self {
        Self { cloud: cloud.keep(), world }
    }

    /// A cloud that begins with it.
    pub async fn copy(&self) -> (TestCloud, World) {
        let cloud = self.cloud.cloud().await;
        let world = World { clock: cloud.clock().clone(), ..self.world.clone() };
        (cloud, world)
    }
}

/// Whose messages arrive.
pub const REACHABLE: &str = "0501234567";

/// Whose messages do not arrive: another number in each clinic, or what an earlier one of this cloud left to do would meet
/// the fault instead.
fn unreachable(slug: &str) -> String {
    let sum = slug.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 1_000_000);
    format!("+966507{sum:06}")
}

/// The text of an id.
pub fn id(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no id")).to_owned()
}

impl World {
    /// Founds the clinic and fills it.
    pub async fn found(cloud: &TestCloud, slug: &str) -> Self {
        Self::found_for(cloud, slug, json!({ "fullName": "محمد الغامدي", "phoneNumber": REACHABLE })).await
    }

    /// The same with this patient, who has the phone of the samples.
    pub async fn found_for(cloud: &TestCloud, slug: &str, patient: Value) -> Self {
        let clinic = cloud.clinic(slug).await;
        let whatsapp = cloud.whatsapp(&clinic).await;
        // The token is that of the sample.
        let new_number = format!("9{}", &whatsapp.phone_number_id[1..]);
        cloud.number_at_meta(&new_number, "EAAGexampleexampleexample").await;
        let app = enrol(cloud, &clinic.owner).await;
        let operator = cloud.operator(Role::PlatformAdmin).await;
        let mut world = Self {
            operator,
            app,
            reset_code: OnceLock::new(),
            foreign_token: OnceLock::new(),
            clock: cloud.clock().clone(),
            values: Values::from([
                ("token", clinic.owner.token.clone()),
                ("refreshCookie", clinic.signed_up.cookie().unwrap()),
                ("sessionId", clinic.signed_up.cookie().unwrap().split('.').nth(1).unwrap().to_owned()),
                ("tenantId", clinic.tenant.to_string()),
                ("slug", slug.to_owned()),
                ("password", PASSWORD.to_owned()),
                ("unique", format!("{slug}-other")),
                ("phoneNumberId", whatsapp.phone_number_id.clone()),
                ("newPhoneNumberId", new_number),
                ("verifyToken", whatsapp.verify_token.clone()),
                ("requestId", RequestId::generate(cloud.clock().now(), cloud.entropy()).to_string()),
                ("userId", cloud.member(&clinic, Role::Moderator).await.id.to_string()),
            ]),
            clinic,
            whatsapp,
        };
        world.fill(cloud, patient).await;
        world
    }

    async fn fill(&mut self, cloud: &TestCloud, patient: Value) {
        let post = async |path: &str, body: Value, status: u16| {
            cloud.post(path).as_(&self.clinic.owner).json(&body).expect(status).await
        };
        let unreachable = unreachable(&self.clinic.slug);
        let branch = json!({ "name": "فرع العليا", "slug": "olaya" });
        let branch = id(&post("/api/clinics", branch, 201).await["id"]);
        let queue = id(&post("/api/queues", json!({ "doctorName": "د. ليلى" }), 201).await["id"]);
        let line = format!("/api/queues/{queue}/patients");
        let ticket = post(&line, patient, 201).await;
        let lost = post(&line, json!({ "fullName": "نورة العتيبي", "phoneNumber": unreachable }), 201).await;
        let template = json!({ "title": "تذكير", "content": "مرحبًا {{patientName}}، رقمك {{ticketNumber}}." });
        let template = post("/api/templates", template, 201).await;
        let role = json!({ "title": "منسق", "permissions": ["queues:read", "queues:write"] });
        let role = post("/api/roles", role, 201).await;
        let invitation = post("/api/auth/invite", json!({ "role": "nurse" }), 201).await;
        cloud.settle().await;
        cloud.fault("error:131026", Some(&unreachable), 1).await;
        let send = json!({ "templateId": template["id"], "ticketIds": [ticket["id"], lost["id"]] });
        let sent = post("/api/messages/send", send, 202).await;
        cloud.settle().await;
        let failed = cloud.get("/api/tasks/failed").as_(&self.clinic.owner).expect(200).await;
        let sheet = "الاسم,رقم الجوال\nسلمى,0509998877\n";
        let upload = cloud.post("/api/patients/bulk-upload").as_(&self.clinic.owner);
        let upload = upload.body("text/csv", sheet).expect(201).await;
        self.values.extend([
            ("clinicId", branch),
            ("queueId", queue),
            ("ticketId", id(&ticket["id"])),
            ("patientId", id(&ticket["patientId"])),
            ("templateId", id(&template["id"])),
            ("roleId", id(&role["id"])),
            ("invitationId", id(&invitation["id"])),
            ("invitationToken", id(&invitation["token"])),
            ("batchId", id(&sent["batchId"])),
            ("messageId", id(&sent["messageIds"][0])),
            ("taskId", id(failed.pointer("/items/0/id").unwrap_or(&failed))),
            ("uploadId", id(&upload["uploadId"])),
            ("elevationId", stay(cloud, &self.operator, &self.clinic).await),
            ("auditId", entry_of(cloud, &self.clinic)),
            ("digest", id(&cloud.items_of("inbox")[0]["digest"]["S"])),
            // Two tickets were added since the queue was opened.
            ("queueVersion", "3".to_owned()),
            ("tenantVersion", "1".to_owned()),
            ("clinicVersion", "1".to_owned()),
            ("userVersion", "1".to_owned()),
            ("roleVersion", "1".to_owned()),
            ("invitationVersion", "1".to_owned()),
            ("ticketVersion", "1".to_owned()),
            ("uploadVersion", "1".to_owned()),
            ("patientVersion", "1".to_owned()),
            ("templateVersion", "1".to_owned()),
        ]);
    }

    /// Who is meant to call it: the owner, or the operator of the platform.
    pub fn caller(&self, sample: &Sample) -> &Person {
        if is_platforms(sample) { &self.operator } else { &self.clinic.owner }
    }

    /// The values of a sample's placeholders, as whoever is meant to would send them.
    pub fn values(&self, sample: &Sample) -> Values {
        self.values_of(sample, self.caller(sample))
    }

    /// The same, sent by somebody else.
    pub fn values_of(&self, sample: &Sample, person: &Person) -> Values {
        let mut values = self.values.clone();
        values.insert("token", person.token.clone());
        self.signed(sample, values)
    }

    /// The same, sent by somebody who has written the template themselves: beyond the permission, it is its author's.
    pub async fn values_of_author(&self, cloud: &TestCloud, sample: &Sample, person: &Person) -> Values {
        let mut values = self.values_of(sample, person);
        if sample.placeholders(&values).contains("templateId") {
            let template = json!({ "title": "له", "content": "مرحبًا" });
            let own = cloud.post("/api/templates").as_(person).json(&template).expect(201).await;
            values.insert("templateId", id(&own["id"]));
        }
        values
    }

    /// The same with another value in place of one.
    pub fn values_with(&self, sample: &Sample, name: &'static str, value: &str) -> Values {
        let mut values = self.values(sample);
        values.insert(name, value.to_owned());
        self.signed(sample, values)
    }

    /// The signature of a callback follows from all that is in it, an app's code from the time.
    fn signed(&self, sample: &Sample, mut values: Values) -> Values {
        values.insert("totpCode", self.app.code(self.clock.now()));
        let foreign = self.foreign_token.get().unwrap_or(&values["invitationToken"]).clone();
        values.insert("foreignToken", foreign);
        values.insert("resetCode", self.reset_code.get().map_or("12345678", String::as_str).to_owned());
        let event = sample.event(&values);
        let body = event["body"].as_str().unwrap_or_default();
        values.insert("signature", sign(&self.whatsapp.app_secret, body));
        values
    }

    /// From now on a placeholder stands for this.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.values.insert(name, value.to_owned());
    }

    /// One of the values.
    pub fn value(&self, name: &str) -> &str {
        &self.values[name]
    }

    /// Whether a placeholder stands for an id of something that belongs to the tenant.
    pub fn is_id(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| is_id(value))
    }

    /// Makes what a sample is about when it is not there to stay: dead letters and their redrive, a suspension, a quota.
    pub fn prepare(&self, cloud: &TestCloud, sample: &Sample) -> impl Future<Output = ()> {
        let name = sample.function.name;
        async move {
            if matches!(name, "remove_second_factor" | "renew_recovery_codes") {
                cloud.confirm_second_factor(&self.clinic, &self.clinic.owner).await;
            }
            if name == "remove_user_second_factor" {
                self.give_second_factor(cloud).await;
            }
            if name == "reset_password" && self.reset_code.get().is_none() {
                let phone = format!("+966508{}", &unreachable(&self.clinic.slug)[7..]);
                cloud.change(&self.clinic, self.clinic.owner.id, |owner| owner.phone = phone.parse().ok()).await;
                let _ = self.reset_code.set(code_for(cloud, &self.clinic, "owner", &phone).await);
            }
            if name == "join" && self.foreign_token.get().is_none() {
                let host = cloud.clinic(&format!("{}-host", self.clinic.slug)).await;
                let invite = cloud.post("/api/auth/invite").as_(&host.owner).json(&json!({ "role": "nurse" }));
                let _ = self.foreign_token.set(id(&invite.expect(201).await["token"]));
            }
            if name == "delete_quota" {
                let quota = format!("/api/quotas/{}", self.value("userId"));
                let granted = cloud.put(&quota).as_(&self.clinic.owner).json(&json!({ "addMessages": 5 }));
                granted.expect(200).await;
            }
            if name == "resume_tenant" {
                let suspend = format!("/api/platform/tenants/{}/suspend", self.clinic.tenant);
                let suspend = cloud.post(&suspend).as_(&self.operator);
                suspend.json(&json!({ "reason": "فاتورة لم تُدفع" })).expect(200).await;
            }
            if !matches!(name, "redrive" | "get_redrive" | "cancel_redrive") {
                return;
            }
            cloud.exhume(Queue::Sends);
            cloud.bury(Queue::Sends).await;
            if name != "redrive" {
                let redrive = cloud.post("/api/dead-letters/sends/redrive").as_(&self.operator);
                redrive.json(&json!({ "maxPerSecond": 1 })).expect(202).await;
            }
        }
    }
}

impl World {
    /// The member that samples are about gets the factor that the owner has staged.
    async fn give_second_factor(&self, cloud: &TestCloud) {
        let member = self.values["userId"].parse().unwrap();
        cloud.lend_second_factor(&self.clinic, &self.clinic.owner, member).await;
    }
}

/// Asks for a new password and gives the code that comes to the phone.
pub async fn code_for(cloud: &TestCloud, clinic: &Clinic, username: &str, phone: &str) -> String {
    let body = json!({ "clinic": clinic.slug, "username": username });
    cloud.post("/api/auth/forgot-password").json(&body).expect(202).await;
    cloud.settle().await;
    code_in(&cloud.received_by(phone).await.last().expect("a code comes").text)
}

/// The digits of the code in a text.
pub fn code_in(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '-';
    let mut words = text.split(|c| !is_part(c)).map(|word| word.replace('-', ""));
    words.find(|word| matches!(word.len(), 6 | 8)).unwrap_or_else(|| panic!("no code in {text}"))
}

/// Whether it is only for operators of the platform.
pub fn is_platforms(sample: &Sample) -> bool {
    matches!(sample.function.http().map(|http| http.requires),
        Some(Requires::Permission(permission)) if permission.is_platforms())
}

/// A stay of an operator in a clinic.
async fn stay(cloud: &TestCloud, operator: &Person, clinic: &Clinic) -> String {
    let path = format!("/api/platform/tenants/{}/elevations", clinic.tenant);
    let begun = cloud.post(&path).as_(operator).json(&json!({ "reason": "رسائل لا تصل" }));
    id(&begun.expect(201).await["id"])
}

/// An entry of a clinic's audit trail.
fn entry_of(cloud: &TestCloud, clinic: &Clinic) -> String {
    let tenant = clinic.tenant.to_string();
    let entries = cloud.items_of("audit");
    id(&entries.iter().find(|entry| entry["tenant"]["S"] == tenant.as_str()).expect("an entry")["id"]["S"])
}

/// Gives a person's authenticator app what it must know, and gives what that is.
pub async fn enrol(cloud: &TestCloud, person: &Person) -> Secret {
    enrol_with(cloud, person, PASSWORD).await
}

/// The same for somebody who chose another password.
pub async fn enrol_with(cloud: &TestCloud, person: &Person, password: &str) -> Secret {
    let body = json!({ "password": password });
    let staged = cloud.post("/api/auth/second-factor").as_(person).json(&body).expect(200).await;
    let bytes = data_encoding::BASE32_NOPAD.decode(staged["secret"].as_str().unwrap().as_bytes()).unwrap();
    Secret::from_bytes(&bytes).unwrap()
}

/// The header with which Meta signs a callback.
pub fn sign(secret: &str, body: &str) -> String {
    sign_bytes(secret, body.as_bytes())
}

/// The same of a body that may be no text.
pub fn sign_bytes(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", data_encoding::HEXLOWER.encode(hmac::sign(&key, body).as_ref()))
}

/// Whether a text is an id.
pub fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let parts = text.split_once('_');
    parts.is_some_and(|(prefix, body)| {
        prefix.len() == 3 && body.len() >= 26 && text.bytes().all(|byte| plain(byte) || byte == b'_')
    })
}

/// An id of the same kind that nothing has.
pub fn missing_like(id: &str) -> String {
    let last = if id.ends_with('0') { '4' } else { '0' };
    format!("{}{last}", &id[..id.len() - 1])
}

/// A text in which every id reads the same: what remains can be compared between two answers.
pub fn without_ids(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split_inclusive(|c| !is_part(c));
    words
        .map(|word| {
            let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
            let (name, rest) = word.split_at(end);
            if is_id(name) { format!("{{id}}{rest}") } else { word.to_owned() }
        })
        .collect()
}
