//! A clinic at work: the requests that most tests make, in one line each.

use dawr_testkit::{Call, Clinic, Person, TestCloud};
use serde_json::{Value, json};

use crate::world::id;

/// Somebody at work in a clinic.
pub struct Desk<'a> {
    /// The cloud.
    pub cloud: &'a TestCloud,
    /// The clinic.
    pub clinic: Clinic,
    /// Who works.
    pub person: Person,
}

impl<'a> Desk<'a> {
    /// The owner of a new clinic.
    pub async fn open(cloud: &'a TestCloud, slug: &str) -> Self {
        let clinic = cloud.clinic(slug).await;
        let person = clinic.owner.clone();
        Self { cloud, clinic, person }
    }

    /// The same clinic, somebody else.
    pub fn with(&self, person: Person) -> Self {
        Self { cloud: self.cloud, clinic: self.clinic.clone(), person }
    }

    /// With a token that is valid now.
    pub fn renewed(&self) -> Self {
        self.with(self.cloud.renewed(&self.clinic, &self.person))
    }

    /// `GET`.
    pub fn get(&self, target: &str) -> Call<'a> {
        self.cloud.get(target).as_(&self.person)
    }

    /// `POST` with a body.
    pub fn post(&self, target: &str, body: Value) -> Call<'a> {
        self.cloud.post(target).as_(&self.person).json(&body)
    }

    /// `PUT` with a body.
    pub fn put(&self, target: &str, body: Value) -> Call<'a> {
        self.cloud.put(target).as_(&self.person).json(&body)
    }

    /// `PATCH` with a body.
    pub fn patch(&self, target: &str, body: Value) -> Call<'a> {
        self.cloud.patch(target).as_(&self.person).json(&body)
    }

    /// `DELETE`.
    pub fn delete(&self, target: &str) -> Call<'a> {
        self.cloud.delete(target).as_(&self.person)
    }

    /// Opens a queue and gives its id.
    pub async fn queue(&self, doctor: &str) -> String {
        id(&self.post("/api/queues", json!({ "doctorName": doctor })).expect(201).await["id"])
    }

    /// The request that adds somebody to a queue.
    pub fn adding(&self, queue: &str, name: &str, phone: &str) -> Call<'a> {
        self.post(&format!("/api/queues/{queue}/patients"), json!({ "fullName": name, "phoneNumber": phone }))
    }

    /// Adds so many people to a queue; gives the ids of their tickets.
    pub async fn crowd(&self, queue: &str, count: u32) -> Vec<String> {
        let patients: Vec<Value> =
            (0..count).map(|n| json!({ "fullName": name(n), "phoneNumber": phone(n) })).collect();
        for patients in patients.chunks(500) {
            let body = json!({ "patients": patients });
            self.post(&format!("/api/queues/{queue}/patients/bulk"), body).expect(201).await;
        }
        self.line(queue).await.iter().map(|ticket| id(&ticket["id"])).collect()
    }

    /// The tickets of a queue, in their order.
    pub async fn line(&self, queue: &str) -> Vec<Value> {
        self.all(&format!("/api/queues/{queue}/patients?pageSize=200")).await
    }

    /// A ticket as its queue lists it by now.
    pub async fn ticket(&self, ticket: &Value) -> Value {
        let line = self.line(&id(&ticket["queueId"])).await;
        line.into_iter().find(|other| other["id"] == ticket["id"]).expect("the ticket is listed")
    }

    /// What was said between the clinic and a patient.
    pub async fn conversation(&self, patient: &str) -> Value {
        self.get(&format!("/api/patients/{patient}/conversation")).expect(200).await
    }

    /// Whether a patient wants messages.
    pub async fn consent(&self, patient: &str) -> Value {
        self.get(&format!("/api/patients/{patient}/consent")).expect(200).await
    }

    /// All pages of a list.
    pub async fn all(&self, target: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut page = String::new();
        loop {
            let list = self.get(&format!("{target}{page}")).expect(200).await;
            items.extend(list["items"].as_array().unwrap().iter().cloned());
            match list.get("nextPage").and_then(Value::as_str) {
                Some(next) => page = format!("&page={next}"),
                None => return items,
            }
        }
    }

    /// Writes a template that all may use and gives its id.
    pub async fn template(&self, content: &str) -> String {
        let body = json!({ "title": "نص", "content": content, "isShared": true });
        id(&self.post("/api/templates", body).expect(201).await["id"])
    }

    /// The request that sends a template to tickets, also if that was done a moment ago.
    pub fn sending(&self, template: &str, tickets: &[String]) -> Call<'a> {
        let body = json!({ "templateId": template, "ticketIds": tickets, "again": true });
        self.post("/api/messages/send", body)
    }

    /// A member's quota, as it is listed.
    pub async fn quota(&self, of: &Person) -> Value {
        let all = self.get("/api/quotas").expect(200).await;
        let mut items = all["items"].as_array().unwrap().iter();
        items.find(|quota| quota["userId"] == of.id.to_string()).cloned().expect("the member has a quota")
    }
}

/// The name of a crowd's member.
pub fn name(n: u32) -> String {
    let letter = |n: u32| char::from_u32(0x0628 + n % 18).unwrap();
    format!("{}{}{} الحربي", letter(n), letter(n / 18), letter(n / 324))
}

/// The phone of a crowd's member, E.164.
pub fn phone(n: u32) -> String {
    format!("+9665{:08}", 10_000_000 + n * 7)
}
