//! `/api/users`, `/api/roles`, `/api/permissions`

mod invitations;
mod manage;
mod me;
mod owners;
mod passwords;
mod rights;
mod roles;

use dawr_testkit::{Answer, Clinic, PASSWORD, TestCloud};
use serde_json::{Value, json};

/// Makes a member over the API, as the owner, with the password [`PASSWORD`]; gives their view.
pub async fn made(cloud: &TestCloud, clinic: &Clinic, username: &str, rights: Value) -> Value {
    let mut body = json!({ "username": username, "fullName": "عضو جديد", "password": PASSWORD });
    body.as_object_mut().unwrap().extend(rights.as_object().unwrap().clone());
    cloud.post("/api/users").as_(&clinic.owner).json(&body).expect(201).await
}

/// Signs in by name.
pub async fn signed_in(cloud: &TestCloud, clinic: &Clinic, username: &str, password: &str) -> Answer {
    let body = json!({ "clinic": clinic.slug, "username": username, "password": password });
    cloud.post("/api/auth/login").json(&body).send_expecting(200).await
}

/// The access token of an answer to a sign-in.
pub fn token(answer: &Answer) -> String {
    answer.data()["accessToken"].as_str().unwrap().to_owned()
}
